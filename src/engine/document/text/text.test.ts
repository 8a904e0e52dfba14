import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sharp from 'sharp';
import type { Point, Quad, Raster } from '../../image/raster.ts';
import { turnQuarters } from '../../image/warp.ts';
import type { Models } from '../../runtime/model.ts';
import { openModels } from '../../runtime/models.client.ts';
import { blobsAbove } from './blobs.ts';
import { centreOf, detectText, inReadingOrder, slopeDegrees, textBox } from './detect.ts';
import { loadDictionary } from './dictionary.client.ts';
import { convexHull, minAreaRectangle } from './min-area-rectangle.ts';
import { dictionaryOf, recogniseLine, recogniseLines, type Dictionary } from './recognise.ts';

/** A page with lines of DejaVu text at 34 px, 60 px apart, and its picture turned by `degrees`. */
async function page(lines: readonly string[], degrees = 0): Promise<Raster> {
  const rows = lines.map((line, i) => `<text x="40" y="${80 + 60 * i}">${line}</text>`).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="440" font-family="DejaVu Sans" font-size="34">
    <rect width="700" height="440" fill="#eef"/><g transform="rotate(${degrees} 350 220)">${rows}</g></svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) };
}

describe('blobs', () => {
  const map = (rows: readonly string[]) =>
    [Float32Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)), rows[0]!.length, rows.length] as const;

  test('regions that touch by a corner are one, regions apart are two', () => {
    assert.deepEqual(
      blobsAbove(...map(['##....', '..##..', '......', '.#..##']), 0.5).map((blob) => blob.areaPx),
      [4, 1, 2],
    );
  });

  test('two arms that meet further down are one region', () => {
    assert.deepEqual(
      blobsAbove(...map(['#.#.#', '#.#.#', '#####']), 0.5).map((blob) => blob.areaPx),
      [11],
    );
  });

  test('a row does not join the end of the row before it', () => {
    assert.equal(blobsAbove(...map(['...#', '....', '#...']), 0.5).length, 2);
  });
});

describe('the rectangle of least area', () => {
  test('around a turned rectangle is that rectangle', () => {
    const turned = (u: number, v: number): Point => [
      50 + u * Math.cos(0.3) - v * Math.sin(0.3),
      40 + u * Math.sin(0.3) + v * Math.cos(0.3),
    ];
    const points: Point[] = [];
    for (let u = -20; u <= 20; u++) for (let v = -5; v <= 5; v++) points.push(turned(u, v));
    const rectangle = minAreaRectangle(convexHull(points.sort((a, b) => a[0] - b[0] || a[1] - b[1])));
    assert.ok(Math.abs(rectangle.longPx - 40) < 1e-6 && Math.abs(rectangle.shortPx - 10) < 1e-6);
    assert.ok(Math.abs(rectangle.angleDegrees - (0.3 * 180) / Math.PI) < 1e-6);
    assert.ok(Math.hypot(rectangle.centre[0] - 50, rectangle.centre[1] - 40) < 1e-6);
  });

  test('of a single point and of points in line has no width', () => {
    assert.equal(minAreaRectangle(convexHull([[3, 4]])).longPx, 0);
    const line: Point[] = [0, 1, 2, 3].map((i) => [i, 2 * i]);
    const rectangle = minAreaRectangle(convexHull(line));
    assert.ok(Math.abs(rectangle.longPx - Math.hypot(3, 6)) < 1e-9 && rectangle.shortPx < 1e-9);
  });
});

describe('reading order', () => {
  const at = (x: number, y: number): Quad => [
    [x, y],
    [x + 60, y],
    [x + 60, y + 10],
    [x, y + 10],
  ];
  test('goes by rows, and within a row from left to right', () => {
    const boxes = [at(100, 31), at(0, 60), at(200, 2), at(0, 30), at(0, 0)].map((quad) => textBox(quad, 1));
    assert.deepEqual(
      inReadingOrder(boxes).map((box) => box.quad[0]),
      [
        [0, 0],
        [200, 2],
        [0, 30],
        [100, 31],
        [0, 60],
      ],
    );
  });
});

describe('text on a picture', () => {
  let models: Models;
  let dictionary: Dictionary;
  before(() => {
    models = openModels();
    dictionary = loadDictionary();
  });
  const lines = ['MARTINEZ LOPEZ', '12345678Z', '01 02 1990', 'DOCUMENTO'];
  const read = async (image: Raster): Promise<string[]> => {
    const boxes = await detectText(await models.open('text-detector'), image, { sidePx: 704 });
    const quads = boxes.map((box) => box.quad);
    const recognised = await recogniseLines(await models.open('text-recogniser'), dictionary, image, quads);
    return recognised.map((line) => line.text.replaceAll(' ', ''));
  };
  const expected = lines.map((line) => line.replaceAll(' ', ''));

  test('is found and read line by line', async () => {
    assert.deepEqual(await read(await page(lines)), expected);
  });

  test('is read at a slope, each line from its own quad', async () => {
    const image = await page(lines, 12);
    const boxes = await detectText(await models.open('text-detector'), image, { sidePx: 704 });
    assert.ok(Math.abs(slopeDegrees(boxes) - 12) < 2, `slope ${slopeDegrees(boxes)}`);
    assert.deepEqual(await read(image), expected);
  });

  test('that stands on its side shows by its slope', async () => {
    const turned = turnQuarters(await page(lines), 1);
    const boxes = await detectText(await models.open('text-detector'), turned, { sidePx: 704 });
    assert.ok(Math.abs(slopeDegrees(boxes)) > 80);
  });

  test('keeps to the alphabet that is asked for, and tells where each glyph stands', async () => {
    const image = await page(['12345678Z']);
    const [box] = await detectText(await models.open('text-detector'), image, { sidePx: 704 });
    const line = await recogniseLine(await models.open('text-recogniser'), dictionary, image, box!.quad, {
      alphabet: '0123456789',
    });
    assert.match(line.text, /^12345678/);
    assert.match(line.text, /^\d+$/);
    for (let i = 1; i < line.glyphs.length; i++) assert.ok(line.glyphs[i]!.at > line.glyphs[i - 1]!.at);
    assert.ok(line.glyphs[0]!.at > 0 && line.glyphs.at(-1)!.at <= 1);
  });

  test('a lone letter that is taller than wide stands upright', async () => {
    const image = await page(['FECHA DE NACIMIENTO', 'I']);
    const boxes = await detectText(await models.open('text-detector'), image, { sidePx: 704 });
    const letter = boxes.find((box) => box.widthPx < 60);
    assert.ok(letter !== undefined && Math.abs(letter.angleDegrees) < 20, `${letter?.angleDegrees}`);
  });

  test('inside a part of the picture lies where it lies on the whole', async () => {
    const image = await page(lines);
    const within = [
      [20, 100],
      [500, 100],
      [500, 220],
      [20, 220],
    ] as const;
    const [whole, part] = [
      await detectText(await models.open('text-detector'), image, { sidePx: 704 }),
      await detectText(await models.open('text-detector'), image, { sidePx: 704, within }),
    ];
    assert.equal(part.length, 2);
    for (const box of part) {
      const [x, y] = centreOf(box.quad);
      assert.ok(
        whole.some((other) => Math.hypot(x - centreOf(other.quad)[0], y - centreOf(other.quad)[1]) < 6),
        `${x}, ${y}`,
      );
    }
  });

  test('an empty page has none, and boxes lie where the ink is', async () => {
    assert.deepEqual(await detectText(await models.open('text-detector'), await page([]), { sidePx: 704 }), []);
    const [box] = await detectText(await models.open('text-detector'), await page(['DOCUMENTO']), { sidePx: 704 });
    const [x, y] = centreOf(box!.quad);
    assert.ok(x > 100 && x < 250 && y > 55 && y < 80, `centre ${x}, ${y}`);
  });
});

test('the dictionary begins with the blank and ends with the space', () => {
  assert.deepEqual(dictionaryOf("'\n疗\n绚\n"), ['', "'", '疗', '绚', ' ']);
  assert.equal(loadDictionary().length, 6625);
});
