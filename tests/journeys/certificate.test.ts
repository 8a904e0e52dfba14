// A verification is accepted; the company hears of it, downloads the certificate, and somebody who knows nothing of us checks it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { verifyCertificate } from '../../src/certificate/verify.client.ts';
import { openEvidence } from '../../src/cli/applicants.ts';
import { enter } from '../../src/credits/ledger.store.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import type { SmsGateway } from '../../src/notification/sms/gateway.ts';
import { accountWalls } from '../../src/storage/account-wall.client.ts';
import { type Queue, openQueue } from '../../src/storage/queue.client.ts';
import { type Job, jobKinds } from '../../src/verification/jobs.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { advanceOver, findVerification } from '../../src/verification/verification.store.ts';
import { send } from '../contract/exchange.ts';
import { bringToApproved } from '../counterparts/certifiable.ts';
import { judgeByOthers } from '../counterparts/certificate-oracles.ts';
import { keyFile, openCertificateAuthority } from '../counterparts/pki.ts';
import { type Tsa, startTsa } from '../counterparts/tsa.ts';
import { InstallationHere, type ServiceHere } from './service-here.ts';

const clock = (): Date => new Date();
const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2065-01-01'));

let here: InstallationHere;
let served: ServiceHere;
let queue: Queue<Job>;
let tsa: Tsa;
let keys: string;

before(async () => {
  here = await InstallationHere.open();
  tsa = await startTsa();
  keys = await mkdtemp(path.join(tmpdir(), 'cotejo-keys-'));
  const period = { notBefore: new Date('2026-01-01'), notAfter: new Date('2036-01-01') };
  const signer = authority.issue({ commonName: 'Banco Ejemplar, S.A.', profile: 'signer', ...period });
  await writeFile(path.join(keys, 'keys.p12'), keyFile(signer, authority.root, 'a password'));
  const gateway: SmsGateway = {
    name: 'here',
    send: ({ to }) => Promise.resolve({ kind: 'accepted', gatewayMessageIds: [`${to}-${performance.now()}`] }),
    close: () => Promise.resolve(),
  };
  served = await here.start({
    clock,
    gateway,
    certifying: {
      COTEJO_SIGNER_FILE: path.join(keys, 'keys.p12'),
      COTEJO_SIGNER_PASSWORD: 'a password',
      COTEJO_TSA: tsa.url,
    },
  });
  const { address } = here.installation;
  queue = await openQueue<Job>({
    address,
    kinds: jobKinds,
    concurrency: 0,
    clock,
    onError: (error) => assert.fail(error as Error),
  });
});
after(async () => {
  await queue?.stop();
  await here?.remove();
  await tsa?.close();
  await rm(keys, { recursive: true });
});

type Company = Awaited<ReturnType<InstallationHere['newCaller']>>;
type Place = { readonly accountId: AccountId; readonly id: VerificationId };

const placeOf = ({ apiUser }: Company, id: string): Place => ({
  accountId: Number(apiUser.slice('api-'.length)) as AccountId,
  id: Number(id) as VerificationId,
});

async function untilState({ accountId, id }: Place, state: Verification['state']): Promise<void> {
  let found: Verification | null = null;
  for (let tries = 0; tries < 600 && found?.state !== state; tries += 1) {
    found = await findVerification(here.installation.database, accountId, id);
    await delay(50);
  }
  assert.equal(found?.state, state);
}

/** Asks for a verification and lets the applicant, the engine and the policy do what they do. */
async function accepted(company: Company, telephone: string): Promise<string> {
  const { fields } = await company.call('VerificarIdentidad', { Telefono: telephone });
  const id = String(fields['ID']);
  await untilState(placeOf(company, id), 'invited');
  const { database } = here.installation;
  const evidence = openEvidence(here.installation, { dataFolder: here.folder, clock });
  const advance = advanceOver({ within: accountWalls(database), enqueue: queue.enqueue, enter });
  await bringToApproved({ database, evidence, advance, now: clock }, placeOf(company, id));
  return id;
}

async function download({ apiUser, apiToken }: Company, id: string) {
  const Authorization = `Basic ${Buffer.from(`${apiUser}:${apiToken}`).toString('base64')}`;
  const headers = { Authorization, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ Id: id, Resp: 'JSON' });
  return send(served.url, { method: 'POST', path: '/GetCertificadoIdentidad', headers, body });
}

test('from the acceptance to a certificate that anybody can check', async () => {
  const company = await here.newCaller(served.url);
  const id = await accepted(company, '34600000001');
  await untilState(placeOf(company, id), 'validated');
  assert.equal((await company.call('GetReportIdentidad', { Id: id })).fields['Estado'], '5100');

  const { status, headers, body } = await download(company, id);
  assert.deepEqual(
    [status, headers['content-type'], headers['content-disposition'], Number(headers['content-length'])],
    [200, 'application/pdf', `attachment; filename="certificado-${id}.pdf"`, body.byteLength],
  );
  const anchors = [authority.root, tsa.authority.root];
  const report = await verifyCertificate(Uint8Array.from(body), { anchors, now: clock() });
  assert.deepEqual(report.faults, []);
  assert.deepEqual([report.signer?.name, report.statement?.id], ['Banco Ejemplar, S.A.', Number(id)]);
  assert.deepEqual(report.statement?.issuer.checkUrl, 'http://localhost:8080/verify');
  assert.deepEqual(await judgeByOthers(body, tsa.authority.root), {
    pdfsig: 'Signature is Valid.',
    coversAll: true,
    qpdf: 'clean',
    signatureToken: true,
    documentToken: true,
  });

  const digests = new Set<string>();
  for (let time = 0; time < 5; time += 1)
    digests.add(
      createHash('sha256')
        .update((await download(company, id)).body)
        .digest('hex'),
    );
  assert.deepEqual([...digests], [report.sha256]);
});

test('before it is there the answer says so; what is unknown and what is another company’s get one answer', async () => {
  const company = await here.newCaller(served.url);
  const { fields } = await company.call('VerificarIdentidad', { Telefono: '34600000002' });
  const early = (await download(company, String(fields['ID']))).body.toString();
  assert.match(early, /^\[\{"Res":-5,"Error":"El certificado todavía no existe/);

  const other = await here.newCaller(served.url);
  const id = await accepted(other, '34600000003');
  await untilState(placeOf(other, id), 'validated');
  const [foreign, unknown] = [await download(company, id), await download(company, '123456789')];
  assert.match(foreign.body.toString(), /"Res":-4/);
  assert.equal(foreign.body.toString(), unknown.body.toString());
});

test('while no authority stamps the company is told nothing, and then of a certificate that is there', async () => {
  const company = await here.newCaller(served.url);
  tsa.behave('down');
  const id = await accepted(company, '34600000004');
  const asked = tsa.queries();
  for (let tries = 0; tsa.queries() === asked && tries < 200; tries += 1) await delay(50);
  await delay(300);
  assert.equal((await company.call('GetReportIdentidad', { Id: id })).fields['Estado'], '5001');
  const metrics = await (await fetch(`${served.url}/metrics`)).text();
  assert.match(metrics, /cotejo_certificate_attempts_total\{outcome="no-time-stamp"\} [1-9]/);
  tsa.behave('stamp');
  await untilState(placeOf(company, id), 'validated');
  assert.match((await download(company, id)).body.toString('latin1'), /^%PDF-/);
});

test('a damaged file is never sent: the caller gets an error, whoever runs the service a count', async () => {
  const company = await here.newCaller(served.url);
  const id = await accepted(company, '34600000005');
  await untilState(placeOf(company, id), 'validated');
  const folder = path.join(here.folder, 'certificates', company.apiUser.slice('api-'.length), id);
  const [name] = await readdir(folder);
  const stored = await readFile(path.join(folder, name!));
  await writeFile(path.join(folder, name!), stored.with(stored.length >> 1, stored[stored.length >> 1]! ^ 1));
  assert.match((await download(company, id)).body.toString(), /^\[\{"Res":-5,"Error":"Error interno/);
  const metrics = await (await fetch(`${served.url}/metrics`)).text();
  assert.match(metrics, /cotejo_certificate_attempts_total\{outcome="damaged"\} 1/);
  await writeFile(path.join(folder, name!), stored);
  assert.match((await download(company, id)).body.toString('latin1'), /^%PDF-/);
});
