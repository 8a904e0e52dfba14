import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Client, type QueryResultRow } from 'pg';

export type PostgresConnection = {
  /** Folder of the socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
};

const port = 5432; // part of the socket's name; nothing listens on the network
/** The socket in the data folder. */
export const socketName = `.s.PGSQL.${port}`;
const user = 'cotejo';
const database = 'cotejo';
const maxSocketPathBytes = 107; // sun_path of unix(7), with its closing zero

/** The way in to the server whose socket lies in its data folder. */
export class PostgresDoor {
  readonly connection: PostgresConnection;
  readonly #folder: FileHandle | null;

  /** @throws Error with code ENOENT when there is no such folder, EACCES when it is closed to this user. */
  static async open(dataFolder: string): Promise<PostgresDoor> {
    const folder = await open(dataFolder, 'r');
    if (Buffer.byteLength(path.join(dataFolder, socketName)) > maxSocketPathBytes)
      return new PostgresDoor(`/proc/self/fd/${folder.fd}`, folder); // a short name for a folder held open
    await folder.close();
    return new PostgresDoor(dataFolder, null);
  }

  private constructor(host: string, folder: FileHandle | null) {
    this.connection = { host, port, user, database };
    this.#folder = folder;
  }

  async close(): Promise<void> {
    await this.#folder?.close();
  }

  /** Whether a server answers behind the socket, is still replaying its log or ending, or is not there. */
  async knock(): Promise<'open' | 'busy' | 'closed'> {
    try {
      await this.#query('SELECT 1');
      return 'open';
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'closed';
      if (code === 'EACCES') throw error;
      return code === '53300' ? 'open' : 'busy'; // 53300: it is up, and all places are taken
    }
  }

  async serverVersion(): Promise<string> {
    const rows = await this.#query('SHOW server_version');
    return String(rows[0]!['server_version']);
  }

  /** Makes the service's own database unless it is there. */
  async createDatabase(): Promise<void> {
    const rows = await this.#query(`SELECT 1 FROM pg_database WHERE datname = '${database}'`);
    if (rows.length === 0) await this.#query(`CREATE DATABASE ${database}`);
  }

  async #query(sql: string): Promise<QueryResultRow[]> {
    const client = new Client({ ...this.connection, database: 'postgres', connectionTimeoutMillis: 10_000 });
    client.on('error', () => {}); // a connection cut off after its answer
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
}
