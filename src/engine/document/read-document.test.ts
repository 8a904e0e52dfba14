import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { generateDocument, type GeneratedDocument } from '../../specimen/generate.client.ts';
import { photograph } from '../../specimen/photograph.client.ts';
import type { DocumentRequest } from '../../specimen/document.ts';
import type { Raster } from '../image/raster.ts';
import type { Models } from '../runtime/model.ts';
import { openModels } from '../runtime/models.client.ts';
import { documentFindings } from './findings.ts';
import type { DocumentReading, FieldName } from './document.ts';
import { readDocument } from './read-document.ts';
import { loadDictionary } from './text/dictionary.client.ts';
import type { Dictionary } from './text/recognise.ts';

const at = '2026-06-01';

describe('a document is read from its photographs', () => {
  let models: Models;
  let dictionary: Dictionary;
  before(() => {
    models = openModels();
    dictionary = loadDictionary();
  });
  const draw = (request: Omit<DocumentRequest, 'at'>): Promise<GeneratedDocument> =>
    generateDocument({ at, ...request });
  const taken = async (document: Raster, seed: number, quarterTurns: 0 | 1 | 2 | 3 = 0): Promise<Raster> =>
    (await photograph(document, { seed, level: 1, quarterTurns })).image;
  const read = (pictures: { front?: Raster; back?: Raster }): Promise<DocumentReading> =>
    readDocument({ ...pictures, at, models, dictionary });
  const failing = ({ crossChecks }: DocumentReading): string[] =>
    crossChecks.flatMap(({ name, holds }) => (holds === false ? [name] : []));
  const texts = ({ fields }: DocumentReading, of: readonly string[]): Record<string, string | undefined> =>
    Object.fromEntries(of.map((name) => [name, fields[name as FieldName]?.text]));

  test('a Spanish identity card, front and back, to its printed fields with their accents', async () => {
    const { front, back, truth } = await draw({ type: 'esp-dni-4', seed: 4211, marked: 'none' });
    const reading = await read({ front: await taken(front, 1), back: await taken(back!, 2) });
    assert.equal(reading.type, 'esp-dni-4');
    assert.equal(reading.oneSided, false);
    assert.deepEqual(texts(reading, Object.keys(truth.fields)), truth.fields);
    assert.deepEqual(reading.mrz?.lines, truth.mrz.lines);
    assert.equal(reading.mrzSide, 'back');
    assert.equal(reading.numberOnFront, truth.numberOnFront);
    assert.equal(reading.numberOnBack, truth.numberOnBack);
    assert.deepEqual(reading.specimenWords, []);
    assert.deepEqual(failing(reading), []);
  });

  test('the same when front and back are swapped, lie on their side and upside down', async () => {
    const { front, back, truth } = await draw({ type: 'esp-dnie', seed: 4212, marked: 'none' });
    const reading = await read({ front: await taken(back!, 3, 1), back: await taken(front, 4, 2) });
    assert.equal(reading.type, 'esp-dnie');
    assert.equal(reading.sides.front?.quarterTurns, 2);
    assert.equal(reading.sides.back?.quarterTurns, 3);
    assert.equal(reading.fields.documentNumber?.text, truth.fields.documentNumber);
    assert.equal(reading.fields.birthDate?.text, truth.fields.birthDate);
    assert.equal(reading.numberOnFront, truth.numberOnFront);
    assert.deepEqual(failing(reading), []);
  });

  test('one picture of both sides is front and back', async () => {
    const { front, back, truth } = await draw({ type: 'esp-dni-3', seed: 4213, marked: 'none' });
    const reading = await read({ front: above(front, back!) });
    assert.equal(reading.numberOnFront, truth.numberOnFront);
    assert.equal(reading.numberOnBack, truth.numberOnBack);
    assert.equal(reading.sides.front?.image, reading.sides.back?.image);
    assert.equal(reading.fields.supportNumber?.text, truth.fields.supportNumber);
  });

  test("a back of another person's card is told", async () => {
    const { front, back } = await draw({ type: 'esp-dni-4', seed: 4214, marked: 'none', flaws: ['other-person-back'] });
    const reading = await read({ front, back: back! });
    assert.ok(failing(reading).includes('number-front-back'));
    assert.ok(failing(reading).includes('birth-viz-mrz'));
    // Whoever looks at the case sees both, whichever of them the reading goes by.
    const { printed, inZone } = reading;
    assert.ok(printed.birthDate !== undefined && inZone.birthDate !== undefined);
    assert.notEqual(printed.birthDate.text, inZone.birthDate.text);
  });

  test('a residence card that contradicts itself, and a marked specimen', async () => {
    const { front, back } = await draw({ type: 'esp-tie', seed: 4215, marked: 'specimen', flaws: ['birth-differs'] });
    const reading = await read({ front, back: back! });
    assert.equal(reading.type, 'esp-tie');
    assert.ok(failing(reading).includes('birth-viz-mrz'));
    assert.ok(failing(reading).includes('no-specimen'));
  });

  test('a passport page is one-sided, and carries the DNI as the holder’s number', async () => {
    const { front, truth } = await draw({ type: 'esp-passport', seed: 4216, marked: 'none' });
    const reading = await read({ front: await taken(front, 5) });
    assert.equal(reading.type, 'esp-passport');
    assert.equal(reading.oneSided, true);
    const names = [
      'documentNumber',
      'supportNumber',
      'birthDate',
      'expiryDate',
      'sex',
      'surnames',
      'givenNames',
    ] as const;
    assert.deepEqual(texts(reading, names), Object.fromEntries(names.map((name) => [name, truth.fields[name]])));
    assert.equal(reading.crossChecks.find(({ name }) => name === 'number-front-back')?.reason, 'one-sided');
  });

  test('a foreign card is read by its zone', async () => {
    const { front, back, truth } = await draw({ type: 'icao-td1', seed: 4217, marked: 'none' });
    const reading = await read(back === undefined ? { front } : { front, back });
    assert.equal(reading.type, 'icao-td1');
    assert.deepEqual(reading.mrz?.lines, truth.mrz.lines);
    assert.equal(reading.fields.birthDate?.text, truth.fields.birthDate);
  });

  test('a picture of nothing reads to nothing, every check open, and its findings say so', async () => {
    const blank: Raster = { widthPx: 400, heightPx: 300, rgb: new Uint8Array(400 * 300 * 3).fill(180) };
    const reading = await read({ front: blank });
    assert.equal(reading.type, 'unknown');
    assert.deepEqual(reading.fields, {});
    assert.equal(reading.mrz, null);
    const findings = documentFindings(reading, { at, requestedNumber: '65004204V' });
    assert.deepEqual(findings[0], {
      check: 'document/fields',
      score: 0,
      higherMeans: 'more of the document could be read',
      model: findings[0]!.model,
      durationMs: 0,
      details: { type: 'unknown', missing: ['documentNumber', 'surnames', 'givenNames', 'birthDate', 'expiryDate'] },
    });
    assert.ok(findings.some((one) => one.check === 'document/requested-number' && 'inconclusive' in one));
  });
});

/** Two pictures one above the other. */
function above(upper: Raster, lower: Raster): Raster {
  const widthPx = Math.max(upper.widthPx, lower.widthPx);
  const heightPx = upper.heightPx + lower.heightPx + 40;
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(90);
  const lay = ({ widthPx: w, heightPx: h, rgb: from }: Raster, top: number): void => {
    for (let y = 0; y < h; y++) rgb.set(from.subarray(y * w * 3, (y + 1) * w * 3), (top + y) * widthPx * 3);
  };
  lay(upper, 0);
  lay(lower, upper.heightPx + 40);
  return { widthPx, heightPx, rgb };
}
