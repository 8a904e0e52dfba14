import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import type { Box, Raster } from '../engine/image/raster.ts';
import { drawDocument, type DocumentRequest } from './document.ts';
import { loadFonts } from './fonts.client.ts';
import { generateDocument } from './generate.client.ts';
import { specimenTypes } from './layouts/index.ts';
import { mrzCheckDigit } from './mrz-lines.ts';
import { ageAt, controlLetter } from './person.ts';

const at = '2026-06-15';
const draw = (request: Omit<DocumentRequest, 'at'>): ReturnType<typeof drawDocument> =>
  drawDocument({ at, ...request }, loadFonts(), null);
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

test('every kind of document looks as it did: the drawing and its pixels, bit by bit', async () => {
  const now: Record<string, Record<string, string>> = {};
  for (const type of specimenTypes) {
    const request = { type, seed: 21, at, marked: 'specimen' } as const;
    const drawn = drawDocument(request, loadFonts(), null, 0.5);
    const pixels = await generateDocument(request, { pxPerUnit: 0.5 });
    now[type] = { svg: sha256(drawn.front.svg + (drawn.back?.svg ?? '')), front: sha256(pixels.front.rgb) };
    if (pixels.back !== undefined) now[type]['back'] = sha256(pixels.back.rgb);
  }
  const golden = path.join(import.meta.dirname, 'document.golden.json');
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(golden, JSON.stringify(now, null, 2) + '\n');
  assert.deepEqual(now, JSON.parse(readFileSync(golden, 'utf8')));
});

test('what the truth says is printed where it says: inside the side, apart from other fields, with ink in the box', async () => {
  for (const type of specimenTypes) {
    const { front, back, truth } = await generateDocument({ type, seed: 8, at });
    for (const [image, places] of [
      [front, truth.front],
      [back, truth.back],
    ] as const) {
      if (image === undefined || places === undefined) continue;
      assert.equal(image.widthPx, places.widthPx);
      const boxes = [...places.fields.map((field) => field.box), ...places.mrzRows];
      for (const [i, box] of boxes.entries()) {
        assert.ok(
          box.x0Px > 0 && box.y0Px > 0 && box.x1Px < places.widthPx && box.y1Px < places.heightPx,
          `${type} ${i}`,
        );
        assert.ok(inkShare(image, box) > 0.08, `${type}: box ${i} is empty`);
        for (const other of boxes.slice(i + 1)) assert.ok(!overlap(box, other), `${type}: two texts lie on each other`);
        if (places.portrait !== null) assert.ok(!overlap(box, places.portrait), `${type}: a text lies on the portrait`);
      }
    }
  }
});

test('a field is printed as the truth has it, accents and Ñ included', () => {
  for (const type of specimenTypes)
    for (let seed = 0; seed < 40; seed++) {
      const { truth } = draw({ type, seed });
      const printed = (name: string): string =>
        [...truth.front.fields, ...(truth.back?.fields ?? [])]
          .filter((field) => field.name === name)
          .map((field) => field.text)
          .join(' ');
      for (const name of ['surnames', 'givenNames', 'sex', 'nationality', 'documentNumber', 'supportNumber'] as const)
        assert.equal(printed(name), truth.fields[name] ?? '', `${type} ${seed} ${name}`);
      const digits = (text: string): string => text.replace(/\D/g, '').slice(-4);
      assert.equal(digits(printed('birthDate')), truth.fields.birthDate!.slice(0, 4));
    }
});

test('documents are sound unless told otherwise: valid on the day, adult holders, true check digits and letters', () => {
  for (const type of specimenTypes)
    for (let seed = 0; seed < 40; seed++) {
      const { fields, mrz } = draw({ type, seed }).truth;
      assert.ok(fields.expiryDate! > at && ageAt(fields.birthDate!, at) >= 18, `${type} ${seed}`);
      if (fields.issueDate !== undefined) assert.ok(fields.issueDate < at, `${type} ${seed}`);
      if (type.startsWith('esp'))
        assert.equal(fields.documentNumber!.at(-1), controlLetter(fields.documentNumber!.slice(0, -1)));
      const length = { TD1: 30, TD2: 36, TD3: 44, MRVA: 44, MRVB: 36, IDFRA: 36 }[mrz.format];
      assert.ok(mrz.lines.every((line) => line.length === length && /^[A-Z0-9<]+$/.test(line)));
      assert.ok(birthCheckHolds(mrz), `${type} ${seed}`);
    }
});

test('each flaw is on the document, and nothing else is', () => {
  const sound = draw({ type: 'esp-dni-4', seed: 3 }).truth;
  const expired = draw({ type: 'esp-dni-4', seed: 3, flaws: ['expired'] }).truth;
  assert.ok(expired.fields.expiryDate! < at);
  assert.equal(expired.fields.surnames, sound.fields.surnames);

  const minor = draw({ type: 'esp-dni-4', seed: 3, flaws: ['minor'] }).truth;
  assert.ok(ageAt(minor.fields.birthDate!, at) < 18);
  assert.ok(minor.fields.expiryDate! > at);

  const letter = draw({ type: 'esp-dni-4', seed: 3, flaws: ['wrong-letter'] }).truth;
  assert.equal(letter.fields.documentNumber!.slice(0, 8), sound.fields.documentNumber!.slice(0, 8));
  assert.notEqual(letter.fields.documentNumber!.at(-1), controlLetter(letter.fields.documentNumber!.slice(0, 8)));
  assert.ok(letter.mrz.lines[0]!.includes(letter.fields.documentNumber!));
  assert.ok(birthCheckHolds(letter.mrz));

  const check = draw({ type: 'esp-dni-4', seed: 3, flaws: ['wrong-check-digit'] }).truth;
  assert.equal(birthCheckHolds(check.mrz), false);
  assert.deepEqual(check.fields, sound.fields);

  const differs = draw({ type: 'icao-td3', seed: 3, flaws: ['birth-differs'] }).truth;
  const inMrz = differs.mrz.lines[1]!.slice(13, 19);
  assert.notEqual(differs.fields.birthDate!.slice(2).replaceAll('-', ''), inMrz);
  assert.ok(birthCheckHolds(differs.mrz));

  const other = draw({ type: 'esp-dni-4', seed: 3, flaws: ['other-person-back'] }).truth;
  assert.deepEqual(other.fields, sound.fields);
  assert.equal(other.numberOnFront, sound.numberOnFront);
  assert.notEqual(other.numberOnBack, sound.numberOnBack);
  assert.ok(other.mrz.lines[0]!.includes(other.numberOnBack!));

  const oneSided = draw({ type: 'esp-dni-4', seed: 3, flaws: ['one-sided'] });
  assert.equal(oneSided.back, undefined);
  assert.equal(oneSided.truth.numberOnBack, null);
  assert.equal(oneSided.truth.fields.birthPlace, undefined);
});

test('the portrait that is handed in is what stands in the portrait box', async () => {
  const green: Raster = {
    widthPx: 60,
    heightPx: 80,
    rgb: Uint8Array.from({ length: 60 * 80 * 3 }, (_, i) => (i % 3 === 1 ? 200 : 30)),
  };
  const { front, truth } = await generateDocument({ type: 'esp-tie', seed: 1, at }, { portrait: green });
  const { x0Px, y0Px, x1Px, y1Px } = truth.front.portrait!;
  const middle = (Math.round((y0Px + y1Px) / 2) * front.widthPx + Math.round((x0Px + x1Px) / 2)) * 3;
  assert.deepEqual([...front.rgb.slice(middle, middle + 3)], [30, 200, 30]);
});

test('only a document that is marked shows a specimen word', () => {
  const words = (marked: 'specimen' | 'none'): number => draw({ type: 'icao-td3', seed: 4, marked }).front.svg.length;
  assert.ok(words('specimen') > words('none') + 500);
});

/** Whether the check digit over the date of birth is its own. */
function birthCheckHolds({ format, lines }: { format: string; lines: readonly string[] }): boolean {
  const from = format === 'TD1' ? 0 : 13;
  return mrzCheckDigit(lines[1]!.slice(from, from + 6)) === lines[1]![from + 6];
}

const overlap = (a: Box, b: Box): boolean => a.x0Px < b.x1Px && b.x0Px < a.x1Px && a.y0Px < b.y1Px && b.y0Px < a.y1Px;

/** Share of pixels in the box that are dark. */
function inkShare(image: Raster, box: Box): number {
  let dark = 0;
  let all = 0;
  for (let y = Math.round(box.y0Px); y < box.y1Px; y++)
    for (let x = Math.round(box.x0Px); x < box.x1Px; x++, all++)
      if (image.rgb[(y * image.widthPx + x) * 3 + 1]! < 110) dark++;
  return dark / all;
}
