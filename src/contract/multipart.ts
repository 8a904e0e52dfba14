import { parseHeaderValue } from './media-type.ts';

/** One part of a form, its content as bytes: one a character. */
export type FormPart = {
  readonly name: string;
  readonly bytes: string;
  /** As its own `Content-Type` says; undefined: as the form. */
  readonly charset: string | undefined;
  readonly isFile: boolean;
};

/**
 * The parts of a form that is in memory whole; null when it is none or is cut off. What comes before the first delimiter and after
 * the last is left out, and so are parts without a name. Reading stops at one part more than `mostParts`.
 * @param bytes characters U+0000 to U+00FF.
 * Source: RFC 7578; RFC 2046, section 5.1.1.
 */
export function splitMultipart(bytes: string, boundary: string, mostParts: number): readonly FormPart[] | null {
  if (boundary === '' || boundary.length > 70) return null;
  const delimiter = `\r\n--${boundary}`;
  const body = `\r\n${bytes}`; // so that the first delimiter is like the others
  const parts: FormPart[] = [];
  let at = body.indexOf(delimiter);
  while (at !== -1) {
    const lineStart = at + delimiter.length;
    if (body.startsWith('--', lineStart)) return parts;
    const lineEnd = body.indexOf('\r\n', lineStart);
    if (lineEnd === -1 || body.slice(lineStart, lineEnd).trim() !== '') return null;
    if (parts.length > mostParts) return parts;
    const next = body.indexOf(delimiter, lineEnd);
    if (next === -1) return null;
    const part = readPart(body.slice(lineEnd, next));
    if (part === null) return null;
    if (part !== 'nameless') parts.push(part);
    at = next;
  }
  return null;
}

/** @param text the line end of the delimiter, header lines, an empty line, content. */
function readPart(text: string): FormPart | 'nameless' | null {
  const headersEnd = text.indexOf('\r\n\r\n');
  if (headersEnd === -1) return null;
  const headers = new Map<string, string>();
  for (const line of text.slice(0, headersEnd).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon !== -1) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = parseHeaderValue(headers.get('content-disposition') ?? '');
  if (disposition?.value !== 'form-data') return null;
  const name = disposition.parameters.get('name');
  if (name === undefined) return 'nameless';
  const transferEncoding = (headers.get('content-transfer-encoding') ?? 'binary').toLowerCase();
  if (!PLAIN_TRANSFER.has(transferEncoding)) return null;
  return {
    name,
    bytes: text.slice(headersEnd + 4),
    charset: parseHeaderValue(headers.get('content-type') ?? '')?.parameters.get('charset'),
    isFile: disposition.parameters.has('filename') || disposition.parameters.has('filename*'),
  };
}

const PLAIN_TRANSFER: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);
