import { PDFArray, PDFDict, PDFName, PDFRef, type PDFDocument, type PDFObject } from '@cantoo/pdf-lib';
import { openForUpdate } from './open-pdf.client.ts';
import { latin1 } from './signature-ranges.ts';

export type AdditionFault =
  /** What stands after the signature is not an addition of the plain form that ours have: another reader might read it otherwise. */
  | 'additions-unfamiliar'
  /** A page, the attachment or anything else that was signed is replaced by an addition. */
  | 'additions-change-what-was-signed';

/**
 * Whether all that was appended after the first signature is what may be: validation data and further time-stamps. A time-stamp over a
 * changed page would hold as well, so this is what says that the pages are those that were signed.
 * @param signedEnd where the bytes end that the first signature covers.
 */
export async function additionFault(pdf: Uint8Array, signedEnd: number): Promise<AdditionFault | null> {
  const signed = await openForUpdate(pdf.subarray(0, signedEnd));
  const whole = await openForUpdate(pdf);
  const catalogRef = signed.context.trailerInfo.Root;
  const pageRef = signed.getPage(0).ref;
  if (!(catalogRef instanceof PDFRef) || whole.context.trailerInfo.Root !== catalogRef) return 'additions-unfamiliar';
  const mayChange = new Set([catalogRef.objectNumber, pageRef.objectNumber]);
  const walked = walkAdditions(latin1(pdf), signedEnd, signed.context.largestObjectNumber, catalogRef.objectNumber);
  if (walked === null) return 'additions-unfamiliar';
  if (walked.some((number) => number <= signed.context.largestObjectNumber && !mayChange.has(number)))
    return 'additions-change-what-was-signed';
  const isSame =
    sameBut(signed.catalog, whole.catalog, ['AcroForm', 'DSS', 'Extensions']) &&
    sameBut(signed.getPage(0).node, whole.getPage(0).node, ['Annots']) &&
    isPrefix(signed, whole);
  return isSame ? null : 'additions-change-what-was-signed';
}

/**
 * The numbers of the objects in what was appended; null when its cross-references say anything else than what stands there, one object after
 * the other.
 */
function walkAdditions(text: string, from: number, known: number, root: number): number[] | null {
  const numbers: number[] = [];
  let largest = known;
  for (let at = skipSpace(text, from); at < text.length;) {
    const found = new Map<number, number>();
    for (;;) {
      const head = sticky(/(\d+) 0 obj\b/y, text, at);
      if (head === null) break;
      const number = Number(head[1]);
      if (found.has(number)) return null;
      found.set(number, at);
      const end = endOfObject(text, at + head[0].length);
      if (end === null) return null;
      at = skipSpace(text, end);
    }
    const table = at;
    const foot = sticky(/xref\s+((?:[\d nf\r\n])+)trailer\s*<<([^%]*?)>>\s*startxref\s+(\d+)\s+%%EOF/y, text, at);
    if (foot === null || found.size === 0 || Number(foot[3]) !== table) return null;
    if (!new RegExp(`/Root ${root} 0 R\\b`).test(foot[2]!) || !/\/Prev \d+/.test(foot[2]!)) return null;
    const listed = entriesOf(foot[1]!);
    if (listed === null || listed.size !== found.size) return null;
    for (const [number, offset] of found) if (listed.get(number) !== offset) return null;
    // An object of an earlier addition is as final as one that was signed.
    if ([...found.keys()].some((number) => number > known && number <= largest)) return null;
    largest = Math.max(largest, ...found.keys());
    numbers.push(...found.keys());
    at = skipSpace(text, at + foot[0].length);
  }
  return numbers;
}

/** Where the object ends that begins before `at`: a stream by its length, which must stand there, anything else by its word. */
function endOfObject(text: string, at: number): number | null {
  const end = text.indexOf('endobj', at);
  const stream = text.indexOf('stream', at);
  if (end === -1) return null;
  if (stream === -1 || stream > end) return end + 6;
  const length = /\/Length (\d+)\b(?! \d+ R)/.exec(text.slice(at, stream))?.[1];
  const begin = sticky(/stream\r?\n/y, text, stream);
  if (length === undefined || begin === null) return null;
  const after = stream + begin[0].length + Number(length);
  const closing = sticky(/\s*endstream\s*endobj/y, text, after);
  return closing === null ? null : after + closing[0].length;
}

/** Object numbers and offsets of a classic cross-reference section. */
function entriesOf(section: string): Map<number, number> | null {
  const lines = section
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const entries = new Map<number, number>();
  for (let at = 0; at < lines.length;) {
    const head = /^(\d+) (\d+)$/.exec(lines[at++]!);
    if (head === null) return null;
    for (let number = Number(head[1]), left = Number(head[2]); left > 0; number++, left--) {
      const entry = /^(\d{10}) (\d{5}) ([nf])$/.exec(lines[at++] ?? '');
      if (entry === null) return null;
      if (entry[3] === 'n') entries.set(number, Number(entry[1]));
      else if (number !== 0) return null;
    }
  }
  return entries;
}

const WIDGET_KEYS = ['/Type', '/Subtype', '/FT', '/Rect', '/V', '/T', '/F', '/P'];

/** Fields and annotations are only added to, by invisible signature fields. */
function isPrefix(signed: PDFDocument, whole: PDFDocument): boolean {
  const fields = (document: PDFDocument): PDFObject[] =>
    document.catalog.lookup(PDFName.of('AcroForm'), PDFDict).lookup(PDFName.of('Fields'), PDFArray).asArray();
  const annotations = (document: PDFDocument): PDFObject[] =>
    document.getPage(0).node.lookup(PDFName.of('Annots'), PDFArray).asArray();
  return [fields, annotations].every((of) => {
    const before = of(signed);
    const after = of(whole);
    const isKept = before.every((object, at) => String(object) === String(after[at]));
    return isKept && after.slice(before.length).every((object) => isInvisibleSignature(whole.context.lookup(object)));
  });
}

const isInvisibleSignature = (object: PDFObject | undefined): boolean =>
  object instanceof PDFDict &&
  object.keys().every((key) => WIDGET_KEYS.includes(key.toString())) &&
  String(object.get(PDFName.of('FT'))) === '/Sig' &&
  String(object.get(PDFName.of('Rect'))) === '[ 0 0 0 0 ]';

function sameBut(one: PDFDict, other: PDFDict, but: readonly string[]): boolean {
  const entries = (dictionary: PDFDict): string =>
    dictionary
      .entries()
      .filter(([key]) => !but.includes(key.toString().slice(1)))
      .map(([key, value]) => `${key.toString()} ${value.toString()}`)
      .sort()
      .join('\n');
  return entries(one) === entries(other);
}

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && /\s/.test(text[next]!)) next++;
  return next;
}
