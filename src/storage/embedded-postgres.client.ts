import { configure, createCluster, makePlaces, placesUnder, serverUserOf } from './embedded-postgres-cluster.client.ts';
import { PostgresDoor, type PostgresConnection } from './embedded-postgres-door.client.ts';
import { adopt, keepRunning, start, stop } from './embedded-postgres-server.client.ts';
import { postgresSoftware } from './embedded-postgres-software.client.ts';

export type EmbeddedPostgres = {
  /** What `pg` connects with: a socket, for this process only and until `stop`. */
  readonly connection: PostgresConnection;
  /** Whether a server that outlived its service was taken over. */
  readonly adopted: boolean;
  /** Ends the server: clients are cut off, what was committed is on the disk. */
  readonly stop: () => Promise<void>;
};

export type OpenEmbeddedPostgres = {
  /** The service's data folder, locked by the caller: two services on one folder are refused before this is called. */
  readonly folder: string;
  /** Hears one sentence for each thing worth telling. */
  readonly log: (sentence: string) => void;
};

/**
 * Brings up the PostgreSQL that npm installed, with its data under `<folder>/postgres`, reachable through a socket alone.
 *
 * [Note: A folder that the server enters by its working directory] PostgreSQL does not run as root, so root's service runs it as
 * `nobody` (uid 65534, or whoever owns the data already). `<folder>/postgres` is closed to everyone but its owner, root: the server
 * is started inside its data folder and calls it `/proc/self/cwd`, which asks no permission of the folders above. So it works below a
 * home of mode 0700, and no other process of that user finds a way in. The socket lies in the data folder too.
 *
 * The server is a process of its own: SIGKILL of this one does it no harm, Ctrl-C does not reach it, and the next start takes it over.
 * While this one runs it is started again whenever it ends by itself.
 *
 * @throws Error when it cannot be brought up, with the last lines of its log.
 */
export async function openEmbeddedPostgres({ folder, log }: OpenEmbeddedPostgres): Promise<EmbeddedPostgres> {
  const places = await makePlaces(folder);
  const user = await serverUserOf(places);
  const software = await postgresSoftware(user === null ? places.home : sharedCopyFolder, user);
  await createCluster(places, software, user);
  const isReconfigured = await configure(places, user);

  const door = await PostgresDoor.open(places.data);
  const parts = { places, software, user, door, log };
  try {
    const adopted = await adopt(parts, isReconfigured);
    if (!adopted) await start(parts);
    await door.createDatabase();
    const keeper = keepRunning(parts);
    return {
      connection: door.connection,
      adopted,
      stop: async () => {
        await keeper.release();
        await stop(places, log);
        await door.close();
      },
    };
  } catch (error) {
    await door.close();
    throw error;
  }
}

/** Where root's copy of the programs goes: its own folders may be closed to the user that runs them. */
const sharedCopyFolder = '/var/cache/cotejo';

/** The way to the server of a data folder while a service runs it; null when none answers. `close` it at the end. */
export async function connectToRunning(
  folder: string,
): Promise<{ readonly connection: PostgresConnection; readonly close: () => Promise<void> } | null> {
  const { data } = placesUnder(folder);
  let door;
  try {
    door = await PostgresDoor.open(data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { connection } = door;
  if ((await door.knock()) === 'open') return { connection, close: () => door.close() };
  await door.close();
  return null;
}
