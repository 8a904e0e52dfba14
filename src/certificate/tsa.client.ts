import { MS_PER_MINUTE, type Clock } from '../kernel/instant.ts';
import { ok, refuse, type Result } from '../kernel/result.ts';
import type { Bytes } from '../kernel/der.ts';
import { sameBytes } from '../kernel/der.ts';
import { NotAsEncoded } from '../kernel/der-reader.ts';
import type { HttpExchange } from './http-exchange.client.ts';
import { encodeQuery, readToken, tokenFault, tokenOfAnswer, type TokenFault } from './time-stamp-token.client.ts';

/** Anybody who answers queries of RFC 3161. `ask` throws when there is no answer. */
export type TimeStampAuthority = {
  readonly name: string;
  /** Object identifier of the policy that it is to stamp under; absent: its own. */
  readonly policy?: string;
  readonly ask: (query: Bytes) => Promise<Bytes>;
};

export type TsaSettings = {
  readonly url: string;
  /** Basic authentication, where the authority wants it. */
  readonly user?: string;
  readonly password?: string;
  /** Object identifier of the policy to stamp under. */
  readonly policy?: string;
  readonly timeoutMs?: number;
};

/** A signature and a document time-stamp leave room for tokens of this length. */
export const MOST_TOKEN_BYTES = 16_000;
const TIMEOUT_MS = 10_000;

/** An authority over HTTP (RFC 3161, section 3.4). */
export function httpAuthority(
  { url, user, password, policy, timeoutMs = TIMEOUT_MS }: TsaSettings,
  exchange: HttpExchange,
): TimeStampAuthority {
  const credentials = Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64');
  return {
    name: new URL(url).host,
    ...(policy === undefined ? {} : { policy }),
    ask: (query) =>
      exchange({
        url,
        headers: {
          'content-type': 'application/timestamp-query',
          accept: 'application/timestamp-reply',
          ...(user === undefined ? {} : { authorization: `Basic ${credentials}` }),
        },
        body: query,
        timeoutMs,
        mostBytes: MOST_TOKEN_BYTES,
      }),
  };
}

export type TimeStampFault =
  | 'no-answer'
  | 'answer-unreadable'
  | TokenFault
  | 'nonce-differs'
  | 'policy-differs'
  /** Its clock and ours are further apart than any network makes them. */
  | 'time-far-off';

/** Nobody stamped: each authority in the order asked, and why not. */
export type TimeStampRefusal = {
  readonly kind: 'no-time-stamp';
  readonly attempts: readonly { readonly authority: string; readonly fault: TimeStampFault }[];
};

export type TimeStamping = {
  /** Asked in their order until one stamps. */
  readonly authorities: readonly TimeStampAuthority[];
  /** Eight bytes that nobody can foretell. */
  readonly drawNonce: () => Bytes;
  readonly clock: Clock;
};

const MOST_APART_MS = 10 * MS_PER_MINUTE;

/**
 * A token that was checked: signature, digest, nonce, policy, certificate's purpose and validity, time.
 * @param imprint SHA-256 of what is stamped.
 */
export async function stamp(
  { authorities, drawNonce, clock }: TimeStamping,
  imprint: Bytes,
): Promise<Result<Bytes, TimeStampRefusal>> {
  const attempts = [];
  for (const { name, policy, ask } of authorities) {
    const nonce = drawNonce();
    let answer: Bytes;
    try {
      answer = await ask(
        encodeQuery({ digest: 'sha256', imprint, nonce, ...(policy === undefined ? {} : { policy }) }),
      );
    } catch {
      attempts.push({ authority: name, fault: 'no-answer' as const });
      continue;
    }
    const token = checked(answer, { imprint, nonce, policy, now: clock() });
    if (token.ok) return token;
    attempts.push({ authority: name, fault: token.refusal });
  }
  return refuse({ kind: 'no-time-stamp', attempts });
}

function checked(
  answer: Bytes,
  {
    imprint,
    nonce,
    policy,
    now,
  }: {
    readonly imprint: Bytes;
    readonly nonce: Bytes;
    readonly policy: string | undefined;
    readonly now: Date;
  },
): Result<Bytes, TimeStampFault> {
  try {
    const token = tokenOfAnswer(answer);
    const read = readToken(token);
    // The digest that was asked for: an answer with another one is none (RFC 3161, 2.4.2).
    const fault = tokenFault(read, (name) => (name === 'sha256' ? imprint : null));
    if (fault !== null) return refuse(fault);
    if (read.nonce === null || !sameBytes(withoutZeros(read.nonce), withoutZeros(nonce)))
      return refuse('nonce-differs');
    if (policy !== undefined && read.policy !== policy) return refuse('policy-differs');
    return Math.abs(read.at.getTime() - now.getTime()) > MOST_APART_MS ? refuse('time-far-off') : ok(token);
  } catch (error) {
    if (error instanceof NotAsEncoded) return refuse('answer-unreadable');
    throw error;
  }
}

const withoutZeros = (number: Bytes): Bytes =>
  number.subarray(
    Math.max(
      0,
      number.findIndex((byte) => byte !== 0),
    ),
  );
