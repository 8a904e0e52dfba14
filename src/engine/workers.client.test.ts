import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { childrenOf } from '../../tests/counterparts/postgres-own.ts';
import { workerLook } from './workers.client.ts';

const busyWorker = fileURLToPath(new URL('../../tests/counterparts/busy-worker.process.ts', import.meta.url));
const task = { kind: 'front', image: new Uint8Array() } as const;
const limits = { timeoutMs: 1500, memoryMiB: 128 };

/** So many programs to each CPU that do nothing but compute. */
function busyMachine(toEach: number): ChildProcess[] {
  return Array.from({ length: toEach * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
}

test(
  'a worker that stands in line for a CPU is not taken for one that hangs, if that is asked for',
  { skip: schedulerTells() ? false : 'not run: this system does not tell how long a process waits for a CPU' },
  async () => {
    const impatient = workerLook(limits, busyWorker);
    const patient = workerLook({ ...limits, mostInLineMs: 120_000 }, busyWorker);
    const busy = busyMachine(5);
    try {
      assert.equal(await patient.look(task), 'good');
      assert.equal(await impatient.look(task), 'not-checked');
    } finally {
      for (const one of busy) one.kill('SIGKILL');
      await Promise.all([impatient.close(), patient.close()]);
    }
  },
);

test('a worker leaves its CPU to others as far as it is told to', async () => {
  const before = new Set(childrenOf(process.pid));
  const yielding = workerLook({ timeoutMs: 60_000, memoryMiB: 128, niceness: 5 }, busyWorker);
  try {
    const looking = yielding.look(task);
    await new Promise((resolve) => setImmediate(resolve));
    const workers = childrenOf(process.pid).filter((pid) => !before.has(pid));
    assert.deepEqual(
      workers.map((pid) => getPriority(pid)),
      [getPriority() + 5],
    );
    assert.equal(await looking, 'good');
  } finally {
    await yielding.close();
  }
});

test('whoever asks after the end starts no worker, which would keep the process alive', async () => {
  const before = new Set(childrenOf(process.pid));
  const look = workerLook({ timeoutMs: 60_000, memoryMiB: 128 }, busyWorker);
  assert.equal(await look.look(task), 'good');
  await look.close();
  void look.look(task);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(
    childrenOf(process.pid).filter((pid) => !before.has(pid)),
    [],
  );
});

function schedulerTells(): boolean {
  try {
    return readFileSync('/proc/self/schedstat', 'utf8').split(' ').length === 3;
  } catch {
    return false;
  }
}
