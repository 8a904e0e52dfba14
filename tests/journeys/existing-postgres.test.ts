// An installer brings a PostgreSQL, and runs the calls in one process and the messages in another.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { keyFile, openCertificateAuthority } from '../counterparts/pki.ts';
import { debianPostgresPrograms, postgresOfDebian, type PostgresOfDebian } from '../counterparts/postgres-of-debian.ts';
import { SmsHttp } from '../counterparts/sms-http.ts';
import { RunningService } from '../faults/running-service.ts';
import { Caller } from './caller.ts';

const programs = debianPostgresPrograms();
const key = randomBytes(32).toString('base64');

let postgres: PostgresOfDebian;
let provider: SmsHttp;
let keys: string;
let settings: Readonly<Record<string, string>>;
const opened: RunningService[] = [];

before(async () => {
  if (programs === null) return;
  postgres = await postgresOfDebian(programs);
  provider = new SmsHttp();
  keys = await mkdtemp(path.join(tmpdir(), 'cotejo-keys-'));
  settings = {
    DATABASE_URL: postgres.url,
    COTEJO_KEY: key,
    COTEJO_PUBLIC_URL: 'https://id.example.com',
    COTEJO_SMS_GATEWAY: 'http',
    COTEJO_SMS_SETTINGS: JSON.stringify({
      url: `http://127.0.0.1:${await provider.listen()}/messages`,
      body: {
        kind: 'json',
        value: { to: '{{to}}', from: '{{sender}}', text: '{{text}}', reference: '{{reference}}' },
      },
    }),
  };
});
after(async () => {
  for (const one of opened) await one.remove();
  await provider?.close();
  await postgres?.remove();
  if (programs !== null) await rm(keys, { recursive: true });
});

/** Stories about a server that has to be there; what is embedded listens on no port. */
function withPostgres(title: string, story: (t: TestContext) => Promise<void>): void {
  test(title, async (t) =>
    programs === null ? t.diagnostic('NOT RUN: no PostgreSQL here (Debian: apt-get install postgresql)') : story(t),
  );
}

async function serviceWith(more: Readonly<Record<string, string>> = {}): Promise<RunningService> {
  const service = await RunningService.create({ ...settings, ...more });
  opened.push(service);
  return service;
}

/** What production wants besides: keys of one's own for certificates. */
async function ownKeys(folder: string): Promise<Readonly<Record<string, string>>> {
  const [notBefore, notAfter] = [new Date('2026-01-01'), new Date('2046-01-01')];
  const authority = openCertificateAuthority('Firmas de Ejemplo', notBefore, notAfter);
  const issued = authority.issue({ commonName: 'Firma', profile: 'signer', notBefore, notAfter });
  const file = path.join(folder, 'keys.p12');
  await writeFile(file, keyFile(issued, authority.root, 'a password'));
  return {
    COTEJO_PRODUCTION: 'true',
    COTEJO_SIGNER_FILE: file,
    COTEJO_SIGNER_PASSWORD: 'a password',
    COTEJO_TSA: 'http://127.0.0.1:1/',
  };
}

withPostgres('calls in one process and messages in another, whichever is there first', async (t) => {
  const [worker, api] = [await serviceWith(), await serviceWith()];
  await worker.start(['--role', 'worker']);
  await api.start(['--role', 'api']);
  t.diagnostic(`PostgreSQL ${postgres.version}`);
  for (let tries = 0; !api.output.includes('API token') && tries < 100; tries += 1) await delay(20);
  assert.match(api.output, /API user +api-\d+\n/, 'the first account is told where calls are served');
  assert.doesNotMatch(worker.output, /API token/);
  const kept = await readdir(worker.folder);
  assert.ok(!kept.includes('keys') && !kept.includes('outbox'), kept.join());

  const account = await worker.createAccount(10);
  const caller = new Caller({ url: api.url, ...account });
  assert.equal((await caller.as({ url: worker.url }).call('GetCreditos')).status, 404);
  const { fields } = await caller.call('VerificarIdentidad', { Telefono: '34650000001' });
  assert.deepEqual([fields['Res'], fields['Cred']], [1, 9]);
  await sent(1);
  assert.match(provider.taken[0]!.text, /https:\/\/id\.example\.com\/i\/\S+/);
  assert.equal(provider.taken[0]!.to, '34650000001');

  await worker.stop();
  await caller.call('VerificarIdentidad', { Telefono: '34650000002' });
  await delay(1500);
  assert.equal(provider.taken.length, 1, 'who only answers calls sends nothing');
  await worker.start(['--role', 'worker']);
  await sent(2);
  await worker.stop();
  await api.stop();
});

async function sent(count: number): Promise<void> {
  for (let tries = 0; provider.taken.length < count && tries < 200; tries += 1) await delay(50);
  assert.equal(provider.taken.length, count);
}

withPostgres(
  'in production a server that may forget what it acknowledged is refused, and what is off is named',
  async () => {
    const service = await serviceWith(await ownKeys(keys));
    for (const [setting, off, on] of [
      ['fsync', 'alter system set fsync = off', 'alter system reset fsync'],
      ['full_page_writes', 'alter system set full_page_writes = off', 'alter system reset full_page_writes'],
      [
        'synchronous_commit',
        'alter role cotejo set synchronous_commit = off',
        'alter role cotejo reset synchronous_commit',
      ],
    ] as const) {
      await postgres.asAdministrator(off);
      await postgres.asAdministrator('select pg_reload_conf()');
      await delay(200);
      const before = service.output.length;
      await assert.rejects(service.start(), /ended with 2/);
      assert.match(
        service.output.slice(before),
        new RegExp(`DATABASE_URL: the server may forget what it acknowledged: ${setting} is off\\n`),
      );
      await postgres.asAdministrator(on);
      await postgres.asAdministrator('select pg_reload_conf()');
    }
    await delay(200);
    await service.start();
    assert.equal(await service.stop(), 0);
  },
);

withPostgres("another installation's key is refused before anything is served", async () => {
  const service = await serviceWith({ COTEJO_KEY: randomBytes(32).toString('base64') });
  await assert.rejects(service.start(), /ended with 2/);
  assert.match(service.output, /this database belongs to the installation key [0-9a-f]{16}, not to [0-9a-f]{16}/);
  assert.ok(!service.output.includes(key));
});

withPostgres('a server that does not answer, and a password that is wrong, are told in one line', async () => {
  const away = await serviceWith({ DATABASE_URL: 'postgres://cotejo:owner@127.0.0.1:1/cotejo' });
  await assert.rejects(away.start(), /ended with 2/);
  assert.match(away.output, /^cotejo: serve: DATABASE_URL: the server cannot be used \(ECONNREFUSED\)\n$/);
  const wrong = await serviceWith({ DATABASE_URL: postgres.url.replace('owner', 'guess') });
  await assert.rejects(wrong.start(), /ended with 2/);
  assert.match(wrong.output, /^cotejo: serve: DATABASE_URL: the server cannot be used \(28P01\)\n$/);
});

withPostgres('wrong settings of the gateway are told, and nobody is served by half a service', async () => {
  const service = await serviceWith({ COTEJO_SMS_SETTINGS: '{"url":"https://sms.example.com"}' });
  await assert.rejects(service.start([], 10_000), /ended with 2/);
  assert.match(service.output, /^cotejo: serve: COTEJO_SMS_SETTINGS: body/m);
});

withPostgres('a worker by itself is not guessing where applicants come to', async () => {
  const service = await serviceWith({ COTEJO_PUBLIC_URL: '' });
  await assert.rejects(service.start(['--role', 'worker']), /ended with 2/);
  assert.match(service.output, /^cotejo: serve: COTEJO_PUBLIC_URL: a worker by itself/);
});

withPostgres('while a newer version has brought the tables further, this one goes on, and starts again', async () => {
  const service = await serviceWith();
  await service.start();
  const caller = new Caller({ url: service.url, ...(await service.createAccount(10)) });
  const served = async (phone: string): Promise<void> => {
    const { fields } = await caller.call('VerificarIdentidad', { Telefono: phone });
    assert.equal(fields['Res'], 1);
  };
  const before = provider.taken.length;
  await served('34650000003');
  await postgres.asAdministrator("insert into schema_migration values ('9999-of-a-newer-version.sql', now())");
  for (const table of ['account', 'verification', 'invitation', 'credit_entry'])
    await postgres.asAdministrator(`alter table ${table} add column of_a_newer_version text default 'x'`);
  await postgres.asAdministrator('create table of_a_newer_version (account_id bigint primary key)');
  await served('34650000004');
  assert.equal(await service.isReady(), true);
  await service.stop();
  await service.start();
  await served('34650000005');
  await sent(before + 3);
  assert.match(await service.command('credits', 'check'), /everything balances/);
  assert.equal(await service.stop(), 0);
});
