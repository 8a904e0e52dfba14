import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { parsePhone } from '../verification/phone.ts';
import { testNumbers } from './test-numbers.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/contract/test-applicants.md'), 'utf8');

test('the published table has every number, once, and its reason where it is rejected', () => {
  const rows = [...page.matchAll(/^\| (34\d{9}) \| (.*)$/gm)];
  assert.deepEqual(rows.map(([, number]) => number).sort(), [...testNumbers.keys()].sort());
  for (const [, number, words] of rows) {
    const { ends } = testNumbers.get(number!)!;
    if (ends.at === 'rejected') assert.ok(words!.includes(ends.reason), number);
  }
});

test('each is a number that an SMS could go to, written as a company would', () => {
  for (const number of testNumbers.keys()) {
    assert.deepEqual(parsePhone(`+${number}`, '34'), { ok: true, value: number });
    assert.deepEqual(parsePhone(number.slice(2), '34'), { ok: true, value: number });
  }
});
