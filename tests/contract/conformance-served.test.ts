import assert from 'node:assert/strict';
import test from 'node:test';
import { assertConforms } from './conformance.ts';
import { stories } from './exchange-table.ts';
import { worldServed } from './world-served.ts';

test('the whole service, over its own PostgreSQL, answers what is written down', async (context) => {
  const world = await worldServed();
  let compared = 0;
  try {
    for (const story of stories) compared += await assertConforms(world, story);
  } finally {
    await world.close();
  }
  context.diagnostic(`${compared} exchanges compared`);
  assert.equal(compared, 1075);
});
