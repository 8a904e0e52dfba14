import { type Dispatcher, request } from 'undici';
import type { Bytes } from '../kernel/der.ts';
import { concat } from '../kernel/der.ts';

/** One call over HTTP, to an address from the settings or from a certificate that was trusted before. */
export type HttpCall = {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** null: a GET. */
  readonly body: Bytes | null;
  /** For all of it. */
  readonly timeoutMs: number;
  readonly mostBytes: number;
};

/** Answers the body of a 200. @throws Error on anything else, too late or too long. */
export type HttpExchange = (call: HttpCall) => Promise<Bytes>;

/** Redirects are not followed. */
export const httpExchange: HttpExchange = (call) => exchangeThrough(undefined, call);

/** @param dispatcher what opens the connections; undefined: the usual one. */
export async function exchangeThrough(
  dispatcher: Dispatcher | undefined,
  { url, headers = {}, body, timeoutMs, mostBytes }: HttpCall,
): Promise<Bytes> {
  const signal = AbortSignal.timeout(timeoutMs);
  const through = dispatcher === undefined ? {} : { dispatcher };
  const answer = await request(url, { method: body === null ? 'GET' : 'POST', headers, body, signal, ...through });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    if (length > mostBytes) throw new Error(`an answer of more than ${mostBytes} bytes`);
    parts.push(part);
  }
  if (answer.statusCode !== 200) throw new Error(`an answer with status ${answer.statusCode}`);
  return concat(parts);
}
