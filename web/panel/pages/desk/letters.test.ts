import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { lettersBeside, sayTheSame } from './letters.ts';

const shown = (zone: string, print: string): string =>
  lettersBeside(zone, print)
    .map(({ zone: left, print: right, is }) =>
      is === 'same' ? right : is === 'rewritten' ? `(${left}~${right})` : `[${left}/${right}]`,
    )
    .join('');

test('one wrong digit is the only difference', () => {
  assert.equal(shown('99999999R', '99999989R'), '999999[9/8]9R');
});

test('a letter too many on either side is shown where it is', () => {
  assert.equal(shown('MARTINEZ', 'MARTNEZ'), 'MART[I/]NEZ');
  assert.equal(shown('MARTNEZ', 'MARTINEZ'), 'MART[/I]NEZ');
});

test('accents, Ñ and ß are the same letters as the zone writes them', () => {
  assert.equal(shown('MUNOZ', 'MUÑOZ'), 'MU(N~Ñ)OZ');
  assert.equal(shown('MUNXXOZ', 'MUÑOZ'), 'MU(NXX~Ñ)OZ');
  assert.equal(shown('GARCIA', 'García'), 'Garc(I~í)a');
  assert.equal(shown('MUELLER', 'MÜLLER'), 'M(UE~Ü)LLER');
  assert.equal(shown('STRASSE', 'Straße'), 'Stra(SS~ß)e');
  assert.ok(sayTheSame(lettersBeside('MUNOZ<GARCIA', 'MUÑOZ GARCÍA')));
});

test('fillers stand for blanks and hyphens, apostrophes are left out', () => {
  assert.ok(sayTheSame(lettersBeside('ANNA<MARIA', 'Anna-Maria')));
  assert.equal(shown('OCONNOR', "O'CONNOR"), "O(~')CONNOR");
});

test('a value that one side does not have differs whole', () => {
  assert.equal(shown('', 'AB'), '[/A][/B]');
  assert.equal(shown('AB', ''), '[A/][B/]');
  assert.deepEqual(lettersBeside('', ''), []);
});

test('nothing is lost or turned round, whatever is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 24 }), fc.string({ maxLength: 24 }), (print, zone) => {
      const pairs = lettersBeside(zone, print);
      assert.equal(pairs.map((pair) => pair.zone).join(''), zone);
      assert.equal(pairs.map((pair) => pair.print).join(''), print);
    }),
  );
});

test('a value beside itself never differs', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (value) => {
      assert.ok(sayTheSame(lettersBeside(value, value)));
    }),
  );
});
