import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePhone } from '../../verification/phone.ts';
import { holdsLink } from './links-in-text.ts';
import { invitationText, MAX_SEGMENTS } from './message.ts';
import rows from './requests.golden.json' with { type: 'json' };
import { parseSender, senderKindOf, type Sender } from './sender.ts';

const LINK = 'https://verifica.example.com/v/AbCdEfGhIjKlMnOpQrStUvWxYz-_';

type Row = {
  readonly message?: string | { readonly repeat: string; readonly times: number };
  readonly sender?: string;
  readonly allowList?: readonly string[];
  readonly phone?: string;
  readonly expected: string;
};
const table = rows as readonly Row[];

const messageOf = ({ message }: Row): string =>
  typeof message === 'object' ? message.repeat.repeat(message.times) : message!;

function outcomeOf(row: Row): string {
  const result =
    row.message !== undefined
      ? invitationText({ template: messageOf(row), link: LINK, mayLink: false })
      : row.sender !== undefined
        ? parseSender(row.sender, { allowList: row.allowList ?? null })
        : parsePhone(row.phone!, '34');
  return result.ok ? 'accepted' : result.refusal.kind;
}

test(`messages, senders and numbers are taken or refused as the ${table.length} rows of the table say`, () => {
  assert.ok(table.length >= 300);
  const wrong = table.map((row) => ({ ...row, outcome: outcomeOf(row) })).filter((row) => row.outcome !== row.expected);
  assert.deepEqual(wrong, []);
});

test('what is sent holds our link and no other, and is within the limit', () => {
  for (const row of table.filter(({ message, expected }) => message !== undefined && expected === 'accepted')) {
    const made = invitationText({ template: messageOf(row), link: LINK, mayLink: false });
    assert.ok(made.ok);
    assert.ok(made.value.text.includes(LINK));
    assert.ok(made.value.segments <= MAX_SEGMENTS);
    assert.equal(holdsLink(made.value.text.replaceAll(LINK, ' ')), false);
    assert.equal(/\[link\]/i.test(made.value.text), false);
  }
});

const text = (template: string, mayLink = false): string => {
  const made = invitationText({ template, link: LINK, mayLink });
  return made.ok ? made.value.text : made.refusal.kind;
};

test('the link stands where the keyword stood, or at the end', () => {
  assert.deepEqual(
    [
      'Pulse: [LINK].',
      'Pulse: [link]',
      '[LINK] o [Link]',
      'MiEmpresa',
      'Fin. ',
      '[LINK][LINK]',
      'pulse[LINK]gracias',
      '$&[LINK]$1',
    ].map((template) => text(template)),
    [
      `Pulse: ${LINK}.`,
      `Pulse: ${LINK}`,
      `${LINK} o ${LINK}`,
      `MiEmpresa ${LINK}`,
      `Fin.  ${LINK}`,
      `${LINK} ${LINK}`,
      `pulse ${LINK} gracias`,
      `$&${LINK}$1`,
    ],
  );
});

test('an account that may send links sends them, and is held to the rest of the rules', () => {
  assert.equal(text('Vea empresa.com: [LINK]', true), `Vea empresa.com: ${LINK}`);
  assert.equal(text('Vea https://empresa.com\u0000 [LINK]', true), 'message-characters');
  assert.equal(text('a'.repeat(1600), true), 'message-too-long');
});

test('refusals say how long and how long at most, and never what was written', () => {
  assert.deepEqual(invitationText({ template: 'a'.repeat(1600), link: LINK, mayLink: false }), {
    ok: false,
    refusal: { kind: 'message-too-long', segments: 11, maxSegments: 10 },
  });
  assert.deepEqual(parseSender('MiEmpresaSL2', { allowList: null }), {
    ok: false,
    refusal: { kind: 'sender-too-long', length: 12, maxLength: 11 },
  });
});

test('half a character is refused, because it cannot be sent', () => {
  assert.equal(text('Hola \ud83d [LINK]'), 'message-characters');
});

test('senders are names, numbers or short codes', () => {
  assert.deepEqual(
    ['MiEmpresa', '34600000001', '25555', '___'].map((sender) => senderKindOf(sender as Sender)),
    ['name', 'number', 'short-code', 'name'],
  );
});

test('texts made to be slow to look through are answered at once', () => {
  const hostile = [
    'a'.repeat(1_000_000),
    '[LINK]'.repeat(170_000),
    'a.'.repeat(765),
    'a'.repeat(1_530),
    '@a.b'.repeat(380),
    '1.'.repeat(700),
    '\ufdfa'.repeat(600),
    `${'-_'.repeat(700)}.`,
    ':'.repeat(1_500),
  ];
  for (const template of hostile) {
    const began = performance.now();
    invitationText({ template, link: LINK, mayLink: false });
    assert.ok(performance.now() - began < 250, `${template.slice(0, 6)}… took ${performance.now() - began} ms`);
  }
});
