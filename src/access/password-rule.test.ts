import assert from 'node:assert/strict';
import test from 'node:test';
import { checkPassword } from './password-rule.ts';

test('a password is taken when it is long and not one thing over and over', () => {
  for (const [password, why] of [
    ['once letras', 'too-short'],
    ['x'.repeat(257), 'too-long'],
    ['aaaaaaaaaaaaaaaa', 'too-simple'],
    ['abababababababab', 'too-simple'],
    ['abcdefghijklmnop', 'too-simple'],
    ['qwertyuiopasdf', 'too-simple'],
    ['0123456789012', 'too-simple'],
    ['ana.perez@ejemplo.es', 'is-the-name'],
    ['ana.perez1234', 'is-the-name'],
    ['1ANA.PEREZ1ana.perez', 'is-the-name'],
    ['cotejocotejo12345', 'is-the-name'],
  ] as const)
    assert.deepEqual(checkPassword(password, 'ana.perez@ejemplo.es'), { ok: false, refusal: { kind: why } }, password);
  for (const password of [
    'tres tigres tristes',
    'ñandú más ñandú',
    '😀😁😂🤣😃😄😅😆😉😊😋😎',
    'correct horse battery staple',
    'el cotejo de mi prima',
    'x'.repeat(20) + 'yzwv',
  ])
    assert.equal(checkPassword(password, 'ana.perez@ejemplo.es').ok, true, password);
});
