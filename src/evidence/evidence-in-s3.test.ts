import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { after, before } from 'node:test';
import { type TestEvidence, finishRecording, mediaLike, testEvidence } from '../../tests/counterparts/evidence.ts';
import { type S3Counterpart, s3Counterpart } from '../../tests/counterparts/s3.ts';
import { s3Blobs } from '../storage/s3-blobs.client.ts';
import { forgetPerson } from '../verification/forget.store.ts';
import { eraseEvidence } from './erase-evidence.job.ts';
import { EvidenceDamaged } from './evidence.ts';
import { type EvidenceDesk, evidenceRoom } from './evidence-room.client.ts';
import { gathered } from './sealed-stream.client.ts';

let evidence: TestEvidence;
let s3: S3Counterpart;
let room: EvidenceDesk;

before(async () => {
  evidence = await testEvidence();
  s3 = await s3Counterpart({ pageSize: 2 });
  room = evidenceRoom({ ...evidence.parts, blobs: s3Blobs(s3.settings) });
});

after(async () => {
  await s3.stop();
  await evidence.stop();
});

test('a whole set lies in the bucket, encrypted, comes back, and goes when it is erased', async () => {
  const place = await evidence.newPlace();
  const front = mediaLike.jpeg(200_000);
  assert.ok((await room.put(place, { kind: 'front', bytes: front })).ok);
  const begun = await room.beginRecording(place, { kind: 'face-video' });
  assert.ok(begun.ok);
  const { itemNumber } = begun.value;
  const recording = [mediaLike.webm(90_000), randomBytes(90_000), randomBytes(90_000)];
  for (const [index, bytes] of recording.entries())
    assert.ok((await room.appendPart(place, { itemNumber, partNumber: index + 1, bytes })).ok);
  assert.ok((await finishRecording(evidence, room, place, { itemNumber, parts: 3 })).ok);
  assert.equal(s3.objects.size, 4);
  for (const [name, bytes] of s3.objects) {
    assert.match(name, new RegExp(`^${place.accountId}/${place.id}/[0-9a-f]{32}$`));
    assert.equal(bytes.indexOf(front.subarray(1000, 1032)), -1);
  }
  const opened = await room.open(place, itemNumber);
  assert.ok(opened.ok);
  assert.deepEqual(await gathered(opened.value.bytes), Buffer.concat(recording));

  const name = [...s3.objects.keys()][0]!;
  s3.objects.get(name)![100]! ^= 1;
  const changed = await room.open(place, 1);
  assert.ok(changed.ok);
  await assert.rejects(gathered(changed.value.bytes), EvidenceDamaged);

  const { database, parts } = evidence;
  const erasure = { database, blobs: s3Blobs(s3.settings), clock: parts.clock, forget: forgetPerson };
  assert.ok((await eraseEvidence(erasure, place, 'asked for')).ok);
  assert.equal(s3.objects.size, 0);
});

test('a piece that the store did not take is not acknowledged and not known', async () => {
  const place = await evidence.newPlace();
  s3.faults.push(500, 500, 500, 500);
  await assert.rejects(room.put(place, { kind: 'front', bytes: mediaLike.jpeg(100) }), /the S3 store failed/);
  assert.deepEqual((await room.list(place)).items, []);
  assert.equal(s3.objects.size, 0);
});
