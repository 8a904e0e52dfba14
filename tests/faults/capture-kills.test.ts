import test from 'node:test';
import { killDuringCaptures } from './capture-kills.ts';

const CAPTURES = Number(process.env['COTEJO_TEST_CAPTURES'] ?? 1);

test(`killed at random moments of ${CAPTURES} whole capture(s): each comes to its end, and nothing of it is torn or missing`, (t) =>
  killDuringCaptures({ captures: CAPTURES, seed: Number(process.env['COTEJO_SEED'] ?? Date.now() % 2 ** 31) }, (line) =>
    t.diagnostic(line),
  ));
