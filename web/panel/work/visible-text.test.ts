import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { visiblePieces } from './visible-text.ts';

const shown = (text: string, keepsLines = false): string =>
  visiblePieces(text, keepsLines)
    .map((piece) => ('text' in piece ? piece.text : `⟨${piece.hidden}⟩`))
    .join('');

test('what turns a text round is named instead of obeyed', () => {
  assert.equal(shown('a\u202Egpj.exe'), 'a⟨RLO⟩gpj.exe');
  assert.equal(shown('\u2066x\u2069'), '⟨LRI⟩x⟨PDI⟩');
});

test('what is not seen is named', () => {
  assert.equal(shown('pay\u200Bpal\u0000'), 'pay⟨ZWSP⟩pal⟨U+0000⟩');
  assert.equal(shown('\uFEFF'), '⟨BOM⟩');
  assert.equal(shown('a\uD800b'), 'a⟨U+D800⟩b');
  assert.equal(shown('\u{E0041}'), '⟨U+E0041⟩');
});

test('lines stay lines only where lines are meant', () => {
  assert.equal(shown('a\nb'), 'a⟨LF⟩b');
  assert.equal(shown('a\nb\r', true), 'a\nb⟨CR⟩');
});

test('names of all scripts stay as they are', () => {
  for (const name of ['Muñoz García', 'عبد الله', '王小明', 'Nguyễn', 'O’Connor', 'Łukasz'])
    assert.deepEqual(visiblePieces(name), [{ text: name }]);
});

test('nothing hidden is ever left in a text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const piece of visiblePieces(text))
        if ('text' in piece) assert.doesNotMatch(piece.text, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});
