import {
  PDFArray,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFRawStream,
  PDFRef,
  PDFString,
  type PDFDocument,
  type PDFObject,
} from '@cantoo/pdf-lib';
import type { Bytes } from '../kernel/der.ts';
import { concat, sameBytes } from '../kernel/der.ts';
import { openForUpdate } from './open-pdf.client.ts';
import { decodedStream } from './pdf-stream.client.ts';

/**
 * [Note: Additions]
 * Nothing in a PDF that was signed may change: whatever comes later, validation data and further time-stamps, is appended as an update of its
 * own (ISO 32000-1, 7.5.6), with a classic cross-reference table, which every reader knows.
 */
export type SignatureField = {
  readonly type: 'Sig' | 'DocTimeStamp';
  readonly subFilter: 'ETSI.CAdES.detached' | 'ETSI.RFC3161';
  /** How many bytes of DER are held free for it. */
  readonly capacityBytes: number;
  /** Entries for people who look at it; a time-stamp has none. */
  readonly shown?: { readonly name: string; readonly reason: string; readonly at: Date };
  /** A text that is put in beside it as private data of ours. */
  readonly privateData?: string;
};

/** A PDF with room for a signature: the bytes around it are what is signed. */
export type Unsigned = { readonly pdf: Bytes; readonly gapFrom: number; readonly gapTo: number };

/** Adds an invisible field on the first page with an empty signature in it. */
export async function addSignatureField(pdf: Uint8Array, field: SignatureField): Promise<Unsigned> {
  const document = await openForUpdate(pdf);
  const { context, catalog } = document;
  const range = PDFArray.withContext(context);
  range.push(PDFNumber.of(0));
  for (let number = 0; number < 3; number++) range.push(PDFName.of(RANGE_PLACEHOLDER));
  const { shown } = field;
  const signature = context.register(
    context.obj({
      Type: field.type,
      Filter: 'Adobe.PPKLite',
      SubFilter: field.subFilter,
      ByteRange: range,
      Contents: PDFHexString.of('0'.repeat(field.capacityBytes * 2)),
      ...(shown === undefined
        ? {}
        : {
            M: PDFString.fromDate(shown.at),
            Name: PDFHexString.fromText(shown.name),
            Reason: PDFHexString.fromText(shown.reason),
          }),
    }),
  );
  const form = formOf(document);
  const fields = form.lookup(PDFName.of('Fields'), PDFArray);
  const page = document.getPage(0);
  const widget = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      Rect: [0, 0, 0, 0],
      V: signature,
      T: PDFString.of(`${field.type === 'Sig' ? 'Signature' : 'TimeStamp'}${fields.size() + 1}`),
      F: 132, // printed, locked
      P: page.ref,
    }),
  );
  fields.push(widget);
  const annotations = page.node.lookupMaybe(PDFName.of('Annots'), PDFArray);
  if (annotations === undefined) page.node.set(PDFName.of('Annots'), context.obj([widget]));
  else annotations.push(widget);
  catalog.set(PDFName.of('AcroForm'), form);
  if (field.privateData !== undefined) {
    const modified = PDFString.fromDate(shown?.at ?? new Date(0));
    const held = context.register(context.stream(field.privateData));
    catalog.set(PDFName.of('PieceInfo'), context.obj({ Cotejo: { LastModified: modified, Private: held } }));
  }
  return withRange(await appended(document), pdf.byteLength);
}

/** Puts the signature into its room. @throws RangeError when it is longer than what was held free. */
export function fillSignature({ pdf, gapFrom, gapTo }: Unsigned, contents: Uint8Array): Bytes {
  const room = gapTo - gapFrom - 2;
  const hex = Buffer.from(contents).toString('hex');
  if (hex.length > room) throw new RangeError(`a signature of ${contents.byteLength} bytes where ${room / 2} are free`);
  const filled = Uint8Array.from(pdf);
  filled.set(Buffer.from(hex.padEnd(room, '0'), 'latin1'), gapFrom + 1);
  return filled;
}

/** What a signature in the gap speaks of. */
export const around = ({ pdf, gapFrom, gapTo }: Unsigned): Bytes =>
  concat([pdf.subarray(0, gapFrom), pdf.subarray(gapTo)]);

export type ValidationData = {
  readonly certificates: readonly Bytes[];
  readonly crls: readonly Bytes[];
  readonly ocsps: readonly Bytes[];
};

/**
 * Adds what is needed to check signatures when nobody can be asked any more: the document security store (ISO 32000-2, 12.8.4.3).
 * @param gather told of the certificates that are there already.
 */
export async function addValidationData(
  pdf: Uint8Array,
  gather: (known: readonly Bytes[]) => Promise<ValidationData>,
): Promise<{ readonly pdf: Bytes; readonly certificates: readonly Bytes[] }> {
  const document = await openForUpdate(pdf);
  const { context, catalog } = document;
  const before = storeEntries(document, 'Certs').map(({ bytes }) => bytes);
  const added = await gather(before);
  const list = (name: string, further: readonly Bytes[]): Record<string, PDFArray> => {
    const known = storeEntries(document, name);
    const fresh = further.filter(
      (bytes, at) =>
        ![...known.map(({ bytes: own }) => own), ...further.slice(0, at)].some((own) => sameBytes(own, bytes)),
    );
    const references = [
      ...known.map(({ reference }) => reference),
      ...fresh.map((bytes) => context.register(context.flateStream(bytes))),
    ];
    return references.length === 0 ? {} : { [name]: context.obj(references) as PDFArray };
  };
  const store = {
    Type: 'DSS',
    ...list('Certs', added.certificates),
    ...list('CRLs', added.crls),
    ...list('OCSPs', added.ocsps),
  };
  catalog.set(PDFName.of('DSS'), context.register(context.obj(store)));
  catalog.set(
    PDFName.of('Extensions'),
    context.obj({ ESIC: { Type: 'DeveloperExtensions', BaseVersion: PDFName.of('1.7'), ExtensionLevel: 5 } }),
  );
  return { pdf: await appended(document), certificates: [...before, ...added.certificates] };
}

/** The validation data that a PDF carries. */
export async function validationDataOf(pdf: Uint8Array): Promise<ValidationData> {
  const document = await openForUpdate(pdf);
  const of = (name: string): readonly Bytes[] => storeEntries(document, name).map(({ bytes }) => bytes);
  return { certificates: of('Certs'), crls: of('CRLs'), ocsps: of('OCSPs') };
}

const appended = async (document: PDFDocument): Promise<Bytes> =>
  Uint8Array.from(await document.commit({ useObjectStreams: false }));

function formOf({ catalog, context }: PDFDocument): PDFDict {
  const found = catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict);
  const form = context.obj({ SigFlags: 3, Fields: [] }) as PDFDict;
  const fields = form.lookup(PDFName.of('Fields'), PDFArray);
  for (const field of found?.lookup(PDFName.of('Fields'), PDFArray).asArray() ?? []) fields.push(field);
  return form;
}

function storeEntries(
  { catalog, context }: PDFDocument,
  name: string,
): { readonly reference: PDFObject; readonly bytes: Bytes }[] {
  const store = catalog.lookupMaybe(PDFName.of('DSS'), PDFDict);
  const entries = store?.lookupMaybe(PDFName.of(name), PDFArray)?.asArray() ?? [];
  return entries.flatMap((reference) => {
    const stream = reference instanceof PDFRef ? context.lookup(reference) : reference;
    return stream instanceof PDFRawStream ? [{ reference, bytes: decodedStream(stream) }] : [];
  });
}

/** As wide as the numbers that take its place. */
const RANGE_PLACEHOLDER = '**********';

/** Finds the room in what was appended, and writes the range around it. */
function withRange(pdf: Bytes, from: number): Unsigned {
  const tail = Buffer.from(pdf.buffer, pdf.byteOffset + from).toString('latin1');
  const contents = /\/Contents\s*(<0+>)/.exec(tail);
  const range = /\/ByteRange\s*(\[\s*0(?:\s+\/\*{10}){3}\s*\])/.exec(tail);
  if (contents === null || range === null) throw new Error('the room for a signature is not where it was put');
  const gapFrom = from + contents.index + contents[0].length - contents[1]!.length;
  const gapTo = gapFrom + contents[1]!.length;
  const written = `[0 ${gapFrom} ${gapTo} ${pdf.byteLength - gapTo}]`.padEnd(range[1]!.length);
  const whole = Uint8Array.from(pdf);
  whole.set(Buffer.from(written, 'latin1'), from + range.index + range[0].length - range[1]!.length);
  return { pdf: whole, gapFrom, gapTo };
}
