import test from 'node:test';
import { faultySends } from './sms-faults.ts';

const SENDS = 2000;
const SEEDS = 5;

for (const gateway of ['smpp', 'http'] as const)
  test(`${SENDS} sends × ${SEEDS} seeds through a faulty gateway (${gateway}): what is charged was handed over`, async () => {
    const first = Number(process.env['COTEJO_SEED'] ?? Date.now() % 2 ** 31);
    for (let seed = first; seed < first + SEEDS; seed += 1)
      await faultySends({ gateway, sends: SENDS, seed }, (line) => process.stdout.write(`sms faults: ${line}\n`));
  });
