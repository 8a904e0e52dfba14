// What is done in the panel and the line about it: both, or neither, wherever the database is cut.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { writeDisabled, writeEndpoint } from '../../src/notification/webhook/endpoint.store.ts';
import { newSigningSecret } from '../../src/notification/webhook/signing.client.ts';
import { StepsHere } from './assessed-here.ts';
import type { BrowserHere, Reply } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';

type Company = Awaited<ReturnType<PanelHere['newCompany']>>;

let panel: PanelHere;
let steps: StepsHere;
let company: Company;
let account: AccountId;
let browser: BrowserHere;

before(async () => {
  panel = await PanelHere.open();
  steps = await StepsHere.over(panel);
  company = await panel.newCompany();
  account = company.account;
  browser = (await panel.signUp('jefa-cortes', 'administrator', account)).browser;
  await withEndpoint();
  await sql`
    create function refuse_row() returns trigger language plpgsql as $$ begin raise exception 'refused by the test'; end $$`.execute(
    panel.database,
  );
});
after(async () => {
  await steps?.stop();
  await panel?.remove();
});

/** An endpoint that nothing is delivered to, so that nobody but the test moves what waits for it. */
async function withEndpoint(isDisabled = true): Promise<void> {
  const { secrets } = panel.capture.installation;
  const now = panel.clock.now();
  const settings = { url: 'https://receiver.example/', encoding: 'json', payload: 'typed', credentials: null } as const;
  await writeEndpoint(panel.database, account, { ...settings, secret: newSigningSecret(), now }, secrets.seal);
  if (isDisabled) await writeDisabled(panel.database, account, 'by-hand', now);
}

let phones = 0;
async function invited(): Promise<VerificationId> {
  const Telefono = `346${String(41_000_000 + (phones += 1))}`;
  const { fields, text } = await company.caller.call('VerificarIdentidad', { Telefono });
  assert.equal(fields['Res'], 1, text);
  const id = Number(fields['ID']) as VerificationId;
  await steps.reaches({ accountId: account, id }, 'invited');
  return id;
}

/** Workers go on with what was asked for before. */
async function allSent(): Promise<void> {
  const waiting = sql`select from verification where account_id = ${account} and state = 'requested'`;
  while ((await waiting.execute(panel.database)).rows.length > 0) await delay(20);
}

async function withDeadLetter(): Promise<VerificationId> {
  const id = await invited();
  await sql`
    insert into callback_delivery (account_id, verification_id, event_number, told_at, state, due_at, settled_at)
    values (${account}, ${id}, 1, now(), 'dead', now(), now())`.execute(panel.database);
  return id;
}

async function withNotice(): Promise<void> {
  await sql`
    insert into callback_notice (account_id, kind, notice_number, raised_at, latest_at, count)
    values (${account}, 'dead-letter', 1, now(), now(), 1)
    on conflict (account_id, kind, notice_number) do update set dismissed_at = null`.execute(panel.database);
}

type Deed = {
  readonly action: string;
  /** A table that the deed writes to. */
  readonly table: string;
  /** Makes ready what is acted on, and tells the call. */
  readonly ready: () => Promise<() => Promise<Reply>>;
};

const at = (): string => `accounts/${account}`;
const calling =
  (path: string, body: object = {}) =>
  (): Promise<Reply> =>
    browser.post(`${at()}/${path}`, body);

const deeds: readonly Deed[] = [
  {
    action: 'request.created',
    table: 'verification',
    ready: async () => calling('requests', { key: randomUUID(), phone: '600 200 300' }),
  },
  {
    action: 'request.cancelled',
    table: 'verification',
    ready: async () => calling(`requests/${await invited()}/cancel`),
  },
  {
    action: 'request.resent',
    table: 'verification',
    ready: async () => calling(`requests/${await invited()}/resend`),
  },
  {
    action: 'callback.resent',
    table: 'callback_delivery',
    ready: async () => calling(`requests/${await withDeadLetter()}/callbacks/1/resend`),
  },
  {
    action: 'callback-endpoint.disabled',
    table: 'callback_endpoint',
    ready: async () => (await withEndpoint(false), calling('callback-endpoint/disable')),
  },
  {
    action: 'callback-endpoint.enabled',
    table: 'callback_endpoint',
    ready: async () => (await withEndpoint(), calling('callback-endpoint/enable')),
  },
  {
    action: 'callback-endpoint.secret-rotated',
    table: 'callback_endpoint',
    ready: async () => (await withEndpoint(), calling('callback-endpoint/rotate-secret', { overlapHours: 1 })),
  },
  {
    action: 'callback-endpoint.notice-dismissed',
    table: 'callback_notice',
    ready: async () => (
      await withNotice(),
      calling('callback-endpoint/dismiss-notice', { kind: 'dead-letter', number: 1 })
    ),
  },
  {
    action: 'callback-endpoint.removed',
    table: 'callback_endpoint',
    ready: async () => (await withEndpoint(), calling('callback-endpoint/remove')),
  },
];

/** What the deeds write, lines apart, and as far as workers leave it alone meanwhile. */
async function written(): Promise<unknown> {
  const contents: unknown[] = [];
  for (const [table, columns] of [
    ['verification', 't.*'],
    ['verification_event', 't.*'],
    ['credit_balance', 't.*'],
    ['credit_entry', 't.*'],
    ['idempotency_key', 't.*'],
    ['callback_endpoint', 'disabled_since, secret_since, previous_secret_until'],
    ['callback_delivery', "verification_id, state = 'dead'"],
    ['callback_notice', 't.*'],
  ] as const) {
    const { rows } = await sql`
      select row(${sql.raw(columns)})::text as row from ${sql.table(table)} t
      where account_id = ${account} order by 1`.execute(panel.database);
    contents.push(rows);
  }
  return contents;
}

async function linesOf(action: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from audit_entry where account_id = ${account} and action = ${action}`.execute(panel.database);
  return rows[0]!.count;
}

/** Runs with a trigger that refuses the next rows. */
async function refusing(table: string, when: 'at once' | 'at the end', work: () => Promise<void>): Promise<void> {
  const statement =
    when === 'at once'
      ? sql`create trigger refusal before insert or update or delete on ${sql.table(table)} for each row execute function refuse_row()`
      : sql`create constraint trigger refusal after insert or update or delete on ${sql.table(table)}
          deferrable initially deferred for each row execute function refuse_row()`;
  await statement.execute(panel.database);
  try {
    await work();
  } finally {
    await sql`drop trigger refusal on ${sql.table(table)}`.execute(panel.database);
  }
}

/** Cuts the connection of whoever waits for the account's log, as often as it is tried: deeds that are done, their lines not written yet. */
async function cutBeforeTheLine(call: () => Promise<Reply>): Promise<Reply> {
  return panel.database.transaction().execute(async (transaction) => {
    await sql`select from audit_head where account_id = ${account} for update`.execute(transaction);
    let answer: Reply | null = null;
    let cuts = 0;
    const answering = call().then((reply) => (answer = reply));
    while (answer === null) {
      await sql`select pg_stat_clear_snapshot()`.execute(transaction);
      const { rows } = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where pid <> pg_backend_pid() and wait_event_type = 'Lock' and query ~ 'audit_head'`.execute(transaction);
      cuts += rows.length;
      await delay(10);
    }
    assert.ok(cuts > 0, 'nobody was cut off');
    return answering;
  });
}

test('a deed whose line cannot be written is not done; a line whose deed cannot be done is not written', async (t) => {
  let cuts = 0;
  for (const { action, table, ready } of deeds) {
    const call = await ready();
    await allSent();
    const before = [await written(), await linesOf(action)];
    const unchanged = async (how: string): Promise<void> => {
      assert.deepEqual([await written(), await linesOf(action)], before, `${action}: ${how}`);
      cuts += 1;
    };
    const refused = async (how: string, { status }: Reply): Promise<void> => {
      assert.ok([500, 503].includes(status), `${action}: ${how}: ${status}`);
      await unchanged(how);
    };
    for (const when of ['at once', 'at the end'] as const) {
      await refusing('audit_entry', when, async () => refused(`line refused ${when}`, await call()));
      await refusing(table, when, async () => refused(`deed refused ${when}`, await call()));
    }
    await refused('cut before the line', await cutBeforeTheLine(call));

    const done = await call();
    assert.ok([200, 201].includes(done.status), `${action}: ${done.status} ${done.text}`);
    assert.equal(await linesOf(action), (before[1] as number) + 1, `${action}: one line`);
    assert.notDeepEqual(await written(), before[0], `${action}: it is done`);
  }
  t.diagnostic(`${deeds.length} deeds, ${cuts} cuts: deeds without a line 0, lines without a deed 0`);
});

test('what is asked for twice under one key is done once and written down once', async () => {
  const lines = await linesOf('request.created');
  const create = calling('requests', { key: randomUUID(), phone: '600 200 301' });
  const answers = [await create(), await create()];
  assert.deepEqual(answers[1]!.json, answers[0]!.json);
  assert.equal(await linesOf('request.created'), lines + 1);
});
