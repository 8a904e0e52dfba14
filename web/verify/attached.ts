import {
  PDFArray,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFRawStream,
  PDFRef,
  PDFString,
  type PDFDocument,
} from '@cantoo/pdf-lib';
import { inconsistenciesOf } from '../../src/certificate/consistency.ts';
import type { Bytes } from '../../src/kernel/der.ts';
import { statementKeyword } from '../../src/certificate/keyword.ts';
import { readManifest } from '../../src/certificate/manifest.ts';
import type { Statement } from '../../src/certificate/statement.ts';
import { digestOf, hex } from './certificate.ts';

export type Attached = {
  readonly statement: Statement | null;
  readonly sha256: string | null;
  /** It is one of ours, canonical, the one that the file's own keywords name, and does not contradict itself. */
  readonly holds: boolean;
  /** Every picture that it names lies in the file with that digest. */
  readonly hasPictures: boolean;
};

/** Nothing that a certificate carries is longer. */
const MOST_BYTES = 40_000_000;

/** The bytes of a stream: as they stand, or inflated. @throws on any other filter, or too many. */
async function decoded({ dict, contents }: PDFRawStream): Promise<Bytes> {
  const filter = dict.lookup(PDFName.of('Filter'));
  const stored = Uint8Array.from(contents);
  if (filter === undefined || filter === PDFName.of('DCTDecode')) return stored;
  if (filter !== PDFName.of('FlateDecode')) throw new Error('a stream with a filter that is not read here');
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([stored]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    length += piece.value.byteLength;
    if (length > MOST_BYTES) throw new Error('a stream that is too long');
    parts.push(piece.value);
  }
  return new Uint8Array(await new Blob(parts as Bytes[]).arrayBuffer());
}

const streamsOf = ({ context }: PDFDocument): PDFRawStream[] =>
  context.enumerateIndirectObjects().flatMap(([, object]) => (object instanceof PDFRawStream ? [object] : []));

export async function readAttached(document: PDFDocument): Promise<Attached> {
  const nothing = { statement: null, sha256: null, holds: false, hasPictures: false };
  const streams = streamsOf(document);
  const files = streams.filter(({ dict }) => dict.get(PDFName.of('Type')) === PDFName.of('EmbeddedFile'));
  if (files.length !== 1) return nothing;
  const bytes = await decoded(files[0]!).catch(() => null);
  if (bytes === null) return nothing;
  const sha256 = hex(await digestOf('sha256', bytes));
  const read = readManifest(bytes);
  if (!read.ok) return { ...nothing, sha256 };
  const info = document.context.lookup(document.context.trailerInfo.Info);
  const keyword = info instanceof PDFDict ? info.lookup(PDFName.of('Keywords')) : undefined;
  const stated = keyword instanceof PDFString || keyword instanceof PDFHexString ? keyword.decodeText() : '';
  const drawn = new Set<string>();
  for (const { dict, contents } of streams)
    if (dict.get(PDFName.of('Filter')) === PDFName.of('DCTDecode'))
      drawn.add(hex(await digestOf('sha256', Uint8Array.from(contents))));
  return {
    statement: read.value,
    sha256,
    holds: stated === statementKeyword(sha256) && inconsistenciesOf(read.value).length === 0,
    hasPictures: read.value.pictures.every((picture) => drawn.has(picture.sha256)),
  };
}

/** The certificates that the file carries to be checked with when their authorities are gone. */
export async function storedCertificates({ catalog, context }: PDFDocument): Promise<readonly Bytes[]> {
  const store = catalog.lookupMaybe(PDFName.of('DSS'), PDFDict);
  const listed = store?.lookupMaybe(PDFName.of('Certs'), PDFArray)?.asArray() ?? [];
  const streams = listed.map((entry) => (entry instanceof PDFRef ? context.lookup(entry) : entry));
  return Promise.all(streams.flatMap((stream) => (stream instanceof PDFRawStream ? [decoded(stream)] : [])));
}
