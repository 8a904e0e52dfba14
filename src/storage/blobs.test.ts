import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { type S3Counterpart, s3Counterpart } from '../../tests/counterparts/s3.ts';
import type { Blobs } from './blobs.ts';
import { folderBlobs } from './folder-blobs.client.ts';
import { s3Blobs } from './s3-blobs.client.ts';

let folder: string;
let s3: S3Counterpart;
let kinds: readonly (readonly [string, Blobs])[];

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cotejo-blobs-'));
  s3 = await s3Counterpart({ pageSize: 3 });
  kinds = [
    ['a folder', folderBlobs(path.join(folder, 'evidence'))],
    ['S3', s3Blobs(s3.settings)],
  ];
});

after(async () => {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

async function* pieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(blobs: Blobs, name: string): Promise<Buffer | null> {
  const opened = await blobs.open(name);
  if (opened === null) return null;
  const all: Uint8Array[] = [];
  for await (const piece of opened) all.push(piece);
  return Buffer.concat(all);
}

test('what is put comes back, is listed by folder, and is gone when it is removed, in a folder as in S3', async () => {
  for (const [where, blobs] of kinds) {
    const kept = new Map(
      [...Array(8).keys()].map((n) => [`1000000001/10000000${n % 2}/part-${n}`, randomBytes(1 + n * 50_000)]),
    );
    for (const [name, bytes] of kept) await blobs.put(name, pieces(bytes, 7777));
    await blobs.put('1000000001/1000000010/another', pieces(randomBytes(10)));
    for (const [name, bytes] of kept) assert.deepEqual(await read(blobs, name), bytes, where);
    assert.deepEqual(
      await blobs.list('1000000001/100000001/'),
      [1, 3, 5, 7].map((n) => `1000000001/100000001/part-${n}`),
      where,
    );
    assert.deepEqual(await blobs.list('1000000009/'), [], where);
    await blobs.remove('1000000001/100000001/part-3');
    await blobs.remove('1000000001/100000001/part-3');
    assert.equal(await read(blobs, '1000000001/100000001/part-3'), null, where);
    await blobs.clear('1000000001/100000001/');
    await blobs.clear('1000000001/100000001/');
    assert.deepEqual(await blobs.list('1000000001/100000001/'), [], where);
    assert.equal((await blobs.list('1000000001/100000000/')).length, 4, where);
    assert.equal((await blobs.list('1000000001/1000000010/')).length, 1, where);
  }
});

test('a put that breaks off leaves nothing, not even for whoever lists', async () => {
  for (const [where, blobs] of kinds) {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield randomBytes(100_000);
      throw new Error('the phone is gone');
    }
    await assert.rejects(blobs.put('1000000002/100000000/broken', breaking()), /the phone is gone/, where);
    assert.equal(await read(blobs, '1000000002/100000000/broken'), null, where);
    assert.deepEqual(await blobs.list('1000000002/'), [], where);
  }
  assert.deepEqual(await readdir(path.join(folder, 'evidence/1000000002/100000000')), []);
});

test('names that would lead elsewhere are no names', async () => {
  const elsewhere = [
    '../../etc/passwd',
    '/etc/passwd',
    'a/../../b',
    'a//b',
    '',
    '.',
    'a/.hidden',
    'a\\b',
    'A/b',
    'a/b\0',
  ];
  for (const [where, blobs] of kinds)
    for (const name of elsewhere) {
      await assert.rejects(blobs.put(name, pieces(randomBytes(1))), /not the name of a blob/, `${where} ${name}`);
      await assert.rejects(blobs.open(name), /not the name of a blob/);
      await assert.rejects(blobs.remove(name), /not the name of a blob/);
    }
});

test('a store that sheds load or breaks a connection is asked again; one that stays away or refuses is told', async () => {
  const blobs = s3Blobs(s3.settings);
  const bytes = randomBytes(1000);
  s3.faults.push(503, 0, 500);
  await blobs.put('1000000003/100000000/kept', pieces(bytes));
  assert.deepEqual(await read(blobs, '1000000003/100000000/kept'), bytes);
  s3.faults.push(503, 503, 503, 503);
  await assert.rejects(
    blobs.put('1000000003/100000000/not-kept', pieces(bytes)),
    /^Error: the S3 store failed \(503 SlowDown\)$/,
  );
  assert.equal(s3.objects.has('1000000003/100000000/not-kept'), false);
  const stranger = s3Blobs({ ...s3.settings, secretAccessKey: 'another' });
  s3.requests.length = 0;
  await assert.rejects(stranger.open('1000000003/100000000/kept'), /403/);
  assert.equal(s3.requests.length, 1);
});
