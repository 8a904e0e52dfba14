// Writes the transcripts anew from what the wire answers now. Run by hand, and read the difference before committing it:
//   node tests/contract/write-transcripts.ts
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { play, transcriptFileOf } from './conformance.ts';
import { stories } from './exchange-table.ts';
import { worldInMemory } from './world-in-memory.ts';

const folder = path.dirname(transcriptFileOf(stories[0]!));
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(path.join(folder, file));
const world = await worldInMemory();
for (const story of stories) {
  const exchanges = await play(world, story);
  writeFileSync(transcriptFileOf(story), exchanges.map(({ transcript }) => transcript).join(''), 'latin1');
}
await world.close();
