import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { drawSamples, type MarkSample } from '../../../../tools/marks/samples.ts';
import { seededRandom } from '../../../kernel/random.ts';
import { markPatches, PATCH_HEIGHT, PATCH_WIDTH } from './mark-patches.ts';
import { INPUTS, markProbabilities, marks, shippedNetwork } from './marks.ts';

describe('what stands above a capital', () => {
  let samples: MarkSample[];
  before(async () => {
    const random = seededRandom(990_001); // neither the seed of training nor that of its trial
    samples = [];
    for (let sheet = 0; sheet < 8; sheet++) samples.push(...(await drawSamples(random)));
  });
  const told = ({ input }: MarkSample): number => {
    const probabilities = markProbabilities(input);
    return probabilities.indexOf(Math.max(...probabilities));
  };
  const share = (of: readonly MarkSample[], right: (sample: MarkSample) => boolean): number =>
    of.filter(right).length / of.length;

  test('a tilde over N is told, on fresh drawings under camera conditions', () => {
    const tildes = samples.filter(({ mark }) => marks[mark] === 'tilde');
    assert.ok(tildes.length > 60, `${tildes.length} drawn`);
    assert.ok(share(tildes, (sample) => told(sample) === sample.mark) >= 0.95);
  });
  test('an acute is told', () => {
    const acutes = samples.filter(({ mark }) => marks[mark] === 'acute');
    assert.ok(share(acutes, (sample) => told(sample) === sample.mark) >= 0.92);
  });
  test('hardly ever is a mark invented', () => {
    const bare = samples.filter(({ mark }) => mark === 0);
    assert.ok(share(bare, (sample) => told(sample) !== 0) <= 0.01);
  });
  test('probabilities are a distribution over the marks', () => {
    const probabilities = markProbabilities(samples[0]!.input);
    assert.equal(probabilities.length, marks.length);
    assert.ok(Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1) < 1e-9);
  });
  test('the weights have the shape that the code reads', () => {
    const { hidden, first, firstBias, second, secondBias } = shippedNetwork();
    assert.equal(first.length, hidden * INPUTS);
    assert.equal(firstBias.length, hidden);
    assert.equal(second.length, marks.length * hidden);
    assert.equal(secondBias.length, marks.length);
  });
  test('a line without print has no height of capitals to measure by', () => {
    const blank = { widthPx: 80, heightPx: 30, rgb: new Uint8Array(80 * 30 * 3).fill(210) };
    const quad = [
      [2, 5],
      [77, 5],
      [77, 25],
      [2, 25],
    ] as const;
    assert.equal(markPatches(blank, quad, [0.5]), null);
    assert.equal(samples[0]!.input.length > PATCH_WIDTH * PATCH_HEIGHT, true);
  });
});
