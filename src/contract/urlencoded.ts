/**
 * The pairs of a query string or a form, as bytes: one a character. A percent sign that begins no escape stays as it is.
 * Source: WHATWG URL, "application/x-www-form-urlencoded".
 * @param bytes characters U+0000 to U+00FF.
 */
export function splitUrlencoded(bytes: string): readonly (readonly [name: string, value: string])[] {
  return bytes
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const equals = piece.indexOf('=');
      return equals === -1
        ? [unescapeBytes(piece), '']
        : [unescapeBytes(piece.slice(0, equals)), unescapeBytes(piece.slice(equals + 1))];
    });
}

function unescapeBytes(escaped: string): string {
  const spaced = escaped.includes('+') ? escaped.replaceAll('+', ' ') : escaped;
  return spaced.includes('%')
    ? spaced.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : spaced;
}
