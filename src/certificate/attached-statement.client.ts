import { PDFDict, PDFHexString, PDFName, PDFRawStream, PDFString, type PDFDocument } from '@cantoo/pdf-lib';
import { ok, refuse, type Result } from '../kernel/result.ts';
import { inconsistenciesOf, type Inconsistency } from './consistency.ts';
import { statementKeyword } from './keyword.ts';
import { readManifest, type ManifestRefusal } from './manifest.ts';
import { decodedStream } from './pdf-stream.client.ts';
import { openForUpdate } from './open-pdf.client.ts';
import { digest } from './signed-data.client.ts';
import type { PictureName, Statement } from './statement.ts';

export type StatementFault =
  | ManifestRefusal['kind']
  | 'statement-missing'
  /** Its digest is not the one that the file's own keywords give. */
  | 'statement-digest-differs'
  | 'picture-differs'
  | Inconsistency;

export type StatementReport = {
  readonly statement: Statement | null;
  readonly sha256: string | null;
  readonly faults: readonly { readonly fault: StatementFault; readonly picture?: PictureName }[];
};

/** The statement that a certificate carries, held against itself, the keywords and the pictures on the pages. */
export async function attachedStatement(pdf: Uint8Array): Promise<StatementReport> {
  const document = await openForUpdate(pdf);
  const bytes = attachmentOf(document);
  if (!bytes.ok) return { statement: null, sha256: null, faults: [{ fault: bytes.refusal }] };
  const sha256 = hex(digest('sha256', bytes.value));
  const info = document.context.lookup(document.context.trailerInfo.Info);
  const keyword = info instanceof PDFDict ? info.lookup(PDFName.of('Keywords')) : undefined;
  const stated = keyword instanceof PDFString || keyword instanceof PDFHexString ? keyword.decodeText() : '';
  const isStated = stated === statementKeyword(sha256);
  const read = readManifest(bytes.value);
  const digestFaults = isStated ? [] : [{ fault: 'statement-digest-differs' } as const];
  if (!read.ok) return { statement: null, sha256, faults: [...digestFaults, { fault: read.refusal.kind }] };
  const drawn = new Set(
    streamsOf(document)
      .filter(({ dict }) => dict.get(PDFName.of('Filter')) === PDFName.of('DCTDecode'))
      .map((stream) => hex(digest('sha256', stream.getContents()))),
  );
  const missing = read.value.pictures.filter((picture) => !drawn.has(picture.sha256));
  return {
    statement: read.value,
    sha256,
    faults: [
      ...digestFaults,
      ...missing.map(({ name }) => ({ fault: 'picture-differs', picture: name }) as const),
      ...inconsistenciesOf(read.value).map((fault) => ({ fault })),
    ],
  };
}

function attachmentOf(document: PDFDocument): Result<Uint8Array, 'statement-missing' | 'manifest-unreadable'> {
  const files = streamsOf(document).filter(({ dict }) => dict.get(PDFName.of('Type')) === PDFName.of('EmbeddedFile'));
  if (files.length !== 1) return refuse('statement-missing');
  try {
    return ok(decodedStream(files[0]!));
  } catch {
    return refuse('manifest-unreadable');
  }
}

const streamsOf = ({ context }: PDFDocument): PDFRawStream[] =>
  context
    .enumerateIndirectObjects()
    .flatMap(([, object]) => (object instanceof PDFRawStream && object.dict instanceof PDFDict ? [object] : []));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
