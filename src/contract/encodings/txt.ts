import type { Encoding } from './encoding.ts';
import { lineValue } from './line-value.ts';

/** `Name:value;` and a line feed for each field. */
export const txt: Encoding = {
  name: 'TXT',
  contentType: 'text/plain; charset=utf-8',
  encode: ({ fields }) =>
    Object.entries(fields)
      .map(([name, value]) => `${name}:${lineValue(value)};\n`)
      .join(''),
};
