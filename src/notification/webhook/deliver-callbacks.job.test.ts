import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { CallbackWorld, judgeHits, wholeCourse } from '../../../tests/counterparts/callback-world.ts';
import { WebhookReceiver } from '../../../tests/counterparts/webhook-receiver.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

async function receiver(behave: () => string = () => 'accept', secrets: readonly string[] = []) {
  const server = new WebhookReceiver({ behave, secrets });
  const port = await server.listen();
  return { server, url: `http://127.0.0.1:${port}/hook` };
}

test('every change of a verification arrives, once, in order, signed, with what was true then', async () => {
  const { server, url } = await receiver();
  const company = await world.newCompany(url);
  await world.fill(company, 3);
  const worker = world.worker();
  await worker.poll();
  await worker.quiet();
  assert.deepEqual(worker.errors, []);
  const told = await world.toldIds(company);
  assert.equal(told.size, 3 * wholeCourse.length);
  assert.equal(server.hits.length, told.size);
  assert.deepEqual(judgeHits(server.hits, told), { missing: 0, early: 0, strangers: 0 });
  for (const hits of Map.groupBy(server.hits, (hit) => hit.verification).values())
    assert.deepEqual(
      hits.map((hit) => hit.status),
      wholeCourse,
    );
  assert.deepEqual(await world.states(company), { delivered: told.size });
  await worker.close();
  await server.close();
});
