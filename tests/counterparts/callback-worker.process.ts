// Delivers the callbacks of a world until it is ended: `callback-worker.process.ts ADDRESS`, the address as JSON.
import { runCallbacks } from '../../src/notification/webhook/run-callbacks.job.ts';
import type { DatabaseAddress } from '../../src/storage/database.client.ts';
import { CallbackWorld } from './callback-world.ts';

const world = CallbackWorld.join(JSON.parse(process.argv[2]!) as DatabaseAddress);
runCallbacks(world.worker({ timeoutMs: 2_000 }), {
  onError(error) {
    throw error;
  },
  pollMs: 50,
});
