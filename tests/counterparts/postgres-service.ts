import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isLivePostgres, postmasterOf } from '../../src/storage/embedded-postgres-process.client.ts';

export type PostgresService = {
  /** `started` or `adopted`: what became of the server. */
  readonly said: string;
  /** Sends the signal and waits for the service to end; its server may go on. */
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
};

/** The least service there is: a process of its own that opens the embedded server, and stops it when it is asked to end. */
export async function postgresService(
  folder: string,
  { user, stderr = 'inherit' }: { user?: number; stderr?: 'inherit' | 'ignore' } = {},
): Promise<PostgresService> {
  const embedded = path.join(import.meta.dirname, '..', '..', 'src', 'storage', 'embedded-postgres.client.ts');
  const script = `
    import { openEmbeddedPostgres } from ${JSON.stringify(embedded)};
    const server = await openEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, log: () => {} });
    process.on('SIGTERM', async () => { await server.stop(); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log(server.adopted ? 'adopted' : 'started');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', stderr],
    ...(user === undefined ? {} : { uid: user, gid: user, cwd: '/' }),
  });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), ended.then(([code]) => Number(code))]);
  if (typeof first === 'number') throw new Error(`the service ended: ${first}`);
  return {
    said: String(first[0]).trim(),
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

/** Where the embedded server of a data folder has its own. */
export const clusterOf = (folder: string): string => path.join(folder, 'postgres', 'data');

/** Ends a server that its service left behind, at once. */
export async function endLeftOver(folder: string): Promise<void> {
  const pid = await postmasterOf(clusterOf(folder));
  if (pid === null || !(await isLivePostgres(pid))) return;
  process.kill(pid, 'SIGQUIT');
  while (await isLivePostgres(pid)) await delay(20);
}
