import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { readImageHeader } from './image-header.ts';

const blank = (widthPx: number, heightPx: number) =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#345' } });

test('sizes are read from every way in which the three formats store them', async () => {
  const stored = {
    jpeg: await blank(317, 211).jpeg().toBuffer(),
    'progressive jpeg': await blank(317, 211).jpeg({ progressive: true }).toBuffer(),
    png: await blank(317, 211).png().toBuffer(),
    'lossy webp': await blank(317, 211).webp().toBuffer(),
    'lossless webp': await blank(317, 211).webp({ lossless: true }).toBuffer(),
    'extended webp': await blank(317, 211)
      .withExif({ IFD0: { Make: 'none' } })
      .webp()
      .toBuffer(),
  };
  for (const [name, bytes] of Object.entries(stored))
    assert.deepEqual(
      readImageHeader(bytes),
      { kind: 'image', format: name.split(' ').at(-1), widthPx: 317, heightPx: 211 },
      name,
    );
});

test('a JPEG says its size after whatever comes before it', async () => {
  const plain = await blank(20, 10).jpeg().toBuffer();
  const comment = Buffer.concat([Buffer.of(0xff, 0xfe, 0xff, 0xff), Buffer.alloc(65533, 0xff)]); // full of 0xFF
  const fill = Buffer.alloc(5, 0xff);
  const long = Buffer.concat([plain.subarray(0, 2), comment, fill, plain.subarray(2)]);
  assert.deepEqual(readImageHeader(long), { kind: 'image', format: 'jpeg', widthPx: 20, heightPx: 10 });
});

test('a header that is cut short, sizeless or nonsense is broken', async () => {
  const jpeg = await blank(20, 10).jpeg().toBuffer();
  const png = await blank(20, 10).png().toBuffer();
  const webp = await blank(20, 10).webp().toBuffer();
  assert.deepEqual(readImageHeader(jpeg.subarray(0, 30)), { kind: 'broken', format: 'jpeg' });
  assert.deepEqual(readImageHeader(png.subarray(0, 20)), { kind: 'broken', format: 'png' });
  assert.deepEqual(readImageHeader(webp.subarray(0, 20)), { kind: 'broken', format: 'webp' });
  const sizeless = Buffer.from(png);
  sizeless.writeUInt32BE(0, 16);
  assert.deepEqual(readImageHeader(sizeless), { kind: 'broken', format: 'png' });
  const unmarked = Buffer.from(jpeg);
  unmarked[2] = 0x00;
  assert.equal(readImageHeader(unmarked).kind, 'other');
});

test('what is refused is told by name', () => {
  const named = {
    GIF89a: 'GIF',
    '%PDF-1.7': 'PDF',
    'BM\x36\x00': 'BMP',
    'II*\x00': 'TIFF',
    'MM\x00*': 'TIFF',
    '\x00\x00\x00\x18ftypheic': 'HEIF',
    '\x00\x00\x00\x18ftypmif1': 'HEIF',
    '\x00\x00\x00\x18ftypavif': 'AVIF',
    '\x00\x00\x00\x18ftypisom': 'MP4 or MOV video',
    '\x1a\x45\xdf\xa3': 'WebM or Matroska video',
    '\x00\x00\x00\x0cJXL ': 'JPEG XL',
    '\x00\x00\x00\x0cjP  ': 'JPEG 2000',
    '<svg xmlns="http://www.w3.org/2000/svg"/>': 'SVG',
    '\xef\xbb\xbf  <?xml version="1.0"?><!-- x --><svg/>': 'SVG',
    '<!DOCTYPE html><p>': 'XML or HTML',
    'Lorem ipsum': 'unknown content',
    '': 'unknown content',
  };
  for (const [content, name] of Object.entries(named))
    assert.deepEqual(readImageHeader(Buffer.from(content, 'latin1')), { kind: 'other', name }, name);
});
