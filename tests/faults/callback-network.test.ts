import test, { after, before } from 'node:test';
import { CallbackWorld } from '../counterparts/callback-world.ts';
import { faultyNetwork } from './callback-network.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

for (const seed of [1])
  test(`through a network that cuts and resets nothing is missing, and repetitions carry the same ID (seed ${seed})`, (context) =>
    faultyNetwork(world, { events: 5_000, seed }, (line) => context.diagnostic(line)));
