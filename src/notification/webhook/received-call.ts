import { type Result, ok, refuse } from '../../kernel/result.ts';
import { type HmacSha256, type SigningSecret, signatureHeaders } from './signature.ts';

/** What came to a receiver: names of headers in lower case, the body to the last byte. */
export type ReceivedCall = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly at: Date;
};

/** What a receiver makes of a signature. Ages in seconds; below 0: the sender's clock is ahead. */
export type SignatureVerdict =
  | { readonly kind: 'valid'; readonly ageSeconds: number }
  /** No secret was given to check with. */
  | { readonly kind: 'unchecked' }
  /** One of the three headers is not there. */
  | { readonly kind: 'missing'; readonly header: string }
  /** By another secret, or something of it was changed. */
  | { readonly kind: 'wrong' }
  /** Right, and too old or too new to be accepted: somebody may have kept it. */
  | { readonly kind: 'stale'; readonly ageSeconds: number };

/** How far clocks and networks may be apart. Source: Standard Webhooks 1.0.0. */
export const TOLERANCE_SECONDS = 5 * 60;

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

/** Whether a call is from whoever shares one of the secrets, is whole, and is new. */
export function checkSignature(
  { headers, body, at }: ReceivedCall,
  secrets: readonly SigningSecret[],
  { hmacSha256, isSame }: { readonly hmacSha256: HmacSha256; readonly isSame: (a: string, b: string) => boolean },
): SignatureVerdict {
  if (secrets.length === 0) return { kind: 'unchecked' };
  const missing = HEADERS.find((name) => (headers[name] ?? '') === '');
  if (missing !== undefined) return { kind: 'missing', header: missing };
  const [id, timestamp, signatures] = HEADERS.map((name) => headers[name]!) as [string, string, string];
  if (!/^\d{1,12}$/.test(timestamp) || !/^[\w-]{1,64}$/.test(id)) return { kind: 'wrong' };
  const signed = { id, at: new Date(Number(timestamp) * 1000), body };
  const expected = signatureHeaders(signed, secrets, hmacSha256)['webhook-signature'].split(' ');
  // Every one is compared, whichever is right: how long it takes tells nothing.
  const matches = signatures.split(' ').flatMap((given) => expected.map((one) => isSame(given, one)));
  if (!matches.includes(true)) return { kind: 'wrong' };
  const ageSeconds = Math.round(at.getTime() / 1000 - Number(timestamp));
  return { kind: Math.abs(ageSeconds) <= TOLERANCE_SECONDS ? 'valid' : 'stale', ageSeconds };
}

export type Fields = Readonly<Record<string, unknown>>;
export type FieldsRefusal = { readonly kind: 'body-unreadable' } | { readonly kind: 'content-type-unknown' };

/** The fields of a body in any of the encodings of callbacks, in their order. */
export function fieldsOf({ headers, body }: Pick<ReceivedCall, 'headers' | 'body'>): Result<Fields, FieldsRefusal> {
  const contentType = headers['content-type'] ?? '';
  const text = Buffer.from(body).toString('utf8');
  switch (contentType.split(';')[0]!.trim().toLowerCase()) {
    case 'application/json':
      return jsonFields(text);
    case 'application/x-www-form-urlencoded':
      return ok(Object.fromEntries(new URLSearchParams(text)));
    case 'multipart/form-data':
      return multipartFields(text, /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType));
    default:
      return refuse({ kind: 'content-type-unknown' });
  }
}

function jsonFields(text: string): Result<Fields, FieldsRefusal> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return ok(parsed as Fields);
  } catch {
    // Said below.
  }
  return refuse({ kind: 'body-unreadable' });
}

/** Texts only, as callbacks have them. Source: RFC 7578. */
function multipartFields(text: string, boundary: RegExpExecArray | null): Result<Fields, FieldsRefusal> {
  const [, quoted, plain] = boundary ?? [];
  const parts = text.split(`--${quoted ?? plain ?? ''}`);
  if (boundary === null || parts.length < 3 || !parts.at(-1)!.startsWith('--'))
    return refuse({ kind: 'body-unreadable' });
  const fields: [string, string][] = [];
  for (const part of parts.slice(1, -1)) {
    const [, name, value] = /^\r\n[^]*?name="([^"]*)"[^]*?\r\n\r\n([^]*)\r\n$/.exec(part) ?? [];
    if (name === undefined) return refuse({ kind: 'body-unreadable' });
    fields.push([name, value!]);
  }
  return ok(Object.fromEntries(fields));
}
