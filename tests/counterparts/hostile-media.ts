import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { flatFrame, makeRecording } from '../make-recording.ts';

/** What hostile media would have us read or call. */
export type Bait = { readonly file: string; readonly url: string };
export type HostileMedia = Readonly<Record<string, Buffer>>;

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([ascii(type), data]);
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))]);
}

const PNG = ascii('\x89PNG\r\n\x1a\n');
const pngHeader = (widthPx: number, heightPx: number, depth = 8, colour = 2): Buffer =>
  pngChunk('IHDR', Buffer.concat([uint32(widthPx), uint32(heightPx), Buffer.from([depth, colour, 0, 0, 0])]));

/** A sound PNG of one colour whose few bytes are so many pixels. */
const pngBomb = (widthPx: number, heightPx: number, depth = 1): Buffer =>
  Buffer.concat([
    PNG,
    pngHeader(widthPx, heightPx, depth, 0),
    pngChunk('IDAT', deflateSync(Buffer.alloc((1 + Math.ceil((widthPx * depth) / 8)) * heightPx), { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);

/** A JPEG's own size written over. */
function jpegSaying(jpeg: Buffer, widthPx: number, heightPx: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf(Buffer.from('ffc0', 'hex'));
  bytes.writeUInt16BE(heightPx, frame + 5);
  bytes.writeUInt16BE(widthPx, frame + 7);
  return bytes;
}

/** Sixty pictures that are bombs, lies, archives or programs. */
export async function hostileImages({ file, url }: Bait): Promise<HostileMedia> {
  const picture = sharp({ create: { width: 800, height: 600, channels: 3, background: '#445566' } });
  const [jpeg, progressive, png, webp] = await Promise.all([
    picture.clone().jpeg().toBuffer(),
    picture.clone().jpeg({ progressive: true }).toBuffer(),
    picture.clone().png().toBuffer(),
    picture.clone().webp().toBuffer(),
  ]);
  const images: Record<string, Buffer> = {};
  for (const [width, height] of [
    [50_000, 50_000],
    [1_000_000, 1],
    [1, 1_000_000],
    [0xffffffff, 0xffffffff],
    [0x7fffffff, 2],
    [0, 0],
    [0, 500],
  ] as const)
    // prettier-ignore
    images[`a PNG that says ${width} × ${height}`] = Buffer.concat([PNG, pngHeader(width, height), png.subarray(33)]);
  for (const side of [8_000, 12_000, 20_000, 30_000]) images[`a sound PNG of ${side} px a side`] = pngBomb(side, side);
  for (const [width, height] of [
    [65_535, 65_535],
    [65_535, 1],
    [1, 65_535],
    [0, 100],
    [20_000, 20_000],
    [7000, 7000],
  ] as const)
    // prettier-ignore
    images[`a JPEG that says ${width} × ${height}`] = jpegSaying(jpeg, width, height);
  for (const share of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    for (const [format, whole] of [
      ['JPEG', jpeg],
      ['PNG', png],
      ['WebP', webp],
    ] as const)
      // prettier-ignore
      images[`${Math.round(share * 100)} % of a ${format}`] = whole.subarray(0, Math.floor(whole.length * share));
  const text = (type: string): Buffer =>
    pngChunk(type, Buffer.concat([ascii('Comment\0\0'), deflateSync(Buffer.alloc(50_000_000))]));
  const insideOf = (chunk: Buffer): Buffer => Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
  images['a PNG with a text bomb'] = insideOf(text('zTXt'));
  images['a PNG with a profile bomb'] = insideOf(text('iCCP'));
  images['a PNG of ten thousand comments'] = insideOf(
    Buffer.concat(Array.from({ length: 10_000 }, () => pngChunk('tEXt', ascii('a\0b')))),
  );
  const scan = progressive.lastIndexOf(Buffer.from('ffda', 'hex'));
  const scans = progressive.subarray(scan, progressive.length - 2);
  images['a JPEG of four thousand scans'] = Buffer.concat([
    progressive.subarray(0, progressive.length - 2),
    ...Array.from({ length: 4000 }, () => scans),
    progressive.subarray(-2),
  ]);
  images['a JPEG of chance'] = Buffer.concat([jpeg.subarray(0, 300), randomBytes(20_000)]);
  images['a PNG of chance'] = Buffer.concat([png.subarray(0, 40), randomBytes(20_000)]);
  images['a WebP of chance'] = Buffer.concat([webp.subarray(0, 30), randomBytes(20_000)]);
  images['a WebP without end'] = Buffer.concat([ascii('RIFF\xff\xff\xff\x7fWEBPVP8X'), randomBytes(200)]);
  images['a JPEG with an archive behind it'] = Buffer.concat([jpeg, ascii('PK\x03\x04'), randomBytes(5000)]);
  images['an SVG that reads a file'] = ascii(
    `<svg xmlns="http://www.w3.org/2000/svg"><image href="file://${file}"/></svg>`,
  );
  images['an SVG that calls'] = ascii(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}"/></svg>`);
  images['an SVG of entities'] = ascii(
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY f SYSTEM "file://${file}">]><svg xmlns="http://www.w3.org/2000/svg"><text>&f;</text></svg>`,
  );
  images['an SVG behind the bytes of a JPEG'] = Buffer.concat([
    Buffer.from('ffd8ff', 'hex'),
    ascii(`<svg><image href="file://${file}"/></svg>`),
  ]);
  images['a drawing program of ImageMagick'] = ascii(
    `push graphic-context\nviewbox 0 0 9 9\nfill 'url(${url})'\npop graphic-context\n`,
  );
  images['a PostScript that reads a file'] = ascii(`%!PS-Adobe-3.0\n(${file}) (r) file\n`);
  images['nothing at all'] = Buffer.alloc(0);
  images['a PDF'] = ascii('%PDF-1.7\n%âãÏÓ\n');
  images['an archive'] = Buffer.concat([ascii('PK\x03\x04'), randomBytes(500)]);
  images['a GIF'] = ascii(`GIF89a${'\x01\x00'.repeat(20)}`);
  images['a TIFF'] = Buffer.concat([ascii('II*\0\x08\0\0\0'), randomBytes(500)]);
  images['a HEIC'] = Buffer.concat([
    Buffer.from('00000018', 'hex'),
    ascii('ftypheic\0\0\0\0mif1heic'),
    randomBytes(500),
  ]);
  images['a page'] = ascii(`<!doctype html><script src="${url}"></script>`);
  return images;
}

/** Twenty recordings that lie, never end, or name files and addresses. */
export async function hostileVideos({ file, url }: Bait): Promise<HostileMedia> {
  const recording = async (widthPx: number, heightPx: number, timesMs: readonly number[]): Promise<Buffer> =>
    Buffer.from(
      await makeRecording({
        codec: 'vp8',
        container: 'webm',
        widthPx,
        heightPx,
        timesMs,
        paint: () => flatFrame(widthPx, heightPx, 90),
      }),
    );
  const times = [...Array(20).keys()].map((n) => n * 40);
  const small = await recording(96, 64, times);
  const mp4 = Buffer.from(
    await makeRecording({
      codec: 'h264',
      container: 'mp4',
      widthPx: 96,
      heightPx: 64,
      timesMs: times,
      paint: () => flatFrame(96, 64, 90),
    }),
  );
  const ftyp = (brand: string): Buffer =>
    Buffer.concat([Buffer.from('0000001866747970', 'hex'), ascii(`${brand}\x00\x00\x02\x00isommp42`)]);
  const flipped = (whole: Buffer, at: number): Buffer => {
    const bytes = Buffer.from(whole);
    for (let n = at; n < bytes.length; n += 97) bytes[n]! ^= 0xff;
    return bytes;
  };
  const playlist = `#EXTM3U\n#EXTINF:1,\nfile://${file}\n#EXTINF:1,\n${url}\n`;
  return {
    'a playlist behind the bytes of an MP4': Buffer.concat([ftyp('isom'), ascii(playlist)]),
    'a list of files': ascii(`ffconcat version 1.0\nfile '${file}'\n`),
    'a playlist': ascii(playlist),
    'an MP4 that names its data elsewhere': Buffer.concat([
      ftyp('isom'),
      uint32(8 + 12 + url.length + 1),
      ascii('dref\0\0\0\0\0\0\0\x01'),
      ascii(`${url}\0`),
    ]),
    'an AVI': Buffer.concat([ascii('RIFF\x00\x10\x00\x00AVI LIST'), randomBytes(500)]),
    'an MP4 of chance': Buffer.concat([ftyp('mp42'), randomBytes(50_000)]),
    'an MP4 whose box has no end': Buffer.concat([
      ftyp('isom'),
      Buffer.from('ffffffff6d6f6f76', 'hex'),
      randomBytes(999),
    ]),
    'an MP4 whose box has no length': Buffer.concat([
      ftyp('isom'),
      Buffer.from('000000006d6f6f76', 'hex'),
      randomBytes(999),
    ]),
    'half an MP4': mp4.subarray(0, mp4.length / 2),
    'an MP4 with flipped bytes': flipped(mp4, 60),
    'an MP4 with flipped pictures': flipped(mp4, mp4.length - 400),
    'a WebM of chance': Buffer.concat([small.subarray(0, 40), randomBytes(50_000)]),
    'half a WebM': small.subarray(0, small.length / 2),
    'a WebM with flipped bytes': flipped(small, 60),
    'a WebM with flipped pictures': flipped(small, 400),
    'a WebM that is 90 seconds long': await recording(96, 64, [0, 45_000, 90_000]),
    'a WebM of two hours': await recording(96, 64, [0, 7_200_000]),
    'a WebM that is too wide': await recording(2560, 64, [0, 40]),
    'a WebM of one picture': await recording(96, 64, [0]),
    'a WebM in which nobody is': small,
  };
}
