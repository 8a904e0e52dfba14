import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type Account, defaultSettings } from '../access/account.ts';
import { createAccount } from '../access/account.store.ts';
import { drawInteger, newApiToken, secretsFrom, sha256, sha256Hex } from '../access/secrets.client.ts';
import { balancesOf, checkLedger, enter, entering, holding } from '../credits/ledger.store.ts';
import type { VerificationId } from '../kernel/id.ts';
import { accountWalls } from '../storage/account-wall.client.ts';
import { gathering } from '../storage/batches.client.ts';
import { type OpenDatabase, isUnreachable, openDatabase } from '../storage/database.client.ts';
import { migrate } from '../storage/migrate.client.ts';
import { shortTransactions } from '../storage/short-transaction.client.ts';
import { type Queue, openQueue } from '../storage/queue.client.ts';
import { testPostgres } from '../../tests/counterparts/postgres.ts';
import { type Job, jobKinds } from './jobs.ts';
import type { Phone } from './phone.ts';
import { type NewVerification, StoreUnreachable, type VerificationService } from './service.ts';
import { type ServiceParts, verificationService } from './service.store.ts';

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let opened: OpenDatabase;
let queue: Queue<Job>;
let parts: ServiceParts;
let service: VerificationService;

before(async () => {
  postgres = await testPostgres();
  opened = openDatabase(postgres.connection);
  await migrate(opened.database, new Date());
  queue = await openQueue<Job>({
    address: postgres.connection,
    kinds: jobKinds,
    concurrency: 0,
    clock: () => new Date(),
    onError: (error) => assert.fail(String(error)),
  });
  parts = {
    database: opened.database,
    within: accountWalls(opened.database),
    enqueue: queue.enqueue,
    enter,
    ledger: { holding, entering },
    availableHundredths: async (accountId) => (await balancesOf(opened.database, accountId)).available,
    openCertificate: () => assert.fail('nothing is validated here'),
    shortTransaction: shortTransactions(opened.database, opened.pool),
    jobStatement: queue.statementFor,
    clock: () => new Date(),
    draw: drawInteger,
    newCallId: randomUUID,
    digestOf: sha256Hex,
    isUnreachable,
    gathering,
  };
  service = verificationService(parts);
});

after(async () => {
  await queue.stop();
  await opened.close();
  await postgres.stop();
});

const secrets = secretsFrom(sha256('a key of this test'));

async function accountWith(credits: number, settings: Account['settings'] = defaultSettings): Promise<Account> {
  const account = await createAccount(
    opened.database,
    { name: 'Test', state: 'validated', settings, tokenHmac: secrets.tokenHmac(newApiToken()), now: new Date() },
    drawInteger,
  );
  if (credits > 0)
    await opened.database
      .transaction()
      .execute((transaction) =>
        enter(transaction, account.id, [{ kind: 'top-up', hundredths: credits * 100, note: 'test' }], new Date()),
      );
  return account;
}

const wanted: NewVerification = {
  phone: '34600000001' as Phone,
  sender: 'Cotejo',
  messageTemplate: 'Verifica tu identidad: [LINK]',
  segments: 1,
  sendAt: new Date('2026-06-01T10:00:00Z'),
  sendAtText: null,
  requestedNumber: null,
  reference: null,
  rehearsal: null,
};

async function balanced(account: Account): Promise<void> {
  assert.deepEqual((await checkLedger(opened.database, account.id)).faults, []);
}

test('200 calls at once on 50 credits: exactly 50 are accepted and answer 49 … 0, each once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const account = await accountWith(50);
    const results = await Promise.all(Array.from({ length: 200 }, () => service.accept(account, wanted, null)));
    const left = results.flatMap((result) => (result.ok ? [result.value.availableHundredths / 100] : []));
    assert.deepEqual(
      left.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index),
    );
    assert.equal(new Set(results.flatMap((result) => (result.ok ? [result.value.id] : []))).size, 50);
    for (const result of results)
      if (!result.ok)
        assert.deepEqual(result.refusal, { kind: 'credits-exhausted', neededHundredths: 100, availableHundredths: 0 });
    await balanced(account);
  }
});

test('calls of two processes on the same account never spend a credit twice', async () => {
  const account = await accountWith(30);
  const services = [service, verificationService(parts), verificationService(parts)];
  const results = await Promise.all(
    Array.from({ length: 90 }, (_, call) => services[call % 3]!.accept(account, wanted, null)),
  );
  const left = results.flatMap((result) => (result.ok ? [result.value.availableHundredths / 100] : []));
  assert.deepEqual(
    left.sort((a, b) => a - b),
    Array.from({ length: 30 }, (_, index) => index),
  );
  await balanced(account);
});

test('the same key twenty times at once is one request, one charge and one answer; other parameters are refused', async () => {
  const account = await accountWith(10);
  const services = [service, verificationService(parts)];
  const key = { key: 'order-7', parametersDigest: sha256('a') };
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, call) => services[call % 2]!.accept(account, wanted, key)),
  );
  for (const result of results) assert.deepEqual(result, results[0]);
  assert.equal(results[0]!.ok, true);
  assert.equal(await service.availableHundredths(account.id), 900);
  assert.deepEqual(await service.accept(account, wanted, { ...key, parametersDigest: sha256('b') }), {
    ok: false,
    refusal: { kind: 'idempotency-key-reused' },
  });
  const other = await accountWith(10);
  assert.equal((await service.accept(other, wanted, key)).ok, true);
  await balanced(account);
});

test('a key is remembered for a day', async () => {
  const account = await accountWith(10);
  const key = { key: 'k', parametersDigest: sha256('a') };
  let now = new Date('2026-06-01T00:00:00Z');
  const dated = verificationService({ ...parts, clock: () => now });
  const first = await dated.accept(account, wanted, key);
  now = new Date('2026-06-01T23:59:59Z');
  assert.deepEqual(await dated.accept(account, wanted, key), first);
  now = new Date('2026-06-02T00:00:01Z');
  const second = await dated.accept(account, wanted, key);
  assert.notDeepEqual(second, first);
  assert.equal(await service.availableHundredths(account.id), 800);
});

test('a COMMIT whose answer is lost is found again: accepted once, charged once, the answer as if nothing had happened', async () => {
  let lose: 'after' | 'before' | null = null;
  const losing: ServiceParts['shortTransaction'] = async (accountId, first, work) => {
    const losingNow = lose;
    lose = null;
    const lost = Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' });
    if (losingNow === 'before') throw lost;
    const value = await parts.shortTransaction(accountId, first, work);
    if (losingNow === 'after') throw lost;
    return value;
  };
  const fragile = verificationService({ ...parts, shortTransaction: losing });
  const account = await accountWith(5);
  for (const [moment, expected] of [
    ['after', 400],
    ['before', 300],
    [null, 200],
  ] as const) {
    lose = moment;
    const result = await fragile.accept(account, wanted, null);
    assert.equal(result.ok && result.value.availableHundredths, expected);
  }
  assert.equal(await service.availableHundredths(account.id), 200);
  await balanced(account);
});

test('cancelling gives the reservation back, once; what is unknown or another account’s is unknown', async () => {
  const account = await accountWith(2);
  const stranger = await accountWith(2);
  const accepted = await service.accept(account, wanted, null);
  assert.ok(accepted.ok);
  const { id } = accepted.value;
  assert.deepEqual(await service.cancel(stranger, id), { ok: false, refusal: { kind: 'unknown-verification' } });
  assert.equal(await service.report(stranger.id, id), null);
  const cancels = await Promise.all(Array.from({ length: 8 }, () => service.cancel(account, id)));
  assert.equal(cancels.filter((result) => result.ok).length, 1);
  assert.equal(await service.availableHundredths(account.id), 200);
  assert.equal((await service.report(account.id, id))?.verification.state, 'lapsed');
  assert.deepEqual(await service.cancel(account, 7 as VerificationId), {
    ok: false,
    refusal: { kind: 'unknown-verification' },
  });
  await balanced(account);
});

test('further segments are priced as the account says', async () => {
  const account = await accountWith(2, { ...defaultSettings, requestHundredths: 90, furtherSegmentHundredths: 35 });
  const result = await service.accept(account, { ...wanted, segments: 3 }, null);
  assert.equal(result.ok && result.value.availableHundredths, 200 - 90 - 70);
  assert.deepEqual(await service.accept(account, { ...wanted, segments: 3 }, null), {
    ok: false,
    refusal: { kind: 'credits-exhausted', neededHundredths: 160, availableHundredths: 40 },
  });
});

test('every job lies in the queue once, and none for what was refused', async () => {
  const account = await accountWith(3);
  const results = await Promise.all(Array.from({ length: 7 }, () => service.accept(account, wanted, null)));
  const ids = results.flatMap((result) => (result.ok ? [result.value.id] : []));
  const { rows } = await opened.pool.query<{ id: number }>(
    `select (data->>'id')::int as id from pgboss.job where name = 'send-invitation' and data->>'accountId' = $1`,
    [String(account.id)],
  );
  assert.deepEqual(rows.map((row) => row.id).sort(), ids.sort());
});

test('whatever order commands come in, the books say what a model says', async () => {
  const account = await accountWith(0);
  const command = fc.oneof(
    fc.record({ kind: fc.constant('top-up' as const), hundredths: fc.integer({ min: 1, max: 500 }) }),
    fc.record({ kind: fc.constant('withdrawal' as const), hundredths: fc.integer({ min: 1, max: 500 }) }),
    fc.record({ kind: fc.constant('accept' as const), calls: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(9) }),
  );
  let available = 0;
  const open: VerificationId[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
      for (const step of commands)
        switch (step.kind) {
          case 'top-up':
          case 'withdrawal': {
            const entered = await opened.database
              .transaction()
              .execute((transaction) =>
                enter(
                  transaction,
                  account.id,
                  [{ kind: step.kind, hundredths: step.hundredths, note: '' }],
                  new Date(),
                ),
              );
            assert.equal(entered.ok, step.kind === 'top-up' || step.hundredths <= available);
            if (entered.ok) available += step.kind === 'top-up' ? step.hundredths : -step.hundredths;
            break;
          }
          case 'accept': {
            const results = await Promise.all(
              Array.from({ length: step.calls }, () => service.accept(account, wanted, null)),
            );
            const accepted = Math.min(step.calls, Math.floor(available / 100));
            assert.equal(results.filter((result) => result.ok).length, accepted);
            available -= accepted * 100;
            for (const result of results) if (result.ok) open.push(result.value.id);
            break;
          }
          case 'cancel': {
            if (open.length === 0) break;
            const [id] = open.splice(step.which % open.length, 1);
            assert.equal((await service.cancel(account, id!)).ok, true);
            available += 100;
          }
        }
      assert.equal(await service.availableHundredths(account.id), available);
    }),
    { numRuns: 60 },
  );
  await balanced(account);
});

test('a test applicant costs nothing and is sent nothing; nobody else is asked for in test mode, and no test in a live account', async () => {
  const rehearsal = { applicant: 'alike', ends: { at: 'validated' } } as const;
  const testing = await accountWith(0, { ...defaultSettings, mode: 'test' });
  const accepted = await service.accept(testing, { ...wanted, rehearsal }, null);
  assert.ok(accepted.ok && accepted.value.availableHundredths === 0);
  const found = await service.report(testing.id, accepted.value.id);
  assert.deepEqual(found?.verification.rehearsal, rehearsal);
  assert.equal((await service.resend(testing, accepted.value.id)).ok, false);
  assert.equal((await service.cancel(testing, accepted.value.id)).ok, true);
  await balanced(testing);
  const { rows } = await sql<{ name: string }>`
    select name from pgboss.job where (data->>'id')::bigint = ${accepted.value.id}`.execute(opened.database);
  assert.deepEqual(rows, [{ name: 'run-test-applicant' }]);

  await assert.rejects(service.accept(testing, wanted, null), RangeError);
  const live = await accountWith(1);
  await assert.rejects(service.accept(live, { ...wanted, rehearsal }, null), RangeError);
  assert.equal(await service.availableHundredths(live.id), 100);
});

test('with the database away every method says so and nothing else', async () => {
  const nowhere = openDatabase({ connectionString: 'postgres://cotejo@127.0.0.1:1/none' });
  const away = verificationService({
    ...parts,
    database: nowhere.database,
    within: accountWalls(nowhere.database),
    shortTransaction: shortTransactions(nowhere.database, nowhere.pool),
    availableHundredths: async (accountId) => (await balancesOf(nowhere.database, accountId)).available,
  });
  const account: Account = {
    id: 1_000_000_000 as Account['id'],
    name: '',
    state: 'validated',
    settings: defaultSettings,
  };
  const id = 5 as VerificationId;
  for (const call of [
    () => away.accept(account, wanted, null),
    () => away.availableHundredths(account.id),
    () => away.report(account.id, id),
    () => away.cancel(account, id),
    () => away.resend(account, id),
  ])
    await assert.rejects(call, StoreUnreachable);
  await nowhere.close();
});
