import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../kernel/random.ts';
import { ALPHABET } from './alphabet.ts';
import { voted } from './vote.ts';

test('a glyph that one reading lost and one that another saw twice are put right by the rest', () => {
  const row = 'P<UTOIRIBARNE<<FILIPPA<<<<<<';
  const narrowLost = row.replace('FILI', 'FLI');
  const wideTwice = row.replace('UTO', 'UTNO');
  assert.equal(voted([narrowLost, wideTwice, row]), row);
  assert.equal(voted([wideTwice, row, narrowLost]), row);
});

test('look-alikes count for each other, and the one more often seen stands', () => {
  assert.equal(voted(['AFFAH', 'AF1FAH', 'AFIFAH']), 'AF1FAH');
  assert.equal(voted(['0TT0', 'OTTO', 'OTTO']), 'OTTO');
});

test('where all differ, or two readings stand against each other, the first one stands', () => {
  assert.equal(voted(['AXB', 'AYB', 'AZB']), 'AXB');
  assert.equal(voted(['ANNA', 'ANA']), 'ANNA');
  assert.equal(voted(['ANA', 'ANNA']), 'ANA');
});

test('a row that nobody reads is empty', () => {
  assert.equal(voted(['', '', '']), '');
  assert.equal(voted(['', 'AB', 'AB']), 'AB');
});

test('whatever two readings hold, a third that says the same as one of them has its way', () => {
  const seed = 20_261_125;
  const random = seededRandom(seed);
  const row = (length: number): string =>
    Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]!).join('');
  for (let round = 0; round < 300; round++) {
    const [text, other] = [row(Math.floor(random() * 50)), row(Math.floor(random() * 50))];
    assert.equal(voted([text, text, other]), text, `seed ${seed}, round ${round}`);
    assert.ok(voted([text, other, row(44)]).length <= text.length + other.length + 44);
  }
});
