// A company's server that takes callbacks: accepts, refuses, hangs, drips, sends elsewhere, answers without end, cuts; keeps a journal of
// every hit, and checks signatures and order. As a program:
//   node tests/counterparts/webhook-receiver.ts --port 8091 --journal hits.jsonl --plan accept:8,status=500:1,take-and-cut:1 --secret whsec_…
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { seededRandom } from '../../src/kernel/random.ts';
import { Journal } from './sms-behaviour.ts';

/** What the receiver does with one hit, by its words; what follows the equals sign is the value. */
export const behaviours = [
  'accept', // 204
  'status', // =503: that status
  'throttle', // =30: 429 with Retry-After
  'late', // =2000: accepts after so many ms
  'hang', // takes nothing, never answers
  'take-and-hang',
  'cut', // takes nothing
  'take-and-cut', // takes the hit and cuts before the answer
  'answer-and-cut', // head whole, body half
  'drip-head', // the head, a byte a second
  'drip', // 200, then a byte a second
  'redirect', // =302 http://192.0.2.1/
  'meta-redirect', // =http://192.0.2.1/: 200 and a page that sends browsers elsewhere
  'endless', // 200, then bytes as fast as they are read
  'gigabyte', // 200, Content-Length 1,000,000,000, and as much
  'gzip-bomb', // 200, some kB that unpack to 64 MB
  'continue-loop', // 100, without end
  'hints-loop', // 103, without end
  'big-head', // 200 with 1 MB of headers
] as const;
export type BehaviourName = (typeof behaviours)[number];
export type Behaviour = { readonly name: BehaviourName; readonly value: string };

const TAKES: ReadonlySet<BehaviourName> = new Set([
  ...(['accept', 'late', 'take-and-hang', 'take-and-cut', 'answer-and-cut', 'drip-head', 'drip'] as const),
  ...(['meta-redirect', 'endless', 'gigabyte', 'gzip-bomb', 'big-head'] as const),
]);

export function behaviourOf(words: string): Behaviour {
  const [name, ...value] = words.split('=');
  const found = behaviours.find((one) => one === name);
  if (found === undefined) throw new RangeError(`no such behaviour: ${words}`);
  return { name: found, value: value.join('=') };
}

/** One hit as it came, and what was done with it. */
export type Hit = {
  readonly number: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly webhookId: string;
  readonly attempt: number;
  /** The contract's `ID` and `Estado`, where the body has them. */
  readonly verification: string;
  readonly status: string;
  readonly signature: 'valid' | 'invalid' | 'unchecked';
  readonly behaviour: BehaviourName;
  /** Whether the receiver has it now, whatever the sender learns. */
  readonly taken: boolean;
  /** Connections that were open to it at that moment. */
  readonly openSockets: number;
};

export type WebhookReceiverOptions = {
  readonly port?: number;
  readonly host?: string;
  readonly behave?: (hit: { readonly number: number; readonly path: string; readonly body: string }) => string;
  readonly journalFile?: string;
  /** Any of these signs; none: signatures are not looked at. */
  readonly secrets?: readonly string[];
  readonly tls?: { readonly key: string; readonly cert: string };
};

export class WebhookReceiver {
  readonly journal: Journal<Hit>;
  /** Bytes that were written to those who hung up meanwhile or did not. */
  bytesSent = 0;
  readonly #options: WebhookReceiverOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: WebhookReceiverOptions = {}) {
    this.#options = options;
    this.journal = new Journal(options.journalFile);
    const serve = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server = options.tls === undefined ? createHttp(serve) : createHttps(options.tls, serve);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.bytesSent += socket.bytesWritten;
        this.#sockets.delete(socket);
      });
      socket.on('error', () => socket.destroy());
    });
  }

  async listen(): Promise<number> {
    const { port = 0, host = '127.0.0.1' } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  get hits(): readonly Hit[] {
    return this.journal.entries;
  }

  /** Connections that are open now. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.journal.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the sender was cut off: this was no hit
    }
    const bytes = Buffer.concat(chunks);
    const body = bytes.toString('utf8');
    const number = this.hits.length + 1;
    const path = request.url!;
    const behaviour = behaviourOf(this.#options.behave?.({ number, path, body }) ?? 'accept');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const fields = await fieldsOf(bytes, headers['content-type'] ?? '');
    // What is acknowledged is in the journal first.
    this.journal.write({
      number,
      at: new Date().toISOString(),
      method: request.method!,
      path,
      headers,
      body,
      webhookId: headers['webhook-id'] ?? '',
      attempt: Number(headers['webhook-attempt'] ?? 0),
      verification: fields['ID'] ?? '',
      status: fields['Estado'] ?? '',
      signature: this.#signatureOf(body, headers),
      behaviour: behaviour.name,
      taken: TAKES.has(behaviour.name) || (behaviour.name === 'status' && behaviour.value.startsWith('2')),
      openSockets: this.#sockets.size,
    });
    answerAs(behaviour, response);
  }

  #signatureOf(body: string, headers: Record<string, string>): Hit['signature'] {
    const { secrets = [] } = this.#options;
    if (secrets.length === 0) return 'unchecked';
    return secrets.some((secret) => isSignedWith(secret, body, headers)) ? 'valid' : 'invalid';
  }
}

/** The scheme's own library decides. */
export function isSignedWith(secret: string, body: string, headers: Readonly<Record<string, string>>): boolean {
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/**
 * Hits that came too early: a delivery that is new, of a verification of which the one before is not answered with success yet.
 * Repetitions of one delivery are none.
 */
export function outOfOrder(hits: readonly Hit[]): readonly Hit[] {
  const last = new Map<string, { webhookId: string; isAnswered: boolean }>();
  const seen = new Set<string>();
  return hits.filter(({ verification, webhookId, behaviour, taken }) => {
    const before = last.get(verification);
    const isNew = !seen.has(webhookId);
    const isEarly = isNew && before !== undefined && before.webhookId !== webhookId && !before.isAnswered;
    seen.add(webhookId);
    const isAnswered = taken && !['take-and-hang', 'take-and-cut', 'drip-head', 'big-head'].includes(behaviour);
    if (isNew || before?.webhookId === webhookId) last.set(verification, { webhookId, isAnswered });
    return isEarly;
  });
}

function answerAs({ name, value }: Behaviour, response: ServerResponse): void {
  const socket = response.socket!;
  switch (name) {
    case 'accept':
      return void response.writeHead(204).end();
    case 'status':
      return void response.writeHead(Number(value)).end();
    case 'throttle':
      return void response.writeHead(429, { 'retry-after': value }).end();
    case 'late':
      return void setTimeout(() => response.writeHead(204).end(), Number(value));
    case 'hang':
    case 'take-and-hang':
      return undefined;
    case 'cut':
    case 'take-and-cut':
      return void socket.destroy();
    case 'answer-and-cut':
      return void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf', () => socket.destroy());
    case 'drip-head':
      return drip(socket, `HTTP/1.1 204 No Content\r\nx-patience: ${'z'.repeat(100)}\r\n\r\n`);
    case 'drip':
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      return drip(socket, 'z'.repeat(1000));
    case 'redirect': {
      const [status, location] = value.split(' ');
      return void response.writeHead(Number(status), { location }).end();
    }
    case 'meta-redirect':
      response.writeHead(200, { 'content-type': 'text/html', refresh: `0;url=${value}` });
      return void response.end(`<meta http-equiv="refresh" content="0;url=${value}">`);
    case 'endless':
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      return flood(socket, `10000\r\n${'z'.repeat(0x10000)}\r\n`, Infinity);
    case 'gigabyte':
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n');
      return flood(socket, 'z'.repeat(100_000), 10_000);
    case 'gzip-bomb':
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    case 'continue-loop':
      return flood(socket, 'HTTP/1.1 100 Continue\r\n\r\n', Infinity);
    case 'hints-loop':
      return flood(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </z>\r\n\r\n', Infinity);
    case 'big-head':
      return flood(socket, 'HTTP/1.1 200 OK\r\n', 1, () => flood(socket, `x-z: ${'z'.repeat(1000)}\r\n`, 1000));
  }
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < text.length) socket.write(text[at++]!);
  }, 1000);
  socket.once('close', () => clearInterval(timer));
}

/** Writes as fast as the other side reads, and not faster. */
function flood(socket: Socket, piece: string, times: number, then = (): void => {}): void {
  let left = times;
  const write = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(piece)) return void socket.once('drain', write);
    }
    if (left === 0) then();
  };
  write();
}

/** The texts of a body in any of the encodings of callbacks; none where it is something else. */
async function fieldsOf(body: Buffer, contentType: string): Promise<Record<string, string>> {
  const fields: Record<string, string> = {};
  try {
    const isJson = contentType.startsWith('application/json');
    const parsed = isJson
      ? new Map(Object.entries(JSON.parse(body.toString('utf8')) as Record<string, unknown>))
      : await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    parsed.forEach((value: unknown, name: string) => {
      if (typeof value === 'string' || typeof value === 'number') fields[name] = String(value);
    });
  } catch {
    return {};
  }
  return fields;
}

/** Behaviours by chance, with weights: `accept:8,status=500:1,late=2000:1`. The same seed gives the same course. */
export function byChance(plan: string, seed: number): () => string {
  const rows = plan.split(',').map((row) => {
    const [words, weight = '1'] = row.split(':');
    behaviourOf(words!);
    return { words: words!, weight: Number(weight) };
  });
  const sum = rows.reduce((total, { weight }) => total + weight, 0);
  const random = seededRandom(seed);
  return () => {
    let left = random() * sum;
    return (rows.find(({ weight }) => (left -= weight) < 0) ?? rows[0]!).words;
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      journal: { type: 'string' },
      plan: { type: 'string', default: 'accept' },
      seed: { type: 'string', default: '1' },
      secret: { type: 'string', multiple: true, default: [] },
    },
  });
  const receiver = new WebhookReceiver({
    port: Number(values.port),
    behave: byChance(values.plan, Number(values.seed)),
    secrets: values.secret,
    ...(values.journal === undefined ? {} : { journalFile: values.journal }),
  });
  process.stdout.write(`${JSON.stringify({ port: await receiver.listen() })}\n`);
  process.once('SIGTERM', () => void receiver.close().then(() => process.exit(0)));
}
