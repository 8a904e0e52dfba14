import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFile, readFile, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { type TestEvidence, finishRecording, mediaLike, testEvidence } from '../../tests/counterparts/evidence.ts';
import { seededRandom } from '../kernel/random.ts';
import type { EvidencePlace } from './evidence.ts';
import { listParts } from './evidence.store.ts';
import { evidenceTools } from './evidence-tools.client.ts';
import { type ScrubFault, scrub } from './scrub.client.ts';

let evidence: TestEvidence;

before(async () => {
  evidence = await testEvidence();
});

after(() => evidence.stop());

async function read() {
  const count = { verifications: 0, items: 0, bytes: 0 };
  const faults: ScrubFault[] = [];
  for await (const fault of scrub(evidenceTools(evidence.parts), evidence.accountId, count)) faults.push(fault);
  return { count, faults };
}

const folderOf = ({ accountId, id }: EvidencePlace): string => path.join(evidence.folder, `${accountId}`, `${id}`);

test('each of 100 files that are removed, changed, cut, grown or swapped is found and named, and nothing else', async (t) => {
  const seed = Number(process.env['SEED'] ?? Date.now());
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const { room, newPlace } = evidence;
  const places: EvidencePlace[] = [];
  for (let n = 0; n < 60; n += 1) {
    const place = await newPlace();
    places.push(place);
    assert.ok((await room.put(place, { kind: 'front', bytes: mediaLike.jpeg(2000 + n) })).ok);
    assert.ok((await room.put(place, { kind: 'back', bytes: mediaLike.jpeg(70_000) })).ok);
    const recording = await room.beginRecording(place, { kind: 'face-video' });
    assert.ok(recording.ok);
    const { itemNumber } = recording.value;
    for (let partNumber = 1; partNumber <= 2; partNumber += 1)
      assert.ok((await room.appendPart(place, { itemNumber, partNumber, bytes: mediaLike.webm(3000) })).ok);
    assert.ok((await finishRecording(evidence, room, place, { itemNumber, parts: 2 })).ok);
  }
  const sound = await read();
  assert.deepEqual(sound.faults, []);
  assert.deepEqual(sound.count, { verifications: 60, items: 180, bytes: 60 * (2000 + 70_000 + 6000) + (59 * 60) / 2 });

  const broken = new Set<string>();
  const byName = new Map<string, string>();
  for (const place of places) {
    for (const itemNumber of [1, 2, 3]) byName.set(`${place.id}/${itemNumber}`, await blobOf(place, itemNumber));
  }
  const all = [...byName.keys()].sort(() => random() - 0.5).slice(0, 100);
  for (let n = 0; n < all.length; n += 1) {
    const file = byName.get(all[n]!)!;
    const bytes = await readFile(file);
    switch (n % 5) {
      case 0:
        await rm(file);
        break;
      case 1:
        bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
        await writeFile(file, bytes);
        break;
      case 2:
        await truncate(file, Math.floor(random() * bytes.length));
        break;
      case 3:
        await writeFile(file, Buffer.concat([bytes, randomBytes(1)]));
        break;
      case 4: {
        // With another that is broken anyway: both are in the other's place.
        const other = byName.get(all[n - 1]!)!;
        await rename(file, `${file}x`);
        await copyFile(other, file);
        await rename(`${file}x`, other);
        break;
      }
    }
    broken.add(all[n]!);
  }
  const { faults } = await read();
  assert.deepEqual(
    faults.map(({ id, itemNumber, kind }) => `${id}/${itemNumber} ${kind}`).toSorted(),
    [...broken].map((name) => `${name} damaged`).toSorted(),
  );
  t.diagnostic(`${broken.size} broken, ${faults.length} found`);
});

test('files that nothing knows of are named, and so are those that an erasure left', async () => {
  const { room, newPlace, accountId } = evidence;
  const place = await newPlace(accountId);
  assert.ok((await room.put(place, { kind: 'front', bytes: mediaLike.jpeg(100) })).ok);
  await writeFile(path.join(folderOf(place), 'nobodys'), 'anything');
  const { faults } = await read();
  const [fault] = faults.filter(({ kind }) => kind !== 'damaged');
  assert.deepEqual(fault, { ...place, itemNumber: null, kind: 'stray', detail: `${accountId}/${place.id}/nobodys` });
});

/** The file of an item, the first where it has several. */
async function blobOf(place: EvidencePlace, itemNumber: number): Promise<string> {
  const [part] = await listParts(evidence.database, place, itemNumber);
  const name = part!.blobName.split('/').at(-1)!;
  assert.ok((await readdir(folderOf(place))).includes(name));
  return path.join(folderOf(place), name);
}
