/** The forms in which a receiver may want its callbacks. */
export const bodyEncodings = ['json', 'urlencoded', 'multipart'] as const;
export type BodyEncoding = (typeof bodyEncodings)[number];

/** A value of a callback: a text, or what it stands for. */
export type BodyValue = string | number | null | object;

export type EncodedBody = { readonly contentType: string; readonly bytes: Uint8Array };

/**
 * The fields of a callback as bytes, in their order. The same fields are the same bytes each time: an attempt repeats the one before.
 * Forms carry texts only; what is made of parts is JSON in them, as it is in forms that come to us.
 */
export function encodeBody(fields: Readonly<Record<string, BodyValue>>, encoding: BodyEncoding): EncodedBody {
  if (encoding === 'json') return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(fields)) };
  const texts = Object.entries(fields).map(([name, value]) => [name, textOf(value)] as const);
  return encoding === 'urlencoded' ? urlencoded(texts) : multipart(texts);
}

type Texts = readonly (readonly [name: string, text: string])[];

const textOf = (value: BodyValue): string => {
  if (value === null) return '';
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed();
};

const urlencoded = (texts: Texts): EncodedBody => ({
  contentType: 'application/x-www-form-urlencoded',
  bytes: Buffer.from(new URLSearchParams(texts.map(([name, text]) => [name, text])).toString()),
});

/** Source: RFC 7578. */
function multipart(texts: Texts): EncodedBody {
  const boundary = boundaryFor(texts);
  const parts = texts.map(
    ([name, text]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
  };
}

/** The first that occurs in none of the texts: no applicant's name ends a part. */
function boundaryFor(texts: Texts): string {
  for (let number = 0; ; number++) {
    const boundary = `----cotejo-callback-${String(number).padStart(4, '0')}`;
    if (!texts.some(([, text]) => text.includes(boundary))) return boundary;
  }
}
