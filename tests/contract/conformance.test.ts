import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test, { after, before, describe } from 'node:test';
import { assertConforms, transcriptFileOf } from './conformance.ts';
import { carriers, stories, wishes } from './exchange-table.ts';
import { worldInMemory, type WorldInMemory } from './world-in-memory.ts';

describe('every function, asked in every encoding for every format, answers what is written down', () => {
  let world: WorldInMemory;
  let compared = 0;
  before(async () => void (world = await worldInMemory()));
  after(async () => {
    await world.close();
    process.stdout.write(`${compared} exchanges compared byte for byte in ${stories.length} transcripts\n`);
  });

  for (const story of stories)
    test(`${story.functionName}: ${story.name}`, async () => {
      compared += await assertConforms(world, story);
    });

  test('the README counts them right', () => {
    const readme = readFileSync(path.join(import.meta.dirname, '../../docs/contract/README.md'), 'utf8');
    const count = (stories.length * carriers.length * wishes.length).toLocaleString('en');
    assert.ok(readme.includes(`${count} exchanges`), count);
  });

  test('no transcript is left over from what is no longer asked', () => {
    const files = stories.map((story) => path.basename(transcriptFileOf(story))).sort();
    assert.deepEqual(readdirSync(path.dirname(transcriptFileOf(stories[0]!))).sort(), files);
  });
});

test('a service that draws other IDs and tokens differs in nothing else', async (context) => {
  const world = await worldInMemory({ firstId: 2_147_483_000, token: 'otro-token', isExact: false });
  let compared = 0;
  try {
    for (const story of stories) compared += await assertConforms(world, story);
  } finally {
    await world.close();
  }
  context.diagnostic(`${compared} exchanges compared without what chance decides`);
});
