import assert from 'node:assert/strict';
import test from 'node:test';
import { measureReader } from './measure.ts';
import { trainReader } from './trainer.ts';

test('a short training from nothing reads clean lines that it never saw', async () => {
  const losses: number[] = [];
  const parameters = await trainReader({
    seed: 1,
    until: { steps: 140 },
    batch: 16,
    learningRate: 4e-3,
    severity: 0.3,
    onProgress: ({ loss }) => losses.push(loss),
  });
  // 140 steps come to 0.10 nats and 2248 of 2249 glyphs; guessing would be at 3.6 nats.
  const { loss, glyphs, glyphsRight } = await measureReader(parameters, { seed: 77, crops: 256, severity: 0 });
  assert.ok(loss < 0.25, `loss ${loss}`);
  assert.ok(glyphsRight > 0.97 * glyphs, `${glyphsRight} of ${glyphs} glyphs`);
  assert.ok(losses[0]! < 2.5, `loss of the first 100 steps ${losses[0]}`);
});

test('the same seed and steps give the same reader, whichever thread is faster', async () => {
  const train = (): ReturnType<typeof trainReader> =>
    trainReader({ seed: 3, until: { steps: 3 }, batch: 8, learningRate: 1e-3, severity: 1 });
  assert.deepEqual(await train(), await train());
});
