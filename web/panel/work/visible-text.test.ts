import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { visiblePieces, visibleText, visibleWithin } from './visible-text.ts';

test('what turns a text round is named instead of obeyed', () => {
  assert.equal(visibleText('a\u202Egpj.exe'), 'a⟨RLO⟩gpj.exe');
  assert.equal(visibleText('\u2066x\u2069'), '⟨LRI⟩x⟨PDI⟩');
});

test('what is not seen is named', () => {
  assert.equal(visibleText('pay\u200Bpal\u0000'), 'pay⟨ZWSP⟩pal⟨U+0000⟩');
  assert.equal(visibleText('\uFEFF'), '⟨BOM⟩');
  assert.equal(visibleText('a\uD800b'), 'a⟨U+D800⟩b');
  assert.equal(visibleText('\u{E0041}'), '⟨U+E0041⟩');
});

test('lines stay lines only where lines are meant', () => {
  assert.equal(visibleText('a\nb'), 'a⟨LF⟩b');
  assert.equal(visibleText('a\nb\r', true), 'a\nb⟨CR⟩');
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

test('within a sentence a text is held only where it would turn what follows', () => {
  assert.equal(visibleWithin('Ana'), 'Ana');
  assert.equal(visibleWithin('דנה'), '\u2068דנה\u2069');
  assert.equal(visibleWithin('\u202eabc'), '⟨RLO⟩abc');
});
