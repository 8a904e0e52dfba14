import test from 'node:test';
import { faultySends } from './sms-faults.ts';

const SENDS = 250;

for (const gateway of ['smpp', 'http'] as const)
  test(`${SENDS} sends through a gateway (${gateway}) that refuses, hangs, cuts, answers late and twice: what is charged was handed over`, () =>
    faultySends({ gateway, sends: SENDS, seed: Number(process.env['COTEJO_SEED'] ?? Date.now() % 2 ** 31) }, (line) =>
      process.stdout.write(`sms faults: ${line}\n`),
    ));
