import assert from 'node:assert/strict';
import test from 'node:test';
import { languages } from './accept-language.ts';
import { errorFieldsOf, wireErrorOf, type WireRefusal } from './errors.ts';
import { textsOf } from './texts.ts';

/** Everything that any refusal may carry, so that every sentence can be written out. */
const full = {
  parameter: 'Telefono',
  example: '34600000001',
  most: 4,
  mostBytes: 65536,
  seconds: 30,
  segments: 12,
  maxSegments: 10,
  length: 12,
  maxLength: 11,
  reference: '1234567890',
  neededHundredths: 150,
  availableHundredths: 25,
  verification: { state: 'lapsed', lapseReason: 'expired' },
};

test('every refusal has a whole sentence in every language, and codes that the contract knows', () => {
  for (const kind of Object.keys(wireErrorOf))
    for (const language of languages) {
      const { Res, Error: sentence } = errorFieldsOf({ ...full, kind } as unknown as WireRefusal, language);
      assert.ok(Number(Res) <= -1 && Number(Res) >= -7);
      assert.match(String(sentence), /^[^;]{15,}\.$/, `${kind} in ${language}`);
      assert.doesNotMatch(String(sentence), /undefined|\{\w+\}/, `${kind} in ${language}`);
    }
});

test('no sentence is left over', () => {
  for (const language of languages)
    assert.deepEqual(Object.keys(textsOf[language].errors).sort(), Object.keys(wireErrorOf).sort());
});

test('-2 says what is needed; a status is told in words', () => {
  assert.deepEqual(errorFieldsOf({ kind: 'credits-exhausted', neededHundredths: 150, availableHundredths: 25 }, 'en'), {
    Res: -2,
    Error: 'There are not enough credits: 1.5 are needed and 0.25 are left.',
    CredNecesarios: 1.5,
  });
  const late = { ...full, kind: 'too-late' } as unknown as WireRefusal;
  assert.deepEqual(errorFieldsOf(late, 'es'), {
    Res: -5,
    Error: 'No es posible en el estado actual: caducada, porque el destinatario no entró a tiempo.',
  });
});

test('the service’s own message is one SMS in every language', async () => {
  const { invitationText } = await import('../notification/sms/message.ts');
  for (const language of languages) {
    const link = `https://verificacion.example/v/${'x'.repeat(32)}`;
    const text = invitationText({ template: textsOf[language].invitation, link, mayLink: false });
    assert.deepEqual(text.ok && [text.value.encoding, text.value.segments], ['gsm-7', 1]);
  }
});
