import assert from 'node:assert/strict';
import test from 'node:test';
import { sendMalformed, summaryOf } from './send-malformed.ts';

test('200,000 malformed calls leave the server as it was', async (context) => {
  const seed = Number(process.env['COTEJO_SEED'] ?? Date.now() % 2_147_483_647);
  context.diagnostic(`seed ${seed}`);
  const run = await sendMalformed({ calls: 200_000, seed });
  context.diagnostic(summaryOf(run));
  context.diagnostic(`resident memory at each tenth, MB, server and sender together: ${run.rssMegabytes.join(' ')}`);
  const [halfway, end] = [run.rssMegabytes[4]!, run.rssMegabytes[9]!];
  assert.ok(end < halfway * 1.25, `${halfway} MB halfway, ${end} MB at the end`);
});
