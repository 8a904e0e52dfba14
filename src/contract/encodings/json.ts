import type { Encoding } from './encoding.ts';

/** A list of one object, or the object alone where the account says so. Halves of characters are escaped: always valid UTF-8. */
export const json: Encoding = {
  name: 'JSON',
  contentType: 'application/json; charset=utf-8',
  encode: ({ fields, envelope }) => JSON.stringify(envelope === 'array' ? [fields] : fields),
};
