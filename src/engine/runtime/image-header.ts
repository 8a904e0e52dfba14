/** The still formats that are taken. */
export type ImageFormat = 'jpeg' | 'png' | 'webp';

/** What the first bytes of a file say. `name` is for people and is never taken from the file's own text. */
export type ImageHeader =
  | { readonly kind: 'image'; readonly format: ImageFormat; readonly widthPx: number; readonly heightPx: number }
  | { readonly kind: 'broken'; readonly format: ImageFormat }
  | { readonly kind: 'other'; readonly name: string };

/**
 * Tells a still by its content, never by its name, and reads its size without decoding anything. Sizes are as stored: EXIF
 * rotation is not applied.
 * @param bytes the whole file: a JPEG may hold a long preview before it states its size.
 * Source: ITU-T T.81 B.1.1.3 (JPEG markers), PNG 3rd edition 11.2.1 (IHDR), RFC 9649 section 2 (WebP).
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return sized('jpeg', jpegSize(bytes));
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return sized('png', pngSize(bytes));
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return sized('webp', webpSize(bytes));
  return { kind: 'other', name: otherName(bytes) };
}

type Size = { readonly widthPx: number; readonly heightPx: number };

function sized(format: ImageFormat, size: Size | null): ImageHeader {
  if (size === null || size.widthPx === 0 || size.heightPx === 0) return { kind: 'broken', format };
  return { kind: 'image', format, ...size };
}

/** Walks the marker segments up to the frame header. Fill bytes (0xFF) may stand before a marker. */
function jpegSize(bytes: Uint8Array): Size | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at += 1;
    else if (isFrameHeader(marker)) return { heightPx: uint16(bytes, at + 5), widthPx: uint16(bytes, at + 7) };
    else if (standsAlone(marker)) at += 2;
    else if (marker === startOfScan || marker === endOfImage) return null;
    else at += 2 + uint16(bytes, at + 2);
  }
  return null;
}

const startOfScan = 0xda;
const endOfImage = 0xd9;

/** SOF0 … SOF15, without the three codes in that row that mean something else: DHT, JPG and DAC. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

function pngSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 24 || ascii(bytes, 12, 16) !== 'IHDR') return null;
  return { widthPx: uint32(bytes, 16), heightPx: uint32(bytes, 20) };
}

function webpSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 30) return null;
  switch (ascii(bytes, 12, 16)) {
    case 'VP8 ':
      if (bytes[23] !== 0x9d || bytes[24] !== 0x01 || bytes[25] !== 0x2a) return null;
      return {
        widthPx: (bytes[26]! | (bytes[27]! << 8)) & 0x3fff,
        heightPx: (bytes[28]! | (bytes[29]! << 8)) & 0x3fff,
      };
    case 'VP8L':
      if (bytes[20] !== 0x2f) return null;
      return {
        widthPx: 1 + (bytes[21]! | ((bytes[22]! & 0x3f) << 8)),
        heightPx: 1 + ((bytes[22]! >> 6) | (bytes[23]! << 2) | ((bytes[24]! & 0x0f) << 10)),
      };
    case 'VP8X':
      return {
        widthPx: 1 + (bytes[24]! | (bytes[25]! << 8) | (bytes[26]! << 16)),
        heightPx: 1 + (bytes[27]! | (bytes[28]! << 8) | (bytes[29]! << 16)),
      };
    default:
      return null;
  }
}

/** Names what is refused, so that a person who sent a PDF is told so. */
function otherName(bytes: Uint8Array): string {
  if (ascii(bytes, 0, 4) === 'GIF8') return 'GIF';
  if (ascii(bytes, 0, 4) === '%PDF') return 'PDF';
  if (ascii(bytes, 0, 2) === 'BM') return 'BMP';
  if (startsWith(bytes, [0x49, 0x49, 0x2a, 0x00]) || startsWith(bytes, [0x4d, 0x4d, 0x00, 0x2a])) return 'TIFF';
  if (startsWith(bytes, [0xff, 0x0a]) || ascii(bytes, 4, 8) === 'JXL ') return 'JPEG XL';
  if (startsWith(bytes, [0xff, 0x4f, 0xff, 0x51]) || ascii(bytes, 4, 8) === 'jP  ') return 'JPEG 2000';
  if (startsWith(bytes, [0x1a, 0x45, 0xdf, 0xa3])) return 'WebM or Matroska video';
  if (ascii(bytes, 4, 8) === 'ftyp') return brandName(ascii(bytes, 8, 12));
  const opening = ascii(bytes, 0, 1024).replace(/\0/g, '').trimStart();
  if (/^(\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)?\s*<(\?xml|!doctype|!--|svg|html)/i.test(opening))
    return /<svg/i.test(opening) ? 'SVG' : 'XML or HTML';
  return 'unknown content';
}

function brandName(brand: string): string {
  if (/^(heic|heix|hevc|hevx|heim|heis|mif1|msf1)$/.test(brand)) return 'HEIF';
  if (/^avi[fs]$/.test(brand)) return 'AVIF';
  return 'MP4 or MOV video';
}

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, at) => bytes[at] === byte);

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 65536 + uint16(bytes, at + 2);
