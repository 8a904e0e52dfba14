import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultSettings, type Account, type AccountSettings } from '../../access/account.ts';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import { ok } from '../../kernel/result.ts';
import { testNumbers } from '../../rehearsal/test-numbers.ts';
import type { IdempotencyKey, NewVerification, VerificationService } from '../../verification/service.ts';
import { errorFieldsOf } from '../errors.ts';
import { gather } from '../parameters.ts';
import { verificarIdentidad } from './verificar-identidad.ts';

const now = new Date('2027-01-15T12:00:00Z');
const usualLink = `https://verificacion.example/i/${'x'.repeat(32)}`;

/** What the service is asked when the function is called with these parameters, or the sentence with which it is refused. */
async function asked(
  parameters: Readonly<Record<string, string>>,
  settings: Partial<AccountSettings> = {},
  idempotencyKey?: string,
): Promise<{ readonly wanted: NewVerification; readonly key: IdempotencyKey | null } | string> {
  const account: Account = {
    id: 1_000_000_001 as AccountId,
    name: 'Ejemplo',
    state: 'validated',
    settings: { ...defaultSettings, ...settings },
  };
  let heard: { readonly wanted: NewVerification; readonly key: IdempotencyKey | null } | null = null;
  const service: Pick<VerificationService, 'accept'> = {
    accept: async (_account, wanted, key) => {
      heard = { wanted, key };
      return ok({ id: 299846332 as VerificationId, availableHundredths: 9800 });
    },
  };
  const { values } = gather(Object.entries(parameters).map(([name, text]) => [name, { text }]));
  const answer = await verificarIdentidad.run(
    { account, parameters: values, idempotencyKey, now },
    { service: service as VerificationService, usualLink, digest: (text) => new TextEncoder().encode(text) },
  );
  return answer.ok ? heard! : String(errorFieldsOf(answer.refusal, 'en')['Error']);
}

const Telefono = '+34 600-000-001';

test('texts become what the service takes', async () => {
  assert.deepEqual(
    await asked({
      TELEFONO: Telefono,
      mensaje: 'Entre en [link]',
      Dni: '00.000.000-t',
      Fecha: '2027-05-01 15:10',
      Remitente: ' Mi Empresa ',
      Referenciausuario: 'pedido-1042',
      Otro: 'x',
    }),
    {
      wanted: {
        phone: '34600000001',
        sender: 'Mi Empresa',
        messageTemplate: 'Entre en [link]',
        segments: 1,
        sendAt: new Date('2027-05-01T13:10:00Z'),
        sendAtText: '2027-05-01 15:10',
        requestedNumber: '00000000T',
        reference: 'pedido-1042',
        rehearsal: null,
      },
      key: null,
    },
  );
});

test('what is blank is the account’s: its sender, its message, else the service’s in its language', async () => {
  const blank = { Telefono, Mensaje: ' ', Dni: '', Fecha: ' ', Remitente: '', Referenciausuario: ' ' };
  const own = await asked(blank, { defaultSender: 'Ejemplo', messageTemplate: 'Hola [LINK]' });
  assert.ok(typeof own !== 'string');
  const { sender, messageTemplate, sendAt, sendAtText, requestedNumber, reference } = own.wanted;
  assert.deepEqual(
    [sender, messageTemplate, sendAt, sendAtText, requestedNumber, reference],
    ['Ejemplo', 'Hola [LINK]', now, null, null, null],
  );
  for (const [language, begins] of [
    ['es', /^Verifica tu identidad/],
    ['en', /^Verify your identity/],
  ] as const) {
    const service = await asked({ Telefono }, { language });
    assert.match(typeof service === 'string' ? service : service.wanted.messageTemplate, begins);
  }
});

test('segments are counted with a link of the usual length', async () => {
  const segments = async (length: number): Promise<number | string> => {
    const call = await asked({ Telefono, Mensaje: 'x'.repeat(length) });
    return typeof call === 'string' ? call : call.wanted.segments;
  };
  const room = 160 - 1 - usualLink.length;
  assert.deepEqual([await segments(room), await segments(room + 1)], [1, 2]);
  assert.equal(await segments(1600), 'Mensaje: would take 11 SMS. 10 at most.');
});

test('links of the account’s own message are its own affair; those of a call are not, unless the account may', async () => {
  const Mensaje = 'Vea https://ejemplo.example/aviso y entre en [LINK]';
  assert.match(String(await asked({ Telefono, Mensaje })), /^Mensaje: holds a link/);
  assert.equal(typeof (await asked({ Telefono, Mensaje }, { mayLink: true })), 'object');
  assert.equal(typeof (await asked({ Telefono }, { messageTemplate: Mensaje })), 'object');
});

test('every refusal begins with the parameter that is wrong', async () => {
  const table: readonly (readonly [parameter: string, value: string, settings?: Partial<AccountSettings>])[] = [
    ['Telefono', ''], ['Telefono', ' - '], ['Telefono', 'seis'], ['Telefono', '34910000001'], ['Telefono', '34803000000'], ['Telefono', '123'], ['Telefono', '+999600000001'], ['Telefono', '3461000000'],
    ['Telefono', '6'.repeat(61)], ['Telefono', '600000001\0'], ['Remitente', 'MiEmpresaLarga'], ['Remitente', 'Mi-Empresa'], ['Remitente', 'Ñandú'], ['Remitente', '1'.repeat(16)],
    ['Remitente', 'Otra', { senders: ['MiEmpresa'] }], ['Remitente', 'x'.repeat(41)], ['Mensaje', 'visite ejemplo.com [LINK]'], ['Mensaje', 'x\u0000[LINK]'], ['Mensaje', '\u202e[LINK]'], ['Mensaje', '\ud800[LINK]'],
    ['Mensaje', 'x'.repeat(2001)], ['Mensaje', 'ñ€😀'.repeat(400)], ['Fecha', 'mañana'], ['Fecha', '2027-02-30 10:00'], ['Fecha', '2029-01-01 10:00'], ['Fecha', '1'.repeat(41)], ['Dni', '--'], ['Dni', '1'.repeat(21)],
    ['Dni', '1'.repeat(41)], ['Referenciausuario', 'x'.repeat(101)], ['Referenciausuario', 'a\u0001b'],
  ]; // prettier-ignore
  for (const [parameter, value, settings] of table) {
    const sentence = await asked({ Telefono, [parameter]: value }, settings);
    assert.ok(typeof sentence === 'string', `${parameter}=${JSON.stringify(value.slice(0, 40))} is refused`);
    assert.ok(sentence.startsWith(`${parameter}: `), sentence);
    if (value.length > 5) assert.ok(!sentence.includes(value), 'the value is not repeated');
  }
});

test('an account in test mode asks for test applicants and for nobody else', async () => {
  const mode = 'test';
  const rehearsed = await asked({ Telefono: '+34 600 005 100' }, { mode });
  assert.ok(typeof rehearsed !== 'string');
  assert.deepEqual(rehearsed.wanted.rehearsal, { applicant: 'alike', ends: { at: 'validated' } });
  for (const nobody of ['34600000006', '34600005102', '34600005512', '34711222333'])
    assert.match(String(await asked({ Telefono: nobody }, { mode })), /^Telefono: your account is in test mode/);
  const other = { Telefono: '34600009009' };
  assert.match(String(await asked(other, { mode })), /^Dni: this test applicant brings another number/);
  assert.equal(typeof (await asked({ ...other, Dni: '00000000T' }, { mode })), 'object');
});

test('in a live account the numbers of test applicants are numbers like any other', async () => {
  assert.equal(testNumbers.size, 34);
  for (const number of testNumbers.keys()) {
    const live = await asked({ Telefono: number });
    assert.ok(typeof live !== 'string');
    assert.equal(live.wanted.rehearsal, null, number);
  }
});

test('a key digests what was asked, not how', async () => {
  const digestOf = async (parameters: Readonly<Record<string, string>>): Promise<string> => {
    const call = await asked(parameters, {}, 'key');
    assert.ok(typeof call !== 'string' && call.key !== null);
    return new TextDecoder().decode(call.key.parametersDigest);
  };
  const first = await digestOf({ Telefono, Dni: 'X', Resp: 'JSON' });
  assert.equal(await digestOf({ dni: 'X', TELEFONO: Telefono, Resp: 'XML', Otro: '1' }), first);
  assert.notEqual(await digestOf({ Telefono, Dni: 'Y' }), first);
  assert.notEqual(await digestOf({ Telefono }), first);
});
