import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { cellsOf, cutAt, isFormula } from '../../tests/panel/spreadsheet.ts';
import { csvCell, csvLine } from './csv.ts';

test('a cell is quoted, and a quote in it doubled', () => {
  assert.equal(csvCell('a "b" c'), '"a ""b"" c"');
  assert.equal(csvCell(null), '""');
  assert.equal(csvLine(['1', 'x']), '"1","x"\r\n');
});

test('what would be a formula is text', () => {
  for (const [text, cell] of [
    ['=1+1', "'=1+1"],
    ['+34600000000', "'+34600000000"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "  '=1"],
    ['\t=1', "\ufffd'=1"],
    ['\r\n=1', "\ufffd\ufffd'=1"],
    ['＝1', "'＝1"],
    ['pedido;=1', "pedido;'=1"],
    ['pedido 7', 'pedido 7'],
    ['a=b', 'a=b'],
  ] as const)
    assert.equal(csvCell(text), `"${cell}"`, text);
});

test('nothing turns the direction of writing or ends a line', () => {
  assert.equal(csvCell('a\u202eb\u0000c\u2028d\u200b'), '"a\ufffdb\ufffdc\ufffdd\ufffd"');
});

test('no cell of any text is a formula, whatever separator its reader cuts at', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '"',
      "'",
      ',',
      ';',
      '\t',
      '\r',
      '\n',
      '|',
      ' ',
      'a',
      '1',
      '\u202e',
      '＝',
      'é',
    ),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(nasty, fc.string()), { minLength: 1, maxLength: 4 }), (texts) => {
      const line = csvLine(texts).slice(0, -2);
      assert.equal(cellsOf(line, ',').length, texts.length);
      for (const separator of [',', ';', '\t', '|'])
        for (const cell of [...cellsOf(line, separator), ...cutAt(line, separator)])
          assert.ok(!isFormula(cell), JSON.stringify({ line, cell, separator }));
    }),
    { numRuns: 3000 },
  );
});
