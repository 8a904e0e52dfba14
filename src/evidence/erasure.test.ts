import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { type TestEvidence, mediaLike, testEvidence } from '../../tests/counterparts/evidence.ts';
import { MS_PER_DAY, MS_PER_HOUR, later } from '../kernel/instant.ts';
import { seededRandom } from '../kernel/random.ts';
import { forgetPerson } from '../verification/forget.store.ts';
import { findVerification } from '../verification/verification.store.ts';
import { type ErasureParts, eraseDueEvidence, eraseEvidence } from './erase-evidence.job.ts';
import type { EvidencePlace } from './evidence.ts';
import { type RetentionPolicy, UNFINISHED_DAYS, retentionProfiles } from './retention.ts';

let evidence: TestEvidence;
let erasure: ErasureParts;

before(async () => {
  evidence = await testEvidence();
  const { database, parts } = evidence;
  erasure = { database, blobs: parts.blobs, clock: parts.clock, forget: forgetPerson };
});

after(() => evidence.stop());

const CANARY = 'CANARY-4d8f21';

async function withEvidence(): Promise<EvidencePlace> {
  const { room, newPlace, database } = evidence;
  const place = await newPlace();
  const bytes = Buffer.concat([mediaLike.jpeg(5000), Buffer.from(CANARY)]);
  assert.ok((await room.put(place, { kind: 'front', bytes, facts: { camera: CANARY } })).ok);
  await database.transaction().execute(async (transaction) => {
    assert.ok((await room.keepRecord(transaction, place, 'device', CANARY)).ok);
    assert.ok((await room.seal(transaction, place, ['front'])).ok);
  });
  return place;
}

test('what is erased opens no more, also not from a copy of its files; the receipt says what it was', async () => {
  const { room, folder, clock, database } = evidence;
  const place = await withEvidence();
  const { sealed } = await room.list(place);
  const opening = {
    openedAt: clock.now,
    consent: { textVersion: '7', language: 'es' },
    device: { browser: CANARY, system: CANARY, display: CANARY },
    accesses: [{ at: clock.now, address: CANARY, port: 1 }],
    place: { latitude: 40.4, longitude: -3.7, altitudeM: null, accuracyM: 10 },
  };
  const assessment = { outcome: 'pass', reasons: [], findings: [], livenessPassed: true, document: { name: CANARY } };
  await sql`
    update verification set state = 'assessed', opening = ${JSON.stringify(opening)}::jsonb, asks_for = 'back', submitted_at = ${clock.now},
      assessed_at = ${clock.now}, assessment = ${JSON.stringify(assessment)}::jsonb
    where account_id = ${place.accountId} and verification_id = ${place.id}`.execute(database);
  const there = path.join(folder, `${place.accountId}`, `${place.id}`);
  await cp(there, `${there}.copy`, { recursive: true });

  const erased = await eraseEvidence(erasure, place, 'asked for by the person');
  assert.ok(erased.ok);
  assert.deepEqual(erased.value, {
    erasedAt: clock.now,
    reason: 'asked for by the person',
    items: [{ item: 1, kind: 'front', bytes: 5000 + CANARY.length, sha256: sealed!.items[0]!.sha256 }],
  });
  assert.deepEqual(await eraseEvidence(erasure, place, 'again'), erased);
  await assert.rejects(readdir(there), { code: 'ENOENT' });

  // A backup of the files brings nothing back.
  await cp(`${there}.copy`, there, { recursive: true });
  const opened = await room.open(place, 1);
  assert.deepEqual(opened, { ok: false, refusal: { kind: 'evidence-erased' } });
  assert.deepEqual(await room.put(place, { kind: 'front', bytes: mediaLike.jpeg(100) }), opened);
  assert.equal(await room.readRecord(place, 'device'), null);
  assert.deepEqual(await room.factsOf(place, 1), []);
  assert.equal((await room.list(place)).isErased, true);

  const remainder = await findVerification(database, place.accountId, place.id);
  assert.ok(remainder?.state === 'assessed');
  assert.equal(remainder.assessment.outcome, 'pass');
  assert.equal(remainder.opening.consent.textVersion, '7');
  assert.equal((await dump()).includes(CANARY), false, 'the database still knows');
});

test('an erasure that was broken off after its commit is finished by the next round', async () => {
  const { folder, parts, database } = evidence;
  const place = await withEvidence();
  const blobs = { ...parts.blobs, clear: () => Promise.reject(new Error('the store is away')) };
  await assert.rejects(eraseEvidence({ ...erasure, blobs }, place, 'asked for'), /the store is away/);
  assert.deepEqual(await evidence.room.open(place, 1), { ok: false, refusal: { kind: 'evidence-erased' } });
  await eraseDueEvidence(retention([]));
  const there = path.join(folder, `${place.accountId}`, `${place.id}`);
  await assert.rejects(readdir(there), { code: 'ENOENT' });
  const { rows } = await sql<{ cleared: Date | null }>`
    select cleared_at as cleared from evidence_set where account_id = ${place.accountId} and verification_id = ${place.id}`.execute(
    database,
  );
  assert.notEqual(rows[0]!.cleared, null);
});

test('nothing goes early and nothing stays a day too long, under four policies, over a year and over fifteen', async (t) => {
  const { database, newAccount, clock } = evidence;
  const seed = Number(process.env['SEED'] ?? 20_260_301);
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  // 10,000 take two minutes.
  const setCount = Number(process.env['SETS'] ?? 800);
  const began = clock.now;
  const policies: readonly RetentionPolicy[] = [
    retentionProfiles.short,
    retentionProfiles['etd-465-2021'],
    { evidenceDays: 1, refusedEvidenceDays: null },
    { evidenceDays: 365, refusedEvidenceDays: 400 },
  ];
  const dueAt = new Map<number, number>();
  const accounts = [];
  for (const policy of policies) {
    const id = await newAccount();
    accounts.push({ id, policy });
    const rows = Array.from({ length: setCount / policies.length }, (_, index) => {
      const at = new Date(began.getTime() - Math.floor(random() * 6000 * MS_PER_DAY));
      const isSealed = random() < 0.7;
      const isOpen = !isSealed && random() < 0.2;
      const days = isSealed ? policy.evidenceDays : Math.min(UNFINISHED_DAYS, policy.evidenceDays);
      if (!isOpen) dueAt.set(id * 10_000 + index + 1, at.getTime() + days * MS_PER_DAY);
      return {
        id: index + 1,
        at: at.toISOString(),
        state: isSealed || isOpen ? 'invited' : 'lapsed',
        sealed: isSealed,
      };
    });
    await sql`
      insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
        send_at, reserved_hundredths, link_lifetime_hours, invited_at, link_expires_at, lapsed_at, lapse_reason)
      select ${id}, r.id, r.state, gen_random_uuid(), r.at, r.at, '+34600000000', 'Test', '[LINK]', r.at, 100, 72, r.at, r.at,
        case r.state when 'lapsed' then r.at end, case r.state when 'lapsed' then 'expired' end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r (id integer, at timestamptz, state text)`.execute(
      database,
    );
    await sql`
      insert into evidence_set (account_id, verification_id, wrapped_key, created_at, sealed_at, sealed_sha256)
      select ${id}, r.id, '\\x00', r.at, case when r.sealed then r.at end, case when r.sealed then sha256('') end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r (id integer, at timestamptz, sealed boolean)`.execute(
      database,
    );
  }
  let early = 0;
  let late = 0;
  let erased = 0;
  // The clock goes on by hours and by months; each round stands for a service that was away until then.
  for (const hours of [0, 1, 23, 24, 24, 240, 24 * 80, 24, 24 * 300, 24 * 5000, 24]) {
    const lastRound = clock.now.getTime();
    clock.now = later(clock.now, hours * MS_PER_HOUR);
    await eraseDueEvidence({
      ...retention(accounts),
      onErased({ accountId, id }) {
        erased += 1;
        const due = dueAt.get(accountId * 10_000 + id)!;
        if (!(clock.now.getTime() >= due)) early += 1;
        // Due before the round before this one, and left then.
        if (hours > 0 && due <= lastRound) late += 1;
      },
    });
  }
  assert.equal(early, 0);
  assert.equal(late, 0);
  const left = [...dueAt.values()].filter((due) => due > clock.now.getTime()).length;
  assert.equal(erased, dueAt.size - left);
  t.diagnostic(
    `${erased} erased, ${left} not yet due, ${setCount - dueAt.size} still open; early ${early}, late ${late}`,
  );
  clock.now = began;
});

const retention = (accounts: { id: EvidencePlace['accountId']; policy: RetentionPolicy }[]) => ({
  ...erasure,
  // The account of the other tests keeps what it has.
  accounts: () =>
    Promise.resolve([
      ...accounts,
      { id: evidence.accountId, policy: { evidenceDays: 99_999, refusedEvidenceDays: null } },
    ]),
  onErased: () => {},
  onError: (error: unknown) => assert.fail(String(error)),
  isStopping: () => false,
});

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public'`.execute(evidence.database);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ text: string }>`select t::text as text from ${sql.table(name)} t`.execute(
      evidence.database,
    );
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}
