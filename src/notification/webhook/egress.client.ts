import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher } from 'undici';
import { ok, refuse, type Result } from '../../kernel/result.ts';
import { connectorFor, EgressRefused, permittedAddresses, type Dial } from './connect.client.ts';
import type { EgressRefusal, EgressRules } from './egress-rules.ts';
import { parseEndpoint, type Endpoint } from './endpoint-url.ts';
import type { Egress, EgressReply, EgressTrouble } from './egress.ts';
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

/** URLs whose reading is remembered. */
const MOST_REMEMBERED = 1_000;

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
  const targets = new Map<string, Result<Target, EgressRefusal>>();

  /** Rules stay as they are while this is open, and what a URL is by itself is always the same: it is read once. */
  function targetOf(url: string): Result<Target, EgressRefusal> {
    const known = targets.get(url);
    if (known !== undefined) return known;
    if (targets.size >= MOST_REMEMBERED) targets.clear();
    const endpoint = parseEndpoint(url, rules);
    const target = endpoint.ok ? ok(partsOf(endpoint.value)) : endpoint;
    targets.set(url, target);
    return target;
  }

  return {
    async checkEndpoint(url) {
      const endpoint = parseEndpoint(url, rules);
      if (!endpoint.ok) return endpoint;
      const { hostName, port } = endpoint.value;
      const addresses = await permittedAddresses(hostName, port, { rules, resolve });
      return addresses.ok ? endpoint : addresses;
    },

    async post({ url, headers, body }) {
      const target = targetOf(url);
      if (!target.ok) return target;
      const { hostName, origin, path } = target.value;
      const waitMs = limits.waitMs(hostName, elapsedMs());
      if (waitMs !== 0) return refuse({ kind: 'host-busy', againMs: waitMs === 'until-one-ends' ? AGAIN_MS : waitMs });
      limits.begin(hostName, elapsedMs());
      try {
        return await new Promise<Answer>((resolve) => {
          const call = new Call(timeoutMs, resolve);
          agent.dispatch({ origin, path, method: 'POST', headers, body }, call);
        });
      } finally {
        limits.end(hostName);
      }
    },

    close: () => agent.destroy(),
  };
}

type Target = { readonly hostName: string; readonly origin: string; readonly path: string };
type Answer = Result<EgressReply, EgressRefusal | EgressTrouble>;

function partsOf({ url, hostName }: Endpoint): Target {
  const { origin, pathname, search } = new URL(url);
  return { hostName, origin, path: pathname + search };
}

/**
 * One request, as the HTTP client tells of it: the status, `Retry-After` and the first bytes of a body that may be endless, slow, huge or cut
 * off. Whatever was heard when the time is over is the answer, and the connection of an answer that is not over is closed.
 */
class Call implements Dispatcher.DispatchHandler {
  readonly #settle: (answer: Answer) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #announcements = 0;
  #head: Pick<EgressReply, 'status' | 'retryAfter'> | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;

  constructor(timeoutMs: number, settle: (answer: Answer) => void) {
    this.#settle = settle;
    this.#timer = setTimeout(() => this.#hangUp({ kind: 'timeout' }), timeoutMs);
  }

  /** A connection stands, and nothing was sent yet. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('it waited for a connection for too long'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      this.#announcements += 1;
      if (this.#announcements > MOST_ANNOUNCEMENTS) this.#hangUp({ kind: 'no-answer', code: 'announcements-only' });
    } else this.#head = { status, retryAfter: headers['retry-after']?.toString() ?? null };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_REPLY_BYTES) this.#hangUp({ kind: 'no-answer', code: 'reply-too-long' });
  }

  onResponseEnd(): void {
    this.#end(true, { kind: 'no-answer', code: 'network' });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#end(false, troubleOf(error));
  }

  #hangUp(trouble: EgressTrouble): void {
    this.#end(false, trouble);
    this.#controller?.abort(new Error('enough was heard'));
  }

  /** @param trouble what it is when there was no status. */
  #end(isWhole: boolean, trouble: EgressRefusal | EgressTrouble): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    if (this.#head === null) return this.#settle(refuse(trouble));
    const body = Buffer.concat(this.#chunks).subarray(0, MOST_REPLY_BYTES).toString('utf8');
    this.#settle(ok({ ...this.#head, body, isWhole }));
  }
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
