import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeGrid } from './decode.ts';
import { atLength, gridOfText, saysTheSame, withFillerPutRight } from './text-reader.ts';

test('look-alikes of filler are put right where filler is, and left where letters are', () => {
  assert.equal(withFillerPutRight('ROSSI<<ELENA<<<<<<KKKK<<'), 'ROSSI<<ELENA<<<<<<<<<<<<');
  assert.equal(withFillerPutRight('PEKKA<<KAI<<<<<<K<<'), 'PEKKA<<KAI<<<<<<<<<');
  assert.equal(withFillerPutRight('GARCIACCMARIACCCCCCC'), 'GARCIA<<MARIA<<<<<<<');
});

test('lost filler is given back, excess is taken away, other lengths end at the row’s end', () => {
  assert.equal(atLength('ROSSI<<ELENA<<<', 20), 'ROSSI<<ELENA<<<<<<<<');
  assert.equal(atLength('ROSSI<<ELENA<<<<<<<<<<<<', 20), 'ROSSI<<ELENA<<<<<<<<');
  assert.equal(atLength('ABCDEFGHIJKLMN', 10), 'ABCDEFGHIJ');
});

test('readers agree on what is said, not on how much filler follows, nor on O and 0', () => {
  assert.ok(saysTheSame('ROSSI<<ELENA<<<', 'ROSSI<<ELENA<<<<<<<<'));
  assert.ok(saysTheSame('7408122F1204159UT0<<<6', '7408122F1204159UTO<<<<<<<<<<<6'));
  assert.ok(!saysTheSame('ROSSI<<ELEN<<<', 'ROSSI<<ELENA<<<<<<<<'));
  assert.ok(!saysTheSame('ROSSI<ELENA<<<', 'ROSSI<<ELENA<<<<<<<<'));
});

test('a letter where the format holds a digit is put right, and its check digit is no evidence', () => {
  const lines = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];
  const seen = [lines[0]!, lines[1]!.replace('F120415', 'F12041S'), lines[2]!];
  const decoded = decodeGrid(gridOfText(seen, 30))!;
  assert.deepEqual(decoded.lines, lines);
  assert.deepEqual(
    decoded.checks.filter(({ passedRaw }) => !passedRaw).map(({ name }) => name),
    ['expiry', 'composite'],
  );
});
