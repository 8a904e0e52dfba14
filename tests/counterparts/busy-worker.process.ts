// A worker of the engine that computes for 600 ms of its own time, however long that takes, and answers.
import type { WorkerRequest } from '../../src/engine/worker.process.ts';

const COMPUTES_MS = 600;

process.on('message', (message) => {
  const { id } = message as WorkerRequest;
  const began = process.cpuUsage();
  const spentMs = (): number => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  while (spentMs() < COMPUTES_MS);
  process.send!({ id, result: 'good' });
});
process.on('disconnect', () => process.exit(0));
