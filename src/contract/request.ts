import { type Result, ok, refuse } from '../kernel/result.ts';
import { decodeUtf8, decoderOf, type DecodeText } from './charset.ts';
import type { Encoding } from './encodings/encoding.ts';
import { encodingNamed, preferredEncoding, silentEncoding } from './encodings/index.ts';
import { parseHeaderValue } from './media-type.ts';
import { splitMultipart } from './multipart.ts';
import {
  MOST_PARAMETERS,
  gather,
  merge,
  type Gathered,
  type GivenValue,
  type Parameters,
  type ParametersRefusal,
} from './parameters.ts';
import { splitUrlencoded } from './urlencoded.ts';

/** A call as it came off the wire. */
export type RawRequest = {
  /** What follows the question mark of the URL, as bytes: one a character. Empty when there is none. */
  readonly query: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** The whole body; empty when there is none. A refusal when it could not be taken in. */
  readonly body: Result<Uint8Array, BodyNotTaken>;
};

export type BodyNotTaken =
  | { readonly kind: 'body-too-large'; readonly mostBytes: number }
  | { readonly kind: 'body-broken-off' }
  | { readonly kind: 'body-type-unknown' };

export type RequestRefusal =
  | BodyNotTaken
  | ParametersRefusal
  | { readonly kind: 'body-compressed' }
  | { readonly kind: 'body-charset-unknown' }
  | { readonly kind: 'body-not-in-charset' }
  | { readonly kind: 'json-unreadable' }
  | { readonly kind: 'json-not-object' }
  | { readonly kind: 'multipart-unreadable' }
  | { readonly kind: 'resp-unknown' };

/** A call read as far as it could be. How to answer is known in any case. */
export type ReadRequest = {
  readonly encoding: Encoding;
  readonly parameters: Result<Parameters, RequestRefusal>;
};

/** Bodies up to this are read. The longest call that means anything has some 3 kB. */
export const MOST_BODY_BYTES = 65_536;

const nothing: Gathered = { values: new Map(), refusal: null };

/**
 * Query and body as one bag of parameters, where the body wins, and the format to answer in. `Resp` is looked for in whatever could be
 * read; when the body could not be and the query does not say, JSON is the answer that most callers can read.
 */
export function readRequest(raw: RawRequest): ReadRequest {
  const query = gather(textPairs(splitUrlencoded(raw.query), decodeUtf8));
  const read = readBody(raw);
  const body = read.ok ? read.value : nothing;
  const parameters = merge(query.values, body.values);
  const wish = parameters.get('resp');
  const isSilent = wish === undefined || ('text' in wish && wish.text.trim() === '');
  const asked = wish !== undefined && 'text' in wish ? encodingNamed(wish.text.trim()) : null;
  const encoding = asked ?? (isSilent && read.ok ? silentEncoding : preferredEncoding);
  const refusal = query.refusal ?? (read.ok ? body.refusal : read.refusal);
  if (refusal !== null) return { encoding, parameters: refuse(refusal) };
  return { encoding, parameters: asked === null && !isSilent ? refuse({ kind: 'resp-unknown' }) : ok(parameters) };
}

function readBody(raw: RawRequest): Result<Gathered, RequestRefusal> {
  if (!raw.body.ok) return raw.body;
  if (raw.body.value.length === 0) return ok(nothing);
  if (raw.contentEncoding !== undefined && !/^\s*(identity)?\s*$/i.test(raw.contentEncoding))
    return refuse({ kind: 'body-compressed' });
  const contentType = parseHeaderValue(raw.contentType ?? '');
  const read = contentType === null ? undefined : readerOf(contentType.value);
  if (contentType === null || read === undefined) return refuse({ kind: 'body-type-unknown' });
  const decode = decoderOf(contentType.parameters.get('charset'));
  if (decode === null) return refuse({ kind: 'body-charset-unknown' });
  return read(bytesAsText(raw.body.value), decode, contentType.parameters);
}

type ReadBody = (
  bytes: string,
  decode: DecodeText,
  typeParameters: ReadonlyMap<string, string>,
) => Result<Gathered, RequestRefusal>;

function readerOf(mediaType: string): ReadBody | undefined {
  if (mediaType === 'application/json' || mediaType === 'text/json' || mediaType.endsWith('+json')) return readJson;
  if (mediaType === 'application/x-www-form-urlencoded') return readForm;
  if (mediaType === 'multipart/form-data') return readMultipart;
  return undefined;
}

function readJson(bytes: string, decode: DecodeText): Result<Gathered, RequestRefusal> {
  const text = decode(bytes);
  if (text === null) return refuse({ kind: 'body-not-in-charset' });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse({ kind: 'json-unreadable' }); // the parser's message quotes the body: not to be passed on
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return refuse({ kind: 'json-not-object' });
  return ok(gather(Object.entries(parsed).map(([name, value]) => [name, givenInJson(value)])));
}

/** Texts, numbers and booleans as texts; null is absent. Nothing within a list or an object is looked at, however deep it is. */
function givenInJson(value: unknown): GivenValue | null {
  if (value === null) return null;
  if (typeof value === 'string') return { text: value };
  if (typeof value === 'boolean') return { text: String(value) };
  if (typeof value !== 'number') return { notText: 'structure' };
  if (!Number.isFinite(value)) return { notText: 'number-not-finite' };
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return { notText: 'number-not-exact' };
  return { text: String(value) };
}

const readForm: ReadBody = (bytes, decode) => ok(gather(textPairs(splitUrlencoded(bytes), decode)));

const readMultipart: ReadBody = (bytes, decodeForm, typeParameters) => {
  const parts = splitMultipart(bytes, typeParameters.get('boundary') ?? '', MOST_PARAMETERS);
  if (parts === null) return refuse({ kind: 'multipart-unreadable' });
  const given = parts.map((part): [string, GivenValue] => {
    const decode = part.charset === undefined ? decodeForm : decoderOf(part.charset);
    return [part.name, part.isFile ? { notText: 'file' } : givenAs(part.bytes, decode)];
  });
  return ok(gather(given));
};

const textPairs = (
  pairs: readonly (readonly [name: string, value: string])[],
  decode: DecodeText,
): readonly (readonly [string, GivenValue])[] =>
  // A name that is no text in its charset is none that any function knows.
  pairs.map(([name, value]) => [decode(name) ?? name, givenAs(value, decode)]);

function givenAs(bytes: string, decode: DecodeText | null): GivenValue {
  const text = decode?.(bytes) ?? null;
  return text === null ? { notText: 'charset' } : { text };
}

const bytesAsText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
