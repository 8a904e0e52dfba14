import assert from 'node:assert/strict';
import test from 'node:test';
import { newRecoveryCode, parseRecoveryCode } from './recovery-code.ts';
import { drawInteger, secretsFrom } from './secrets.client.ts';
import { openState, sealState } from './sealed-state.ts';
import { newTotpSecret, totpStepOf, totpUri } from './totp.client.ts';
import { parseUserName } from './user.ts';

/** RFC 6238, appendix B: the key is '12345678901234567890'; its eight digits end in these six. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('codes are those of RFC 6238, and of the step before and after', () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ] as const) {
    const step = Math.floor(seconds / 30);
    for (const off of [-30, 0, 30])
      assert.equal(totpStepOf(RFC_SECRET, code, new Date((seconds + off) * 1000)), step, `${seconds} ${off}`);
    for (const off of [-90, 90].filter((each) => seconds + each >= 0))
      assert.equal(totpStepOf(RFC_SECRET, code, new Date((seconds + off) * 1000)), null);
  }
  for (const code of ['', '28708', '2870820', '28708a', ' 87082', '２８７０８２'])
    assert.equal(totpStepOf(RFC_SECRET, code, new Date(59_000)), null, code);
  assert.match(newTotpSecret(), /^[A-Z2-7]{32}$/);
  assert.match(totpUri({ issuer: 'Cotejo', name: 'a@b', secret: RFC_SECRET }), /^otpauth:\/\/totp\/Cotejo:a%40b\?/);
});

test('a recovery code is read as people write it down', () => {
  const code = newRecoveryCode(drawInteger);
  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  assert.equal(parseRecoveryCode(code), code.replaceAll('-', ''));
  assert.equal(parseRecoveryCode(' 7q4m okxt-9hbl '), '7Q4M0KXT9HB1');
  for (const other of ['', '123456', '7Q4M-0KXT-9HBU', `${code}1`]) assert.equal(parseRecoveryCode(other), null, other);
});

test('what was handed out comes back as it was, for its purpose and its time, from nobody else', () => {
  const seal = secretsFrom(Buffer.alloc(32, 1));
  const at = new Date('2026-11-25T10:00:00Z');
  const state = sealState(seal, 'passkey-new', { challenge: 'ñ' }, new Date(at.getTime() + 1000));
  assert.deepEqual(openState(seal, 'passkey-new', state, at), { challenge: 'ñ' });
  assert.equal(openState(seal, 'passkey-sign-in', state, at), null);
  assert.equal(openState(seal, 'passkey-new', state, new Date(at.getTime() + 1000)), null);
  assert.equal(openState(secretsFrom(Buffer.alloc(32, 2)), 'passkey-new', state, at), null);
  for (let place = 0; place < state.length; place += 1) {
    const other = state[place] === 'A' ? 'B' : 'A';
    const changed = state.slice(0, place) + other + state.slice(place + 1);
    // The last character of base64 has bits that say nothing.
    if (place < state.length - 1) assert.equal(openState(seal, 'passkey-new', changed, at), null, String(place));
  }
  for (const other of ['', 'x', 'A'.repeat(41), '%'.repeat(60)])
    assert.equal(openState(seal, 'passkey-new', other, at), null, other);
});

test('names are one name however they are typed', () => {
  assert.equal(parseUserName(' Ana@Ejemplo.ES '), 'ana@ejemplo.es');
  assert.equal(parseUserName('ａｎａ'), 'ana');
  assert.equal(parseUserName('Peñ\u0303a'), parseUserName('peñ\u0303a'.normalize('NFC')));
  for (const text of ['', 'ab', 'ana perez', 'an\u202ea', 'x'.repeat(101), 'a\u0000b'])
    assert.equal(parseUserName(text), null);
});
