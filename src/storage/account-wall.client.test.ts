import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { testPostgres } from '../../tests/counterparts/postgres.ts';
import { withinAccount } from './account-wall.client.ts';
import { type OpenDatabase, openDatabase } from './database.client.ts';
import { migrate } from './migrate.client.ts';

const [own, other] = [1_000_000_001, 1_000_000_002];
let postgres: Awaited<ReturnType<typeof testPostgres>>;
let opened: OpenDatabase;

before(async () => {
  postgres = await testPostgres();
  opened = openDatabase(postgres.connection, { connections: 1 });
  await migrate(opened.database, new Date());
  for (const id of [own, other]) {
    await sql`insert into account (account_id, name, state, settings, created_at) values (${id}, 'An account', 'validated', '{}', now())`.execute(
      opened.database,
    );
    await sql`insert into credit_balance (account_id) values (${id})`.execute(opened.database);
    await sql`
      insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
        send_at, reserved_hundredths, link_lifetime_hours)
      values (${id}, 7, 'requested', gen_random_uuid(), now(), now(), '34600000001', 'Cotejo', '[LINK]', now(), 100, 72)`.execute(
      opened.database,
    );
    await sql`
      insert into verification_event (account_id, verification_id, event_number, state, happened_at)
      values (${id}, 7, 1, 'requested', now())`.execute(opened.database);
  }
});

after(async () => {
  await opened.close();
  await postgres.stop();
});

const walled = ['account', 'credit_balance', 'verification', 'verification_event'];
const accountsIn = async (database: Parameters<typeof withinAccount>[0], table: string): Promise<number[]> => {
  const { rows } = await sql<{ account_id: string }>`select account_id from ${sql.table(table)} order by 1`.execute(
    database,
  );
  return rows.map(({ account_id }) => Number(account_id));
};

test('every table of accounts stands behind the wall', async () => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity
      and exists (select 1 from pg_policy p where p.polrelid = c.oid))`.execute(opened.database);
  assert.deepEqual(rows, []);
});

test('a statement that names no account sees and changes rows of the one in view only', async () => {
  for (const table of walled) {
    assert.deepEqual(await withinAccount(opened.database, own, (inside) => accountsIn(inside, table)), [own]);
    if (table === 'verification_event') continue; // it only grows
    const changed = await withinAccount(opened.database, own, (inside) =>
      sql`update ${sql.table(table)} set account_id = account_id`.execute(inside),
    );
    assert.equal(changed.numAffectedRows, 1n, table);
  }
  const deleted = await withinAccount(opened.database, own, (inside) =>
    sql`delete from verification where account_id = ${other}`.execute(inside),
  );
  assert.equal(deleted.numAffectedRows, 0n);
});

test('a row of another account is taken by no table', async () => {
  await assert.rejects(
    withinAccount(opened.database, own, (inside) =>
      sql`insert into verification_event (account_id, verification_id, event_number, state, happened_at)
        values (${other}, 7, 2, 'invited', now())`.execute(inside),
    ),
    /row-level security/,
  );
  await assert.rejects(
    withinAccount(opened.database, own, (inside) => sql`update verification set account_id = ${other}`.execute(inside)),
    /row-level security/,
  );
});

test('the wall ends with the transaction, whether it was kept or not: the connection goes on without it', async () => {
  await withinAccount(opened.database, own, () => Promise.reject(new Error('given up'))).catch(() => {});
  assert.deepEqual(await accountsIn(opened.database, 'account'), [own, other]);
  await withinAccount(opened.database, own, () => Promise.resolve());
  assert.deepEqual(await accountsIn(opened.database, 'account'), [own, other]);
});

test('who may not become a superuser again is held by the account in view alone', async () => {
  await sql`create role server_user login createrole; alter schema public owner to server_user`.execute(
    opened.database,
  );
  await opened.database.connection().execute(async (connection) => {
    await sql`set role server_user`.execute(connection);
    await sql`create table later_table (account_id bigint primary key)`.execute(connection);
    await sql`select wall_account_table('later_table')`.execute(connection);
    await sql`insert into later_table values (${own}), (${other})`.execute(connection);
    await sql`select set_config('cotejo.account', ${String(own)}, false)`.execute(connection);
    assert.deepEqual(await accountsIn(connection, 'later_table'), [own], 'its owner is held too');
    await sql`reset role; select set_config('cotejo.account', '', false)`.execute(connection);
  });
});

test('what was entered and what was done is only added to, also of one’s own', async () => {
  for (const table of ['verification_event', 'credit_entry', 'audit_entry'])
    for (const statement of [
      sql`delete from ${sql.table(table)}`,
      sql`update ${sql.table(table)} set account_id = account_id`,
    ])
      await assert.rejects(
        withinAccount(opened.database, own, (inside) => statement.execute(inside)),
        /permission denied/,
        table,
      );
});
