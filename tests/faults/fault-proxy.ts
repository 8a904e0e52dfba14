// A proxy that does to connections what networks do: delays, slices, swallows, cuts and resets, both ways and by a seed. As a program:
//   node tests/faults/fault-proxy.ts --port 6432 --to 127.0.0.1:5432 --seed 7 --toxic latency=5..40 --toxic limit-data=1..9000:down:0.1
//   node tests/faults/fault-proxy.ts --port 6432 --to /run/postgresql/.s.PGSQL.5432 --toxic reset=50..500:both:0.2
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Random, seededRandom } from '../../src/kernel/random.ts';

/** `up`: from the client to the server; `down`: back. */
export type Direction = 'up' | 'down';

const kinds = ['latency', 'slicer', 'limit-data', 'reset', 'timeout'] as const;

/** What may happen to a connection. */
export type Toxic = {
  /**
   * `latency`: each piece waits so many milliseconds. `slicer`: pieces of so many bytes, a moment apart. `limit-data`: cut after so many
   * bytes. `reset`: RST both ways after so many milliseconds. `timeout`: everything is swallowed after so many bytes, and nothing closed.
   */
  readonly kind: (typeof kinds)[number];
  /** Least and most; drawn for each connection. */
  readonly range: readonly [number, number];
  readonly directions: readonly Direction[];
  /** Share of connections that it befalls, in [0, 1]. */
  readonly share: number;
};

/** A toxic by its words, `kind=from..to:direction:share`: `latency=20`, `limit-data=1..4000:down`, `reset=10..90:both:0.5`. */
export function toxicOf(words: string): Toxic {
  const [what = '', direction = 'both', share = '1'] = words.split(':');
  const [name, range = '0'] = what.split('=');
  const [from, to = from] = range.split('..').map(Number) as [number, number?];
  const kind = kinds.find((known) => known === name);
  const directions = { up: ['up'], down: ['down'], both: ['up', 'down'] }[direction] as Direction[] | undefined;
  const numbers = [from, to, Number(share)];
  if (kind === undefined || directions === undefined || numbers.some((number) => !(number >= 0)) || from > to)
    throw new RangeError(`no such toxic: ${words}`);
  return { kind, range: [from, to], directions, share: Number(share) };
}

/**
 * What to do about a piece: cut the connection before the other side has it, or once the other side has it and cannot answer; or lose it, as in
 * a tunnel, where nobody is told.
 */
export type Interception = 'pass' | 'cut-before' | 'cut-after' | 'lose';

export type FaultProxyOptions = {
  readonly target: net.NetConnectOpts;
  readonly seed?: number;
  readonly toxics?: readonly Toxic[];
  /** Asked about each piece before anything else happens to it. */
  readonly intercept?: (piece: Buffer, direction: Direction) => Interception;
};

type Connection = { readonly client: net.Socket; readonly server: net.Socket; isCut: boolean };

const SLICE_PAUSE_MS = 1;

export class FaultProxy {
  /** For connections that are made from now on. */
  toxics: readonly Toxic[];
  readonly counts = { connections: 0, cut: 0, swallowedBytes: 0, passedBytes: 0 };
  readonly #options: FaultProxyOptions;
  readonly #random: Random;
  readonly #connections = new Set<Connection>();
  #server: net.Server | null = null;
  #port = 0;

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
    this.toxics = options.toxics ?? [];
  }

  /** @returns the port of this machine that it listens on. */
  async listen(port = 0): Promise<number> {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#serve(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as net.AddressInfo).port;
    return this.#port;
  }

  /** Refuses connections and resets those there are, until `up`. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    const closed = new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    this.cutAll();
    await closed;
  }

  async up(): Promise<void> {
    if (this.#server === null) await this.listen(this.#port);
  }

  cutAll(): void {
    for (const connection of this.#connections) this.#cut(connection);
  }

  close(): Promise<void> {
    return this.down();
  }

  #serve(client: net.Socket): void {
    const server = net.connect({ ...this.#options.target, allowHalfOpen: true, noDelay: true } as net.NetConnectOpts);
    const connection: Connection = { client, server, isCut: false };
    this.counts.connections += 1;
    this.#connections.add(connection);
    for (const socket of [client, server]) {
      // A server that is away, or an end that resets: the other end learns of it the hard way.
      socket.on('error', () => this.#cut(connection));
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) this.#connections.delete(connection);
      });
    }
    const befalling = this.toxics.filter(({ share }) => this.#random() < share);
    const numbers = new Map(befalling.map((toxic) => [toxic, this.#draw(toxic.range)]));
    const numberOf = (kind: Toxic['kind'], direction: Direction): number | null => {
      const toxic = befalling.find((one) => one.kind === kind && one.directions.includes(direction));
      return toxic === undefined ? null : numbers.get(toxic)!;
    };
    const resetAfterMs = numberOf('reset', 'up') ?? numberOf('reset', 'down');
    if (resetAfterMs !== null) setTimeout(() => this.#cut(connection), resetAfterMs).unref();
    for (const direction of ['up', 'down'] as const) {
      const number = (kind: Toxic['kind']): number | null => numberOf(kind, direction);
      void this.#pump(connection, direction, number).catch(() => this.#cut(connection));
    }
  }

  async #pump(
    connection: Connection,
    direction: Direction,
    number: (kind: Toxic['kind']) => number | null,
  ): Promise<void> {
    const [source, sink] =
      direction === 'up' ? [connection.client, connection.server] : [connection.server, connection.client];
    const [latencyMs, sliceBytes] = [number('latency'), number('slicer')];
    const [cutAfterBytes, swallowAfterBytes] = [number('limit-data'), number('timeout')];
    let passed = 0;
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const interception = this.#options.intercept?.(chunk, direction) ?? 'pass';
      if (interception === 'cut-before') return this.#cut(connection);
      if (interception === 'lose') {
        this.counts.swallowedBytes += chunk.length;
        continue;
      }
      if (interception === 'cut-after') {
        // The other side gets all of it and then the end; nothing that it answers comes back.
        connection.isCut = true;
        sink.end(chunk);
        this.counts.cut += 1;
        return reset(source);
      }
      for (const piece of slicesOf(chunk, sliceBytes)) {
        if (latencyMs !== null) await delay(latencyMs);
        if (sliceBytes !== null) await delay(SLICE_PAUSE_MS);
        if (connection.isCut) return;
        if (swallowAfterBytes !== null && passed >= swallowAfterBytes) {
          this.counts.swallowedBytes += piece.length;
          continue;
        }
        const passing = piece.subarray(0, Math.max(0, (cutAfterBytes ?? Infinity) - passed));
        await written(sink, passing);
        passed += passing.length;
        this.counts.passedBytes += passing.length;
        if (passing.length < piece.length) return this.#cut(connection);
      }
    }
    if (swallowAfterBytes === null && !connection.isCut) sink.end();
  }

  #cut(connection: Connection): void {
    if (!connection.isCut) this.counts.cut += 1;
    connection.isCut = true;
    reset(connection.client);
    reset(connection.server);
  }

  #draw([from, to]: readonly [number, number]): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }
}

function slicesOf(chunk: Buffer, bytes: number | null): Buffer[] {
  if (bytes === null) return [chunk];
  const size = Math.max(1, bytes);
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, at) => chunk.subarray(at * size, (at + 1) * size));
}

const written = (sink: net.Socket, piece: Buffer): Promise<void> =>
  new Promise((resolve) => sink.write(piece, () => resolve()));

/** RST where the kind of socket has one. */
function reset(socket: net.Socket): void {
  if (socket.destroyed) return;
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** `host:port`, or the path of a Unix socket. */
export function targetOf(text: string): net.NetConnectOpts {
  if (text.includes('/')) return { path: text };
  const [host, port] = [text.slice(0, text.lastIndexOf(':')), Number(text.slice(text.lastIndexOf(':') + 1))];
  return { host, port };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      to: { type: 'string', default: '127.0.0.1:5432' },
      toxic: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', default: '1' },
    },
  });
  const proxy = new FaultProxy({
    target: targetOf(values.to),
    seed: Number(values.seed),
    toxics: values.toxic.map(toxicOf),
  });
  process.stdout.write(`${JSON.stringify({ port: await proxy.listen(Number(values.port)) })}\n`);
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.once(name, () => {
      process.stdout.write(`${JSON.stringify(proxy.counts)}\n`);
      void proxy.close();
    });
}
