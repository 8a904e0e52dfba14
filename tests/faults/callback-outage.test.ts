import test, { after, before } from 'node:test';
import { CallbackWorld } from '../counterparts/callback-world.ts';
import { outage } from './callback-outage.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

for (const [hours, events] of [
  [24, 700],
  [72, 2_000],
] as const)
  test(`a receiver that was away for ${hours} hours misses nothing and hears everything in order`, (context) =>
    outage(world, { hours, events, seed: hours }, (line) => context.diagnostic(line)));
