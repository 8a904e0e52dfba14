import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { seededRandom } from '../../kernel/random.ts';
import { corpusTest } from '../../../tests/corpus.ts';
import { decodeImage } from './decode-image.client.ts';
import type { ImageLimits, MediaRefusal } from './media.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cotejo-decode-image-'));
after(() => rmSync(folder, { recursive: true }));

/** Smooth, coloured and without any symmetry: a turned or mirrored copy differs from it everywhere. */
const [widthPx, heightPx] = [96, 64];
const scene = Buffer.from(
  Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => {
    const [x, y, channel] = [Math.floor(at / 3) % widthPx, Math.floor(at / 3 / widthPx), at % 3];
    return [40 + x * 2, 40 + y * 3, 60 + x + y][channel]!;
  }),
);
const picture = () => sharp(scene, { raw: { width: widthPx, height: heightPx, channels: 3 } });

async function rasterOf(source: string | Uint8Array, limits?: Partial<ImageLimits>) {
  const result = await decodeImage(source, limits);
  assert.ok(result.ok, result.ok ? '' : `refused: ${result.refusal.kind}, ${result.refusal.detail}`);
  assert.equal(result.value.rgb.length, result.value.widthPx * result.value.heightPx * 3);
  return result.value;
}

async function refusalOf(source: string | Uint8Array, limits?: Partial<ImageLimits>): Promise<MediaRefusal> {
  const result = await decodeImage(source, limits);
  assert.ok(!result.ok, 'the picture was taken');
  assert.ok(!result.refusal.detail.includes(folder), 'a refusal never names the file');
  return result.refusal;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at]! - b[at]!);
  return sum / a.length;
}

test('PNG and lossless WebP come out to the last bit, JPEG and lossy WebP nearly', async () => {
  assert.deepEqual(Buffer.from((await rasterOf(await picture().png().toBuffer())).rgb), scene);
  assert.deepEqual(Buffer.from((await rasterOf(await picture().webp({ lossless: true }).toBuffer())).rgb), scene);
  assert.ok(meanDifference((await rasterOf(await picture().jpeg({ quality: 95 }).toBuffer())).rgb, scene) < 2);
  assert.ok(meanDifference((await rasterOf(await picture().webp({ quality: 95 }).toBuffer())).rgb, scene) < 3);
});

test('a path and the bytes behind it give the same, whatever the file is called', async () => {
  const bytes = await picture().jpeg().toBuffer();
  const file = path.join(folder, 'photograph.txt');
  writeFileSync(file, bytes);
  assert.deepEqual(await rasterOf(file), await rasterOf(bytes));
});

test('all eight EXIF orientations give the upright picture', async () => {
  // How a camera that is held that way stores the upright scene: the inverse of what the tag says to do.
  const stored = {
    1: picture(),
    2: picture().flop(),
    3: picture().rotate(180),
    4: picture().flip(),
    5: sharp(await picture().rotate(90).png().toBuffer()).flop(),
    6: picture().rotate(270),
    7: sharp(await picture().rotate(270).png().toBuffer()).flop(),
    8: picture().rotate(90),
  };
  for (const [orientation, pixels] of Object.entries(stored)) {
    const bytes = await pixels
      .withMetadata({ orientation: Number(orientation) })
      .jpeg({ quality: 95 })
      .toBuffer();
    const raster = await rasterOf(bytes);
    assert.deepEqual([raster.widthPx, raster.heightPx], [widthPx, heightPx], `orientation ${orientation}`);
    const difference = meanDifference(raster.rgb, scene);
    assert.ok(difference < 2, `orientation ${orientation}: ${difference} levels apart`);
  }
});

test('grey, 16-bit, CMYK, palette and transparent pictures become 8-bit sRGB on white', async () => {
  const grey = await rasterOf(await picture().greyscale().png().toBuffer());
  assert.equal(grey.rgb[0], grey.rgb[1]);
  const greyJpeg = await rasterOf(await picture().toColourspace('b-w').jpeg().toBuffer());
  assert.equal(greyJpeg.rgb[0], greyJpeg.rgb[2]);
  const deep = await rasterOf(await picture().toColourspace('rgb16').png().toBuffer());
  assert.ok(meanDifference(deep.rgb, scene) < 1);
  const cmyk = await rasterOf(await picture().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
  assert.ok(meanDifference(cmyk.rgb, scene) < 25);
  const palette = await rasterOf(await picture().png({ palette: true }).toBuffer());
  assert.ok(meanDifference(palette.rgb, scene) < 8);
  const clear = {
    create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
  } as const;
  const flat = await rasterOf(await sharp(clear).png().toBuffer());
  assert.deepEqual([flat.rgb[0], Math.abs(flat.rgb[1]! - 127) <= 1, flat.rgb[1]], [255, true, flat.rgb[2]]);
});

test('an embedded colour profile is converted', async () => {
  const wide = await picture().withIccProfile('p3').png().toBuffer();
  const unread = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
  assert.ok(meanDifference(unread, scene) > 1, 'the profile changes the stored numbers');
  assert.ok(meanDifference((await rasterOf(wide)).rgb, scene) < 1.5);
});

test('a shrunk picture keeps its shape and its content, a smaller one its size', async () => {
  const bytes = await picture().resize(960, 640, { kernel: 'cubic' }).jpeg({ quality: 95 }).toBuffer();
  const small = await rasterOf(bytes, { shrinkToSidePx: 96 });
  assert.deepEqual([small.widthPx, small.heightPx], [96, 64]);
  assert.ok(meanDifference(small.rgb, scene) < 3);
  const turned = await sharp(bytes).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const upright = await rasterOf(turned, { shrinkToSidePx: 96 });
  assert.deepEqual([upright.widthPx, upright.heightPx], [64, 96]);
  const same = await rasterOf(await picture().png().toBuffer(), { shrinkToSidePx: 500 });
  assert.deepEqual([same.widthPx, same.heightPx], [widthPx, heightPx]);
});

test('of an animation the first frame is taken', async () => {
  const frames = Buffer.concat([scene, Buffer.alloc(scene.length, 9)]);
  const animation = await sharp(frames, {
    raw: { width: widthPx, height: heightPx * 2, channels: 3, pageHeight: heightPx },
  })
    .webp({ lossless: true, loop: 0, delay: [100, 100] })
    .toBuffer();
  assert.deepEqual(Buffer.from((await rasterOf(animation)).rgb), scene);
});

// ---- what is refused

test('no file, a folder, a device, an empty file and no bytes are unreadable', async () => {
  const empty = path.join(folder, 'empty.jpg');
  writeFileSync(empty, '');
  for (const source of [path.join(folder, 'none.jpg'), folder, '/dev/zero', empty, new Uint8Array(0)])
    assert.equal((await refusalOf(source)).kind, 'unreadable');
});

test('other formats are refused by their content, whatever they are called', async () => {
  const secret = path.join(folder, 'secret.png');
  writeFileSync(secret, await picture().png().toBuffer());
  const contents = {
    SVG: Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg"><image href="file://${secret}" width="9" height="9"/></svg>`,
    ),
    GIF: await picture().gif().toBuffer(),
    TIFF: await picture().tiff().toBuffer(),
    AVIF: await picture().heif({ compression: 'av1' }).toBuffer(),
    PDF: Buffer.from('%PDF-1.7\n1 0 obj\n'),
    'unknown content': Buffer.from('only words'),
  };
  for (const [name, content] of Object.entries(contents)) {
    const file = path.join(folder, `disguised-${name}.jpg`);
    writeFileSync(file, content);
    assert.deepEqual(await refusalOf(file), { kind: 'not-an-image', detail: `${name}, not JPEG, PNG or WebP` });
  }
  assert.equal((await refusalOf(Uint8Array.of(0xff))).kind, 'not-an-image');
});

test('a picture of too many pixels or bytes is refused before it is decoded', async () => {
  const bomb = Buffer.from(await picture().png().toBuffer());
  bomb.writeUInt32BE(50_000, 16);
  bomb.writeUInt32BE(50_000, 20);
  assert.equal((await refusalOf(bomb)).kind, 'too-many-pixels');
  const jpeg = Buffer.from(await picture().jpeg().toBuffer());
  const frameHeader = jpeg.indexOf(Buffer.of(0xff, 0xc0));
  jpeg.writeUInt16BE(65_500, frameHeader + 5);
  jpeg.writeUInt16BE(65_500, frameHeader + 7);
  assert.equal((await refusalOf(jpeg)).kind, 'too-many-pixels');
  const honest = await picture().png().toBuffer();
  assert.equal((await refusalOf(honest, { maxPixels: 96 * 64 - 1 })).kind, 'too-many-pixels');
  assert.equal((await refusalOf(honest, { maxBytes: honest.length - 1 })).kind, 'too-many-bytes');
  await rasterOf(honest, { maxPixels: 96 * 64, maxBytes: honest.length });
});

test('a picture that is cut short is damaged', async () => {
  const noise = seededRandom(7);
  const detailed = sharp(Buffer.from(scene.map((level) => level ^ Math.floor(noise() * 64))), {
    raw: { width: widthPx, height: heightPx, channels: 3 },
  });
  for (const bytes of [
    await detailed.clone().jpeg().toBuffer(),
    await detailed.clone().jpeg({ progressive: true }).toBuffer(),
    await detailed.clone().png().toBuffer(),
    await detailed.clone().webp().toBuffer(),
  ])
    for (const share of [0.1, 0.3, 0.6, 0.9])
      assert.equal((await refusalOf(bytes.subarray(0, Math.floor(bytes.length * share)))).kind, 'damaged');
});

test('sixty pictures with flipped bits are decoded or refused by name, and the process lives on', async () => {
  const originals = [
    await picture().jpeg().toBuffer(),
    await picture().png().toBuffer(),
    await picture().webp().toBuffer(),
    await picture().jpeg({ progressive: true }).toBuffer(),
  ];
  const told: Record<string, number> = {};
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed);
    const bytes = Uint8Array.from(originals[seed % originals.length]!);
    for (let flip = 0; flip < 6; flip++) bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
    const result = await decodeImage(bytes);
    const again = await decodeImage(bytes);
    assert.deepEqual(again, result, `seed ${seed}: same bytes, same pixels`);
    const kind = result.ok ? 'decoded' : result.refusal.kind;
    told[kind] = (told[kind] ?? 0) + 1;
  }
  const expected = ['decoded', 'damaged', 'not-an-image', 'too-many-pixels'];
  assert.deepEqual(
    Object.keys(told).filter((kind) => !expected.includes(kind)),
    [],
  );
  assert.ok((told['decoded'] ?? 0) > 0 && (told['damaged'] ?? 0) > 0, JSON.stringify(told));
  await rasterOf(originals[0]!);
});

corpusTest('every photograph of the corpus is decoded', async (corpus, t) => {
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(jpe?g|png|webp)$/i.test(name),
  );
  for (const name of files) await rasterOf(path.join(corpus, name));
  t.diagnostic(`${files.length} photographs`);
});
