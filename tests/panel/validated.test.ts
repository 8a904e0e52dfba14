// From an operator's word to a 5100 whose certificate is downloaded in the panel, and judged by our own reader of signatures.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { openEvidence } from '../../src/cli/applicants.ts';
import { requestDetailSchema } from '../../src/panel/request.schema.ts';
import type { SmsGateway } from '../../src/notification/sms/gateway.ts';
import { RunningClock } from '../counterparts/applicant.ts';
import { keyFile, openCertificateAuthority } from '../counterparts/pki.ts';
import { type Tsa, startTsa } from '../counterparts/tsa.ts';
import { InstallationHere } from '../journeys/service-here.ts';
import { StepsHere } from './assessed-here.ts';
import { PanelHere } from './panel-here.ts';

const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2065-01-01'));
const clock = new RunningClock();

let here: InstallationHere;
let panel: PanelHere;
let steps: StepsHere;
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
  const { url } = await here.start({
    clock: clock.now,
    gateway,
    certifying: {
      COTEJO_SIGNER_FILE: path.join(keys, 'keys.p12'),
      COTEJO_SIGNER_PASSWORD: 'a password',
      COTEJO_TSA: tsa.url,
    },
  });
  const evidence = openEvidence(here.installation, { dataFolder: here.folder, clock: clock.now });
  panel = PanelHere.over({ installation: here.installation, evidence, clock, url, remove: () => here.remove() });
  steps = await StepsHere.over(panel);
});
after(async () => {
  await steps?.stop();
  await panel?.remove();
  await tsa?.close();
  await rm(keys, { recursive: true });
});

test('what an operator validates becomes a 5100, and its certificate is downloaded and written down', async () => {
  const company = await panel.newCompany();
  const at = `accounts/${company.account}`;
  const { browser: operator } = await panel.signUp('operadora', 'operator', company.account);
  const id = await steps.assessed(company, { outcome: 'review' });
  assert.equal((await operator.post(`${at}/desk/next`, { queue: 'desk' })).status, 200);
  assert.equal((await operator.get(`${at}/requests/${id}/certificate`)).status, 404);
  assert.equal((await operator.post(`${at}/desk/cases/${id}/rule`, { decision: 'validate' })).status, 200);
  clock.turn(10_000);
  await steps.reaches({ accountId: company.account, id }, 'validated');
  const { fields } = await company.caller.call('GetReportIdentidad', { Id: String(id) });
  assert.equal(fields['Estado'], '5100');
  const detail = requestDetailSchema.parse((await operator.get(`${at}/requests/${id}`)).json);
  assert.deepEqual([detail.hasCertificate, detail.request.state], [true, 'validated']);
  assert.deepEqual(
    detail.timeline.slice(-2).map(({ milestone }) => milestone),
    ['approved', 'validated'],
  );
  const certificate = await operator.get(`${at}/requests/${id}/certificate`);
  assert.equal(certificate.status, 200);
  assert.equal(certificate.headers.get('content-type'), 'application/pdf');
  assert.match(certificate.headers.get('content-disposition')!, /^attachment; filename="\d+\.pdf"$/);
  assert.ok(certificate.text.startsWith('%PDF-'));
});
