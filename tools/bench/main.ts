// Benchmarks: node tools/bench/main.ts engine|api|callbacks|certificate|capture [--rounds N]. Prints medians and spreads, and ratios against the stated floor of the
// same run; never part of the tests.
import { spawnSync } from 'node:child_process';
import { workerFlags } from '../../src/engine/workers.client.ts';

/** What is measured runs as it does where it serves: the engine with a worker's flags, and nothing loaded that another one needs. */
const benches = {
  engine: { load: async () => (await import('./engine.ts')).engineBench, flags: workerFlags },
  api: { load: async () => (await import('./api.ts')).apiBench, flags: [] },
  callbacks: { load: async () => (await import('./callbacks.ts')).callbacksBench, flags: [] },
  certificate: { load: async () => (await import('./certificate.ts')).certificateBench, flags: [] },
  capture: { load: async () => (await import('./capture.ts')).captureBench, flags: [] },
} as const;

const [name, ...rest] = process.argv.slice(2);
const rounds = Number(rest[rest.indexOf('--rounds') + 1] ?? NaN);
const bench = benches[name as keyof typeof benches];
if (bench === undefined) {
  console.error(`which one? ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
if (!bench.flags.every((flag) => process.execArgv.includes(flag))) {
  const again = spawnSync(process.execPath, [...bench.flags, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(again.status ?? 1);
}
const run = await bench.load();
await run(rest.includes('--rounds') && Number.isInteger(rounds) && rounds > 0 ? rounds : 5);
