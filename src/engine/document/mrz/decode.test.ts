import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALPHABET, classOf, GLYPHS } from './alphabet.ts';
import { decodeGrid } from './decode.ts';
import type { GlyphGrid } from './glyph-grid.ts';

/** What a clear reading of these lines looks like to the decoder. */
function gridOf(lines: readonly string[]): GlyphGrid & { rows: Float32Array[] } {
  const lineLength = lines[0]!.length;
  const rows = lines.map((line) => {
    const row = new Float32Array(lineLength * GLYPHS).fill(Math.log(0.02 / (GLYPHS - 1)));
    [...line].forEach((glyph, column) => (row[column * GLYPHS + classOf(glyph)] = Math.log(0.98)));
    return row;
  });
  return { lineLength, rows };
}

/** Makes one place doubtful: `seen` is likelier than `real` by so many nats. */
function doubt(grid: GlyphGrid, line: number, column: number, seen: string, real: string, nats: number): void {
  const row = grid.rows[line]!;
  const offset = column * GLYPHS;
  for (let k = 0; k < GLYPHS; k++) row[offset + k] = Math.log(0.02 / (GLYPHS - 2));
  const p = 0.98 / (1 + Math.exp(nats));
  row[offset + classOf(real)] = Math.log(p);
  row[offset + classOf(seen)] = Math.log(0.98 - p);
}

const specimens = {
  TD3: ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
  TD2: ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'],
  TD1: ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'],
  MRVA: ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L8988901C4XXX4009078F96121096ZE184226B<<<<<<'],
  MRVB: ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L8988901C4XXX4009078F9612109<<<<<<<<'],
  IDFRA: ['IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<', '9409923102854CORINNE<<<<<<<6512068F4'],
};

for (const [format, lines] of Object.entries(specimens))
  test(`a clear reading of the ${format} specimen decodes to itself, at no price`, () => {
    const decoded = decodeGrid(gridOf(lines))!;
    assert.equal(decoded.format, format);
    assert.deepEqual(decoded.lines, lines);
    assert.deepEqual(decoded.rawLines, lines);
    assert.equal(decoded.repairedGlyphs, 0);
    assert.ok(Math.abs(decoded.priceNats!) < 1e-6);
    assert.ok(decoded.checks.every(({ passed, passedRaw }) => passed && passedRaw));
  });

test('check digits put a doubtful digit right, and the repair is counted and never called evidence', () => {
  const grid = gridOf(specimens.TD3);
  doubt(grid, 1, 14, '5', '4', 1.5); // 74… of the birth date looks like 75…
  const decoded = decodeGrid(grid)!;
  assert.deepEqual(decoded.lines, specimens.TD3);
  assert.equal(decoded.rawLines[1]!.slice(13, 19), '750812');
  assert.equal(decoded.repairedGlyphs, 1);
  assert.ok(Math.abs(decoded.priceNats! - 1.5) < 1e-3);
  assert.deepEqual(
    decoded.checks.filter(({ passedRaw }) => !passedRaw).map(({ name }) => name),
    ['birth', 'composite'],
  );
  assert.ok(decoded.checks.every(({ passed }) => passed));
});

test('check digits that were never true are read as printed', () => {
  const wrong = [specimens.TD3[0]!, 'L898902C35UTO7408122F1204159ZE184226B<<<<<10'];
  const decoded = decodeGrid(gridOf(wrong))!;
  assert.deepEqual(decoded.lines, wrong);
  assert.equal(decoded.priceNats, null);
  assert.equal(decoded.repairedGlyphs, 0);
  assert.ok(decoded.checks.some(({ passed }) => !passed));
});

test('a K that is filler ends a name only where the grammar says so', () => {
  const grid = gridOf(specimens.TD1);
  doubt(grid, 2, 24, 'K', '<', 2); // in the filler after the names
  assert.deepEqual(decodeGrid(grid)!.lines, specimens.TD1);
});

test('issuing state and nationality help each other, from the list of the standard', () => {
  const grid = gridOf(specimens.TD1);
  doubt(grid, 1, 16, 'I', 'T', 2); // UIO is no state
  assert.deepEqual(decodeGrid(grid)!.lines, specimens.TD1);
});

test('an unlisted code that is printed clearly is kept', () => {
  const lines = ['P<BDRMUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<', 'CA000000<4D<<6408125F1802212<<<<<<<<<<<<<<<6'];
  assert.deepEqual(decodeGrid(gridOf(lines))!.lines, lines);
});

test('whatever is seen, a decoding within its price satisfies every check digit', () => {
  const noise = fc.array(fc.double({ min: -9, max: 0, noNaN: true }), { minLength: 37, maxLength: 37 });
  fc.assert(
    fc.property(fc.array(noise, { minLength: 6, maxLength: 6 }), fc.nat(29), (noises, from) => {
      const grid = gridOf(specimens.TD1);
      noises.forEach((values, at) => {
        const column = (from + 5 * at) % 30;
        grid.rows[at % 2]!.set(Float32Array.from(values), column * GLYPHS);
      });
      const decoded = decodeGrid(grid)!;
      const all = decoded.checks.every(({ passed }) => passed);
      assert.ok(decoded.priceNats === null || all);
      for (const line of decoded.lines) assert.ok([...line].every((glyph) => ALPHABET.includes(glyph)));
    }),
    { numRuns: 60 },
  );
});
