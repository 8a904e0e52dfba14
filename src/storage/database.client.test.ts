import assert from 'node:assert/strict';
import test from 'node:test';
import { isUnreachable } from './database.client.ts';

const withCode = (code: string): Error => Object.assign(new Error('an error'), { code });

test('what says that the server is away is told from what says that a statement is wrong', () => {
  for (const code of [
    'EPIPE',
    'ECONNRESET',
    'ECONNREFUSED',
    'ENOENT',
    'ETIMEDOUT',
    '57P01',
    '57P03',
    '08006',
    '53300',
    '58030',
  ])
    assert.equal(isUnreachable(withCode(code)), true, code);
  for (const code of ['23505', '42601', '22003', '40P01', 'XX000', 'P0001'])
    assert.equal(isUnreachable(withCode(code)), false, code);
  assert.equal(isUnreachable(new Error('Connection terminated unexpectedly')), true);
  assert.equal(isUnreachable(new TypeError('undefined is not a function')), false);
});
