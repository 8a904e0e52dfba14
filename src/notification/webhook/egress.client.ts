import { Agent, request, type Dispatcher } from 'undici';
import { ok, refuse, type Result } from '../../kernel/result.ts';
import { connectorFor, EgressRefused, permittedAddresses, type Dial } from './connect.client.ts';
import type { EgressRefusal, EgressRules } from './egress-rules.ts';
import { parseEndpoint } from './endpoint-url.ts';
import type { Egress, EgressReply, EgressRequest, EgressTrouble } from './egress.ts';
import { HostLimits, hostLimit } from './host-limits.ts';
import { resolveNames, type ResolveName } from './resolve.client.ts';

export type EgressOptions = {
  readonly rules: EgressRules;
  readonly resolve?: ResolveName;
  /** Until the status has come, everything included. Contract, reading 21: 10 s. */
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Certificates in PEM that are trusted besides the public authorities: for receivers inside. */
  readonly authorities?: readonly string[];
  readonly dial?: Dial;
  readonly limit?: { readonly atOnce: number; readonly perSecond: number };
  /** Milliseconds of any clock that only goes forward. */
  readonly elapsedMs?: () => number;
};

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 4_000;
const MOST_REPLY_BYTES = 4 * 1024;
const MOST_HEADER_BYTES = 8 * 1024;
/** Announcements of an answer (1xx) that are put up with. */
const MOST_ANNOUNCEMENTS = 8;
/** Below what servers usually allow an idle connection: one that is used while the server hangs up is a delivery that has to be tried again. */
const KEEP_ALIVE_MS = 2_000;
/** When to ask again for a host whose places are all taken. */
const AGAIN_MS = 250;

/** The one door to addresses that customers give. See [Note: One way out]. */
export function openEgress(options: EgressOptions): Egress {
  const { rules, resolve = resolveNames(), timeoutMs = TIMEOUT_MS, limit = hostLimit } = options;
  const { elapsedMs = () => performance.now() } = options;
  const limits = new HostLimits(limit);
  const agent = new Agent({
    connect: connectorFor({ ...options, resolve, timeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS }),
    allowH2: false,
    connections: limit.atOnce,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MOST_HEADER_BYTES,
  });

  return {
    async checkEndpoint(url) {
      const endpoint = parseEndpoint(url, rules);
      if (!endpoint.ok) return endpoint;
      const { hostName, port } = endpoint.value;
      const addresses = await permittedAddresses(hostName, port, { rules, resolve });
      return addresses.ok ? endpoint : addresses;
    },

    async post({ url, headers, body }) {
      const endpoint = parseEndpoint(url, rules);
      if (!endpoint.ok) return endpoint;
      const { hostName } = endpoint.value;
      const waitMs = limits.waitMs(hostName, elapsedMs());
      if (waitMs !== 0) return refuse({ kind: 'host-busy', againMs: waitMs === 'until-one-ends' ? AGAIN_MS : waitMs });
      limits.begin(hostName, elapsedMs());
      try {
        return await call(endpoint.value.url, headers, body);
      } finally {
        limits.end(hostName);
      }
    },

    close: () => agent.destroy(),
  };

  async function call(
    url: string,
    headers: EgressRequest['headers'],
    body: Uint8Array,
  ): Promise<Result<EgressReply, EgressRefusal | EgressTrouble>> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    let announcements = 0;
    const onInfo = (): void => {
      announcements += 1;
      if (announcements > MOST_ANNOUNCEMENTS) deadline.abort();
    };
    try {
      const { signal } = deadline;
      const reply = await request(url, { dispatcher: agent, method: 'POST', headers, body, signal, onInfo });
      return ok({
        status: reply.statusCode,
        retryAfter: reply.headers['retry-after']?.toString() ?? null,
        ...(await readBeginning(reply.body)),
      });
    } catch (error) {
      if (announcements > MOST_ANNOUNCEMENTS) return refuse({ kind: 'no-answer', code: 'announcements-only' });
      return refuse(deadline.signal.aborted ? { kind: 'timeout' } : troubleOf(error));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The first bytes of a body that may be endless, slow, huge or cut off. Leaving the loop hangs up. */
async function readBeginning(body: Dispatcher.ResponseData['body']): Promise<Pick<EgressReply, 'body' | 'isWhole'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isWhole = true;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= MOST_REPLY_BYTES) continue;
      isWhole = false;
      break;
    }
  } catch {
    isWhole = false;
  }
  return { body: Buffer.concat(chunks).subarray(0, MOST_REPLY_BYTES).toString('utf8'), isWhole };
}

/** Troubles before a connection stands: nothing was sent. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'ABORT_ERR',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function troubleOf(error: unknown): EgressRefusal | EgressTrouble {
  if (error instanceof EgressRefused) return error.refusal;
  const { code } = error as { code?: unknown };
  const word = typeof code === 'string' ? code : 'network';
  if (NOT_CONNECTED.has(word)) return { kind: 'not-connected', code: word };
  if (/CERT|TLS|SSL|UNABLE_TO/.test(word)) return { kind: 'not-secure', code: word };
  return { kind: 'no-answer', code: word };
}
