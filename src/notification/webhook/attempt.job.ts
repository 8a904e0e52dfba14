import { hash } from 'node:crypto';
import type { Clock } from '../../kernel/instant.ts';
import type { BodyValue } from './body.ts';
import type { Egress } from './egress.ts';
import { type KeptEndpoint, type Sealing, secretsAt } from './endpoint.store.ts';
import { deliveryNameOf } from './endpoints.ts';
import type { Started } from './order.ts';
import { callbackRequest } from './request.ts';
import type { HmacSha256 } from './signature.ts';
import type { MadeAttempt } from './unwritten.ts';
import { type Verdict, outcomeOf, verdictOf } from './verdict.ts';

export type AttemptParts = {
  readonly clock: Clock;
  /** Milliseconds of any clock that only goes forward, for durations. */
  readonly elapsedMs: () => number;
  readonly egress: Pick<Egress, 'post'>;
  readonly sealing: Sealing;
  readonly hmacSha256: HmacSha256;
};

/** What came of an attempt, and what is kept of it; null: it was none. */
export type Attempted = { readonly verdict: Verdict; readonly made: MadeAttempt | null };

/** Of a reply, kept. */
const MOST_REPLY_CHARACTERS = 1_000;

/** Tells an endpoint of one change, once. */
export async function attempt(
  { clock, elapsedMs, egress, sealing, hmacSha256 }: AttemptParts,
  endpoint: KeptEndpoint,
  { id: webhookId, attempt: number }: Started,
  fields: Readonly<Record<string, BodyValue>>,
): Promise<Attempted> {
  const beganAt = clock();
  const beganMs = elapsedMs();
  const receiver = { ...endpoint, secrets: secretsAt(endpoint, beganAt) };
  const request = callbackRequest(receiver, fields, { id: webhookId, number, at: beganAt }, hmacSha256);
  const answer = await egress.post(request);
  const verdict = verdictOf(answer, clock());
  if (verdict.kind === 'not-tried') return { verdict, made: null };
  const reply = answer.ok ? answer.value.body.slice(0, MOST_REPLY_CHARACTERS) : '';
  const { authorization: _, ...headers } = request.headers;
  const made = {
    ...deliveryNameOf(webhookId),
    number,
    beganAt,
    durationMs: Math.round(elapsedMs() - beganMs),
    outcome: outcomeOf(verdict),
    status: answer.ok ? answer.value.status : null,
    url: request.url,
    headers,
    payload: endpoint.payload,
    bodySha256: hash('sha256', request.body, 'buffer'),
    sealedReply: reply === '' ? null : sealing.seal(reply),
  };
  return { verdict, made };
}
