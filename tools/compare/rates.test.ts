import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentRates } from './document-rates.ts';
import { faceRates, nearness } from './face-rates.ts';
import { mrzOfText } from './mrz-of-text.ts';

const at = (y: number, text: string) => ({
  text,
  box: [
    [0, y],
    [9, y],
  ],
});
const td3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const td1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];

test('the MRZ is picked from text in any order, spaces and look-alike fillers put right', () => {
  assert.deepEqual(mrzOfText([at(90, td3[1]!), at(10, 'PASSPORT'), at(80, td3[0]!.replaceAll('<<', '« '))]), td3);
  assert.deepEqual(mrzOfText([at(1, 'IDENTITY CARD'), ...td1.map((line, row) => at(50 + 10 * row, line))]), td1);
});

test('lost fillers at the end of a line are filled up again', () => {
  assert.deepEqual(mrzOfText([at(0, td3[0]!.slice(0, -3)), at(9, td3[1]!)]), td3);
});

test('text without lines of an MRZ gives none', () => {
  assert.equal(mrzOfText([at(0, 'THE QUICK BROWN FOX JUMPS OVER'), at(9, 'A LAZY DOG')]), null);
});

test('a picture without a face matches nobody, so hard pictures cannot be skipped', () => {
  const pictures = ['a', 'a', 'b', 'b'].map((identity, i) => ({ identity, file: `${i}` }));
  const all = faceRates(pictures, [[0], [0.1], [1], [1.1]], nearness);
  assert.deepEqual([all.found, all.genuine, all.impostor, all.eer], [4, 2, 4, 0]);
  const skipping = faceRates(pictures, [[0], null, [1], [1.1]], nearness);
  assert.deepEqual([skipping.found, skipping.fnmrAt1e2], [3, 0.5]);
});

test('an MRZ is exact or not, and one given out on a picture without is counted as false', () => {
  const pictures = [td3, td3, td1, null, null].map((mrz, i) => ({ file: `${i}`, mrz }));
  const read = [
    { lines: td3, isRelied: true },
    { lines: [td3[0]!, td3[1]!.replace('9', '8')], isRelied: true },
    { lines: null, isRelied: false },
    { lines: td1, isRelied: true },
    { lines: td1, isRelied: false },
  ];
  assert.deepEqual(documentRates(pictures, read), {
    withMrz: 3,
    exact: 1,
    linesExact: 3,
    lines: 7,
    reliedAndWrong: 1,
    falseMrz: 1,
    withoutMrz: 2,
  });
});
