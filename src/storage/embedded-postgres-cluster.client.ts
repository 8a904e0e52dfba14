import { chmod, chown, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import { accessConfiguration, serverConfiguration } from './embedded-postgres-configuration.ts';
import { runProgram, type PostgresSoftware, type ServerUser } from './embedded-postgres-software.client.ts';

export type Places = {
  /** Closed to everyone but its owner. */
  readonly home: string;
  readonly data: string;
  readonly log: string;
};

export function placesUnder(folder: string): Places {
  const home = path.resolve(folder, 'postgres');
  return { home, data: path.join(home, 'data'), log: path.join(home, 'server.log') };
}

/** Makes the outer folder. The names that are answered are the real ones, whatever links lead there. */
export async function makePlaces(folder: string): Promise<Places> {
  await mkdir(placesUnder(folder).home, { recursive: true, mode: 0o700 });
  const places = placesUnder(await realpath(folder));
  if ((await stat(places.home)).uid === process.getuid!()) await chmod(places.home, 0o700); // a restored copy may be open
  return places;
}

const nobody = { uid: 65534, gid: 65534 };

/** Whom the server runs as: this user, or instead of root whoever owns the data already, else `nobody`. @throws Error */
export async function serverUserOf({ data }: Places): Promise<ServerUser> {
  const owner = await stat(data).catch(() => null);
  const ownUid = process.getuid!();
  if (ownUid === 0) return owner === null || owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid };
  if (owner !== null && owner.uid !== ownUid)
    throw new Error(
      `${data} belongs to user ${owner.uid}, and this is user ${ownUid}: start as root, or change its owner`,
    );
  return null;
}

/** Makes a new cluster beside its place and moves it there when it is whole. */
export async function createCluster(
  { home, data }: Places,
  { bin, version }: PostgresSoftware,
  user: ServerUser,
): Promise<void> {
  const madeBy = await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(() => null);
  if (madeBy !== null) {
    const major = version.split('.')[0];
    if (madeBy.trim() !== major)
      throw new Error(
        `${data} was made by PostgreSQL ${madeBy.trim()} and this is ${version}: it has to be converted first`,
      );
    if (user !== null && (await stat(data)).uid === 0) await giveTo(data, user);
    return;
  }
  const unfinished = `${data}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== null) await chown(unfinished, user.uid, user.gid);
  const { code, output } = await runProgram(path.join(bin, 'initdb'), initArguments, { user, cwd: unfinished });
  if (code !== 0) throw new Error(`PostgreSQL's data could not be created in ${data}: ${explained(output)}`);
  await rename(unfinished, data);
  await syncFolder(home);
}

/** How the server calls its data folder. */
export const ownFolder = '/proc/self/cwd'; // [Note: A folder that the server enters by its working directory]

const initArguments = [
  `--pgdata=${ownFolder}`,
  '--username=cotejo',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8', // the same order and the same letters whatever the system's libraries
  '--data-checksums',
  '--sync-method=syncfs',
  '--no-instructions',
];

/** What `initdb` says of its end, in its last line. A bare user number, as containers are started with, is the usual one. */
function explained(output: string): string {
  const last = output.trim().split('\n').at(-1)!;
  return /could not look up effective user ID/.test(last)
    ? `${last} (add this user to /etc/passwd, or set DATABASE_URL)`
    : last;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

/** A restored copy belongs to whoever restored it. */
async function giveTo(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const { code, output } = await runProgram('chown', ['-R', `${uid}:${gid}`, folder], { user: null, cwd: '/' });
  if (code !== 0) throw new Error(`${folder} cannot be given to user ${uid}: ${output.trim()}`);
  await chmod(folder, 0o700);
}

/** Writes the configuration; answers whether a running server has another one. */
export async function configure({ data }: Places, user: ServerUser): Promise<boolean> {
  let isChanged = false;
  for (const [name, text] of [
    ['postgresql.conf', serverConfiguration(availableBytes())],
    ['pg_hba.conf', accessConfiguration],
  ] as const) {
    const file = path.join(data, name);
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
    isChanged = true;
    await writeWhole(file, text, user);
  }
  return isChanged;
}

/** The machine's memory, or what its container may use of it. */
function availableBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function writeWhole(file: string, text: string, user: ServerUser): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600);
  await handle.writeFile(text);
  if (user !== null) await handle.chown(user.uid, user.gid);
  await handle.sync();
  await handle.close();
  await rename(`${file}.new`, file);
}
