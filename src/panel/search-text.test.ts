import assert from 'node:assert/strict';
import test from 'node:test';
import { cursorOf, placeOf } from './list-cursor.ts';
import { byteRangeOf } from './byte-range.ts';
import { soughtBy } from './search-text.ts';

test('nine digits may be an ID, a national phone, a number and a reference', () => {
  assert.deepEqual(soughtBy(' 600 000-001 ', '34'), {
    id: 600_000_001,
    phones: ['600000001', '34600000001'],
    number: '600000001',
    reference: '600 000-001',
    isWholeReference: false,
  });
});

test('a plus sign or two noughts begin a phone with its calling code', () => {
  assert.deepEqual(soughtBy('+34 600 00', '34').phones, ['3460000']);
  assert.deepEqual(soughtBy('0034600', '34').phones, ['34600']);
  assert.equal(soughtBy('+34600', '34').id, null);
});

test('a document number is looked for in capitals, without blanks and hyphens', () => {
  assert.equal(soughtBy('00000000-t', '34').number, '00000000T');
});

test('what is too short begins nothing', () => {
  assert.deepEqual(soughtBy('ab', '34'), {
    id: null,
    phones: [],
    number: null,
    reference: 'ab',
    isWholeReference: true,
  });
  assert.deepEqual(soughtBy('123', '34').phones, []);
});

test('the end of a page names the place where the next one begins, and nothing else is taken for one', () => {
  const place = { at: new Date('2026-11-25T10:00:00.123Z'), id: 299_846_332 };
  assert.deepEqual(placeOf(cursorOf(place)), place);
  for (const text of ['', '1', '1-', '-1', '1-2-3', '1e3-2', "1-2'", '99999999999999999-1'])
    assert.equal(placeOf(text), null, text);
});

test('parts of a file are asked for from the beginning, from a place on, or from the end', () => {
  assert.deepEqual(byteRangeOf('bytes=0-0', 10), { from: 0, to: 0 });
  assert.deepEqual(byteRangeOf('bytes=3-', 10), { from: 3, to: 9 });
  assert.deepEqual(byteRangeOf('bytes=-4', 10), { from: 6, to: 9 });
  assert.deepEqual(byteRangeOf('bytes=-40', 10), { from: 0, to: 9 });
  assert.deepEqual(byteRangeOf('bytes=2-99', 10), { from: 2, to: 9 });
  for (const header of ['bytes=10-', 'bytes=-0', 'bytes=11-12'])
    assert.equal(byteRangeOf(header, 10), 'unsatisfiable', header);
  for (const header of [undefined, 'bytes=', 'bytes=-', 'bytes=5-4', 'bytes=0-1,3-4', 'items=0-1', 'bytes=a-b'])
    assert.equal(byteRangeOf(header, 10), null, String(header));
});
