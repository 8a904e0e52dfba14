import type { WireValue } from '../answer.ts';
import type { Encoding } from './encoding.ts';

/** Elements within `<result>`, one space of indentation a level; the entries of a list are `<item0>`, `<item1>`, … */
export const xml: Encoding = {
  name: 'XML',
  contentType: 'application/xml; charset=utf-8',
  encode: ({ fields }) => `<?xml version="1.0" encoding="UTF-8"?>\n${element('result', fields, '')}`,
};

function element(name: string, value: WireValue, indent: string): string {
  if (typeof value !== 'object') return `${indent}<${name}>${escapeText(String(value))}</${name}>`;
  const children: readonly (readonly [string, WireValue])[] = isList(value)
    ? value.map((item, at) => [`item${at}`, item])
    : Object.entries(value);
  if (children.length === 0) return `${indent}<${name}></${name}>`;
  const lines = children.map(([childName, child]) => element(childName, child, `${indent} `));
  return `${indent}<${name}>\n${lines.join('\n')}\n${indent}</${name}>`;
}

const isList = (value: object): value is readonly WireValue[] => Array.isArray(value);

/**
 * Any text as character data. What XML 1.0 has no way to write becomes U+FFFD, which shows that something was there; a carriage
 * return is written as a reference, because a parser reads a bare one as a line feed.
 * Source: XML 1.0, sections 2.2 (Char), 2.4 and 2.11.
 */
export function escapeText(text: string): string {
  if (!NEEDS_CARE.test(text)) return text;
  return text
    .toWellFormed()
    .replace(NOT_XML, '\ufffd')
    .replace(MARKUP, (character) => REFERENCES[character]!);
}

const NEEDS_CARE = /[^\t\n\x20-\x25\x27-\x3b\x3d\x3f-\x7e]/;
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const MARKUP = /[&<>\r]/g;
const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
