// An integrator without phones, people or credits: every status and every result, by numbers of a table.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { changeAccount } from '../../src/access/account.store.ts';
import { verifyCertificate } from '../../src/certificate/verify.client.ts';
import { checkLedger } from '../../src/credits/ledger.store.ts';
import { livenessChecks } from '../../src/engine/liveness/checks/index.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import type { SmsGateway } from '../../src/notification/sms/gateway.ts';
import { testNumbers } from '../../src/rehearsal/test-numbers.ts';
import { type Assessment, isMeasured } from '../../src/verification/assessment.ts';
import { InstallationHere, type ServiceHere } from './service-here.ts';

/** What the company is told in the end. `Resultado`: null where there is none yet; `> 80` where it is a percentage. */
type Told = {
  readonly Estado: string;
  readonly EstadoEnvio: string;
  readonly Resultado: number | '> 80' | null;
  readonly MotivoCodigo?: string;
};
const waiting = (Estado: string): Told => ({ Estado, EstadoEnvio: 'Entregado', Resultado: null });
const ended = (Estado: string, EstadoEnvio: string): Told => ({ Estado, EstadoEnvio, Resultado: null });
const assessed = (Resultado: Told['Resultado'], Estado = '5001'): Told => ({
  Estado,
  EstadoEnvio: 'Entregado',
  Resultado,
});
const rejected = (MotivoCodigo: string, Resultado: Told['Resultado']): Told => ({
  Estado: '5500',
  EstadoEnvio: 'Entregado',
  Resultado,
  MotivoCodigo,
});

const table: Readonly<Record<string, Told>> = {
  '34600000001': waiting(''),
  '34600000002': ended('', 'No entregable'),
  '34600000003': ended('', 'Caducado'),
  '34600000004': ended('', 'Cancelado'),
  '34600000005': ended('3000', 'Caducado'),
  '34600003000': waiting('3000'),
  '34600003001': waiting('3001'),
  '34600003002': waiting('3002'),
  '34600003003': waiting('3003'),
  '34600005000': waiting('5000'),
  '34600005001': assessed('> 80'),
  '34600005100': assessed('> 80', '5100'),
  '34600005101': assessed(-1, '5100'),
  '34600005501': rejected('not-the-holder', -8),
  '34600005502': rejected('not-live', -6),
  '34600005503': rejected('document-not-genuine', -8),
  '34600005504': rejected('document-expired', -5),
  '34600005505': rejected('document-unreadable', -8),
  '34600005506': rejected('document-not-accepted', '> 80'),
  '34600005507': rejected('number-not-the-requested', -9),
  '34600005508': rejected('applicant-minor', -2),
  '34600005509': rejected('several-persons', -4),
  '34600005510': rejected('under-pressure', '> 80'),
  '34600005511': rejected('other', '> 80'),
  '34600009001': assessed(-1),
  '34600009002': assessed(-2),
  '34600009003': assessed(-3),
  '34600009004': assessed(-4),
  '34600009005': assessed(-5),
  '34600009006': assessed(-6),
  '34600009007': assessed(-7),
  '34600009008': assessed(-8),
  '34600009018': assessed(-8),
  '34600009009': assessed(-9),
};

/** A machine with nothing else to do needs a tenth of it. */
const PATIENCE_MS = 900_000;
const beganAt = performance.now();

let here: InstallationHere;
let served: ServiceHere;
let company: Awaited<ReturnType<InstallationHere['newCaller']>>;
/** The ID of each number's verification. */
const ids = new Map<string, string>();
const sent: string[] = [];

before(async () => {
  here = await InstallationHere.open();
  const gateway: SmsGateway = {
    name: 'here',
    send({ to }) {
      sent.push(to);
      return Promise.resolve({ kind: 'refused', code: 'nobody is to be written to' });
    },
    close: () => Promise.resolve(),
  };
  served = await here.start({ gateway, certifying: {}, measures: true });
  company = await here.newCaller(served.url, 0);
  await changeAccount(here.installation.database, accountOf(company), { settings: { mode: 'test' } });
});
after(() => here?.remove());

const accountOf = ({ apiUser }: { readonly apiUser: string }): AccountId =>
  Number(apiUser.slice('api-'.length)) as AccountId;

const ask = async (
  name: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> => (await company.call(name, parameters)).fields;

async function told(id: string): Promise<Told> {
  const report = await ask('GetReportIdentidad', { Id: id });
  assert.equal(report['Prueba'], 'Si');
  const result = String(report['Result']);
  const resultado = result === '' ? null : (JSON.parse(result) as { Resultado: number }).Resultado;
  return {
    Estado: String(report['Estado']),
    EstadoEnvio: String(report['EstadoEnvio']),
    Resultado: resultado !== null && resultado > 80 ? '> 80' : resultado,
    ...(report['MotivoCodigo'] === undefined ? {} : { MotivoCodigo: String(report['MotivoCodigo']) }),
  };
}

async function eventsOf(id: string): Promise<readonly string[]> {
  const { rows } = await sql<{ state: string }>`
    select state from verification_event where verification_id = ${Number(id)} order by event_number`.execute(
    here.installation.database,
  );
  return rows.map(({ state }) => state);
}

test('the table has every number', () => {
  assert.deepEqual(Object.keys(table).sort(), [...testNumbers.keys()].sort());
});

test('each is asked for and costs nothing', async () => {
  for (const Telefono of testNumbers.keys()) {
    // As a client does that was not answered, because the machine is too busy: the same call under the same key.
    const caller = company.as({ headers: { 'idempotency-key': Telefono } });
    let answer = await caller.call('VerificarIdentidad', { Telefono, Dni: '00000000T' });
    for (let tries = 1; answer.status === 503 && tries < 20; tries += 1)
      answer = await caller.call('VerificarIdentidad', { Telefono, Dni: '00000000T' });
    const { fields } = answer;
    assert.deepEqual([fields['Res'], fields['Cred']], [1, 0], Telefono);
    ids.set(Telefono, String(fields['ID']));
  }
});

/** The last that happens to whoever ends so. */
const lastOf = ({ Estado, EstadoEnvio }: Told): string =>
  EstadoEnvio === 'Entregado' ? milestoneOf[Estado as keyof typeof milestoneOf] : 'lapsed';
const milestoneOf = {
  '': 'invited',
  '3000': 'opened',
  '3001': 'face-asked',
  '3002': 'front-asked',
  '3003': 'back-asked',
  '5000': 'submitted',
  '5001': 'assessed',
  '5100': 'validated',
  '5500': 'rejected',
} as const;

for (const [Telefono, expected] of Object.entries(table))
  test(`${Telefono}: ${[expected.Estado, expected.EstadoEnvio, expected.Resultado, expected.MotivoCodigo].filter((word) => word).join(', ')}`, async () => {
    const id = ids.get(Telefono)!;
    const last = lastOf(expected);
    while ((await eventsOf(id)).at(-1) !== last) {
      if (performance.now() - beganAt > PATIENCE_MS) assert.fail(`it stays at ${(await eventsOf(id)).join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await told(id), expected);
  });

test('whoever was to stop has stopped, and no message went out, no link was made, nothing was charged', async () => {
  for (const [Telefono, expected] of Object.entries(table))
    assert.equal((await eventsOf(ids.get(Telefono)!)).at(-1), lastOf(expected), Telefono);
  assert.deepEqual(sent, []);
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from gateway_message) as handed_over, (select count(*) from link) as links,
      (select count(*) from invitation where gateway is not null or sealed_text is not null) as composed,
      (select count(*) from credit_entry where verification_id is not null) as entries,
      (select count(*) from verification where rehearsal is null) as people`.execute(here.installation.database);
  assert.deepEqual(rows, [{ handed_over: 0, links: 0, composed: 0, entries: 0, people: 0 }]);
  assert.deepEqual((await checkLedger(here.installation.database, accountOf(company))).faults, []);
});

test('what is certified of a test says so', async () => {
  const answer = await fetch(`${served.url}/GetCertificadoIdentidad?Id=${ids.get('34600005100')!}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${company.apiUser}:${company.apiToken}`)}` },
  });
  assert.equal(answer.headers.get('content-type'), 'application/pdf');
  const report = await verifyCertificate(await answer.bytes(), { anchors: [], now: new Date() });
  assert.deepEqual([report.isValid, report.statement?.isTest], [true, true]);
});

test('other numbers are refused in test mode, and mean nothing to a live account', async () => {
  const refused = await ask('VerificarIdentidad', { Telefono: '34600000099' });
  assert.equal(refused['Res'], -3);
  assert.match(String(refused['Error']), /^Telefono: su cuenta está en modo de prueba/);
  const live = await here.newCaller(served.url, 10);
  const { fields } = await live.call('VerificarIdentidad', { Telefono: '34600005100' });
  assert.deepEqual([fields['Res'], fields['Cred']], [1, 9]);
  while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(sent, ['34600005100']);
  const report = await live.call('GetReportIdentidad', { Id: fields['ID'] });
  assert.equal('Prueba' in report.fields, false);
});

test('what was measured and what was supplied stands among the findings', async () => {
  for (const Telefono of ['34600005001', '34600009006']) {
    const { rows } = await sql<{ assessment: Assessment }>`
      select assessment from verification where verification_id = ${Number(ids.get(Telefono))}`.execute(
      here.installation.database,
    );
    const { findings } = rows[0]!.assessment;
    const supplied = findings.filter((finding) => finding.details?.['test'] === true).map(({ check }) => check);
    const isMeasuredWhole = Telefono === '34600009006';
    assert.deepEqual(
      [...supplied].sort(),
      isMeasuredWhole ? [] : livenessChecks.map(({ check }) => check).sort(),
      'a supplied face supplies every liveness check, and nothing else',
    );
    const mark = findings.find(({ check }) => check === 'rehearsal/test-applicant');
    assert.ok(mark !== undefined && isMeasured(mark));
    assert.deepEqual(mark.details, {
      applicant: isMeasuredWhole ? 'faceless' : 'alike',
      face: isMeasuredWhole ? 'measured' : 'supplied',
      document: 'measured',
    });
  }
});
