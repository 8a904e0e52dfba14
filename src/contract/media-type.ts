/** A `Content-Type` or `Content-Disposition` header: its value and its parameters, names in lower case. */
export type HeaderValue = { readonly value: string; readonly parameters: ReadonlyMap<string, string> };

const PARAMETER = /;[ \t]*(?:([^\s"(),/:;<=>?@[\\\]{}]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s";]*)))?[ \t]*/y;

/** What a header says; null when it is no well-formed list of parameters. Source: RFC 9110, sections 5.6.6 and 8.3.1. */
export function parseHeaderValue(header: string): HeaderValue | null {
  const end = header.indexOf(';');
  const value = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  let at = end === -1 ? header.length : end;
  while (at < header.length) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(header);
    if (found === null) return null;
    const [whole, name, quoted, token] = found;
    if (name !== undefined) parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
    at += whole.length;
  }
  return { value, parameters };
}
