/**
 * Turns bytes, one a character of the string, into text. Null: they are no text in this charset.
 * @param bytes characters U+0000 to U+00FF.
 */
export type DecodeText = (bytes: string) => string | null;

/**
 * How text in a charset is read; null for one that we do not know. What calls itself ISO-8859-1 is read as windows-1252, which is
 * the same and has a euro sign besides: that is what senders mean.
 * Source: WHATWG Encoding, "Names and labels".
 */
export function decoderOf(charset: string | undefined): DecodeText | null {
  if (charset === undefined) return decodeUtf8;
  const label = charset.trim().toLowerCase();
  if (UTF_8.has(label)) return decodeUtf8;
  if (WINDOWS_1252.has(label)) return decodeWindows1252;
  return null;
}

const UTF_8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
const WINDOWS_1252: ReadonlySet<string> = new Set([
  'windows-1252',
  'cp1252',
  'x-cp1252',
  'iso-8859-1',
  'iso8859-1',
  'iso_8859-1',
  'latin1',
  'l1',
]);

const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');
const ASCII = /^[\x00-\x7f]*$/;

export function decodeUtf8(bytes: string): string | null {
  if (ASCII.test(bytes)) return bytes;
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}

const decodeWindows1252 = (bytes: string): string =>
  ASCII.test(bytes) ? bytes : windows1252.decode(Buffer.from(bytes, 'latin1'));
