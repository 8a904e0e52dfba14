// Somebody guesses tokens, somebody asks too often, and everybody else goes on working.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { blockingRule } from '../../src/access/throttle.ts';
import { openLocalAuthority } from '../../src/http/local-authority.client.ts';
import { openTls } from '../../src/http/tls.client.ts';
import { fieldsOf, type Called, type Caller } from './caller.ts';
import { InstallationHere, type ServiceHere } from './service-here.ts';

const WRONG = 'ct_wrong';
const ATTACK_SECONDS = Number(process.env['COTEJO_TEST_ATTACK_SECONDS'] ?? 6);
const ATTACK_CALLS_PER_SECOND = 50;

let here: InstallationHere;
let now = Date.now();
let running: ServiceHere;
let owner: Awaited<ReturnType<InstallationHere['newCaller']>>;
/** Every story has addresses of its own, 127.0.N.x. */
let network = 3;
const nextNetwork = (): string => `127.0.${(network += 1)}`;

before(async () => {
  here = await InstallationHere.open("alter database cotejo set log_statement = 'all'");
  running = await here.start({ clock: () => new Date(now) });
  owner = await here.newCaller(running.url);
});
after(() => here?.remove());

/** Statements that the server has been sent so far, as its own log has them. */
async function statements(): Promise<number> {
  const log = await readFile(path.join(here.folder, 'postgres', 'server.log'), 'utf8');
  return log.match(/LOG: +(statement|execute \S+):/g)?.length ?? 0;
}

const outcome = ({ status, fields }: Called): string => `${status} ${String(fields['Res'])}`;

async function times(count: number, call: (index: number) => Promise<Called>): Promise<Called[]> {
  const answers = [];
  for (let index = 0; index < count; index += 1) answers.push(await call(index));
  return answers;
}

test('twenty wrong tokens in a row: from the eleventh call on nothing is looked up, until the stated time', async (t) => {
  const address = `${nextNetwork()}.1`;
  const guesser = owner.as({ apiToken: WRONG, localAddress: address });
  const beforeHeard = await statements();
  const heard = await times(blockingRule.failures, () => guesser.call('GetCreditos'));
  const heardStatements = (await statements()) - beforeHeard;
  assert.ok(heardStatements >= blockingRule.failures, 'what is heard is looked up, so that the count counts');

  const beforeBlocked = await statements();
  const blocked = await times(20 - blockingRule.failures, () => guesser.call('GetCreditos'));
  const many = await times(300, () => guesser.call('VerificarIdentidad', { Telefono: '34630000001' }));
  assert.equal((await statements()) - beforeBlocked, 0, 'statements while blocked');
  assert.deepEqual(new Set(heard.map(outcome)), new Set(['200 -1']));
  assert.deepEqual(new Set([...blocked, ...many].map(outcome)), new Set(['429 -7']));
  const took = many.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  assert.ok(took[150]! < 5, 'half of the answers take less than 5 ms, also where others are at work');
  t.diagnostic(
    `answers while blocked, with the connection each needs: median ${took[150]!.toFixed(1)} ms, p99 ${took[296]!.toFixed(1)} ms; ${heardStatements} statements for ${heard.length} calls that were heard, 0 for ${blocked.length + many.length} that were not`,
  );

  const rightToken = owner.as({ localAddress: address });
  assert.equal(outcome(await rightToken.call('GetCreditos')), '429 -7', 'the right token is not heard either');
  const seconds = Number(blocked[0]!.headers['retry-after']);
  assert.equal(seconds, blockingRule.blockedForSeconds);
  now += (seconds - 1) * 1000;
  assert.equal(outcome(await rightToken.call('GetCreditos')), '429 -7');
  now += 1000;
  assert.equal(outcome(await rightToken.call('GetCreditos')), '200 1');
});

test('a blocked call is answered in the format that was asked for', async () => {
  const guesser = owner.as({ apiToken: WRONG, localAddress: `${nextNetwork()}.1` });
  await times(blockingRule.failures, () => guesser.call('GetCreditos'));
  for (const [Resp, form] of [
    ['JSON', /^\[\{"Res":-7,"Error":"[^"]+"\}\]$/],
    [
      'XML',
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<result>\s*<Res>-7<\/Res>\s*<Error>[^<]+<\/Error>\s*<\/result>$/,
    ],
    ['TXT', /^Res:-7;\nError:[^\n]+;\n$/],
    ['ANT', /^Res:-7$/],
  ] as const) {
    const { status, text } = await guesser.call('GetCreditos', { Resp });
    assert.equal(status, 429);
    assert.match(text, form);
  }
});

test('who is guessed at is never locked out, and neither is anybody else', async (t) => {
  const net = nextNetwork();
  const other = await here.newCaller(running.url);
  const victims = [owner.as({ localAddress: `${net}.60` }), other.as({ localAddress: `${net}.70` })];
  const working = async (seconds: number): Promise<Called[]> => {
    const answers: Called[] = [];
    for (let call = 0; call < seconds * 5; call += 1) {
      const due = delay(200);
      for (const victim of victims)
        answers.push(await victim.call('VerificarIdentidad', { Telefono: String(34_631_000_000 + call) }));
      await due;
    }
    return answers;
  };
  const idle = await working(2);
  const attackers = [2, 3, 4, 5, 6].map((host) => owner.as({ apiToken: WRONG, localAddress: `${net}.${host}` }));
  const guesses: Promise<Called>[] = [];
  let isUnderAttack = true;
  const attack = (async () => {
    for (const beganAt = performance.now(); isUnderAttack; await delay(5))
      while (guesses.length < ((performance.now() - beganAt) / 1000) * ATTACK_CALLS_PER_SECOND)
        guesses.push(attackers[guesses.length % attackers.length]!.call('GetCreditos'));
  })();
  const attacked = await working(ATTACK_SECONDS);
  isUnderAttack = false;
  await attack;
  const guessed = (await Promise.all(guesses)).map(outcome);
  const refused = attacked.filter((answer) => outcome(answer) !== '200 1').length;
  const p99 = (answers: readonly Called[]): number =>
    answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b)[Math.floor(answers.length * 0.99)]!;
  t.diagnostic(
    `${guesses.length} guesses from 5 addresses, ${guessed.filter((code) => code === '200 -1').length} heard; ${attacked.length} calls of the account and of another one, ${refused} refused; p99 ${p99(idle).toFixed(1)} ms before, ${p99(attacked).toFixed(1)} ms meanwhile`,
  );
  assert.equal(refused, 0);
  assert.ok(guesses.length > ATTACK_SECONDS * ATTACK_CALLS_PER_SECOND * 0.8);
  assert.equal(guessed.filter((code) => code === '200 -1').length, 5 * blockingRule.failures);
  assert.equal(guessed.filter((code) => code === '429 -7').length, guesses.length - 5 * blockingRule.failures);
});

test('what a client claims about where it comes from changes nothing', async () => {
  const authority = await openLocalAuthority({
    folder: path.join(here.folder, 'tls'),
    names: [],
    now: () => new Date(),
    log: () => {},
  });
  assert.ok(authority.ok);
  const { certificateFile, keyFile } = authority.value;
  const tls = await openTls({ certificateFile, keyFile, now: () => new Date(), log: () => {} });
  assert.ok(tls.ok);
  const { url } = await here.start({ https: tls.value.options });
  const agent = new TlsAgent({ ca: await readFile(authority.value.authorityFile), servername: 'localhost' });
  const claims = (index: number): Record<string, string> => ({
    'x-forwarded-for': `198.51.100.${index}`,
    'x-real-ip': `198.51.100.${index}`,
    forwarded: `for=198.51.100.${index}`,
    'x-forwarded-proto': 'https',
  });
  const codes = [];
  for (let index = 0; index < 20; index += 1) {
    const answer = await overTls(`${url}/GetCreditos?Resp=JSON`, {
      agent,
      headers: claims(index),
      auth: `${owner.apiUser}:${WRONG}`,
    });
    codes.push(outcome(answer));
  }
  assert.deepEqual(codes, [...new Array<string>(10).fill('200 -1'), ...new Array<string>(10).fill('429 -7')]);
  // Over plain HTTP such claims are those of a proxy that nobody trusts: not even the first call is heard.
  const plain = await times(20, (index) => owner.as({ apiToken: WRONG, headers: claims(index) }).call('GetCreditos'));
  assert.deepEqual(new Set(plain.map(outcome)), new Set(['403 -3']));
  agent.destroy();
  tls.value.stop();
  authority.value.stop();
});

test('guesses that are spread over several processes are counted as one row of guesses', async (t) => {
  const clock = (): Date => new Date(now);
  const processes = [running, await here.start({ clock }), await here.start({ clock })];
  const localAddress = `${nextNetwork()}.1`;
  const guess = (at: number, functionName = 'GetCreditos'): Promise<Called> =>
    owner.as({ url: processes[at % 3]!.url, apiToken: WRONG, localAddress }).call(functionName);
  const guesses = await times(20, guess);
  assert.deepEqual(guesses.map(outcome), [
    ...new Array<string>(10).fill('200 -1'),
    ...new Array<string>(10).fill('429 -7'),
  ]);
  const before = await statements();
  const blocked = await times(310, (at) => guess(at, 'VerificarIdentidad'));
  const asked = (await statements()) - before;
  assert.equal(asked, 0, 'statements while blocked');
  assert.deepEqual(new Set(blocked.map(outcome)), new Set(['429 -7']));
  for (const { url } of processes)
    assert.equal(outcome(await owner.as({ url, localAddress: `${nextNetwork()}.1` }).call('GetCreditos')), '200 1');
  now += blockingRule.blockedForSeconds * 1000;
  for (const { url } of processes)
    assert.equal(
      outcome(await owner.as({ url, localAddress }).call('GetCreditos')),
      '200 1',
      'it lifts in all of them',
    );
  t.diagnostic(`3 processes: 10 of 20 guesses heard, ${asked} statements for ${blocked.length} blocked calls`);
});

test('behind a trusted proxy the address that it tells is the one that counts', async () => {
  const { url } = await here.start({ trustedProxies: '127.0.0.0/8' });
  const from = (client: string, apiToken = WRONG): Caller =>
    owner.as({ url, apiToken, headers: { 'x-forwarded-for': client, 'x-forwarded-proto': 'https' } });
  // What the client itself wrote stands to the left of what the proxy wrote.
  const guesses = await times(20, (index) => from(`198.51.100.${index}, 203.0.113.7`).call('GetCreditos'));
  assert.deepEqual(guesses.map(outcome), [
    ...new Array<string>(10).fill('200 -1'),
    ...new Array<string>(10).fill('429 -7'),
  ]);
  assert.equal(outcome(await from('203.0.113.7', owner.apiToken).call('GetCreditos')), '429 -7');
  assert.equal(outcome(await from('203.0.113.8', owner.apiToken).call('GetCreditos')), '200 1');
  const inTheClear = from('203.0.113.8', owner.apiToken).as({
    headers: { 'x-forwarded-for': '203.0.113.8', 'x-forwarded-proto': 'http' },
    url,
  });
  assert.equal(outcome(await inTheClear.call('GetCreditos')), '403 -3');
});

test('credits asked for twenty times a second are refused soon, once in ten seconds never', async () => {
  const net = nextNetwork();
  const hasty = owner.as({ localAddress: `${net}.1` });
  let refusedAt = 0;
  let waitSeconds = 0;
  for (let call = 1; call <= 100 && refusedAt === 0; call += 1, now += 50) {
    const answer = await hasty.call('GetCreditos');
    if (outcome(answer) !== '200 1') {
      assert.equal(outcome(answer), '429 -7');
      [refusedAt, waitSeconds] = [call, Number(answer.headers['retry-after'])];
    }
  }
  assert.equal(refusedAt, blockingRule.polls + 1);
  assert.equal(
    outcome(await hasty.call('VerificarIdentidad', { Telefono: '34632000001' })),
    '200 1',
    'who asks too often may still send',
  );
  now += waitSeconds * 1000;
  assert.equal(outcome(await hasty.call('GetCreditos')), '200 1', 'it lifts when it said it would');

  const patient = owner.as({ localAddress: `${net}.2` });
  const answers = await times(200, async () => {
    const answer = await patient.call('GetCreditos');
    now += 10_000;
    return answer;
  });
  assert.deepEqual(new Set(answers.map(outcome)), new Set(['200 1']));
});

function overTls(
  url: string,
  options: { readonly agent: TlsAgent; readonly headers: Record<string, string>; readonly auth: string },
): Promise<Called> {
  return new Promise((resolve, reject) => {
    const outgoing = tlsRequest(url, { method: 'POST', ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode!, headers: response.headers, text, fields: fieldsOf(text), tookMs: 0 });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
