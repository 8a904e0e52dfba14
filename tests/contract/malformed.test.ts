import assert from 'node:assert/strict';
import test from 'node:test';
import { sendMalformed, summaryOf } from './send-malformed.ts';

test('10,000 malformed calls: no 5xx, no crash, no credit moved, every answer in a format that can be read', async (context) => {
  const seed = Number(process.env['COTEJO_SEED'] ?? Date.now() % 2_147_483_647);
  context.diagnostic(`seed ${seed}`);
  const run = await sendMalformed({ calls: 10_000, seed });
  context.diagnostic(summaryOf(run));
  assert.ok(run.answers.size > 12, 'the calls reach many kinds of answers');
});
