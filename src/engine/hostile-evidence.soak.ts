import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { deflateSync } from 'node:zlib';
import { sql } from 'kysely';
import sharp from 'sharp';
import { type TestEvidence, testEvidence } from '../../tests/counterparts/evidence.ts';
import { flatFrame, makeRecording } from '../../tests/make-recording.ts';
import { enter } from '../credits/ledger.store.ts';
import { type EvidenceDesk, evidenceRoom } from '../evidence/evidence-room.client.ts';
import { lockFolder } from '../storage/folder-lock.client.ts';
import { advanceOver, findVerification } from '../verification/verification.store.ts';
import { shippedAttributeModel } from './face/attributes/attribute-model.ts';
import { runEngine } from './run-engine.job.ts';
import { readImageHeader } from './runtime/image-header.ts';
import { maxImagePixels } from './runtime/media.ts';
import { serviceLimits, workerEngine } from './workers.client.ts';
import { openWorkingFolder } from './working-folder.client.ts';

let evidence: TestEvidence;
let room: EvidenceDesk;

before(async () => {
  evidence = await testEvidence();
  room = evidenceRoom({
    ...evidence.parts,
    inspectImage(bytes) {
      const header = readImageHeader(bytes);
      if (header.kind !== 'image') return 'damaged';
      return header.widthPx * header.heightPx > maxImagePixels ? 'too-many-pixels' : 'fine';
    },
  });
});

after(() => evidence.stop());

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, ascii(type), data, Buffer.alloc(4)]);
}

/** A PNG that says it is so large; its checksums are wrong, as nobody gets that far. */
function pngSaying(widthPx: number, heightPx: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2], 8);
  return Buffer.concat([ascii('\x89PNG\r\n\x1a\n'), pngChunk('IHDR', header)]);
}

async function hostileImages(): Promise<Record<string, Buffer>> {
  const jpeg = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#445566' } })
    .jpeg()
    .toBuffer();
  const png = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#445566' } })
    .png()
    .toBuffer();
  const noise = await sharp(randomBytes(600 * 600 * 3), { raw: { width: 600, height: 600, channels: 3 } })
    .jpeg()
    .toBuffer();
  const bomb = pngChunk('zTXt', Buffer.concat([ascii('Comment\0\0'), deflateSync(Buffer.alloc(50_000_000))]));
  return {
    'a PNG of 2,500 megapixels': pngSaying(50_000, 50_000),
    'a PNG of a million by one': pngSaying(1_000_000, 1),
    'a PNG of four billion': pngSaying(0xffffffff, 0xffffffff),
    'a PNG without its picture': pngSaying(100, 100),
    'a PNG with a text bomb': Buffer.concat([png.subarray(0, 33), bomb, png.subarray(33)]),
    'half a JPEG': jpeg.subarray(0, jpeg.length / 2),
    'a JPEG of chance': Buffer.concat([jpeg.subarray(0, 300), randomBytes(20_000)]),
    'a JPEG of noise': noise,
    'a JPEG with an archive behind it': Buffer.concat([jpeg, ascii('PK\x03\x04'), randomBytes(5000)]),
    'an SVG': ascii('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    'an SVG behind the bytes of a JPEG': Buffer.concat([
      Buffer.from('ffd8ff', 'hex'),
      ascii('<svg><image href="file:///etc/passwd"/></svg>'),
    ]),
    'a PDF': ascii('%PDF-1.7\n%âãÏÓ\n'),
    'an archive': Buffer.concat([ascii('PK\x03\x04'), randomBytes(500)]),
    'a GIF': ascii(`GIF89a${'\x01\x00'.repeat(20)}`),
    'a WebP without end': Buffer.concat([ascii('RIFF\xff\xff\xff\x7fWEBPVP8X'), randomBytes(200)]),
  };
}

async function hostileVideos(): Promise<Record<string, Buffer>> {
  const recording = (widthPx: number, heightPx: number, timesMs: readonly number[]) =>
    makeRecording({
      codec: 'vp8',
      container: 'webm',
      widthPx,
      heightPx,
      timesMs,
      paint: () => flatFrame(widthPx, heightPx, 90),
    });
  const small = Buffer.from(
    await recording(
      96,
      64,
      [...Array(20).keys()].map((n) => n * 40),
    ),
  );
  const ftyp = (brand: string): Buffer =>
    Buffer.concat([Buffer.from('0000001866747970', 'hex'), ascii(`${brand}\x00\x00\x02\x00isommp42`)]);
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(small);
    for (let n = at; n < bytes.length; n += 97) bytes[n]! ^= 0xff;
    return bytes;
  };
  return {
    'a playlist behind the bytes of an MP4': Buffer.concat([
      ftyp('isom'),
      ascii('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\nhttp://127.0.0.1/x\n'),
    ]),
    'a list of files': ascii("ffconcat version 1.0\nfile '/etc/passwd'\n"),
    'a playlist': ascii('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
    'an AVI': Buffer.concat([ascii('RIFF\x00\x10\x00\x00AVI LIST'), randomBytes(500)]),
    'an MP4 of chance': Buffer.concat([ftyp('mp42'), randomBytes(50_000)]),
    'an MP4 whose box has no end': Buffer.concat([
      ftyp('isom'),
      Buffer.from('ffffffff6d6f6f76', 'hex'),
      randomBytes(1000),
    ]),
    'a WebM of chance': Buffer.concat([small.subarray(0, 40), randomBytes(50_000)]),
    'half a WebM': small.subarray(0, small.length / 2),
    'a WebM with flipped bytes': flipped(60),
    'a WebM with flipped pictures': flipped(400),
    'a WebM that is 90 seconds long': Buffer.from(await recording(96, 64, [0, 45_000, 90_000])),
    'a WebM that is too wide': Buffer.from(await recording(2560, 64, [0, 40])),
    'a WebM of one picture': Buffer.from(await recording(96, 64, [0])),
    'a WebM in which nobody is': small,
  };
}

test('hostile pictures and recordings are refused where they arrive or become a person’s case; nothing falls', async (t) => {
  const { database, newPlace, clock } = evidence;
  const [images, videos] = [Object.entries(await hostileImages()), Object.entries(await hostileVideos())];
  const soundFront = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#887766' } })
    .jpeg()
    .toBuffer();
  const [, soundVideo] = videos.find(([name]) => name === 'a WebM in which nobody is')!;
  const engine = workerEngine(2, serviceLimits);
  const workingFolder = await openWorkingFolder(path.join(evidence.folder, '../working'), lockFolder);
  const ended: string[] = [];
  const enqueue = () => assert.fail('hostile media took the engine down');
  const run = runEngine({
    database,
    clock: () => clock.now,
    engine,
    workingFolder,
    attributeModel: shippedAttributeModel,
    evidence: room,
    find: ({ accountId, id }) => findVerification(database, accountId, id),
    capturedUnder: () => Promise.resolve(null),
    advance: advanceOver({ database, enqueue: () => Promise.resolve(), enter }),
    enqueue,
    onRun: (one) => ended.push(one.ended),
  });
  const residentBefore = process.memoryUsage().rss;
  let refused = 0;
  let measured = 0;
  const cases = [
    ...images.map(([name, front]) => ({ name, front, video: soundVideo })),
    ...videos.map(([name, video]) => ({ name, front: soundFront, video })),
  ];
  for (const { name, front, video } of cases) {
    const place = await newPlace();
    const kept = [
      await room.put(place, { kind: 'front', bytes: front }),
      await room.put(place, { kind: 'face-video', bytes: video }),
    ];
    if (kept.some(({ ok }) => !ok)) {
      refused += 1;
      continue;
    }
    measured += 1;
    await database.transaction().execute(async (transaction) => {
      assert.ok((await room.seal(transaction, place, ['face-video', 'front'])).ok);
      const opening = { openedAt: clock.now, consent: { textVersion: '1', language: 'es' }, accesses: [], place: null };
      const device = { browser: '', system: '', display: '' };
      await sql`
        update verification set state = 'submitted', opening = ${JSON.stringify({ ...opening, device })}::jsonb, asks_for = 'back',
          submitted_at = ${clock.now}
        where account_id = ${place.accountId} and verification_id = ${place.id}`.execute(transaction);
    });
    await run({ kind: 'run-engine', ...place, at: clock.now });
    const verification = await findVerification(database, place.accountId, place.id);
    assert.ok(verification?.state === 'assessed', name);
    assert.notEqual(verification.assessment.outcome, 'pass', name);
    assert.equal(JSON.stringify(verification.assessment).includes('root:'), false, name);
  }
  const grownMiB = (process.memoryUsage().rss - residentBefore) / 2 ** 20;
  assert.ok(grownMiB < 200, `${grownMiB} MiB more`);
  assert.ok(refused >= 10 && measured >= 10, `${refused} refused, ${measured} measured`);
  t.diagnostic(
    `${refused} refused where they arrived, ${measured} a person’s case (${[...new Set(ended)].join(', ')}); ${grownMiB.toFixed(0)} MiB more`,
  );
  await engine.close();
  await workingFolder.close();
});
