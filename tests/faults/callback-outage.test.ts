import test, { after, before } from 'node:test';
import { CallbackWorld } from '../counterparts/callback-world.ts';
import { outage } from './callback-outage.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

test('a receiver that was away for 72 hours misses nothing and hears everything in order', (context) =>
  outage(world, { hours: 72, events: 2_000, seed: 72 }, (line) => context.diagnostic(line)));
