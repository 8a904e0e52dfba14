import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import test, { after, before, beforeEach } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { judgeByOthers } from '../../tests/counterparts/certificate-oracles.ts';
import { type TestIssuing, testIssuing } from '../../tests/counterparts/issuing.ts';
import { childrenOf } from '../../tests/counterparts/postgres-own.ts';
import { authoritiesAt, makerHere, stampingWith } from '../../tests/counterparts/sealing.ts';
import { eraseEvidence } from '../evidence/erase-evidence.job.ts';
import type { EvidencePlace } from '../evidence/evidence.ts';
import { forgetPerson } from '../verification/forget.store.ts';
import { findCertificate, listAttempts } from './certificate.store.ts';
import type { IssueCertificateParts } from './issue-certificate.job.ts';
import { CertificateDamaged } from './kept-certificate.ts';
import { type Maker, makerLimits, makerProcess } from './maker.client.ts';
import { openCertificate } from './open-certificate.client.ts';
import { type Note, verifyCertificate } from './verify.client.ts';

const NOW = new Date('2026-11-25T10:07:31Z');

let issuing: TestIssuing;
let { evidence, tsas, vault, parts, advance, jobs, attempts, approvedPlace, issue, opened, stateOf } =
  {} as TestIssuing;

before(async () => {
  issuing = await testIssuing(NOW);
  ({ evidence, tsas, vault, parts, advance, jobs, attempts, approvedPlace, issue, opened, stateOf } = issuing);
});

beforeEach(() => {
  jobs.length = 0;
  attempts.length = 0;
  for (const tsa of tsas) tsa.behave('stamp');
});

after(() => issuing.stop());

const filesOf = (place: EvidencePlace): Promise<readonly string[]> => vault.list(place);

async function assertSound(pdf: Uint8Array<ArrayBuffer>, notes: readonly Note[] = []): Promise<void> {
  const report = await verifyCertificate(pdf, { anchors: issuing.anchors, now: evidence.clock.now });
  assert.deepEqual([report.faults, report.notes], [[], notes]);
}

test('what was accepted gets a certificate that says it all, and is validated with it', async () => {
  const place = await approvedPlace();
  assert.equal(await stateOf(place), 'approved');
  await issue(place);
  assert.equal(await stateOf(place), 'validated');
  const { issued, kept } = await opened(place);
  await assertSound(issued);
  const { statement } = await verifyCertificate(issued, { anchors: [], now: NOW });
  assert.equal(statement?.id, place.id);
  assert.deepEqual(
    statement.pictures.map(({ name }) => name),
    ['face', 'front', 'back', 'compared-face', 'compared-portrait'],
  );
  const { sealed } = await evidence.room.list(place);
  assert.deepEqual(
    statement.evidence.items.map(({ sha256 }) => sha256),
    sealed!.items.map(({ sha256 }) => sha256),
  );
  assert.deepEqual(statement.ruling, { by: 'machine', at: statement.ruling.at, policy: 'auto' });
  assert.equal(createHash('sha256').update(issued).digest('hex'), Buffer.from(kept.file.sha256).toString('hex'));
  const others = await judgeByOthers(issued, tsas[0].authority.root);
  assert.deepEqual(others, {
    pdfsig: 'Signature is Valid.',
    coversAll: true,
    qpdf: 'clean',
    signatureToken: true,
    documentToken: true,
  });
  assert.deepEqual(
    attempts.map(({ number, hindrance }) => [number, hindrance]),
    [[1, null]],
  );
});

test('a person who ruled is named, and the second one where it took two', async () => {
  const place = await approvedPlace({ kind: 'person', userId: '7', confirmedByUserId: '9' });
  await issue(place);
  const { statement } = await verifyCertificate((await opened(place)).issued, { anchors: [], now: NOW });
  assert.deepEqual(statement?.ruling, {
    by: 'person',
    at: statement?.ruling.at,
    role: 'reviewer',
    operator: 'Operator 7, Operator 9',
    remark: null,
  });
});

test('a job that is done again, and two that are done at once, leave one certificate', async () => {
  const place = await approvedPlace();
  await Promise.all([issue(place), issue(place), issue(place)]);
  const first = (await opened(place)).issued;
  await issue(place);
  assert.deepEqual((await opened(place)).issued, first);
  assert.equal((await filesOf(place)).length, 1);
  const { rows } = await sql`
    select 1 from verification_event where account_id = ${place.accountId} and verification_id = ${place.id}
      and state = 'validated'`.execute(evidence.database);
  assert.equal(rows.length, 1);
});

test('broken off at any step it leaves nothing that counts, and the next attempt one certificate', async (t) => {
  const died = new Error('the process ends here');
  const fails = (): Promise<never> => Promise.reject(died);
  const breaks: readonly Partial<IssueCertificateParts>[] = [
    { find: fails },
    { findAccount: fails },
    { sources: { ...parts.sources, evidence: { ...parts.sources.evidence, list: fails } } },
    { sources: { ...parts.sources, evidence: { ...parts.sources.evidence, openExhibit: fails } } },
    { logoOf: fails },
    { vault: { ...vault, write: fails } },
    { vault: { ...vault, write: async (...file) => (await vault.write(...file), fails()) } },
    { advance: fails },
    // After the step and the row, before the commit.
    {
      advance: (accountId, id, step, alongside) =>
        advance(accountId, id, step, async (transaction) => (await alongside(transaction), fails())),
    },
    // After the commit, before the queue hears of it.
    { advance: async (...move) => (await parts.advance(...move), fails()) },
  ];
  for (const [number, broken] of breaks.entries()) {
    const place = await approvedPlace();
    await assert.rejects(issue(place, broken), died);
    const isThere = (await stateOf(place)) === 'validated';
    assert.equal(isThere, number === breaks.length - 1, `break ${number}`);
    assert.equal((await findCertificate(evidence.database, place)) !== null, isThere, `break ${number}`);
    await issue(place);
    assert.equal(await stateOf(place), 'validated');
    await assertSound((await opened(place)).issued);
  }
  t.diagnostic(`${breaks.length} breaks, ${breaks.length} certificates`);
});

test('without a time-stamp there is none: it is tried again with growing pauses, and nothing is lost', async () => {
  const place = await approvedPlace();
  jobs.length = 0;
  const [first, second] = tsas;
  const behaviours = ['down', 'slow', 'garbage', 'wrong-digest', 'wrong-nonce', 'wrong-policy'] as const;
  for (const behaviour of behaviours) {
    first.behave(behaviour);
    second.behave('down');
    await issue(place);
    assert.equal(await stateOf(place), 'approved', behaviour);
    assert.equal(await findCertificate(evidence.database, place), null);
    assert.deepEqual(await filesOf(place), []);
  }
  assert.deepEqual(
    attempts.map(
      ({ hindrance }) => hindrance?.kind === 'no-time-stamp' && hindrance.attempts.map(({ fault }) => fault),
    ),
    [
      ['no-answer', 'no-answer'],
      ['no-answer', 'no-answer'],
      ['answer-unreadable', 'no-answer'],
      ['time-stamp-digest-differs', 'no-answer'],
      ['nonce-differs', 'no-answer'],
      ['policy-differs', 'no-answer'],
    ],
  );
  assert.deepEqual(
    jobs.map(({ kind, at }) => [kind, (at.getTime() - NOW.getTime()) / 1000]),
    [5, 15, 60, 180, 600, 600].map((seconds) => ['issue-certificate', seconds]),
  );
  const [waiting] = await listAttempts(evidence.database, place.accountId);
  assert.deepEqual([waiting?.id, waiting?.attempts, waiting?.hindrance], [place.id, 6, 'no-time-stamp']);

  second.behave('stamp');
  await issue(place);
  assert.equal(await stateOf(place), 'validated');
  const { issued } = await opened(place);
  await assertSound(issued);
  assert.deepEqual(await listAttempts(evidence.database, place.accountId), []);
});

test('an authority that goes down between the two time-stamps of one certificate is followed by the next', async () => {
  const place = await approvedPlace();
  let asked = 0;
  const [once, ...others] = authoritiesAt(tsas, 300);
  const dies = {
    ...once!,
    ask: (query: Uint8Array<ArrayBuffer>) => (asked++ === 0 ? once!.ask(query) : Promise.reject(new Error('down'))),
  };
  const sealing = { ...issuing.sealing, stamp: stampingWith([dies, ...others], parts.clock) };
  await issue(place, { make: makerHere(sealing, issuing.tools).make });
  // What is known of the last authority's certificate is added by the first renewal.
  const note = { note: 'revocation-not-proven', of: 'Sellos de Ejemplo TSU' } as const;
  await assertSound((await opened(place)).issued, [note]);
});

test('the process that makes them is killed again and again: each verification gets its one certificate', async (t) => {
  const places: EvidencePlace[] = [];
  for (let number = 0; number < 6; number += 1) places.push(await approvedPlace());
  jobs.length = 0;
  const before = new Set(childrenOf(process.pid));
  const maker = makerProcess(issuing.sealing, { ...makerLimits, niceness: 0 });
  const makers = (): number[] => childrenOf(process.pid).filter((pid) => !before.has(pid));
  let kills = 0;
  try {
    // Before it has begun, and then when so many time-stamps were asked for: two make a certificate.
    for (const stamps of [0, 2, 3]) {
      const asked = tsas[0].queries();
      const waiting = Promise.all(places.map((place) => issue(place, { make: maker.make })));
      while (makers().length === 0 || tsas[0].queries() < asked + stamps) await delay(1);
      for (const pid of makers()) process.kill(pid, 'SIGKILL');
      kills += 1;
      await waiting;
      for (const place of places)
        assert.equal((await filesOf(place)).length, (await stateOf(place)) === 'validated' ? 1 : 0);
    }
    await Promise.all(places.map((place) => issue(place, { make: maker.make })));
    const failed = attempts.filter(({ hindrance }) => hindrance !== null);
    assert.ok(failed.length >= kills);
    assert.ok(failed.every(({ hindrance, againAt }) => hindrance?.kind === 'maker-failed' && againAt !== null));
    assert.equal(jobs.length, failed.length, 'each is handed to the queue again');
    for (const place of places) {
      assert.equal(await stateOf(place), 'validated');
      assert.equal((await filesOf(place)).length, 1);
      await assertSound((await opened(place)).issued);
    }
    t.diagnostic(`${kills} kills, ${failed.length} attempts were broken off`);
  } finally {
    await maker.close();
  }
});

test('whoever is answered by the process that issues does not wait while pages are made', async (t) => {
  const maker = makerProcess(issuing.sealing);
  /** Time in which nobody else was answered, for each certificate. */
  const busyMs = async (make: Maker['make']): Promise<number> => {
    const places = [await approvedPlace(), await approvedPlace(), await approvedPlace()];
    const from = performance.eventLoopUtilization();
    await Promise.all(places.map((place) => issue(place, { make })));
    return performance.eventLoopUtilization(from).active / places.length;
  };
  try {
    await busyMs(maker.make); // the process begins, code is compiled
    await busyMs(parts.make);
    const [apart, within] = [await busyMs(maker.make), await busyMs(parts.make)];
    t.diagnostic(
      `${apart.toFixed(1)} ms each where they are made apart, ${within.toFixed(1)} ms where they are made within`,
    );
    assert.ok(apart < within / 2, `${apart} ms, ${within} ms`);
  } finally {
    await maker.close();
  }
});

test('evidence that is damaged waits for somebody to look; evidence that is erased leaves nothing to certify', async () => {
  const damaged = await approvedPlace();
  const folder = path.join(evidence.folder, `${damaged.accountId}`, `${damaged.id}`);
  const names = await readdir(folder);
  const contents = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
  for (const [index, name] of names.entries())
    await writeFile(
      path.join(folder, name),
      contents[index]!.map((byte) => byte ^ 1),
    );
  await issue(damaged);
  assert.deepEqual([attempts[0]?.hindrance, attempts[0]?.againAt === null], [{ kind: 'evidence-damaged' }, false]);
  for (const [index, name] of names.entries()) await writeFile(path.join(folder, name), contents[index]!);
  await issue(damaged);
  assert.equal(await stateOf(damaged), 'validated');

  const erased = await approvedPlace();
  const { database, parts: kept } = evidence;
  await eraseEvidence({ database, blobs: kept.blobs, clock: kept.clock, forget: forgetPerson }, erased, 'asked for');
  attempts.length = 0;
  await issue(erased);
  assert.deepEqual([attempts[0]?.hindrance, attempts[0]?.againAt], [{ kind: 'evidence-erased' }, null]);
  assert.equal(await stateOf(erased), 'approved');
});

test('a certificate outlives the evidence, and none of its bytes lies in the clear', async () => {
  const place = await approvedPlace();
  await issue(place);
  const { issued } = await opened(place);
  const { database, parts: kept } = evidence;
  await eraseEvidence({ database, blobs: kept.blobs, clock: kept.clock, forget: forgetPerson }, place, 'asked for');
  assert.deepEqual((await opened(place)).issued, issued);
  const [name] = await filesOf(place);
  const stored = await readFile(path.join(issuing.folder, name!));
  assert.equal(stored.includes('%PDF'), false);
});

test('a file that is not what was written is never handed out: flipped, cut, swapped or missing', async () => {
  const [place, other] = [await approvedPlace(), await approvedPlace()];
  await Promise.all([issue(place), issue(other)]);
  const fileOf = async (of: EvidencePlace): Promise<string> => path.join(issuing.folder, (await filesOf(of))[0]!);
  const [file, otherFile] = [await fileOf(place), await fileOf(other)];
  const stored = await readFile(file);
  const flipped = Buffer.from(stored);
  flipped[1000]! ^= 1;
  for (const bytes of [
    flipped,
    stored.subarray(0, -1),
    stored.subarray(0, 100),
    await readFile(otherFile),
    Buffer.of(),
  ]) {
    await writeFile(file, bytes);
    await assert.rejects(openCertificate({ database: evidence.database, vault }, place), CertificateDamaged);
  }
  await vault.remove((await filesOf(place))[0]!);
  await assert.rejects(openCertificate({ database: evidence.database, vault }, place), CertificateDamaged);
  await writeFile(file, stored);
  await assertSound((await opened(place)).issued);
});
