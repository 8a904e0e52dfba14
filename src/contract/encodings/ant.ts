import type { WireValue } from '../answer.ts';
import type { Encoding } from './encoding.ts';
import { lineValue } from './line-value.ts';

/** What a call without `Resp` gets, as before there were formats: `Name:value` on lines between CR LF, fewer fields, a decimal comma. */
export const ant: Encoding = {
  name: 'ANT',
  contentType: 'text/plain; charset=utf-8',
  encode: ({ fields, antFields }) =>
    Object.entries(fields)
      .filter(([name]) => antFields.includes(name))
      .map(([name, value]) => `${name}:${withComma(value)}`)
      .join('\r\n'),
};

const withComma = (value: WireValue): string =>
  typeof value === 'number' ? String(value).replace('.', ',') : lineValue(value);
