import type { Bytes } from '../kernel/der.ts';
import { concat } from '../kernel/der.ts';

/** A signature as it stands in a file: what it covers, and what it is. */
export type SignatureRange = {
  readonly subFilter: string;
  readonly gapFrom: number;
  readonly gapTo: number;
  /** Where the bytes end that it covers. */
  readonly end: number;
  /** DER and the zeros after it, as written. */
  readonly contents: Bytes;
  readonly covered: Bytes;
};

export type RangeFault = 'byte-range-wrong' | 'signature-unreadable';

/**
 * The signatures of a file in their order, found by their byte ranges; each range must begin at the file's first byte and leave out its own
 * signature and nothing else (ISO 32000-1, 12.8.1).
 */
export function signatureRanges(pdf: Uint8Array): readonly (SignatureRange | RangeFault)[] {
  const text = latin1(pdf);
  return [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].map((match) => {
    const [from, gapFrom, gapTo, length] = match.slice(1).map(Number) as [number, number, number, number];
    const end = gapTo + length;
    const dictionary = text.lastIndexOf('<<', match.index);
    const isAround = from === 0 && gapFrom > match.index && gapTo > gapFrom && end <= pdf.byteLength;
    const isNamed = /\/Contents\s*$/.test(text.slice(Math.max(0, gapFrom - 12), gapFrom));
    const subFilter = /\/SubFilter\s*\/([\w.]+)/.exec(text.slice(dictionary, match.index))?.[1] ?? '';
    const hex = /^<((?:[0-9a-f]{2})+)>$/.exec(text.slice(gapFrom, gapTo))?.[1];
    if (!isAround || !isNamed) return 'byte-range-wrong';
    if (hex === undefined) return 'signature-unreadable';
    const covered = concat([pdf.subarray(0, gapFrom), pdf.subarray(gapTo, end)]);
    return { subFilter, gapFrom, gapTo, end, contents: bytesOfHex(hex), covered };
  });
}

const bytesOfHex = (hex: string): Bytes =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));

/** Bytes as characters of the same number, so that offsets stay; those of ASCII are what they are. */
export const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
