import type { EvidenceKind, MediaType } from './evidence.ts';

/** So many bytes from the beginning tell the type. */
export const TELLING_BYTES = 64;

/**
 * The type of media by its first bytes; what a header or a name says of it does not count.
 * @param start the first `TELLING_BYTES`, or all there is.
 * @returns null for everything that is not taken.
 * Source: ITU-T T.81, PNG 3rd edition 5.2, RFC 9649, RFC 8794 (EBML) with RFC 9559 (document types), ISO/IEC 14496-12 4.3 (brands).
 */
export function mediaTypeOf(start: Uint8Array): MediaType | null {
  const text = String.fromCharCode(...start.subarray(0, TELLING_BYTES));
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'image/webp';
  if (text.startsWith('\x1a\x45\xdf\xa3') && /webm|matroska/.test(text)) return 'video/webm';
  if (text.startsWith('ftyp', 4)) return typeOfBrand(text.slice(8, 12));
  return null;
}

/** Stills and sequences of HEIF and AVIF are boxes too, and are not taken. */
function typeOfBrand(brand: string): MediaType | null {
  if (brand === 'qt  ') return 'video/quicktime';
  return /^(isom|iso[2-9]|mp4[12]|avc1|M4V |M4VH|dash|3gp\d|mmp4|MSNV)$/.test(brand) ? 'video/mp4' : null;
}

/** Whether a kind of piece may have a type: faces move, documents do not. */
export const isTypeFor = (kind: EvidenceKind, type: MediaType): boolean =>
  (kind === 'face-video') === type.startsWith('video/');
