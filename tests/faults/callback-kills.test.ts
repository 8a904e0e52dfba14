import test, { after, before } from 'node:test';
import { CallbackWorld } from '../counterparts/callback-world.ts';
import { drawSeed } from '../counterparts/sealing.ts';
import { killWhileDelivering } from './callback-kills.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

test('killed 3 times while it delivers: nothing is missing, nothing comes early, repetitions carry the same ID', (context) =>
  killWhileDelivering(world, { kills: 3, seed: drawSeed() }, (line) => context.diagnostic(line)));
