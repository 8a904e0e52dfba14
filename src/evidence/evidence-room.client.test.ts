import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { secretsFrom } from '../access/secrets.client.ts';
import { type TestEvidence, finishRecording, mediaLike, testEvidence } from '../../tests/counterparts/evidence.ts';
import type { Result } from '../kernel/result.ts';
import { evidenceLimits, type EvidencePlace } from './evidence.ts';
import { evidenceRoom } from './evidence-room.client.ts';
import { gathered } from './sealed-stream.client.ts';

let evidence: TestEvidence;

before(async () => {
  evidence = await testEvidence();
});

after(() => evidence.stop());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function value<Value>(result: Result<Value, unknown>): Value {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

const refusal = (result: Result<unknown, unknown>): unknown => (result.ok ? 'none' : result.refusal);

async function plain(place: EvidencePlace, itemNumber: number): Promise<Buffer> {
  return gathered(value(await evidence.room.open(place, itemNumber)).bytes);
}

const seal = (place: EvidencePlace, wanted: readonly ('face-video' | 'front' | 'back')[]) =>
  evidence.database.transaction().execute((transaction) => evidence.room.seal(transaction, place, wanted));

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Every file of a verification's folder. */
const filesOf = ({ accountId, id }: EvidencePlace): Promise<string[]> =>
  readdir(path.join(evidence.folder, `${accountId}`, `${id}`)).catch(() => []);

test('a photograph comes back as it came, and lies encrypted, for the service’s user only', async () => {
  const { room, newPlace, folder, clock } = evidence;
  const place = await newPlace();
  const photograph = mediaLike.jpeg(3_000_001);
  const item = value(await room.put(place, { kind: 'front', bytes: photograph, facts: { camera: 'back camera' } }));
  assert.deepEqual(item, {
    itemNumber: 1,
    kind: 'front',
    mediaType: 'image/jpeg',
    byteLength: photograph.length,
    sha256: sha256(photograph),
    begunAt: clock.now,
    receivedAt: clock.now,
    feedback: null,
  });
  assert.deepEqual(await plain(place, 1), photograph);
  assert.deepEqual(await room.factsOf(place, 1), [{ camera: 'back camera' }]);
  const [file, ...others] = await filesOf(place);
  assert.deepEqual(others, []);
  const there = path.join(folder, `${place.accountId}`, `${place.id}`, file!);
  assert.equal((await stat(there)).mode & 0o777, 0o600);
  assert.equal((await stat(path.dirname(there))).mode & 0o777, 0o700);
  const stored = await readFile(there);
  for (let at = 0; at < photograph.length - 32; at += 4096)
    assert.equal(stored.indexOf(photograph.subarray(at, at + 32)), -1);
});

test('a recording comes in parts, each with its time; what is repeated is answered as the first time', async () => {
  const { newPlace, clock, parts } = evidence;
  const place = await newPlace();
  const recording = mediaLike.webm(900_000);
  const chunks = [...Array(9).keys()].map((n) => recording.subarray(n * 100_000, (n + 1) * 100_000));
  // Every part goes to another process.
  const process = () => evidenceRoom(parts);
  const begun = value(await process().beginRecording(place, { kind: 'face-video', facts: { attempt: 1 } }));
  const at: Date[] = [];
  for (const [index, bytes] of chunks.entries()) {
    clock.now = new Date(clock.now.getTime() + 500);
    at.push(clock.now);
    const part = { itemNumber: begun.itemNumber, partNumber: index + 1, bytes };
    const kept = value(await process().appendPart(place, part));
    assert.deepEqual(kept, {
      partNumber: index + 1,
      byteLength: 100_000,
      sha256: sha256(bytes),
      receivedAt: clock.now,
    });
    clock.now = new Date(clock.now.getTime() + 1);
    assert.deepEqual(value(await process().appendPart(place, part)), kept);
  }
  const { itemNumber } = begun;
  const resumed = (await process().list(place)).recordings[0]!;
  assert.deepEqual(
    resumed.parts.map(({ receivedAt }) => receivedAt),
    at,
  );
  assert.deepEqual(refusal(await finishRecording(evidence, process(), place, { itemNumber, parts: 8 })), {
    kind: 'part-out-of-order',
    expectedPartNumber: 10,
  });
  const item = value(
    await finishRecording(evidence, process(), place, { itemNumber, parts: 9, facts: { endedBy: 'applicant' } }),
  );
  assert.equal(item.sha256, sha256(recording));
  assert.equal(item.mediaType, 'video/webm');
  assert.deepEqual(item.receivedAt, at.at(-1));
  assert.deepEqual(value(await finishRecording(evidence, process(), place, { itemNumber, parts: 9 })), item);
  assert.deepEqual(await plain(place, itemNumber), recording);
  assert.deepEqual(await process().factsOf(place, itemNumber), [{ attempt: 1 }, { endedBy: 'applicant' }]);
  assert.equal((await filesOf(place)).length, 9);
});

test('a part that is late, early, twice with other bytes, or for a recording that ended is refused and leaves no file', async () => {
  const { room, newPlace } = evidence;
  const place = await newPlace();
  const { itemNumber } = value(await room.beginRecording(place, { kind: 'face-video' }));
  const first = mediaLike.webm(1000);
  const append = (partNumber: number, bytes: Uint8Array, of = itemNumber) =>
    room.appendPart(place, { itemNumber: of, partNumber, bytes });
  assert.deepEqual(refusal(await append(2, first)), { kind: 'part-out-of-order', expectedPartNumber: 1 });
  value(await append(1, first));
  assert.deepEqual(refusal(await append(1, randomBytes(10))), { kind: 'part-differs' });
  assert.deepEqual(refusal(await append(3, first)), { kind: 'part-out-of-order', expectedPartNumber: 2 });
  assert.deepEqual(refusal(await append(0, first)), { kind: 'part-out-of-order', expectedPartNumber: 2 });
  assert.deepEqual(refusal(await append(1, first, 99)), { kind: 'unknown-recording' });
  assert.deepEqual(refusal(await append(2, Buffer.alloc(0))), { kind: 'empty' });
  value(await finishRecording(evidence, room, place, { itemNumber, parts: 1 }));
  assert.deepEqual(refusal(await append(2, first)), { kind: 'recording-closed' });
  assert.equal((await filesOf(place)).length, 1);
});

test('a part that comes between reading back and keeping: what was not read is not kept', async () => {
  const { room, newPlace, database } = evidence;
  const place = await newPlace();
  const { itemNumber } = value(await room.beginRecording(place, { kind: 'face-video' }));
  value(await room.appendPart(place, { itemNumber, partNumber: 1, bytes: mediaLike.webm(1000) }));
  const whole = value(await room.readBack(place, { itemNumber, parts: 1 }));
  value(await room.appendPart(place, { itemNumber, partNumber: 2, bytes: randomBytes(10) }));
  const keep = database.transaction().execute((transaction) => room.keepRecording(transaction, place, whole));
  assert.deepEqual(refusal(await keep), { kind: 'part-out-of-order', expectedPartNumber: 3 });
  assert.deepEqual((await room.list(place)).items, []);
});

test('a recording whose transaction comes to nothing is kept with nothing, and can be kept again', async () => {
  const { room, newPlace, database } = evidence;
  const place = await newPlace();
  const { itemNumber } = value(await room.beginRecording(place, { kind: 'face-video' }));
  value(await room.appendPart(place, { itemNumber, partNumber: 1, bytes: mediaLike.webm(1000) }));
  const whole = value(await room.readBack(place, { itemNumber, parts: 1 }));
  const broken = database.transaction().execute(async (transaction) => {
    value(await room.keepRecording(transaction, place, whole, { endedBy: 'applicant' }));
    throw new Error('the rest of it failed');
  });
  await assert.rejects(broken, /the rest of it failed/);
  assert.deepEqual((await room.list(place)).items, []);
  assert.deepEqual(await room.factsOf(place, itemNumber), []);
  assert.equal(value(await finishRecording(evidence, room, place, { itemNumber, parts: 1 })).itemNumber, itemNumber);
});

test('ten copies of the same part at once are one part and one file', async () => {
  const { room, newPlace } = evidence;
  const place = await newPlace();
  const { itemNumber } = value(await room.beginRecording(place, { kind: 'face-video' }));
  const bytes = mediaLike.webm(50_000);
  const kept = await Promise.all(
    Array.from({ length: 10 }, () => room.appendPart(place, { itemNumber, partNumber: 1, bytes })),
  );
  for (const one of kept) assert.deepEqual(value(one), value(kept[0]!));
  assert.equal((await filesOf(place)).length, 1);
  assert.deepEqual(
    (await room.findRecording(place, itemNumber))!.parts.map(({ partNumber }) => partNumber),
    [1],
  );
});

test('a retake replaces, a new recording closes the one before, and sealing fixes what counts', async () => {
  const { room, newPlace } = evidence;
  const place = await newPlace();
  assert.deepEqual(refusal(await seal(place, ['face-video', 'front'])), {
    kind: 'evidence-incomplete',
    missing: ['face-video', 'front'],
  });
  value(await room.put(place, { kind: 'front', bytes: mediaLike.jpeg(2000) }));
  const retaken = mediaLike.jpeg(3000);
  value(await room.put(place, { kind: 'front', bytes: retaken }));
  const broken = value(await room.beginRecording(place, { kind: 'face-video' }));
  value(await room.appendPart(place, { itemNumber: broken.itemNumber, partNumber: 1, bytes: mediaLike.webm(500) }));
  assert.deepEqual(refusal(await seal(place, ['face-video', 'front'])), {
    kind: 'evidence-incomplete',
    missing: ['face-video'],
  });
  const whole = value(await room.beginRecording(place, { kind: 'face-video' }));
  const late = { itemNumber: broken.itemNumber, partNumber: 2, bytes: randomBytes(10) };
  assert.deepEqual(refusal(await room.appendPart(place, late)), { kind: 'recording-closed' });
  const video = mediaLike.webm(5000);
  value(await room.appendPart(place, { itemNumber: whole.itemNumber, partNumber: 1, bytes: video }));
  value(await finishRecording(evidence, room, place, { itemNumber: whole.itemNumber, parts: 1 }));

  const sealed = value(await seal(place, ['face-video', 'front']));
  assert.deepEqual(
    sealed.items.map(({ kind, sha256: digest }) => [kind, digest]),
    [
      ['front', sha256(retaken)],
      ['face-video', sha256(video)],
    ],
  );
  assert.deepEqual((await room.list(place)).sealed, sealed);
  const lines = [`face-video video/webm 5000 ${sha256(video)}\n`, `front image/jpeg 3000 ${sha256(retaken)}\n`];
  assert.equal(sealed.sha256, sha256(Buffer.from(lines.join(''))));

  // From then on nothing is added.
  assert.deepEqual(refusal(await seal(place, ['front'])), { kind: 'evidence-sealed' });
  assert.deepEqual(refusal(await room.put(place, { kind: 'back', bytes: mediaLike.jpeg(100) })), {
    kind: 'evidence-sealed',
  });
  assert.deepEqual(refusal(await room.beginRecording(place, { kind: 'face-video' })), { kind: 'evidence-sealed' });

  // What does not count is removed, and only that.
  assert.equal((await filesOf(place)).length, 4);
  await room.discardUncounted(place);
  await room.discardUncounted(place);
  assert.equal((await filesOf(place)).length, 2);
  assert.deepEqual(await plain(place, sealed.items[0]!.itemNumber), retaken);
  assert.deepEqual(refusal(await room.open(place, 1)), { kind: 'unknown-item' });
});

test('whatever races with the seal is in the set or refused, never beside it', async () => {
  const { room, newPlace } = evidence;
  for (let round = 0; round < 20; round += 1) {
    const place = await newPlace();
    value(await room.put(place, { kind: 'front', bytes: mediaLike.jpeg(100) }));
    const [sealed, ...added] = await Promise.all([
      seal(place, ['front']),
      ...Array.from({ length: 4 }, () => room.put(place, { kind: 'front', bytes: mediaLike.jpeg(100) })),
    ]);
    const before = added.filter(({ ok }) => ok).length;
    for (const one of added) if (!one.ok) assert.deepEqual(one.refusal, { kind: 'evidence-sealed' });
    assert.equal(value(sealed).items[0]!.itemNumber, 1 + before);
    assert.equal((await filesOf(place)).length, 1 + before);
  }
});

test('the type is told by the content, and what is too large, empty or of another kind leaves nothing behind', async () => {
  const { newPlace, parts } = evidence;
  const place = await newPlace();
  const room = evidenceRoom({
    ...parts,
    inspectImage: (bytes) => (bytes.length === 4321 ? 'too-many-pixels' : 'fine'),
  });
  const put = (kind: 'front' | 'face-video', bytes: Uint8Array) =>
    room.put(place, { kind, bytes: pieces(bytes, 100_000) });
  for (const notAnImage of ['%PDF-1.7 ', 'GIF89a..', '<svg xmlns=', 'PK\x03\x04....', '\x00\x00\x00\x18ftypheic'])
    assert.deepEqual(refusal(await put('front', Buffer.from(notAnImage.padEnd(200), 'latin1'))), {
      kind: 'wrong-type',
    });
  assert.deepEqual(refusal(await put('front', mediaLike.webm(500))), { kind: 'wrong-type' });
  assert.deepEqual(refusal(await put('face-video', mediaLike.jpeg(500))), { kind: 'wrong-type' });
  assert.deepEqual(refusal(await put('front', mediaLike.jpeg(4321))), { kind: 'too-many-pixels' });
  assert.deepEqual(refusal(await put('front', Buffer.alloc(0))), { kind: 'empty' });
  assert.deepEqual(refusal(await put('front', mediaLike.jpeg(evidenceLimits.imageBytes + 1))), {
    kind: 'too-many-bytes',
    mostBytes: evidenceLimits.imageBytes,
  });
  assert.deepEqual(refusal(await put('face-video', mediaLike.webm(evidenceLimits.videoBytes + 1))), {
    kind: 'too-many-bytes',
    mostBytes: evidenceLimits.videoBytes,
  });
  assert.deepEqual(await filesOf(place), []);
  value(await put('front', mediaLike.jpeg(evidenceLimits.imageBytes)));
  value(await put('face-video', mediaLike.webm(evidenceLimits.videoBytes)));
});

test('no more than a piece of a large video lies in memory while it is kept and read', async () => {
  const { room, newPlace } = evidence;
  const place = await newPlace();
  const start = mediaLike.webm(1000);
  async function* video(): AsyncGenerator<Uint8Array> {
    yield start;
    for (let mebibyte = 0; mebibyte < 50; mebibyte += 1) yield Buffer.alloc(1_048_576, mebibyte);
  }
  // What nobody holds any more is taken away first: how late that happens by itself depends on the machine.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().arrayBuffers;
  let mostBytes = 0;
  const watch = setInterval(() => {
    collect();
    mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers - before);
  }, 50);
  const { itemNumber } = value(await room.put(place, { kind: 'face-video', bytes: video() }));
  let byteLength = 0;
  for await (const piece of value(await room.open(place, itemNumber)).bytes) byteLength += piece.length;
  clearInterval(watch);
  assert.equal(byteLength, 1000 + 50 * 1_048_576);
  assert.ok(mostBytes < 40_000_000, `${mostBytes} bytes at once`);
});

test('another installation’s key opens nothing, nor does one verification’s key open another’s', async () => {
  const { room, newPlace, parts, database } = evidence;
  const [one, other] = [await newPlace(), await newPlace()];
  for (const place of [one, other]) {
    value(await room.put(place, { kind: 'front', bytes: mediaLike.jpeg(1000) }));
    await database.transaction().execute(async (transaction) => {
      value(await room.keepRecord(transaction, place, 'device', '{"model":"phone"}'));
    });
  }
  assert.equal(await room.readRecord(one, 'device'), '{"model":"phone"}');
  const { wrapKey, unwrapKey } = secretsFrom(randomBytes(32));
  const stranger = evidenceRoom({ ...parts, wrapKey, unwrapKey });
  await assert.rejects(stranger.open(one, 1));
  await assert.rejects(stranger.readRecord(one, 'device'));
  // A thief of the database who moves the wrapped key of one verification to another gains nothing.
  const swapped = parts.wrapKey(randomBytes(32), `${one.accountId}/${one.id}`);
  assert.throws(() => parts.unwrapKey(swapped, `${other.accountId}/${other.id}`));
});

test('exhibits of the engine are kept beside a sealed set, and a second run replaces the first', async () => {
  const { room, newPlace } = evidence;
  const place = await newPlace();
  value(await room.put(place, { kind: 'front', bytes: mediaLike.jpeg(1000) }));
  const sealed = value(await seal(place, ['front']));
  const exhibit = (name: string, text: string) =>
    ({ name, mediaType: 'application/json', bytes: Buffer.from(text) }) as const;
  value(await room.keepExhibits(place, [exhibit('frame-1', 'a'), exhibit('curves', 'b')]));
  value(await room.keepExhibits(place, [exhibit('frame-1', 'c')]));
  assert.deepEqual(await room.listExhibits(place), [{ name: 'frame-1', mediaType: 'application/json' }]);
  const { bytes } = value(await room.openExhibit(place, 'frame-1'));
  assert.equal((await gathered(bytes)).toString(), 'c');
  assert.deepEqual(refusal(await room.openExhibit(place, 'curves')), { kind: 'unknown-item' });
  assert.deepEqual((await room.list(place)).sealed, sealed);
  assert.equal((await filesOf(place)).length, 2);
});
