import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DocumentReading, Field, FieldName, Mrz } from '../engine/document/document.ts';
import { corpusTest } from '../../tests/corpus.ts';
import { countDocuments, type DocumentItem } from './documents.ts';

const lines = ['IDESPAAA023112165004204V<<<<<<', '5001105M1804179ESP<<<<<<<<<<<2', 'ESPANOL<ESPANOL<<JUAN<<<<<<<<<'];
const mrz: Mrz = {
  format: 'TD1',
  lines,
  rawLines: lines,
  checks: [{ name: 'number', passed: true, passedRaw: true }],
  repairedGlyphs: 0,
  repairPriceNats: 0,
  glyphConfidence: [],
  agreement: 'both',
  accepted: true,
  rows: [],
};
const reading = (changes: Partial<DocumentReading>): DocumentReading => ({
  type: 'esp-dnie',
  oneSided: false,
  issuingState: 'ESP',
  fields: {},
  printed: {},
  inZone: {},
  numberOnFront: null,
  numberOnBack: null,
  mrz: null,
  mrzSide: null,
  barcodes: [],
  specimenWords: [],
  crossChecks: [],
  sides: {},
  ...changes,
});
const field = (text: string, from: Field['from'] = 'viz'): Field => ({ text, from, side: 'front', confidence: 0.9 });
const back: DocumentItem = {
  file: 'back.png',
  docType: 'id-back TD1',
  country: 'ESP',
  mrz: lines,
  mrzCheckDigitsValid: true,
  viz: {},
};
const one = (item: DocumentItem, read: DocumentReading | null, portraitFound = false) => ({
  item,
  reading: read,
  portraitFound,
  ms: 10,
  cpuMs: 20,
});

describe('counting readings against a manifest', () => {
  test('a zone as printed is exact', () => {
    const { mrz: counted } = countDocuments([one(back, reading({ mrz }))]);
    assert.deepEqual(
      [counted.total, counted.exact, counted.dataLines, counted.checksPass, counted.acceptedWrong],
      [1, 1, 1, 1, 0],
    );
  });
  test('a zone that reads as printed only after a repair is not exact', () => {
    const repaired = { ...mrz, repairedGlyphs: 1, checks: [{ name: 'number', passed: true, passedRaw: false }] };
    const { mrz: counted } = countDocuments([one(back, reading({ mrz: repaired }))]);
    assert.deepEqual([counted.exact, counted.exactAfterRepair, counted.checksPass], [0, 1, 0]);
  });
  test('a wrong name with right data lines is told apart, and counts as accepted and wrong', () => {
    const wrongName = { ...mrz, lines: [lines[0]!, lines[1]!, lines[2]!.replace('JUAN', 'JVAN')] };
    const { mrz: counted, failures } = countDocuments([one(back, reading({ mrz: wrongName }))]);
    assert.deepEqual([counted.exact, counted.dataLines, counted.acceptedWrong], [0, 1, 1]);
    assert.equal(failures[0]!.of, 'mrz');
  });
  test('zones that break the standard are counted apart', () => {
    const { mrz: counted } = countDocuments([one({ ...back, mrzCheckDigitsValid: false }, reading({ mrz }))]);
    assert.deepEqual([counted.total, counted.nonConforming.total, counted.nonConforming.exact], [0, 1, 1]);
  });
  test('a zone where none is printed is false', () => {
    const front: DocumentItem = { file: 'front.png', docType: 'id-front', mrz: null, viz: {} };
    const { mrz: counted } = countDocuments([one(front, reading({ mrz }), true), one(front, reading({}), true)]);
    assert.deepEqual([counted.negatives, counted.falseMrz], [2, 1]);
  });
  test('fields are exact with their accents, case and blanks aside', () => {
    const viz = { surname: 'Español  Español', given: 'JUÁN', number: '65004204V', birth: '1950-01-10', sex: 'M' };
    const fields: Partial<Record<FieldName, Field>> = {
      surnames: field('ESPAÑOL ESPAÑOL'),
      givenNames: field('JUAN'),
      documentNumber: field('65004204V', 'mrz'),
      birthDate: field('1950-01-10'),
    };
    const item: DocumentItem = { file: 'front.png', docType: 'id-front', country: 'ESP', viz };
    const { viz: counted, spanish, failures } = countDocuments([one(item, reading({ fields }), true)]);
    assert.deepEqual([counted.fields, counted.exact, counted.folded, counted.fromZone], [5, 3, 4, 1]);
    assert.deepEqual(counted.byField['given'], { total: 1, exact: 0, folded: 1 });
    assert.equal(spanish.fields, 5);
    assert.deepEqual(
      failures.map(({ field: name }) => name),
      ['given', 'sex'],
    );
  });
  test('fronts and data pages show a portrait, backs do not', () => {
    const item = (docType: string): DocumentItem => ({ file: docType, docType, viz: {} });
    const { portraits } = countDocuments([
      one(item('id-front DNI 4.0'), reading({}), true),
      one(item('passport TD3'), reading({}), false),
      one(item('id-back TD1'), reading({}), false),
      one(item('id TD1 both sides'), reading({}), true),
    ]);
    assert.deepEqual(portraits, { shown: 3, found: 2 });
  });
  test('a picture that could not be decoded counts as not read', () => {
    const { mrz: counted, items } = countDocuments([one(back, null)]);
    assert.deepEqual([items, counted.total, counted.exact], [1, 1, 0]);
  });
});

corpusTest('the front of a Spanish card in the corpus reads to its fields', async (folder) => {
  const { readFile } = await import('node:fs/promises');
  const { default: path } = await import('node:path');
  const { evaluateDocuments } = await import('./documents.ts');
  const { readBarcodes } = await import('../engine/document/barcode.client.ts');
  const { loadDictionary } = await import('../engine/document/text/dictionary.client.ts');
  const { decodeImage } = await import('../engine/runtime/decode-image.client.ts');
  const { openModels } = await import('../engine/runtime/models.client.ts');
  const documents = path.join(folder, 'documents');
  const { items } = JSON.parse(await readFile(path.join(documents, 'manifest.json'), 'utf8')) as {
    items: DocumentItem[];
  };
  const spanish = items.filter(({ country, docType }) => country === 'ESP' && /^id-front DNIe/.test(docType));
  assert.ok(spanish.length > 0);
  const { viz } = await evaluateDocuments(spanish, {
    models: openModels(),
    dictionary: loadDictionary(),
    readBarcodes,
    load: (file) => decodeImage(path.join(documents, file)),
    now: () => performance.now(),
    cpuMs: () => process.cpuUsage().user / 1000,
  });
  assert.ok(viz.folded === viz.fields, `${viz.folded} of ${viz.fields}`);
});
