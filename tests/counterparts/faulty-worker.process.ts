// A worker of the engine that fails as the recording tells it to: its last bytes are the word for how.
import { readFileSync } from 'node:fs';
import { livenessChecks } from '../../src/engine/liveness/checks/index.ts';
import type { WorkerRequest } from '../../src/engine/worker.process.ts';

/** Every way of failing. `perfect`: it answers, as well as anybody could ask for, and leaves one check out. */
export const faults = ['die', 'hang', 'not-a-number', 'nothing', 'nonsense', 'perfect', 'bloat', 'spin'] as const;
export type Fault = (typeof faults)[number];

const findings = (score: number): object[] =>
  livenessChecks.map(({ check }) => ({ check, score, higherMeans: 'anything', durationMs: 1 }));

function fail(fault: Fault, answer: (result: unknown) => void): void {
  switch (fault) {
    case 'die':
      return void process.kill(process.pid, 'SIGKILL');
    case 'hang':
      return;
    case 'spin':
      for (;;);
    case 'nothing':
      return answer(undefined);
    case 'nonsense':
      return answer({ ok: true, value: 'a face' });
    case 'not-a-number':
      return answer({ ok: true, value: { ...measurement, findings: findings(NaN) } });
    case 'perfect':
      return answer({ ok: true, value: { ...measurement, findings: findings(1).slice(1) } });
    case 'bloat': {
      const held: Buffer[] = [];
      setInterval(() => held.push(Buffer.alloc(64_000_000, 1)), 10);
      return;
    }
  }
}

const measurement = {
  template: null,
  framesCompared: 0,
  attributes: {},
  exhibit: { frames: [] },
  inferenceMs: {},
  stages: [],
};

process.on('message', (message) => {
  const request = message as WorkerRequest;
  const answer = (result: unknown): void => void process.send!({ id: request.id, result });
  if (request.half !== 'video') return answer({ ok: true, value: {} });
  const text = readFileSync(request.task.faceVideo).subarray(-32).toString('latin1');
  fail(
    faults.find((fault) => text.endsWith(fault))!,
    answer,
  );
});
process.on('disconnect', () => process.exit(0));
