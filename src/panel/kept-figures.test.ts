import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { testPostgres } from '../../tests/counterparts/postgres.ts';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, later } from '../kernel/instant.ts';
import { type Random, seededRandom } from '../kernel/random.ts';
import { withinAccount } from '../storage/account-wall.client.ts';
import { type OpenDatabase, openDatabase } from '../storage/database.client.ts';
import { migrate } from '../storage/migrate.client.ts';
import { COUNTING } from './figures.store.ts';
import { figuresOf, keepFigures, plainFiguresOf } from './kept-figures.store.ts';

const SEED = Number(process.env['COTEJO_SEED'] ?? Math.floor(Math.random() * 1e9));
const account = 1_000_000_011;
/** The clocks went back on 25 October: a day of 25 hours. */
const BEGAN = Date.parse('2026-10-20T05:00:00Z');
const span = { from: '2026-10-18', to: '2026-11-30' };

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let opened: OpenDatabase;
let database: Kysely<unknown>;
let now = new Date(BEGAN);

before(async () => {
  postgres = await testPostgres();
  opened = openDatabase(postgres.connection);
  database = opened.database;
  await migrate(database, new Date());
  await sql`
    insert into account (account_id, name, state, settings, created_at) values (${account}, 'Contada', 'validated', '{}', now())`.execute(
    database,
  );
});
after(async () => {
  await opened?.close();
  await postgres?.stop();
});

type Request = { readonly id: number; readonly requestedAt: Date; rank: number; ending: string | null };
const requests: Request[] = [];
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;

async function request(): Promise<void> {
  const id = requests.length + 1;
  requests.push({ id, requestedAt: now, rank: 0, ending: null });
  await sql`
    insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
      send_at, reserved_hundredths, link_lifetime_hours)
    values (${account}, ${id}, 'requested', ${randomUUID()}, ${now}, ${now}, '34600000000', 'Cotejo', '[LINK]', ${now}, 100, 72)`.execute(
    database,
  );
}

/** A step forward of any of them, as the service writes it: with the instant at which it is taken. */
async function step(random: Random): Promise<void> {
  const open = requests.filter(({ ending }) => ending === null);
  if (open.length === 0) return;
  const one = pick(random, open);
  const where = sql`where account_id = ${account} and verification_id = ${one.id}`;
  const set = (change: ReturnType<typeof sql>): Promise<unknown> =>
    sql`update verification set updated_at = ${now}, ${change} ${where}`.execute(database);
  if (one.rank < 3 && random() < 0.2) {
    one.ending = 'lapsed';
    const reason = pick(random, ['expired', 'cancelled', 'undeliverable']);
    await set(sql`state = 'lapsed', lapsed_at = ${now}, lapse_reason = ${reason}`);
    return;
  }
  one.rank += 1;
  const steps = [
    sql`state = 'invited', invited_at = ${now}, link_expires_at = ${later(now, 72 * MS_PER_HOUR)}`,
    sql`state = 'opened', opening = '{}'::jsonb`,
    sql`state = 'capturing', asks_for = 'back'`,
    sql`state = 'submitted', submitted_at = ${now}`,
    sql`state = 'assessed', assessed_at = ${now}, assessment = ${JSON.stringify({
      outcome: 'review',
      reasons: random() < 0.5 ? [] : [{ slug: pick(random, ['similarity-low', 'glare']), weighs: 'review' }],
    })}::jsonb`,
  ];
  const next = steps[one.rank - 1];
  if (next !== undefined) {
    await set(next);
    return;
  }
  one.ending = random() < 0.3 ? 'rejected' : 'approved';
  const ruling = {
    ruledAt: now.toISOString(),
    by: { kind: pick(random, ['policy', 'person']) },
    rejection: one.ending === 'rejected' ? pick(random, ['not-live', 'not-the-holder']) : null,
  };
  await set(sql`state = ${one.ending}, ruling = ${JSON.stringify(ruling)}::jsonb`);
}

let rulings = 0;
async function rule(random: Random): Promise<void> {
  if (requests.length === 0) return;
  const { id } = pick(random, requests);
  const openedAt = later(now, -Math.floor(random() * 900_000));
  await sql`
    insert into review_ruling (account_id, verification_id, ruling_number, user_id, decision, queue, stage_before, opened_at, ruled_at,
      settles_at, state)
    values (${account}, ${id}, ${(rulings += 1)}, ${randomUUID()}, 'validate', 'desk', 'desk', ${openedAt}, ${now}, ${later(now, 10_000)},
      ${random() < 0.3 ? 'undone' : 'carried-out'})`.execute(database);
}

let events = 0;
async function tell(random: Random): Promise<void> {
  if (requests.length === 0) return;
  const { id } = pick(random, requests);
  events += 1;
  await sql`
    insert into verification_event (account_id, verification_id, event_number, state, happened_at)
    values (${account}, ${id}, ${events}, 'opened', ${now})`.execute(database);
  await sql`
    insert into callback_delivery (account_id, verification_id, event_number, told_at, state, due_at)
    values (${account}, ${id}, ${events}, ${now}, 'new', ${now})`.execute(database);
}

/** Tried, given up, or asked for again long after. */
async function deliver(random: Random): Promise<void> {
  const event = Math.ceil(random() * events);
  const state = pick(random, ['waiting', 'delivered', 'delivered', 'dead', 'new']);
  const settledAt = state === 'delivered' || state === 'dead' ? now : null;
  await sql`
    update callback_delivery set state = ${state}, attempts = attempts + 1, settled_at = ${settledAt}
    where account_id = ${account} and event_number = ${event}`.execute(database);
}

const keep = (): Promise<number> =>
  keepFigures({
    within: (run) => withinAccount(database, account, run),
    accountId: account,
    now,
    isStopping: () => false,
  });
const asKept = () => withinAccount(database, account, (walled) => figuresOf(walled, account, { span, now }));
const asCounted = () => plainFiguresOf(database, account, { span, now });

/** Days as people in Spain count them, without the database. */
function daysByHand() {
  const written = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid' });
  const days = new Map<string, Record<string, number>>();
  for (const { requestedAt, ending } of requests) {
    const day = written.format(requestedAt);
    const of = days.get(day) ?? { requested: 0, validated: 0, rejected: 0, lapsed: 0 };
    days.set(day, of);
    of['requested']! += 1;
    if (ending !== null) of[ending === 'approved' ? 'validated' : ending]! += 1;
  }
  return [...days].map(([day, counts]) => ({ day, ...counts }));
}

test('what is kept of days is what is counted of them, whatever happens in between', async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = seededRandom(SEED);
  let compared = 0;
  for (let at = 0; at < 240; at += 1) {
    now = later(now, Math.floor(random() * random() * 12 * MS_PER_HOUR));
    const act = pick(random, [request, request, request, step, step, step, step, step, rule, tell, deliver, deliver]);
    await act(random);
    if (random() < 0.06) await keep();
    if (random() < 0.04) {
      assert.deepEqual(await asKept(), await asCounted());
      compared += 1;
    }
  }
  await keep();
  const figures = await asKept();
  assert.deepEqual(figures, await asCounted());
  assert.deepEqual(
    figures.days.filter(({ requested }) => requested > 0),
    daysByHand(),
  );
  assert.ok(compared > 3, `${compared} comparisons`);
});

test('days that nothing happened to are not counted again, and what is kept is what is read', async () => {
  now = later(now, 3 * MS_PER_DAY);
  await keep();
  now = later(now, 30 * MS_PER_MINUTE);
  await sql`delete from callback_delivery where account_id = ${account} and settled_at is null`.execute(database);
  assert.equal(await keep(), 0);
  // A figure that nothing but the kept row can tell.
  const day = span.from;
  await sql`
    insert into figure_day (account_id, subject, day, counts) values (${account}, 'requests', ${day}::date, '{"requested": 7}')`.execute(
    database,
  );
  await sql`update figure_progress set kept_from = ${day}::date where account_id = ${account}`.execute(database);
  assert.equal((await asKept()).days[0]?.requested, 7);
});

test('what was counted by an earlier version is counted anew, and what a later one keeps is left alone', async () => {
  await sql`
    update figure_day set counts = '{"requested": 1000000}' where account_id = ${account}`.execute(database);
  await sql`update figure_progress set counting = ${COUNTING + 1} where account_id = ${account}`.execute(database);
  assert.deepEqual(await asKept(), await asCounted());
  assert.equal(await keep(), 0);
  await sql`
    alter table figure_progress drop constraint figure_progress_counting_check`.execute(database);
  await sql`update figure_progress set counting = ${COUNTING - 1} where account_id = ${account}`.execute(database);
  assert.deepEqual(await asKept(), await asCounted());
  assert.ok((await keep()) > 10);
  const { rows } = await sql<{ counting: number }>`
    select counting from figure_progress where account_id = ${account}`.execute(database);
  assert.deepEqual(rows, [{ counting: COUNTING }]);
  assert.deepEqual(await asKept(), await asCounted());
});

test('two who count at once leave what one would have', async () => {
  const random = seededRandom(SEED + 1);
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 12; at += 1) await pick(random, [request, step, step, tell, deliver])(random);
    await Promise.all([keep(), keep(), request(), step(random), keep()]);
    assert.deepEqual(await asKept(), await asCounted());
  }
});
