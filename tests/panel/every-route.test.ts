// What holds for every route of the panel, whoever calls: where calls may come from, what answers say of themselves, what cookies are.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { everyPanelRoute } from '../../src/panel/every-table.ts';
import { type PanelRoute, addressOf, changesState } from '../../src/panel/route-table.ts';
import { BrowserHere, totpCode } from './browser-here.ts';
import { PanelHere, type Person } from './panel-here.ts';
import { plausibleOf } from './plausible.ts';

let panel: PanelHere;
let person: Person;
let account: number;
before(async () => {
  panel = await PanelHere.open();
  account = await panel.newAccount();
  person = await panel.signUp('de-todo', 'supervisor', account as never);
});
after(() => panel.remove());

const addressHere = (route: PanelRoute): string =>
  addressOf(route).replace(':account', String(account)).replaceAll(/:\w+/g, '123456789');
const bodyOf = ({ body }: PanelRoute): unknown => (body === undefined ? {} : plausibleOf(body));

/** What a page elsewhere can bring a browser to send; `why`: what such a page is. */
const crossSite: readonly (readonly [why: string, headers: Readonly<Record<string, string | null>>])[] = [
  [
    'a form on another site',
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'x-cotejo-panel': null },
  ],
  ['a script on another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a page on another name of the same domain', { 'sec-fetch-site': 'same-site', origin: 'https://blog.id.example' }],
  ['a page that hides where it is from', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  ['an older browser on another site', { 'sec-fetch-site': null, origin: 'https://evil.example' }],
  ['an older browser that hides it', { 'sec-fetch-site': null, origin: 'null' }],
  ['a browser whose page was rebound', { origin: 'http://evil.example:80' }],
  ['our page without our header', { 'x-cotejo-panel': null }],
  ['our page with another value of it', { 'x-cotejo-panel': '0' }],
  ['a program that says nothing', { 'sec-fetch-site': null, origin: null, 'x-cotejo-panel': null }],
  ['a program with our header that says nothing', { 'sec-fetch-site': null, origin: null }],
  ['an address that was typed in', { 'sec-fetch-site': 'none', origin: null }],
];

test('nothing is changed by a call that is not of our own page, with whatever session', async (t) => {
  const before = await panel.contents();
  let calls = 0;
  for (const route of everyPanelRoute.filter(changesState))
    for (const [why, headers] of crossSite) {
      const reply = await person.browser.call(route.method, addressHere(route), { body: bodyOf(route), headers });
      calls += 1;
      if (reply.text === '{"status":404,"title":"Not Found"}') continue; // of the table, and not served here
      assert.deepEqual([reply.status, reply.json], [403, { problem: 'cross-site' }], `${why}: ${route.path}`);
    }
  assert.deepEqual(await panel.contents(), before);
  assert.ok(calls >= 300, `${calls} calls`);
  t.diagnostic(`${calls} calls`);
});

test('nothing is read by a page of somebody else; what is typed in is', async () => {
  for (const route of everyPanelRoute.filter((each) => !changesState(each))) {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': null, origin: 'https://evil.example' },
    ]) {
      const reply = await person.browser.get(addressHere(route), { headers });
      if (reply.text !== '{"status":404,"title":"Not Found"}')
        assert.deepEqual([reply.status, reply.json], [403, { problem: 'cross-site' }], route.path);
    }
    const typed = await person.browser.get(addressHere(route), { headers: { 'sec-fetch-site': 'none' } });
    assert.notEqual(typed.json['problem'], 'cross-site', route.path);
  }
});

test('every answer, a refusal too, is not to be kept, framed, guessed at or read elsewhere', async () => {
  for (const route of everyPanelRoute)
    for (const browser of [person.browser, new BrowserHere(panel.url)]) {
      // Not signing out: the session is used on.
      if (route.method === 'DELETE' && route.path === 'session') continue;
      const wish = changesState(route) ? { body: {} } : {};
      const { headers, status } = await browser.call(route.method, addressHere(route), wish);
      const told = (name: string): string | null => headers.get(name);
      const where = `${route.method} ${route.path}: ${status}`;
      assert.match(told('cache-control') ?? '', /\bno-store\b/, where);
      assert.match(told('content-security-policy') ?? '', /default-src 'none'/, where);
      assert.match(told('content-security-policy') ?? '', /frame-ancestors 'none'/, where);
      assert.doesNotMatch(told('content-security-policy') ?? '', /unsafe|\*/, where);
      assert.equal(told('x-frame-options'), 'DENY', where);
      assert.equal(told('x-content-type-options'), 'nosniff', where);
      assert.equal(told('referrer-policy'), 'no-referrer', where);
      assert.equal(told('cross-origin-resource-policy'), 'same-origin', where);
      assert.equal(told('access-control-allow-origin'), null, where);
      assert.equal(told('access-control-allow-credentials'), null, where);
      assert.doesNotMatch(told('content-type') ?? '', /html|svg|xml|javascript/, where);
    }
});

test('no browser is allowed to ask first whether it may call from elsewhere', async () => {
  for (const route of everyPanelRoute) {
    const response = await fetch(panel.url + addressHere(route), {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': route.method,
        'access-control-request-headers': 'x-cotejo-panel',
      },
    });
    await response.arrayBuffer();
    assert.equal(response.status, 404, route.path);
    assert.equal(response.headers.get('access-control-allow-origin'), null, route.path);
  }
});

test('a cookie is no session when it is changed, cut, doubled, of another name, or ended by the clock', async () => {
  const { browser } = person;
  const [name, token] = browser.cookie.split('=') as [string, string];
  const status = async (cookie: string): Promise<number> =>
    (await new BrowserHere(panel.url).get('me', { headers: { cookie } })).status;
  assert.equal(await status(`${name}=${token}`), 200);
  const other = token.startsWith('A') ? 'B' : 'A';
  for (const cookie of [
    `${name}=${other}${token.slice(1)}`,
    `${name}=${token.slice(0, -1)}`,
    `${name}=${token}A`,
    `${name}=`,
    `${name}=${token}; ${name}=${token}`,
    `__Host-cotejo-panel=${token}`,
    `${name.toUpperCase()}=${token}`,
    `x${name}=${token}`,
    `${name}="${token}"`,
  ])
    assert.equal(await status(cookie), 401, cookie.replaceAll(token, 'token'));

  const worker = await panel.signUp('de-turno', 'operator', account as never);
  const minutes = (count: number): void => panel.clock.turn(count * 60_000);
  minutes(59);
  assert.equal((await worker.browser.get('me')).status, 200, 'used within the hour');
  minutes(59);
  assert.equal((await worker.browser.get('me')).status, 200, 'being used is what counts');
  minutes(61);
  assert.equal((await worker.browser.get('me')).status, 401, 'an hour without use');

  const shift = await panel.signUp('turno-largo', 'operator', account as never);
  for (let half = 0; half < 23; half += 1) {
    minutes(30);
    assert.equal((await shift.browser.get('me')).status, 200, `after ${half + 1} half hours`);
  }
  minutes(31);
  assert.equal((await shift.browser.get('me')).status, 401, 'twelve hours, however busy');
});

test('a session ends where it is ended: by oneself elsewhere, by another password, by being shut out', async () => {
  const here = await panel.signUp('de-dos-sitios', 'operator', account as never);
  const signIn = async (password: string): Promise<BrowserHere> => {
    panel.clock.turn(31_000);
    const browser = new BrowserHere(panel.url);
    const code = totpCode(here.secret, panel.clock.now());
    const reply = await browser.post('session/password', { name: here.name, password, code });
    assert.equal(reply.status, 200, reply.text);
    return browser;
  };
  const elsewhere = await signIn(here.password);
  const { sessions } = (await here.browser.get('me')).json as { sessions: { isThis: boolean }[] };
  assert.deepEqual(
    sessions.map(({ isThis }) => isThis),
    [false, true],
  );
  await here.browser.post('me/end-other-sessions');
  assert.equal((await elsewhere.get('me')).status, 401);
  assert.equal((await here.browser.get('me')).status, 200);

  const third = await signIn(here.password);
  panel.clock.turn(31_000);
  const newPassword = 'otra frase bastante larga';
  const code = totpCode(here.secret, panel.clock.now());
  const body = { password: here.password, newPassword, code };
  const changed = await here.browser.call('PUT', 'me/password', { body });
  assert.equal(changed.status, 200, changed.text);
  assert.equal((await third.get('me')).status, 401);
  assert.equal((await here.browser.get('me')).status, 200);
  const byNew = await signIn(newPassword);
  assert.equal((await byNew.get('me')).status, 200);
});

test('by HTTPS the cookie is one that no page without it can set or read; from elsewhere without it nobody comes in', async (t) => {
  const behindProxy = await PanelHere.open({ trustedProxies: '127.0.0.1' });
  t.after(() => behindProxy.remove());
  const token = await behindProxy.invite('de-lejos', 'operator', await behindProxy.newAccount());
  const https = {
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-proto': 'https',
    origin: 'https://id.example',
  };
  const browser = new BrowserHere(behindProxy.url);
  for (const origin of [https.origin, behindProxy.url]) {
    const headers = { ...https, 'x-forwarded-proto': 'http', origin };
    const refused = await browser.post('sign-up', { token }, { headers });
    assert.deepEqual([refused.status, refused.json], [403, { problem: 'https-needed' }]);
  }

  const asked = await browser.post('sign-up', { token }, { headers: https });
  assert.equal(asked.status, 200, asked.text);
  const { secret, state } = asked.json['authenticator'] as { secret: string; state: string };
  const code = totpCode(secret, behindProxy.clock.now());
  const password = 'una frase bastante larga';
  const done = await browser.post('sign-up/password', { token, password, state, code }, { headers: https });
  assert.match(
    done.headers.getSetCookie()[0]!,
    /^__Host-cotejo-panel=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  assert.equal((await browser.get('me', { headers: https })).status, 200);
  const locally = { cookie: browser.cookie.replace('__Host-cotejo-panel', 'cotejo-panel-local') };
  assert.equal((await browser.get('me', { headers: { ...https, ...locally } })).status, 401);
});
