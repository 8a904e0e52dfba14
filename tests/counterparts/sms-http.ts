// A provider that takes messages over HTTP: accepts, refuses, throttles, hangs, cuts, answers late and twice, and keeps a journal of all
// that it took. As a program:
//   node tests/counterparts/sms-http.ts --port 8090 --journal sms.jsonl --plan accept:90,throttle:5,take-and-cut:2,late=2000:3 --seed 7
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { commandLine, Journal, takes, type Behaviour } from './sms-behaviour.ts';

/** One request as it came, and what was done with it. */
export type Request = {
  readonly number: number;
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly reference: string;
  readonly behaviour: Behaviour;
  readonly taken: boolean;
  readonly messageId: string | null;
};

/** Names of the parameters, in the query, a form or the top of a JSON body. */
export type ParameterNames = {
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly reference: string;
};

export type SmsHttpOptions = {
  readonly port?: number;
  readonly behave?: (request: { readonly number: number; readonly to: string; readonly text: string }) => Behaviour;
  readonly journalFile?: string;
  readonly names?: Partial<ParameterNames>;
  /** The body of a positive answer. */
  readonly answer?: (messageId: string) => unknown;
  /** Seconds or a date, for `throttle`. */
  readonly retryAfter?: string;
  /** What is sent instead of a JSON answer, with this status and these headers. */
  readonly raw?: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };
};

export class SmsHttp {
  readonly journal: Journal<Request>;
  readonly #options: SmsHttpOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: SmsHttpOptions = {}) {
    this.#options = options;
    this.journal = new Journal(options.journalFile);
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port ?? 0, '127.0.0.1', resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  get requests(): readonly Request[] {
    return this.journal.entries;
  }

  get taken(): readonly Request[] {
    return this.requests.filter(({ taken }) => taken);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.journal.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const number = this.requests.length + 1;
    const parameters = parametersOf(request, body);
    const names: ParameterNames = {
      to: 'to',
      from: 'from',
      text: 'text',
      reference: 'reference',
      ...this.#options.names,
    };
    const [to, from, text, reference] = [names.to, names.from, names.text, names.reference].map(
      (name) => parameters[name] ?? '',
    ) as [string, string, string, string];
    const behaviour = this.#options.behave?.({ number, to, text }) ?? { kind: 'accept' };
    const taken = takes(behaviour);
    const messageId = taken ? `h-${number}` : null;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    // What is acknowledged is in the journal first.
    this.journal.write({
      number,
      at: new Date().toISOString(),
      method: request.method!,
      url: request.url!,
      headers,
      body,
      to,
      from,
      text,
      reference,
      behaviour,
      taken,
      messageId,
    });
    this.#answerAs(behaviour, response, messageId);
  }

  #answerAs(behaviour: Behaviour, response: ServerResponse, messageId: string | null): void {
    const { answer = (id: string) => ({ id }), retryAfter = '7', raw } = this.#options;
    const json = (status: number, value: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    };
    const acknowledge = (): void => {
      if (raw === undefined) json(201, answer(messageId!));
      else response.writeHead(raw.status, raw.headers).end(raw.body);
    };
    switch (behaviour.kind) {
      case 'refuse':
        return json(behaviour.status, { error: { code: 'E42', message: 'no' } });
      case 'throttle':
        return json(429, { error: { code: 'slow-down' } }, { 'retry-after': retryAfter });
      case 'hang':
      case 'take-and-hang':
        return undefined;
      case 'cut':
      case 'take-and-cut':
        return void response.socket?.destroy();
      case 'answer-and-cut': {
        // The head whole, half of the body, and silence.
        const text = JSON.stringify(answer(messageId!));
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': text.length });
        response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
        return undefined;
      }
      case 'late':
        return void setTimeout(acknowledge, behaviour.ms);
      case 'twice': {
        const { socket } = response;
        response.once('finish', () =>
          socket?.write(
            'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{"id":"twice"}',
          ),
        );
        return acknowledge();
      }
      case 'accept':
        return acknowledge();
    }
  }
}

function parametersOf(request: IncomingMessage, body: string): Record<string, string> {
  const query = Object.fromEntries(new URL(request.url!, 'http://localhost').searchParams);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
  if (!type.startsWith('application/json')) return query;
  const flat = Object.entries(JSON.parse(body) as Record<string, unknown>).map(([name, value]) => [
    name,
    String(value),
  ]);
  return { ...query, ...(Object.fromEntries(flat) as Record<string, string>) };
}

if (import.meta.main) {
  const { port, journalFile, behave } = commandLine();
  const provider = new SmsHttp({ port, behave, ...(journalFile === undefined ? {} : { journalFile }) });
  process.stdout.write(`${JSON.stringify({ port: await provider.listen() })}\n`);
  process.once('SIGTERM', () => void provider.close().then(() => process.exit(0)));
}
