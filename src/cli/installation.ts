import { mkdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Secrets, installationKeyOf, keyFromText, secretsFrom } from '../access/secrets.client.ts';
import { type Config, parseConfig } from '../config.ts';
import {
  type Database,
  type DatabaseAddress,
  type OpenDatabase,
  isUnreachable,
  openDatabase,
} from '../storage/database.client.ts';
import { durabilityOf } from '../storage/durability.client.ts';
import { connectToRunning, openEmbeddedPostgres } from '../storage/embedded-postgres.client.ts';
import { lockFolder } from '../storage/folder-lock.client.ts';
import { claimDatabase } from '../storage/installation.store.ts';
import { migrate } from '../storage/migrate.client.ts';
import { UsageError } from './command.ts';

/** An installation's database and key, opened for a command or for the service. */
export type Installation = {
  readonly database: Database;
  /** The connections under it. */
  readonly pool: OpenDatabase['pool'];
  readonly address: DatabaseAddress;
  readonly secrets: Secrets;
  close(): Promise<void>;
};

/** Settings from the environment and from the file that COTEJO_CONFIG names. @throws UsageError naming every wrong one. */
export async function readConfig(environment: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const file = environment['COTEJO_CONFIG'];
  const parsed = parseConfig(environment, file === undefined || file === '' ? {} : await readConfigFile(file));
  if (!parsed.ok) throw new UsageError(parsed.refusal.problems.join('; '));
  return parsed.value;
}

async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`COTEJO_CONFIG: cannot read ${file} (${error.code ?? 'unknown error'})`);
  });
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new UsageError(`COTEJO_CONFIG: ${file} must hold one JSON object of settings`);
}

export type OpenFor = {
  /** `service`: alone on its folder, its server started. `command`: beside a running service, or for itself while there is none. */
  readonly use: 'service' | 'command';
  readonly log: (sentence: string) => void;
  readonly connections?: number;
};

/**
 * Opens what the settings name: an existing server, or the embedded one in the data folder; brings its schema up; checks its key.
 * @throws UsageError for what whoever installs can put right.
 */
export async function openInstallation(config: Config, { use, log, connections = 10 }: OpenFor): Promise<Installation> {
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`COTEJO_DATA: cannot make ${config.dataFolder} (${error.code ?? 'unknown error'})`);
  });
  const ground =
    config.databaseUrl === null
      ? await embeddedGround(config.dataFolder, { use, log })
      : { address: { connectionString: config.databaseUrl }, close: async () => {} };
  const opened = openDatabase(ground.address, { connections });
  const close = async (): Promise<void> => {
    await opened.close();
    await ground.close();
  };
  try {
    await refuseForgetful(config, (statement) => opened.pool.query(statement).then(({ rows }) => rows as unknown[]));
    const now = new Date();
    await migrate(opened.database, now);
    const secrets = await secretsOf(config);
    const claimed = await claimDatabase(opened.database, secrets.fingerprint, now);
    if (!claimed.ok)
      throw new UsageError(
        `this database belongs to the installation key ${claimed.refusal.expected}, not to ${claimed.refusal.given}: set COTEJO_KEY or COTEJO_DATA to where that key is`,
      );
    return {
      database: opened.database,
      pool: opened.pool,
      address: ground.address,
      secrets,
      close,
    };
  } catch (error) {
    await close();
    throw config.databaseUrl === null ? error : explained(error);
  }
}

/** What is acknowledged must stay: a server that may forget is no place for credits and evidence. */
async function refuseForgetful(
  { isProduction, databaseUrl }: Config,
  query: (statement: string) => Promise<readonly unknown[]>,
): Promise<void> {
  const { off } = await durabilityOf(query);
  if (isProduction && off.length > 0)
    throw new UsageError(
      `${databaseUrl === null ? 'the embedded database' : 'DATABASE_URL'}: the server may forget what it acknowledged: ${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} off`,
    );
}

async function secretsOf({ installationKey, dataFolder }: Config): Promise<Secrets> {
  if (installationKey === null) return secretsFrom(await installationKeyOf(dataFolder));
  try {
    return secretsFrom(keyFromText(installationKey, 'COTEJO_KEY'));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

type Ground = { readonly address: DatabaseAddress; close(): Promise<void> };

/** How long a command waits for a service that is just starting. */
const STARTING_MS = 30_000;
/** How long a service waits for a command that opened the folder for itself. */
const COMMAND_ENDS_MS = 3000;

async function embeddedGround(folder: string, { use, log }: Pick<OpenFor, 'use' | 'log'>): Promise<Ground> {
  for (const beganAt = performance.now(); ; await delay(100)) {
    // The lock tells a service from a server that outlived one: a command may use both, a service takes the second over.
    const locked = await lockFolder(folder);
    if (locked.ok) {
      try {
        const server = await openEmbeddedPostgres({ folder, log });
        const close = async (): Promise<void> => {
          await server.stop();
          locked.value.release();
        };
        return { address: server.connection, close };
      } catch (error) {
        locked.value.release();
        throw error;
      }
    }
    const holder = locked.refusal.pid === null ? '' : ` (process ${locked.refusal.pid})`;
    // A command holds the folder for a moment while no service runs: it is worth waiting for.
    if (use === 'service' && performance.now() - beganAt > COMMAND_ENDS_MS)
      throw new UsageError(
        `COTEJO_DATA: another service is running on ${folder}${holder}; each needs a folder of its own`,
      );
    if (use === 'service') continue;
    const running = await connectToRunning(folder);
    if (running !== null) return { address: running.connection, close: running.close };
    if (performance.now() - beganAt > STARTING_MS)
      throw new UsageError(`COTEJO_DATA: the service on ${folder}${holder} does not answer`);
  }
}

/** A server of the installer's own that cannot be used is the installer's to put right. */
function explained(error: unknown): unknown {
  if (error instanceof UsageError) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return new UsageError(`DATABASE_URL: the server cannot be used (${code})`);
  return isUnreachable(error) ? new UsageError('DATABASE_URL: the server does not answer') : error;
}
