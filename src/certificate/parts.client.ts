import { PDFArray, PDFDict, PDFName, PDFRawStream, PDFRef, type PDFDocument } from '@cantoo/pdf-lib';
import { z } from 'zod';
import { readManifest } from './manifest.ts';
import { decodedStream } from './pdf-stream.client.ts';
import { openForUpdate } from './open-pdf.client.ts';
import { digest } from './signed-data.client.ts';
import { latin1 } from './signature-ranges.ts';

/**
 * [Note: The table of parts]
 * A signature says that something changed and not what. So a certificate carries, under its signature, the digest of each of its parts as
 * they lay out in the file: whoever finds it broken can say which page, which picture or what else it is. The table proves nothing that the
 * signature does not; it only tells.
 */
const partSchema = z.tuple([z.string(), z.int(), z.int(), z.string()]);
const tableSchema = z.array(partSchema);

const MARK = '{"cotejoParts":';
const DIGITS = 32;

/** The table of a file that our pages were written to, as one line. */
export async function partsTable(pdf: Uint8Array): Promise<string> {
  const text = latin1(pdf);
  const table = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]);
  const lines = text.slice(table, text.indexOf('trailer', table)).split('\n').slice(2);
  const objects = lines
    .flatMap((line, number) => (/^\d{10} \d{5} n/.test(line) ? [{ number, from: Number(line.slice(0, 10)) }] : []))
    .sort((one, other) => one.from - other.from);
  const labels = labelsOf(await openForUpdate(pdf));
  const bounds = [
    { label: 'beginning', from: 0 },
    ...objects.map(({ number, from }) => ({ label: labels.get(number) ?? 'structure', from })),
    { label: 'cross-references', from: table },
  ];
  const parts = bounds.map(({ label, from }, at): z.infer<typeof partSchema> => {
    const to = bounds[at + 1]?.from ?? pdf.byteLength;
    return [label, from, to, digestOf(pdf.subarray(from, to))];
  });
  return `${MARK}${JSON.stringify(parts)}}`;
}

/** The names of the parts that are not as the table says; one name at least, for something is known to have changed. */
export function changedParts(pdf: Uint8Array): readonly string[] {
  const line = latin1(pdf).split(MARK)[1]?.split('}')[0];
  let parts: z.infer<typeof tableSchema>;
  try {
    parts = tableSchema.parse(JSON.parse(line ?? ''));
  } catch {
    return ['table of parts'];
  }
  const changed = parts
    .filter(([, from, to, sha256]) => digestOf(pdf.subarray(from, to)) !== sha256)
    .map(([label]) => label);
  return changed.length === 0 ? ['signature field'] : [...new Set(changed)];
}

const digestOf = (bytes: Uint8Array): string => Buffer.from(digest('sha256', bytes)).toString('hex').slice(0, DIGITS);

/** What each object is part of, as people would call it. */
function labelsOf(document: PDFDocument): ReadonlyMap<number, string> {
  const labels = new Map<number, string>();
  const objects = document.context.enumerateIndirectObjects();
  const name = (value: unknown, label: string): void => {
    if (value instanceof PDFRef) labels.set(value.objectNumber, label);
  };
  const pictures = picturesOf(document);
  for (const [reference, object] of objects) {
    const dictionary = object instanceof PDFRawStream ? object.dict : object instanceof PDFDict ? object : null;
    if (dictionary === null) continue;
    const type = String(dictionary.get(PDFName.of('Type')));
    if (type === '/Font' || type === '/FontDescriptor') {
      name(reference, 'fonts');
      for (const key of ['FontFile2', 'FontFile3', 'ToUnicode', 'CIDSet'])
        name(dictionary.get(PDFName.of(key)), 'fonts');
    }
    const isElement =
      dictionary.has(PDFName.of('S')) && dictionary.has(PDFName.of('P')) && dictionary.has(PDFName.of('K'));
    if (isElement || type === '/StructTreeRoot') name(reference, 'reading order');
    if (type === '/Metadata') name(reference, 'metadata');
    if (type === '/EmbeddedFile' || type === '/Filespec') name(reference, 'statement');
    if (object instanceof PDFRawStream && String(dictionary.get(PDFName.of('Subtype'))) === '/Image') {
      const picture = pictures.get(Buffer.from(digest('sha256', object.getContents())).toString('hex'));
      name(reference, picture === undefined ? 'logo' : `picture ${picture}`);
    }
  }
  const { Info: info } = document.context.trailerInfo;
  name(info, 'metadata');
  const values = info === undefined ? undefined : document.context.lookup(info);
  if (values instanceof PDFDict) for (const value of values.values()) name(value, 'metadata');
  for (const [at, page] of document.getPages().entries()) {
    name(page.ref, `page ${at + 1}`);
    const contents = page.node.get(PDFName.of('Contents'));
    for (const stream of contents instanceof PDFArray ? contents.asArray() : [contents]) name(stream, `page ${at + 1}`);
    name(page.node.get(PDFName.of('Resources')), `page ${at + 1}`);
  }
  return labels;
}

function picturesOf(document: PDFDocument): ReadonlyMap<string, string> {
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream) || String(object.dict.get(PDFName.of('Type'))) !== '/EmbeddedFile') continue;
    const manifest = readManifest(decodedStream(object));
    if (manifest.ok) return new Map(manifest.value.pictures.map((picture) => [picture.sha256, picture.name]));
  }
  return new Map();
}
