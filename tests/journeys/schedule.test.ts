// Requests with `Fecha`: sent once, not early and not late, by two processes of which one is restarted and one is killed meanwhile.
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { OutgoingMessage, SmsGateway } from '../../src/notification/sms/gateway.ts';
import { openDatabase } from '../../src/storage/database.client.ts';
import { testPostgres } from '../counterparts/postgres.ts';
import { Smsc, type Submission } from '../counterparts/smsc.ts';
import { RunningService } from '../faults/running-service.ts';
import { Caller } from './caller.ts';
import { InstallationHere } from './service-here.ts';

const REQUESTS = Number(process.env['COTEJO_TEST_SCHEDULES'] ?? 300);
const FIRST_AFTER_SECONDS = Math.max(12, Math.ceil(REQUESTS / 50));
const SPREAD_OVER_SECONDS = Math.max(24, Math.ceil(REQUESTS / 12.5));
/** A worker that dies is missed after ten seconds, looked for every four, and what it had in hand is taken up again. */
const RECOVERED_WITHIN_SECONDS = 60;

/** The instant on the clocks of Spain, as `Fecha` is written. */
function fechaOf(instant: Date): string {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Madrid',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return clock.format(instant);
}

const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

test(`${REQUESTS} requests at their times, one of two processes restarted, the other killed: none early, lost or twice`, async (t) => {
  const postgres = await testPostgres();
  // Each process has a centre of its own, slow to answer: the process that is killed has messages in hand then.
  const centres = [
    new Smsc({ behave: () => ({ kind: 'late', ms: 300 }) }),
    new Smsc({ behave: () => ({ kind: 'late', ms: 300 }) }),
  ] as const;
  const ports = [await centres[0].listen(), await centres[1].listen()] as const;
  const taken = (): readonly Submission[] => centres.flatMap((centre) => centre.taken);
  const { host, user, database } = postgres.connection;
  const settings = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    COTEJO_KEY: randomBytes(32).toString('base64'),
    COTEJO_PUBLIC_URL: 'https://id.example.com',
    COTEJO_SMS_GATEWAY: 'smpp',
  };
  const gatewayAt = (port: number): string =>
    JSON.stringify({ host: '127.0.0.1', port, systemId: 'cotejo', password: 'secret' });
  const processes = [
    await RunningService.create({ ...settings, COTEJO_SMS_SETTINGS: gatewayAt(ports[0]) }),
    await RunningService.create({ ...settings, COTEJO_SMS_SETTINGS: gatewayAt(ports[1]) }),
  ] as const;
  const [restarted, killed] = processes;
  const opened = openDatabase(postgres.connection, { connections: 1 });
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  try {
    await restarted.start();
    await killed.start();
    const account = await restarted.createAccount(REQUESTS);
    const callers = processes.map(({ url }) => new Caller({ url, ...account, agent }));
    const beginsAt = Date.now();
    const dueAt = new Map<string, Date>();
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, index) => {
        const phone = String(34_640_000_000 + index);
        const due = wholeSecond(
          beginsAt + 1000 * (FIRST_AFTER_SECONDS + Math.floor((index * SPREAD_OVER_SECONDS) / REQUESTS)),
        );
        dueAt.set(phone, due);
        return callers[index % 2]!.call('VerificarIdentidad', { Telefono: phone, Fecha: fechaOf(due) });
      }),
    );
    assert.deepEqual(new Set(answers.map(({ fields }) => fields['Res'])), new Set([1]));
    assert.ok(Date.now() < beginsAt + FIRST_AFTER_SECONDS * 1000, 'all are asked for before the first is due');
    const untilSecond = (second: number): Promise<void> => delay(Math.max(0, beginsAt + second * 1000 - Date.now()));
    await untilSecond(FIRST_AFTER_SECONDS + 4);
    assert.equal(await restarted.stop(), 0);
    const takenWhenRestarted = taken().length;
    await untilSecond(FIRST_AFTER_SECONDS + 7);
    await restarted.start();
    await untilSecond(FIRST_AFTER_SECONDS + 13);
    for (const before = centres[1].taken.length; centres[1].taken.length === before;) await delay(5);
    await killed.kill();
    const takenWhenKilled = taken().length;
    await untilSecond(FIRST_AFTER_SECONDS + 18);
    await killed.start();
    await untilSecond(FIRST_AFTER_SECONDS + SPREAD_OVER_SECONDS);
    for (const end = Date.now() + RECOVERED_WITHIN_SECONDS * 1000; Date.now() < end; await delay(200))
      if (new Set(taken().map(({ to }) => to)).size === REQUESTS) break;
    await delay(1000);

    const { rows } = await sql<{ phone: string; uncertain: number }>`
      select phone, uncertain_attempts as uncertain from verification join invitation using (account_id, verification_id)
      where uncertain_attempts > 0`.execute(opened.database);
    const uncertain = new Map(rows.map((row) => [row.phone, row.uncertain]));
    const timesOf = new Map<string, number>();
    for (const { to } of taken()) timesOf.set(to, (timesOf.get(to) ?? 0) + 1);
    const lateMs = taken()
      .map(({ to, at }) => Date.parse(at) - dueAt.get(to)!.getTime())
      .sort((a, b) => a - b);
    const lost = [...dueAt.keys()].filter((phone) => !timesOf.has(phone)).length;
    const doubled = [...timesOf].filter(([phone, times]) => times > 1 + (uncertain.get(phone) ?? 0)).length;
    const counted = [...timesOf].filter(([, times]) => times > 1).length - doubled;
    t.diagnostic(
      `${REQUESTS} requests over ${SPREAD_OVER_SECONDS} s; early ${lateMs.filter((ms) => ms < 0).length}, lost ${lost}, twice ${doubled} (${counted} more known as such, ${uncertain.size} attempts unknown); late: median ${lateMs[lateMs.length >> 1]} ms, 90 % within ${lateMs[Math.floor(lateMs.length * 0.9)]} ms, the longest ${lateMs.at(-1)} ms (a process was killed)`,
    );
    assert.ok(uncertain.size > 0, 'a kill that hits nothing proves nothing');
    assert.ok(takenWhenRestarted > 0 && takenWhenKilled > takenWhenRestarted && takenWhenKilled < REQUESTS);
    assert.deepEqual([lateMs.filter((ms) => ms < 0).length, lost, doubled], [0, 0, 0]);
    assert.ok(lateMs.at(-1)! < RECOVERED_WITHIN_SECONDS * 1000);
  } finally {
    agent.destroy();
    for (const one of processes) await one.remove();
    await opened.close();
    for (const centre of centres) await centre.close();
    await postgres.stop();
  }
});

/** Takes every message and notes what the service's own clock said then. */
function notingGateway(clock: () => Date): SmsGateway & { readonly taken: { to: string; at: Date }[] } {
  const taken: { to: string; at: Date }[] = [];
  return {
    name: 'noting',
    taken,
    async send({ to, reference }: OutgoingMessage) {
      taken.push({ to, at: clock() });
      return { kind: 'accepted', gatewayMessageIds: [reference] };
    },
    async close() {},
  };
}

const HOUR_MS = 3_600_000;

type Held = {
  readonly here: InstallationHere;
  readonly caller: Caller;
  readonly gateway: ReturnType<typeof notingGateway>;
  /** Sets the service's clock, and the queue's in the database, so far from the machine's. */
  readonly setClocks: (serviceMs: number, databaseMs: number) => Promise<void>;
  readonly clock: () => Date;
};

/** A service whose clock and whose database's clock are held by the story. */
async function withHeldClocks(story: (held: Held) => Promise<void>): Promise<void> {
  const here = await InstallationHere.open();
  let skewMs = 0;
  const clock = (): Date => new Date(Date.now() + skewMs);
  const gateway = notingGateway(clock);
  try {
    const { url } = await here.start({ clock, gateway });
    const caller = await here.newCaller(url);
    const setClocks = async (serviceMs: number, databaseMs: number): Promise<void> => {
      await sql
        .raw(
          `create or replace function pgboss.job_now() returns timestamptz language sql stable as $$ select pg_catalog.now() + interval '${databaseMs} ms' $$`,
        )
        .execute(here.installation.database);
      skewMs = serviceMs;
    };
    await story({ here, caller, gateway, setClocks, clock });
  } finally {
    await here.remove();
  }
}

/** Asks for messages at an instant of the service's clock. */
async function ask({ caller }: Held, phones: readonly string[], due: Date): Promise<void> {
  for (const Telefono of phones)
    assert.equal((await caller.call('VerificarIdentidad', { Telefono, Fecha: fechaOf(due) })).fields['Res'], 1);
}

const phonesFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(first + index));

async function takenWithin({ gateway }: Held, count: number, withinMs: number): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end && gateway.taken.length < count;) await delay(50);
  await delay(700);
  assert.equal(gateway.taken.length, count);
  assert.equal(new Set(gateway.taken.map(({ to }) => to)).size, count, 'each once');
}

test("where the database's clock is ahead, nothing is sent before the service's own says so", () =>
  withHeldClocks(async (held) => {
    await held.setClocks(0, HOUR_MS);
    const due = wholeSecond(held.clock().getTime() + 5000);
    await ask(held, phonesFrom(34_641_000_000, 40), due);
    await takenWithin(held, 40, 20_000);
    for (const { to, at } of held.gateway.taken)
      assert.ok(at >= due && at.getTime() - due.getTime() < 20_000, `${to}: ${at.getTime() - due.getTime()} ms`);
  }));

test("where the database's clock is behind, what is to be sent at once is", () =>
  withHeldClocks(async (held) => {
    await held.setClocks(0, -HOUR_MS);
    const { fields } = await held.caller.call('VerificarIdentidad', { Telefono: '34642000000' });
    assert.equal(fields['Res'], 1);
    await ask(held, phonesFrom(34_642_000_001, 3), wholeSecond(Date.now() - 10_000));
    await takenWithin(held, 4, 10_000);
  }));

test("a machine's clock that is set forward and back, by a second, an hour and a day: none early, lost or twice", () =>
  withHeldClocks(async (held) => {
    let expected = 0;
    for (const [index, stepMs] of [1000, -1000, HOUR_MS, -HOUR_MS, 24 * HOUR_MS, -24 * HOUR_MS].entries()) {
      await held.setClocks(0, 0);
      const phones = phonesFrom(34_643_000_000 + index * 100, 3);
      const due = wholeSecond(Date.now() + Math.max(stepMs, 0) + 3000);
      await ask(held, phones, due);
      await delay(300);
      assert.equal(held.gateway.taken.length, expected, 'not before its time');
      await held.setClocks(stepMs, stepMs);
      if (stepMs < -1000) {
        // The clock says that there is time left: it has to come round again.
        await delay(4000);
        assert.equal(held.gateway.taken.length, expected, 'not before its time');
        await held.setClocks(0, 0);
      }
      expected += phones.length;
      await takenWithin(held, expected, 15_000);
      for (const { to, at } of held.gateway.taken.slice(-phones.length))
        assert.ok(at >= due, `${to}: ${at.getTime() - due.getTime()} ms`);
    }
  }));

test('a request may wait for a year and is kept, and not for longer', async () => {
  const here = await InstallationHere.open();
  const clock = (): Date => new Date();
  const gateway = notingGateway(clock);
  try {
    const { url } = await here.start({ clock, gateway });
    const caller = await here.newCaller(url);
    const inAYear = (days: number): string => {
      const date = new Date();
      date.setUTCFullYear(date.getUTCFullYear() + 1);
      return fechaOf(new Date(date.getTime() + days * 86_400_000));
    };
    const far = await caller.call('VerificarIdentidad', { Telefono: '34644000001', Fecha: inAYear(-1) });
    assert.equal(far.fields['Res'], 1);
    const tooFar = await caller.call('VerificarIdentidad', { Telefono: '34644000002', Fecha: inAYear(1) });
    assert.equal(tooFar.fields['Res'], -3);
    assert.match(String(tooFar.fields['Error']), /^Fecha: /);
    const { rows } = await sql<{ days: number; state: string; keepDays: number }>`
      select extract(day from start_after - now())::int as days, state::text as state,
        extract(day from keep_until - start_after)::int as "keepDays"
      from pgboss.job where name = 'send-invitation'`.execute(here.installation.database);
    assert.equal(rows.length, 1);
    const [{ days, state, keepDays }] = rows as [(typeof rows)[0]];
    assert.equal(state, 'created');
    assert.ok(days >= 363 && days <= 365, `${days}`);
    assert.ok(keepDays >= 3650, 'it is not dropped for its age, also where workers are away for long');
    assert.deepEqual(gateway.taken, []);
  } finally {
    await here.remove();
  }
});
