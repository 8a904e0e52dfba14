import test, { after, before } from 'node:test';
import { CallbackWorld } from '../counterparts/callback-world.ts';
import { outage } from './callback-outage.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

for (const [hours, seed] of [
  [24, 1],
  [24, 2],
  [72, 3],
  [72, 4],
] as const)
  test(`a receiver that was away for ${hours} hours misses nothing and hears everything in order (seed ${seed})`, (context) =>
    outage(world, { hours, events: 2_000, seed }, (line) => context.diagnostic(line)));
