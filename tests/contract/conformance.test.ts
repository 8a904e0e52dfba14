import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import test, { after, before, describe } from 'node:test';
import { play, stories, transcriptFileOf, writtenDown, type Exchange } from './conformance.ts';
import { carriers, wishes } from './exchange-table.ts';
import { betweenBraces, childOfResult, listOrObject, splittingOnCr, splittingOnLines } from './old-clients.ts';
import { pdfOfExample, worldInMemory, type WorldInMemory } from './world-in-memory.ts';

describe('every function, asked in every encoding for every format, answers what is written down', () => {
  let world: WorldInMemory;
  let exchanges = 0;
  before(async () => void (world = await worldInMemory()));
  after(async () => {
    await world.close();
    process.stdout.write(`${exchanges} exchanges compared byte for byte in ${stories.length} transcripts\n`);
  });

  for (const story of stories)
    test(`${story.functionName}: ${story.name}`, async () => {
      const played = (await play(world, story))!;
      const written = writtenDown(story) ?? [];
      assert.equal(written.length, carriers.length * wishes.length, 'a transcript for each encoding and format');
      played.forEach((exchange, at) => {
        assert.equal(exchange.transcript, written[at]);
        assertOldClientsUnderstand(exchange);
        exchanges += 1;
      });
    });

  test('no transcript is left over from what is no longer asked', () => {
    const files = stories.map((story) => path.basename(transcriptFileOf(story))).sort();
    assert.deepEqual(readdirSync(path.dirname(transcriptFileOf(stories[0]!))).sort(), files);
  });
});

/** Each way in which clients of the family read an answer finds the code in it. */
function assertOldClientsUnderstand({ story, wish, response }: Exchange): void {
  if (story.expected === 'pdf') {
    assert.equal(response.headers['content-type'], 'application/pdf');
    assert.deepEqual(response.body, pdfOfExample);
    return;
  }
  const text = response.body.toString('utf8');
  const expected = String(story.expected);
  if (wish === 'JSON') {
    assert.equal(betweenBraces(text, 'Res'), expected);
    assert.equal(listOrObject(text, 'Res'), expected);
  } else if (wish === 'XML') assert.equal(childOfResult(text, 'Res'), expected);
  else if (wish === 'TXT') assert.equal(splittingOnLines(text, 'Res'), expected);
  // Credits in the old form have no code when all is well.
  else if (story.functionName === 'GetCreditos' && story.expected === 1)
    assert.equal(splittingOnCr(text, 'Cred'), '12345,67');
  else assert.equal(splittingOnCr(text, 'Res'), expected);
}
