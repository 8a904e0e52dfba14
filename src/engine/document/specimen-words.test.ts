import assert from 'node:assert/strict';
import { test } from 'node:test';
import { specimenWords } from './specimen-words.ts';

const lines = (...texts: string[]) => texts.map((text) => ({ text }));
const field = (text: string) => ({ text });

test('words across a document are found, also slightly garbled', () => {
  assert.deepEqual(specimenWords(lines('ESPECIMEN'), []), ['ESPECIMEN']);
  assert.deepEqual(specimenWords(lines('ESPECIMFN'), []), ['ESPECIMEN']);
  assert.deepEqual(specimenWords(lines('MUSTER'), []), ['MUSTER']);
});
test('short words inside names are none', () => {
  assert.deepEqual(specimenWords(lines('MUSTERO', 'AVOIDANCE'), []), []);
});
test('numbers, holders and the state of published specimens tell them', () => {
  assert.deepEqual(specimenWords([], [{ documentNumber: field('99999999R') }]), ['99999999R']);
  assert.deepEqual(specimenWords([], [{ surnames: field('ESPANOLA ESPANOLA'), givenNames: field('CARMEN') }]), [
    'ESPAÑOLA ESPAÑOLA, CARMEN',
  ]);
  assert.deepEqual(specimenWords([], [{ nationality: field('UTO') }]), ['UTO']);
  assert.deepEqual(specimenWords([], [{ surnames: field('SPECIMEN') }]), ['SPECIMEN']);
});
test('an ordinary document has none', () => {
  assert.deepEqual(
    specimenWords(lines('DOCUMENTO NACIONAL DE IDENTIDAD', 'MUÑOZ', 'PRUEBA / TEST'), [
      { surnames: field('MUÑOZ'), givenNames: field('CARMEN'), documentNumber: field('65004204V') },
    ]),
    [],
  );
});
