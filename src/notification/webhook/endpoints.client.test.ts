import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { CallbackWorld, judgeHits, wholeCourse } from '../../../tests/counterparts/callback-world.ts';
import { isSignedWith, WebhookReceiver } from '../../../tests/counterparts/webhook-receiver.ts';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../kernel/instant.ts';
import { forgetPerson } from '../../verification/forget.store.ts';
import type { EndpointSettings } from './endpoints.ts';
import { forgetReplies } from './record.store.ts';
import { refusalText } from './refusal-text.ts';
import { strictRules } from './egress-rules.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

type Answer = { readonly status: number; readonly body?: string };
type Asked = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly fields: Record<string, unknown>;
};

/** A receiver of JSON that answers as it is told to. */
async function receiver(answer: (asked: Asked) => Answer) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const one = { headers, body, fields: JSON.parse(body) as Record<string, unknown> };
      asked.push(one);
      const { status, body: reply = '' } = answer(one);
      response.writeHead(status).end(reply);
    });
  });
  server.unref(); // a test that fails closes nothing, and is to end all the same
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { asked, url, close: () => (server.closeAllConnections(), server.close()) };
}

const settingsFor = (url: string, more: Partial<EndpointSettings> = {}): EndpointSettings => ({
  url,
  encoding: 'json',
  payload: 'strings',
  credentials: null,
  ...more,
});
const echo = ({ fields }: Asked): Answer => ({ status: 200, body: String(fields['challenge'] ?? '') });

test('an endpoint is saved when its receiver answers the challenge, and is told what happens from then on', async () => {
  const accountId = await world.newAccount();
  const endpoints = world.endpoints();
  const { url, asked, close } = await receiver(echo);
  const saved = await endpoints.saveEndpoint(accountId, settingsFor(url));
  assert.ok(saved.ok);
  assert.equal(saved.value.endpoint.url, url);
  assert.ok(isSignedWith(saved.value.secret!, asked[0]!.body, asked[0]!.headers));
  assert.equal(asked[0]!.headers['webhook-test'], 'true');
  // Once more: the secret stays.
  const again = await endpoints.saveEndpoint(accountId, settingsFor(url, { payload: 'typed' }));
  assert.ok(again.ok && again.value.secret === null && again.value.endpoint.payload === 'typed');
  const tried = await endpoints.testDelivery(accountId);
  assert.ok(tried.ok && tried.value.outcome === 'delivered');
  assert.equal(asked.at(-1)!.fields['ID'], '0');
  close();
  await endpoints.egress.close();
});

test('a receiver that was written for the contract proves itself by telling the right password from a wrong one', async () => {
  const accountId = await world.newAccount();
  const endpoints = world.endpoints();
  const right = `Basic ${Buffer.from('ana:s3creto:ñ').toString('base64')}`;
  const { url, asked, close } = await receiver(({ headers }) => ({
    status: headers['authorization'] === right ? 200 : 401,
    body: 'OK',
  }));
  const credentials = { user: 'ana', password: 's3creto:ñ' };
  assert.ok((await endpoints.saveEndpoint(accountId, settingsFor(url, { credentials }))).ok);
  assert.equal(asked.length, 2);
  const { rows } = await sql<{ sealed: Buffer }>`select sealed_credentials as sealed from callback_endpoint`.execute(
    world.database,
  );
  assert.ok(rows.length > 0);
  for (const { sealed } of rows) assert.ok(!sealed?.includes('s3creto'), 'the password is readable in the database');
  close();
  await endpoints.egress.close();
});

test('no endpoint is saved without proof, and why is said', async () => {
  const accountId = await world.newAccount();
  const endpoints = world.endpoints();
  const answers: readonly [Answer | ((asked: Asked) => Answer), object][] = [
    [{ status: 200, body: 'OK' }, { kind: 'challenge-unanswered' }],
    [{ status: 404 }, { kind: 'challenge-refused', status: 404 }],
    [{ status: 302 }, { kind: 'challenge-refused', status: 302 }],
    // A page that repeats whatever it is sent.
    [({ body }) => ({ status: 200, body }), { kind: 'challenge-unanswered' }],
  ];
  for (const [answer, refusal] of answers) {
    const { url, close } = await receiver(typeof answer === 'function' ? answer : () => answer);
    assert.deepEqual(await endpoints.saveEndpoint(accountId, settingsFor(url)), { ok: false, refusal });
    const credentials = { user: 'ana', password: 'x' };
    const withPassword = await endpoints.saveEndpoint(accountId, settingsFor(url, { credentials }));
    assert.deepEqual(withPassword, { ok: false, refusal });
    close();
  }
  assert.equal(await endpoints.endpointOf(accountId), null);
  const credentials = { user: 'a:b', password: 'x' };
  const unreadable = await endpoints.saveEndpoint(accountId, settingsFor('http://127.0.0.1:1/', { credentials }));
  assert.ok(!unreadable.ok && unreadable.refusal.kind === 'credentials-unreadable');
  await endpoints.egress.close();
});

test('what the installer could allow is named where plain http on this machine is refused', async () => {
  const accountId = await world.newAccount();
  const endpoints = world.endpoints({ rules: strictRules });
  for (const url of [
    'http://localhost:3000/hook',
    'https://localhost/hook',
    'https://127.0.0.1/hook',
    'https://198.51.100.7:3000/',
  ]) {
    const refused = await endpoints.saveEndpoint(accountId, settingsFor(url));
    assert.ok(!refused.ok);
    for (const language of ['es', 'en'] as const)
      assert.match(refusalText(refused.refusal, language), /COTEJO_CALLBACK_LOCAL=true/, url);
  }
  await endpoints.egress.close();
});

test('while a secret is changed both sign, and afterwards the new one alone', async () => {
  let now = Date.parse('2026-05-04T08:00:00Z');
  const clock = (): Date => new Date(now);
  const { server, url } = await journal();
  const company = await world.newCompany(url);
  const endpoints = world.endpoints({ clock });
  const worker = world.worker({ clock });
  const rotated = await endpoints.rotateSecret(company.accountId, 1);
  assert.ok(rotated.ok);
  const signers = async (): Promise<readonly boolean[]> => {
    await world.step(await world.newLine(company), clock());
    await worker.poll();
    await worker.quiet();
    const { headers } = server.hits.at(-1)!;
    const count = headers['webhook-signature']!.split(' ').length;
    return [count === 2, count === 1];
  };
  assert.deepEqual(await signers(), [true, false]);
  now += MS_PER_HOUR + 1;
  assert.deepEqual(await signers(), [false, true]);
  assert.equal((await endpoints.endpointOf(company.accountId))!.previousSecretUntil, null);
  await worker.close();
  await server.close();
  await endpoints.egress.close();
});

async function journal(behave: () => string = () => 'accept') {
  const server = new WebhookReceiver({ behave: () => behave() });
  return { server, url: `http://127.0.0.1:${await server.listen()}/` };
}

test('410 disables with a notice; what waited goes when somebody enables it, in order', async () => {
  let behaviour = 'status=410';
  const { server, url } = await journal(() => behaviour);
  const company = await world.newCompany(url);
  const endpoints = world.endpoints();
  const worker = world.worker();
  await world.fill(company, 2);
  await worker.poll();
  await worker.quiet();
  const endpoint = (await endpoints.endpointOf(company.accountId))!;
  assert.equal(endpoint.disabled?.reason, 'gone');
  assert.equal(endpoint.waiting, 2 * wholeCourse.length);
  const [notice] = await endpoints.noticesOf(company.accountId);
  assert.equal(notice?.kind, 'disabled-gone');
  assert.ok(await endpoints.dismissNotice(company.accountId, notice));
  const hitsBefore = server.hits.length;
  await worker.poll();
  await worker.quiet();
  assert.equal(server.hits.length, hitsBefore, 'a disabled endpoint is called no more');
  behaviour = 'accept';
  assert.ok((await endpoints.enableEndpoint(company.accountId)).ok);
  await worker.poll();
  await worker.quiet();
  assert.deepEqual(judgeHits(server.hits, await world.toldIds(company)), { missing: 0, early: 0, strangers: 0 });
  await worker.close();
  await server.close();
  await endpoints.egress.close();
});

test('a dead letter holds what follows it until it is told again or passed over; after five days the endpoint is disabled', async () => {
  let now = Date.parse('2026-05-04T08:00:00Z');
  const clock = (): Date => new Date(now);
  let refused = new Set<string>();
  const server = new WebhookReceiver({
    behave: ({ body }) => (refused.has(String((JSON.parse(body) as { ID: string }).ID)) ? 'status=500' : 'accept'),
  });
  const company = await world.newCompany(`http://127.0.0.1:${await server.listen()}/`);
  const endpoints = world.endpoints({ clock });
  const worker = world.worker({ clock, chance: () => 0.5 });
  const poison = await world.newLine(company, clock());
  refused.add(String(poison.id));
  while (await world.step(poison, clock()));
  await worker.poll();
  await worker.quiet();
  // Longer than the longest pause, each time; others take their steps meanwhile, so that the endpoint is not out.
  for (let round = 0; round < 10; round++) {
    now += 31 * MS_PER_HOUR;
    worker.pump();
    await worker.quiet();
    await world.step(await world.newLine(company, clock()), clock());
    await worker.poll();
    await worker.quiet();
  }
  const states = async (): Promise<readonly string[]> =>
    (await endpoints.deliveriesOf(company.accountId, poison.id)).map(({ state }) => state);
  assert.deepEqual(await states(), ['dead', 'held', 'held', 'held', 'held', 'held', 'held']);
  assert.equal((await endpoints.noticesOf(company.accountId))[0]?.kind, 'dead-letter');
  const dead = (await endpoints.latestDeliveries(company.accountId, { states: ['dead'], limit: 10 }))[0]!;
  const attempts = await endpoints.attemptsOf(dead);
  assert.equal(attempts.length, dead.attempts);
  assert.ok(
    attempts.length >= 10 && attempts.every(({ outcome, request }) => outcome === 'http-500' && request.isAsSent),
  );
  assert.ok(attempts.at(-1)!.beganAt.getTime() - attempts[0]!.beganAt.getTime() >= 72 * MS_PER_HOUR);
  assert.ok(!server.hits.some(({ verification, status }) => verification === String(poison.id) && status !== '3000'));

  assert.ok((await endpoints.passOver(dead)).ok);
  assert.ok(!(await endpoints.passOver(dead)).ok);
  refused = new Set();
  await worker.poll();
  await worker.quiet();
  assert.deepEqual(worker.errors, []);
  assert.deepEqual(await states(), ['passed-over', ...wholeCourse.slice(1).map(() => 'delivered')]);
  // What was passed over may still be told, and what was told as well.
  assert.ok((await endpoints.deliverAgain(dead)).ok);
  await worker.poll();
  await worker.quiet();
  assert.deepEqual(
    await states(),
    wholeCourse.map(() => 'delivered'),
  );
  assert.equal(server.hits.at(-1)!.status, '3000');

  // Nothing succeeds any more.
  await server.close();
  await world.step(await world.newLine(company, clock()), clock());
  for (let day = 0; day <= 5; day++) {
    assert.equal((await endpoints.endpointOf(company.accountId))!.disabled, null);
    await worker.poll();
    await worker.quiet();
    now += MS_PER_DAY;
  }
  const endpoint = (await endpoints.endpointOf(company.accountId))!;
  assert.equal(endpoint.disabled?.reason, 'failing');
  assert.ok((await endpoints.noticesOf(company.accountId)).some(({ kind }) => kind === 'disabled-failing'));
  assert.deepEqual(worker.errors, []);
  await worker.close();
  await endpoints.egress.close();
});

test('everything since an instant is told once more, also what happened while there was no endpoint', async () => {
  const accountId = await world.newAccount();
  const line = await world.newLine({ accountId });
  const early = new Date(Date.now() - MS_PER_HOUR);
  await world.step(line, early);
  while (await world.step(line));
  const endpoints = world.endpoints();
  assert.deepEqual(await endpoints.replaySince(accountId, early), { ok: false, refusal: { kind: 'no-endpoint' } });
  const seen: string[] = [];
  const { url, close } = await receiver((asked) => {
    if (asked.fields['challenge'] === undefined) seen.push(String(asked.fields['Estado']));
    return echo(asked);
  });
  assert.ok((await endpoints.saveEndpoint(accountId, settingsFor(url))).ok);
  const worker = world.worker();
  assert.deepEqual(await endpoints.replaySince(accountId, new Date(Date.now() - MS_PER_MINUTE)), {
    ok: true,
    value: 6,
  });
  await worker.poll();
  await worker.quiet();
  assert.deepEqual(seen, wholeCourse.slice(1));
  assert.deepEqual(await endpoints.replaySince(accountId, early), { ok: true, value: 7 });
  await worker.poll();
  await worker.quiet();
  assert.deepEqual(seen.slice(6), wholeCourse);
  assert.ok(await endpoints.removeEndpoint(accountId));
  assert.equal(await endpoints.endpointOf(accountId), null);
  await worker.close();
  close();
  await endpoints.egress.close();
});

test('after an erasure neither replies nor bodies tell of the person, and callbacks still go', async () => {
  const { url, asked, close } = await receiver(({ body }) => ({ status: 200, body }));
  const company = await world.newCompany(url);
  const endpoints = world.endpoints();
  const worker = world.worker();
  const line = await world.newLine(company);
  while (await world.step(line));
  await worker.poll();
  await worker.quiet();
  const last = (await endpoints.deliveriesOf(company.accountId, line.id)).at(-1)!;
  const [before] = await endpoints.attemptsOf(last);
  assert.ok(before!.request.body.includes('00000000T') && before!.reply!.includes('34600000001'));
  const stored = JSON.stringify(
    (await sql`select url, headers, outcome from callback_attempt`.execute(world.database)).rows,
  );
  assert.ok(!stored.includes('00000000T') && !stored.includes('34600000001'));
  await world.database.transaction().execute(async (transaction) => {
    await forgetPerson(transaction, line);
    await forgetReplies(transaction, line);
  });
  const [after] = await endpoints.attemptsOf(last);
  assert.equal(after!.reply, null);
  assert.equal(after!.request.isAsSent, false);
  assert.ok(!after!.request.body.includes('00000000T') && !after!.request.body.includes('34600000001'));
  const hits = asked.length;
  assert.ok((await endpoints.deliverAgain(last)).ok);
  await worker.poll();
  await worker.quiet();
  assert.equal(asked.length, hits + 1);
  assert.equal(asked.at(-1)!.fields['Estado'], '5100');
  await worker.close();
  close();
  await endpoints.egress.close();
});
