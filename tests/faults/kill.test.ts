import test from 'node:test';
import { type Killed, killAgainAndAgain } from './kills.ts';

const KILLS: readonly (readonly [Killed, number])[] = [
  ['service', 8],
  ['everything', 3],
];

for (const [killed, kills] of KILLS)
  test(`killed ${kills} times (${killed}) under 50 calls a second: nothing acknowledged is lost, charged twice or never sent`, () =>
    killAgainAndAgain(
      { killed, kills, seed: Number(process.env['COTEJO_SEED'] ?? Date.now() % 2 ** 31) },
      (line) => void process.stdout.write(`kills: ${line}\n`),
    ));
