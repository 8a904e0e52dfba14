// Somebody tries to come in who should not: by guessing, by counting answers and their times, from one address and from many.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { BrowserHere, type Reply, totpCode } from './browser-here.ts';
import { PanelHere, type Person } from './panel-here.ts';

let panel: PanelHere;
let person: Person;
before(async () => {
  panel = await PanelHere.open({ trustedProxies: '127.0.0.1' });
  const token = await panel.invite('objetivo', 'administrator', await panel.newAccount());
  const browser = new BrowserHere(panel.url);
  const asked = await browser.post('sign-up', { token }, { headers: from(1) });
  const { secret, state } = asked.json['authenticator'] as { secret: string; state: string };
  const password = 'tres tigres tristes';
  const body = { token, password, state, code: totpCode(secret, panel.clock.now()) };
  const done = await browser.post('sign-up/password', body, { headers: from(1) });
  assert.equal(done.status, 200, done.text);
  const recoveryCodes = done.json['recoveryCodes'] as string[];
  person = { name: 'objetivo', password, secret, recoveryCodes, browser };
});
after(() => panel.remove());

/** A browser at one of many addresses, through the proxy. */
const from = (host: number): Record<string, string> => ({
  'x-forwarded-for': `198.51.${Math.floor(host / 256)}.${host % 256}`,
  'x-forwarded-proto': 'https',
  origin: 'https://id.example',
});

type Tried = { readonly name?: string; readonly password?: string; readonly code?: string };
const attempt = (host: number, { name = person.name, password = person.password, code }: Tried = {}): Promise<Reply> =>
  new BrowserHere(panel.url).post(
    'session/password',
    { name, password, code: code ?? totpCode(person.secret, panel.clock.now()) },
    { headers: from(host) },
  );
/** The next time step, so that a right code is one that was not used. */
const pass = (seconds = 31): void => panel.clock.turn(seconds * 1000);

test('whatever is wrong, the answer is the same', async () => {
  pass();
  const answers = await Promise.all([
    attempt(10, { name: 'nadie' }),
    attempt(11, { name: '' + ' '.repeat(3) }),
    attempt(12, { password: 'otra frase larga' }),
    attempt(13, { code: '000000' }),
    attempt(14, { code: 'AAAA-BBBB-CCCC' }),
    attempt(15, { code: 'no es un código' }),
    attempt(16, { name: 'nadie', code: 'AAAA-BBBB-CCCC' }),
    attempt(17, { password: 'otra frase larga', code: person.recoveryCodes[0]! }),
  ]);
  const told = ({ status, text, headers }: Reply): unknown => {
    const said: string[] = [];
    headers.forEach((value, name) => void (name === 'date' || said.push(`${name}: ${value}`)));
    return [status, text, said];
  };
  for (const answer of answers) assert.deepEqual(told(answer), told(answers[0]));
  assert.deepEqual([answers[0].status, answers[0].json], [401, { problem: 'not-recognised' }]);
  const { rows } = await sql`select 1 from recovery_code where used_at is not null`.execute(panel.database);
  assert.equal(rows.length, 0, 'a recovery code is not used up by whoever has no password');
});

test('finding out that nobody has a name takes as long as finding a wrong password', async (t) => {
  const took = async (host: number, tried: Tried): Promise<number> => {
    const beganAt = performance.now();
    await attempt(host, tried);
    return performance.now() - beganAt;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let count = 0; count < 24; count += 1) {
    known.push(await took(1000 + count, { password: 'otra frase larga' }));
    unknown.push(await took(2000 + count, { name: `nadie-${count}` }));
  }
  const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length / 2]!;
  const [ofKnown, ofUnknown] = [median(known), median(unknown)];
  t.diagnostic(`wrong password ${ofKnown.toFixed(1)} ms, unknown name ${ofUnknown.toFixed(1)} ms`);
  assert.ok(ofUnknown > ofKnown / 1.7 && ofUnknown < ofKnown * 1.7, `${ofUnknown} against ${ofKnown} ms`);
});

test('of three hundred guesses at once ten are heard, then even the right one waits; elsewhere the owner comes in', async () => {
  pass();
  const guesses = await Promise.all(
    Array.from({ length: 300 }, (_, number) => attempt(50, { password: `adivinanza número ${number}` })),
  );
  const heard = guesses.filter(({ status }) => status === 401).length;
  assert.equal(heard, 10);
  assert.equal(guesses.filter(({ status }) => status === 429).length, 290);
  const right = await attempt(50);
  assert.deepEqual([right.status, right.json], [429, { problem: 'too-often', retryAfterSeconds: 300 }]);
  assert.equal(right.headers.get('retry-after'), '300');
  assert.equal((await attempt(51)).status, 200);
  pass(301);
  assert.equal((await attempt(50)).status, 200, 'the block ends by itself');
});

test('an address that guesses in many names is not heard under new ones', async () => {
  const statuses: number[] = [];
  for (let name = 0; name < 101; name += 1) statuses.push((await attempt(60, { name: `persona-${name}` })).status);
  assert.deepEqual(statuses, [...Array.from({ length: 100 }, () => 401), 429]);
  assert.equal((await attempt(61, { name: 'persona-0' })).status, 401);
});

test('whoever has the password cannot guess the code from a hundred addresses, and is told nothing by it', async () => {
  pass(1000);
  const right = (): string => totpCode(person.secret, panel.clock.now());
  const wrong = (count: number): string => {
    const code = String(count).padStart(6, '0');
    return code === right() ? '999999' : code;
  };
  for (let host = 0; host < 100; host += 1)
    assert.equal((await attempt(3000 + host, { code: wrong(host) })).status, 401);
  const blocked = await attempt(3200);
  assert.deepEqual(
    [blocked.status, blocked.json],
    [401, { problem: 'not-recognised' }],
    'the right code, and not heard',
  );
  pass(899);
  assert.equal((await attempt(3201)).status, 401);
  pass(2);
  assert.equal((await attempt(3202)).status, 200);
});

test('a code is taken once, also when it comes twice at once; so is a recovery code', async () => {
  pass();
  const both = await Promise.all([attempt(70), attempt(71), attempt(72)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401, 401]);
  const code = person.recoveryCodes[0]!.toLowerCase().replaceAll('-', ' ');
  const recovered = await Promise.all([attempt(73, { code }), attempt(74, { code }), attempt(75, { code })]);
  assert.deepEqual(recovered.map(({ status }) => status).sort(), [200, 401, 401]);
  assert.equal((await attempt(76, { code: person.recoveryCodes[1]! })).json['by'], 'recovery-code');
});

test('what is kept of passwords, codes, tokens and secrets is of no use to whoever reads the database', async () => {
  const token = await panel.invite('otra-persona', 'operator', await panel.newAccount());
  const everything = [...(await panel.contents()).values()].join('\n');
  const sessionToken = person.browser.cookie.split('=')[1]!;
  for (const [what, secret] of [
    ['password', person.password],
    ['authenticator', person.secret],
    ['recovery code', person.recoveryCodes[2]!],
    ['recovery code', person.recoveryCodes[2]!.replaceAll('-', '')],
    ['sign-up link', token],
    ['session', sessionToken],
  ] as const) {
    assert.ok(secret.length >= 12, what);
    assert.equal(everything.includes(secret), false, what);
    const asHex = Buffer.from(secret).toString('hex');
    assert.equal(everything.includes(asHex), false, `${what} as bytes`);
  }
});
