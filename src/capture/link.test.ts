import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import type { AccountId } from '../kernel/id.ts';
import { LINK_CHANCE_BYTES, accountOfLink, linkToken, usualLink, linkUrl } from './link.ts';

const accounts = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }).map((id) => id as AccountId);

test('a token tells its account, is 29 letters and digits, and carries every bit of its chance', () => {
  fc.assert(
    fc.property(
      accounts,
      fc.uint8Array({ minLength: LINK_CHANCE_BYTES, maxLength: LINK_CHANCE_BYTES }),
      fc.nat(LINK_CHANCE_BYTES * 8 - 1),
      (account, chance, bit) => {
        const token = linkToken(account, chance);
        assert.match(token, /^[0-9A-Za-z]{29}$/);
        assert.equal(accountOfLink(token), account);
        const other = Uint8Array.from(chance);
        other[bit >> 3]! ^= 1 << (bit & 7);
        assert.notEqual(linkToken(account, other), token);
      },
    ),
  );
});

test('what is no token names no account', () => {
  for (const text of ['', 'x', '0'.repeat(29), 'z'.repeat(29), '-'.repeat(29), 'x'.repeat(30), 'é'.repeat(29)])
    assert.equal(accountOfLink(text), null, text);
});

test('the link that segments are counted with is as long as a real one', () => {
  const token = linkToken(9_999_999_999 as AccountId, randomBytes(LINK_CHANCE_BYTES));
  assert.equal(usualLink('https://id.example').length, linkUrl('https://id.example', token).length);
});
