import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { testPostgres } from '../../tests/counterparts/postgres.ts';
import { type OpenDatabase, openDatabase } from './database.client.ts';
import { knownMigrations, migrate, missingMigrations } from './migrate.client.ts';

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let opened: OpenDatabase;

before(async () => {
  postgres = await testPostgres();
  opened = openDatabase(postgres.connection);
});

after(async () => {
  await opened.close();
  await postgres.stop();
});

test('ten processes that start together migrate once; what a newer version applied is left alone', async () => {
  const pools = Array.from({ length: 10 }, () => openDatabase(postgres.connection, { connections: 1 }));
  const applied = await Promise.all(pools.map(({ database }) => migrate(database, new Date())));
  assert.deepEqual(applied.flat().sort(), knownMigrations);
  await sql`insert into schema_migration values ('9999-of-a-newer-version.sql', now())`.execute(opened.database);
  assert.deepEqual(await migrate(opened.database, new Date()), []);
  assert.deepEqual(await missingMigrations(opened.database), []);
  await Promise.all(pools.map(({ close }) => close()));
});

/** Tables that belong to no account, and why. */
const WITHOUT_ACCOUNT = new Map([
  ['schema_migration', 'what the database has of the schema'],
  ['installation', 'one row: which key the database belongs to'],
  ['gateway_message', 'a directory from a gateway’s number to the account; keyed by what a receipt tells'],
  ['panel_user', 'people, who may belong to several accounts'],
  ['membership', 'which accounts a person belongs to; looked up by the person'],
  ['recovery_code', 'a person’s'],
  ['passkey', 'a person’s'],
  ['panel_session', 'a person’s, keyed by the digest of what their browser holds'],
  ['sign_up_link', 'a person’s, keyed by the digest of what the link holds'],
  ['caller_attempt', 'who failed to sign in from where, before it is known for whom'],
  ['spent_state', 'digests of what was answered once'],
  ['process_report', 'the installation’s: how its processes are'],
]);

test('every primary key and every foreign key begins with the account', async () => {
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' order by 1`.execute(opened.database);
  const { rows: keys } = await sql<{ table: string; kind: 'p' | 'f' | 'u'; columns: string[]; target: string | null }>`
    select c.conrelid::regclass::text as table, c.contype as kind, c.confrelid::regclass::text as target,
      array(select a.attname::text from unnest(c.conkey) with ordinality k (attnum, place)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum order by place) as columns
    from pg_constraint c where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'f', 'u')`.execute(
    opened.database,
  );
  const { rows: uniques } = await sql<{ table: string; index: string; first: string | null }>`
    select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as index,
      (select attname::text from pg_attribute where attrelid = i.indrelid and attnum = i.indkey[0]) as first
    from pg_index i join pg_class c on c.oid = i.indrelid
    where c.relnamespace = 'public'::regnamespace`.execute(opened.database);
  assert.ok(tables.length >= 10);
  for (const { name } of tables) {
    const primary = keys.find((key) => key.table === name && key.kind === 'p');
    assert.ok(primary, `${name} has no primary key`);
    if (!WITHOUT_ACCOUNT.has(name)) assert.equal(primary.columns[0], 'account_id', name);
  }
  for (const { table, kind, columns, target } of keys)
    if (kind === 'f' && target === 'panel_user') assert.deepEqual(columns, ['user_id'], table);
    else if (kind === 'f') {
      assert.equal(columns[0], 'account_id', `${table} → ${target}`);
      assert.ok(!WITHOUT_ACCOUNT.has(table) && !WITHOUT_ACCOUNT.has(target!), `${table} → ${target}`);
    }
  for (const { table, index, first } of uniques)
    if (!WITHOUT_ACCOUNT.has(table)) assert.equal(first, 'account_id', index);
});

/** Statements that look over accounts, on purpose: the installer's own, never in the way of a call. */
const OVER_ACCOUNTS = [/from account order by created_at/];

test('no statement of the program reaches over accounts', () => {
  const root = path.join(import.meta.dirname, '../..');
  const owned = [
    'account',
    'api_token',
    'audit_entry',
    'audit_head',
    'credit_balance',
    'verification',
    'credit_entry',
    'idempotency_key',
    'verification_event',
    'invitation',
    'link',
    'capture',
    'face_attempt',
  ];
  const touched = new RegExp(`\\b(?:from|update|into|join) (?:${owned.join('|')})\\b`);
  let statements = 0;
  for (const file of globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })) {
    const code = readFileSync(path.join(root, file), 'utf8');
    for (const [, statement] of code.matchAll(/\bsql(?:<[^`]*>)?`((?:[^`]|\$\{[^}]*\})*)`/g)) {
      const text = statement!.replace(/\s+/g, ' ');
      if (!touched.test(text)) continue;
      statements += 1;
      if (OVER_ACCOUNTS.some((allowed) => allowed.test(text))) continue;
      assert.match(text, /account_id = |insert into \w+ \(account_id/, `${file}: ${text}`);
    }
  }
  assert.ok(statements >= 25, `only ${statements} statements were found: the test no longer reads them`);
});

test('no SQL that a distributed PostgreSQL refuses', () => {
  const text = knownMigrations
    .map((name) => readFileSync(path.join(import.meta.dirname, 'migrations', name), 'utf8'))
    .join('\n')
    .replace(/--.*$/gm, '')
    .toLowerCase();
  for (const refused of [
    /\btrigger\b/,
    /\block table\b/,
    /\blisten\b/,
    /\bnotify\b/,
    /\bexclude\b/,
    /\binherits\b/,
    /\bserial\b/,
    /\bidentity\b/,
    /\bcreate rule\b/,
  ])
    assert.doesNotMatch(text, refused);
});
