import { inflateSync } from 'node:zlib';
import { PDFName, type PDFRawStream } from '@cantoo/pdf-lib';
import type { Bytes } from '../kernel/der.ts';

/** Nothing that a certificate carries is longer. */
const MOST_BYTES = 40_000_000;

/** The bytes of a stream: as they stand, or inflated. @throws Error on any other filter, or a bomb. */
export function decodedStream(stream: PDFRawStream): Bytes {
  const filter = stream.dict.lookup(PDFName.of('Filter'));
  if (filter === undefined || filter === PDFName.of('DCTDecode')) return Uint8Array.from(stream.getContents());
  if (filter !== PDFName.of('FlateDecode')) throw new Error('a stream with a filter that is not read here');
  return Uint8Array.from(inflateSync(stream.getContents(), { maxOutputLength: MOST_BYTES }));
}
