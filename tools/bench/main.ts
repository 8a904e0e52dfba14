// Benchmarks: node tools/bench/main.ts engine [--rounds N]. Prints medians and spreads, and ratios against the stated floor of the
// same run; never part of the tests.
import { spawnSync } from 'node:child_process';
import { workerFlags } from '../../src/engine/workers.client.ts';
import { engineBench } from './engine.ts';

const benches = { engine: engineBench } as const;

const [name, ...rest] = process.argv.slice(2);
const rounds = Number(rest[rest.indexOf('--rounds') + 1] ?? NaN);
const bench = benches[name as keyof typeof benches];
if (bench === undefined) {
  console.error(`which one? ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
if (!workerFlags.every((flag) => process.execArgv.includes(flag))) {
  // What is measured runs as it does in a worker.
  const again = spawnSync(process.execPath, [...workerFlags, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(again.status ?? 1);
}
await bench(rest.includes('--rounds') && Number.isInteger(rounds) && rounds > 0 ? rounds : 5);
