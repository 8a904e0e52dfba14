import { Agent, request, type Dispatcher } from 'undici';
import { parseRetryAfter } from '../../../http/retry-after.ts';
import type { GatewayPorts, HandOver, OutgoingMessage, SmsGateway } from '../gateway.ts';
import { judgeReply, parseJson } from './http-reply.ts';
import { requestFor } from './http-request.ts';
import { Recent } from './recent.ts';
import type { HttpSettings } from './http-settings.ts';

const MAX_REPLY_BYTES = 64 * 1024;

/**
 * Below what servers usually allow an idle connection: one that is used again while the server hangs up would leave it open whether the
 * message was taken.
 */
const KEEP_ALIVE_MS = 2_000;

/** Messages whose attempts are remembered: enough for whatever is being tried again at any one time. */
const REMEMBERED = 10_000;

/**
 * A gateway that calls a provider's HTTP interface. Redirects are not followed: they would take the message and its key elsewhere.
 *
 * An attempt that takes too long is unknown and goes on: the next one for the same message waits for its answer instead of sending again,
 * and a message that was accepted is accepted again without being sent.
 */
export function openHttp(settings: HttpSettings, { clock }: GatewayPorts): SmsGateway {
  const agent = new Agent({
    connect: { timeout: settings.connectTimeoutMs },
    connections: settings.connections,
    headersTimeout: settings.lateAnswerMs,
    bodyTimeout: settings.lateAnswerMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    pipelining: 1,
  });
  const attempts = new Recent<string, Promise<HandOver>>(REMEMBERED);
  const underWay = new Set<Promise<HandOver>>();
  let closing: Promise<void> | null = null;

  return {
    name: 'http',
    send(message) {
      if (closing !== null) return Promise.resolve({ kind: 'postponed', code: 'closing' });
      const answer = within(settings.timeoutMs, attempts.get(message.reference) ?? begin(message));
      underWay.add(answer);
      return answer.finally(() => underWay.delete(answer));
    },
    async close() {
      closing ??= Promise.allSettled(underWay).then(() => agent.destroy());
      await closing;
    },
  };

  function begin(message: OutgoingMessage): Promise<HandOver> {
    const attempt = call(message).then((outcome) => {
      if (outcome.kind !== 'accepted') attempts.delete(message.reference);
      return outcome;
    });
    attempts.set(message.reference, attempt);
    return attempt;
  }

  async function call(message: OutgoingMessage): Promise<HandOver> {
    const { method, url, headers, body } = requestFor(message, settings);
    let reply: Dispatcher.ResponseData;
    try {
      const signal = AbortSignal.timeout(settings.lateAnswerMs);
      reply = await request(url, { dispatcher: agent, method, headers, body, signal });
    } catch (error) {
      return judgeTrouble(error);
    }
    return judgeReply(
      {
        status: reply.statusCode,
        json: parseJson((await readBounded(reply.body)) ?? ''),
        retryAfterMs: parseRetryAfter(reply.headers['retry-after']?.toString(), clock()),
      },
      settings,
    );
  }
}

/** The outcome if it comes in time, else unknown. */
async function within(timeoutMs: number, attempt: Promise<HandOver>): Promise<HandOver> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<HandOver>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unknown', code: 'timeout' }), timeoutMs);
  });
  try {
    return await Promise.race([attempt, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Troubles before a connection stands: nothing of the message was sent. Any other leaves open what happened to it. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function judgeTrouble(error: unknown): HandOver {
  const { name, code } = error as { name: string; code?: unknown };
  if (name === 'TimeoutError') return { kind: 'unknown', code: 'timeout' };
  const word = typeof code === 'string' ? code : 'network';
  return { kind: NOT_SENT.has(word) ? 'postponed' : 'unknown', code: word };
}

/** The body as text, or null when it is cut off, too slow or longer than `MAX_REPLY_BYTES`. */
async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > MAX_REPLY_BYTES) return null; // leaving the loop hangs up
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}
