import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import sharp from 'sharp';
import { type TestEvidence, testEvidence } from '../../tests/counterparts/evidence.ts';
import { hostileImages, hostileVideos } from '../../tests/counterparts/hostile-media.ts';
import { enter } from '../credits/ledger.store.ts';
import { type EvidenceDesk, evidenceRoom } from '../evidence/evidence-room.client.ts';
import { accountWalls } from '../storage/account-wall.client.ts';
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

test('hostile pictures and recordings are refused where they arrive or become a person’s case; nothing falls', async (t) => {
  const { database, newPlace, clock } = evidence;
  const bait = { file: '/etc/passwd', url: 'http://127.0.0.1/x' };
  const [images, videos] = [Object.entries(await hostileImages(bait)), Object.entries(await hostileVideos(bait))];
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
    wantsAppearance: () => Promise.resolve(true),
    capturedUnder: () => Promise.resolve(null),
    advance: advanceOver({ within: accountWalls(database), enqueue: () => Promise.resolve(), enter }),
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
