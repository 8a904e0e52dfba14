import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WaitedTooLong, gathering } from './batches.client.ts';
import { isUnreachable } from './database.client.ts';

test('what arrives while a batch is under way is done together, in order, each key by itself', async () => {
  const batches: string[] = [];
  const call = gathering(async (key: number, items: readonly string[]) => {
    batches.push(`${key}:${items.join('')}`);
    await delay(10);
    return items.map((item) => item.toUpperCase());
  });
  const answers = await Promise.all([call(1, 'a'), call(1, 'b'), call(2, 'c'), call(1, 'd')]);
  assert.deepEqual(
    [answers, batches],
    [
      ['A', 'B', 'C', 'D'],
      ['1:a', '2:c', '1:bd'],
    ],
  );
});

test('a batch that fails fails its own calls, and the next is done', async () => {
  const call = gathering(async (_key, items: readonly string[]) => {
    await delay(5);
    if (items.includes('bad')) throw new Error('no');
    return items;
  });
  const outcomes = await Promise.allSettled([call(1, 'bad'), call(1, 'good')]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
});

test('a call that waited longer than its caller does is never done', async () => {
  const done: string[] = [];
  const call = gathering(
    async (_key, items: readonly string[]) => {
      done.push(...items);
      await delay(items.includes('slow') ? 80 : 0);
      return items;
    },
    { mostWaitMs: 40 },
  );
  const slow = call(1, 'slow');
  const abandoned = call(1, 'abandoned').catch((error: unknown) => error);
  await delay(60);
  const late = call(1, 'late');
  assert.equal(await slow, 'slow');
  const error = await abandoned;
  assert.ok(error instanceof WaitedTooLong && isUnreachable(error));
  assert.equal(await late, 'late');
  assert.deepEqual(done, ['slow', 'late']);
  assert.equal(await call(1, 'next'), 'next');
});
