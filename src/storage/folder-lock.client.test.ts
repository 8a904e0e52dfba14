import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { lockFolder } from './folder-lock.client.ts';

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-lock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

type Contender = { child: ChildProcess; told: Promise<string> };

/** A process that waits for a line, asks for the folder, tells what it got and stays until it is killed. */
function contender(folder: string): Contender {
  const script = `
    import { lockFolder } from ${JSON.stringify(path.join(import.meta.dirname, 'folder-lock.client.ts'))};
    process.stdout.write('.');
    process.stdin.once('data', async () => {
      const lock = await lockFolder(${JSON.stringify(folder)});
      console.log(lock.ok ? 'won' : lock.refusal.kind + ' ' + lock.refusal.pid);
    });`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (text.endsWith('\n')) resolve(text.replaceAll('.', '').trim());
    });
    child.once('exit', () => reject(new Error('a contender ended early')));
  });
  told.catch(() => {});
  return { child, told };
}

const isReady = ({ child }: Contender): Promise<void> =>
  new Promise((resolve) => child.stdout!.once('data', () => resolve()));

async function end({ child }: Contender): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

test('of twenty processes that start at once exactly one gets the folder, and when it is killed the next one does', async (t) => {
  const folder = await freshFolder(t);
  const contenders = Array.from({ length: 20 }, () => contender(folder));
  t.after(() => Promise.all(contenders.map(end)));
  await Promise.all(contenders.map(isReady));
  for (const { child } of contenders) child.stdin!.write('go\n');
  const told = await Promise.all(contenders.map((each) => each.told));

  const winner = contenders[told.indexOf('won')]!;
  assert.deepEqual(
    told.filter((word) => word !== 'won'),
    Array.from({ length: 19 }, () => `folder-in-use ${winner.child.pid}`),
  );

  const early = await lockFolder(folder);
  assert.deepEqual(early, { ok: false, refusal: { kind: 'folder-in-use', pid: winner.child.pid } });
  await end(winner);
  const next = await lockFolder(folder);
  assert.equal(next.ok, true);
  if (next.ok) next.value.release();
});

test('in ten rounds of five processes, all killed at the end of each, the folder has one holder every time', async (t) => {
  const folder = await freshFolder(t);
  for (let round = 0; round < 10; round++) {
    const contenders = Array.from({ length: 5 }, () => contender(folder));
    await Promise.all(contenders.map(isReady));
    for (const { child } of contenders) child.stdin!.write('go\n');
    const told = await Promise.all(contenders.map((each) => each.told));
    assert.equal(told.filter((word) => word === 'won').length, 1, told.join(', '));
    await Promise.all(contenders.map(end));
  }
});

test('a folder that was let go can be taken again, also under another name', async (t) => {
  const folder = await freshFolder(t);
  const first = await lockFolder(folder);
  assert.ok(first.ok);
  const otherName = `${folder}-link`;
  await symlink(folder, otherName);
  t.after(() => rm(otherName));
  assert.deepEqual(await lockFolder(otherName), { ok: false, refusal: { kind: 'folder-in-use', pid: process.pid } });
  const other = contender(folder); // the second asking of this process has not loosened the first
  t.after(() => end(other));
  await isReady(other);
  other.child.stdin!.write('go\n');
  assert.equal(await other.told, `folder-in-use ${process.pid}`);
  first.value.release();
  const second = await lockFolder(otherName);
  assert.ok(second.ok);
  second.value.release();
});

test('a folder that is not there is an outage, told with its name', async () => {
  await assert.rejects(lockFolder('/nowhere/at/all'), /\/nowhere\/at\/all/);
});
