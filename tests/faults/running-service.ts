import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PostgresConnection } from '../../src/storage/embedded-postgres-door.client.ts';
import {
  type EmbeddedPostgres,
  connectToRunning,
  openEmbeddedPostgres,
} from '../../src/storage/embedded-postgres.client.ts';
import { freshDataFolder } from '../counterparts/postgres.ts';

const cotejo = path.join(import.meta.dirname, '../../bin/cotejo');

export type TestAccount = { readonly account: string; readonly apiUser: string; readonly apiToken: string };

export type Settings = Readonly<Record<string, string>>;

/** The program as an installer runs it: a process of its own, over a data folder that outlives it. */
export class RunningService {
  readonly folder: string;
  readonly port: number;
  readonly #settings: Settings;
  #process: ChildProcess | null = null;
  /** What it wrote, of all its lives. */
  output = '';

  private constructor(folder: string, port: number, settings: Settings) {
    this.folder = folder;
    this.port = port;
    this.#settings = settings;
  }

  static async create(settings: Settings = {}): Promise<RunningService> {
    return new RunningService(await freshDataFolder(), await freePort(), settings);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !name.startsWith('COTEJO_') && name !== 'DATABASE_URL',
    );
    return {
      ...Object.fromEntries(inherited),
      COTEJO_DATA: this.folder,
      COTEJO_PORT: String(this.port),
      ...this.#settings,
    };
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  get isRunning(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts it and waits until it says that it can work. @returns how long that took. @throws Error when it ends instead. */
  async start(args: readonly string[] = [], limitMs = 30_000): Promise<number> {
    const beganAt = performance.now();
    const child = spawn(cotejo, ['serve', ...args], { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    while (performance.now() - beganAt < limitMs) {
      if (child.exitCode !== null)
        throw new Error(`the service ended with ${child.exitCode}: ${this.output.slice(-2000)}`);
      if (await this.isReady()) return performance.now() - beganAt;
      await delay(20);
    }
    throw new Error(`the service is not ready after ${limitMs} ms: ${this.output.slice(-2000)}`);
  }

  async isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(1000) }).then(
      (response) => response.ok,
      () => false,
    );
  }

  /** Ends it as a power cut would, as far as this process goes. */
  async kill(): Promise<void> {
    await ended(this.#process!, 'SIGKILL');
  }

  /** Ends it as an installer does. @returns its exit code. */
  async stop(): Promise<number | null> {
    await ended(this.#process!, 'SIGTERM');
    return this.#process!.exitCode;
  }

  /** Runs another command of the same installation. @throws Error when it fails. */
  command(...args: readonly string[]): string {
    return execFileSync(cotejo, args, { ...this.#commandOptions, stdio: 'pipe' });
  }

  createAccount(credits: number): TestAccount {
    return JSON.parse(this.command(...createAccountArguments(credits))) as TestAccount;
  }

  /** As `command`, where this process itself has to go on: it may be what the command reaches the database through. */
  async commandMeanwhile(...args: readonly string[]): Promise<string> {
    return (await promisify(execFile)(cotejo, args, this.#commandOptions)).stdout;
  }

  async createAccountMeanwhile(credits: number): Promise<TestAccount> {
    return JSON.parse(await this.commandMeanwhile(...createAccountArguments(credits))) as TestAccount;
  }

  get #commandOptions(): { env: NodeJS.ProcessEnv; encoding: 'utf8'; timeout: number } {
    return { env: this.environment, encoding: 'utf8', timeout: 60_000 };
  }

  /** The embedded server without the service, to look at what is left. */
  openDatabase(): Promise<EmbeddedPostgres> {
    return openEmbeddedPostgres({ folder: this.folder, log: () => {} });
  }

  /** Does something with a way in to the embedded server while the service runs. */
  async withDatabase<Value>(work: (connection: PostgresConnection) => Promise<Value>): Promise<Value> {
    const running = await connectToRunning(this.folder);
    if (running === null) throw new Error('the embedded server does not answer');
    return work(running.connection).finally(() => running.close());
  }

  /** Stops what runs and removes the folder. */
  async remove(): Promise<void> {
    if (this.isRunning) await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

const createAccountArguments = (credits: number): string[] => [
  'account',
  'create',
  'Test',
  '--credits',
  String(credits),
  '--json',
];

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export const temporaryFolder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'cotejo-faults-'));
