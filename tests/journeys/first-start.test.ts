// Somebody unpacks the program, types `npm start`, and does what the terminal says.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../faults/running-service.ts';

const root = path.join(import.meta.dirname, '..', '..');
const NOBODY = 65_534;

type Started = {
  readonly said: () => string;
  readonly logged: () => string;
  readonly stop: () => Promise<void>;
};

/** `npm start` in the folder of the project, as the given user. */
async function npmStart(folder: string, port: number, user: number | null): Promise<Started> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^COTEJO_|^npm_|^NODE_/i.test(name) && name !== 'DATABASE_URL',
  );
  const npm = ['npm', 'start', '--no-update-notifier'];
  const [program, ...args] =
    user === null ? npm : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...npm];
  const child = spawn(program!, args, {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      ...(user === null ? {} : { HOME: folder }),
      COTEJO_DATA: path.join(folder, 'data'),
      COTEJO_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let [said, logged] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString('utf8')));
  try {
    await ready(child, () => logged);
  } catch (error) {
    await end(child);
    throw new Error(`the first start failed: ${said}${logged}`, { cause: error });
  }
  return { said: () => said, logged: () => logged, stop: () => end(child) };
}

async function ready(child: ChildProcess, logged: () => string): Promise<void> {
  for (const beganAt = performance.now(); performance.now() - beganAt < 60_000; await delay(50)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (logged().includes('"msg":"ready"')) return;
  }
  throw new Error('it is not ready after a minute');
}

/** Ctrl-C: the terminal tells npm and the service alike. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGINT');
  await ended;
}

type OutboxMessage = { readonly to: string; readonly text: string; readonly link: string | null };

async function firstStart(user: number | null): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-first-'));
  if (user !== null) await chown(folder, user, user);
  const port = await freePort();
  let running: Started | null = null;
  try {
    running = await npmStart(folder, port, user);
    const told = running.said();
    assert.match(told, new RegExp(`Cotejo serves at +http://localhost:${port}\\n`));
    assert.match(told, new RegExp(`SMS outbox +http://localhost:${port}/outbox\\n`));
    const apiUser = /API user +(\S+)\n/.exec(told)?.[1];
    const apiToken = /API token +(\S+)\n/.exec(told)?.[1];
    assert.match(apiUser ?? '', /^api-\d+$/);
    assert.match(apiToken ?? '', /^ct_[\w-]{22,}$/, 'at least 128 bits');
    assert.equal(told.split(apiToken!).length, 3, 'shown beside its name and in the call that uses it');

    const line = told.split('\n').find((candidate) => candidate.trimStart().startsWith('curl '));
    assert.ok(line, told);
    const shell = spawnSync('sh', ['-c', line], { encoding: 'utf8', cwd: folder });
    assert.equal(shell.status, 0, shell.stderr);
    assert.match(shell.stdout, /^\[\{"Res":1,"ID":"\d+","Cred":99\}\]$/);

    const outbox = /SMS outbox +(\S+)\n/.exec(told)![1]!;
    const [message] = await waiting(outbox);
    assert.equal(message?.to, '34600000001');
    assert.match(message?.link ?? '', new RegExp(`^http://localhost:${port}/i/\\S+$`));
    assert.ok(message?.text.includes(message.link!));
    const page = await fetch(outbox);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<svg/, 'the link as a code for a phone');

    await running.stop();
    const log = running.logged();
    assert.match(log, /one message waiting/);
    running = await npmStart(folder, port, user);
    assert.match(running.said(), /Cotejo serves at/);
    assert.doesNotMatch(running.said(), /API token|curl/);
    const secret = message.link!.split('/').at(-1)!;
    for (const [what, text] of [
      ['token', apiToken!],
      ['phone', '600000001'],
      ['link', secret],
    ] as const) {
      assert.ok(!log.includes(text), `the ${what} is in the log`);
      assert.ok(!running.logged().includes(text) && !running.said().includes(text), `the ${what} is told again`);
    }
    assert.deepEqual((await waiting(outbox)).length, 1, 'what waited still waits');
    await running.stop();
    running = null;
    assert.deepEqual(await readdir(folder).then((names) => names.filter((name) => !name.startsWith('.'))), ['data']);
  } finally {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function waiting(outbox: string): Promise<readonly OutboxMessage[]> {
  for (let tries = 0; ; tries += 1) {
    const messages = (await (await fetch(`${outbox}.json`)).json()) as OutboxMessage[];
    if (messages.length > 0 || tries === 100) return messages;
    await delay(100);
  }
}

test('the first start tells all that a first call needs, and the call works as printed', () => firstStart(null));

test('the same for a plain user', async (t) => {
  if (process.getuid!() !== 0) return t.diagnostic('the test above is the one of a plain user: this one is for root');
  const possible = spawnSync('setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', 'ls', root]);
  if (possible.status !== 0)
    return t.diagnostic('NOT RUN: no other user can be taken on here, or none may read the folder of the project');
  return firstStart(NOBODY);
});
