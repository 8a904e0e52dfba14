import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sessionAnswer, signUpAnswer } from '../../src/panel/session-protocol.schema.ts';
import { BrowserHere, totpCode } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';

let panel: PanelHere;
before(async () => {
  panel = await PanelHere.open();
});
after(() => panel.remove());

const minutes = (count: number): number => count * 60_000;

test('somebody who was invited sets a password and an app, is in, signs out and in again', async () => {
  const account = await panel.newAccount();
  const token = await panel.invite('ana@ejemplo.es', 'supervisor', account);
  const browser = new BrowserHere(panel.url);
  assert.deepEqual((await browser.get('session')).json, {
    signedIn: null,
    ways: { passkey: false, password: true, singleSignOn: null },
  });
  const asked = signUpAnswer.parse((await browser.post('sign-up', { token })).json);
  assert.equal(asked.name, 'ana@ejemplo.es');
  assert.match(asked.authenticator.uri, /^otpauth:\/\/totp\/Cotejo:ana%40ejemplo\.es\?/);
  const { secret, state } = asked.authenticator;
  const password = 'tres tigres tristes';
  const done = await browser.post('sign-up/password', {
    token,
    password,
    state,
    code: totpCode(secret, panel.clock.now()),
  });
  assert.equal(done.status, 200, done.text);
  assert.equal((done.json['recoveryCodes'] as string[]).length, 10);
  const cookie = done.headers.getSetCookie()[0]!;
  assert.match(cookie, /^cotejo-panel-local=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);

  const inside = sessionAnswer.parse((await browser.get('session')).json);
  assert.equal(inside.signedIn?.accounts[0]?.account, String(account));
  assert.equal(inside.signedIn?.accounts[0]?.role, 'supervisor');

  assert.equal((await browser.call('DELETE', 'session')).status, 200);
  assert.equal(browser.cookie, '');
  const ended = new BrowserHere(panel.url);
  const withOldCookie = await ended.get('me', { headers: { cookie: cookie.split(';')[0]! } });
  assert.deepEqual([withOldCookie.status, withOldCookie.json], [401, { problem: 'not-signed-in' }]);

  panel.clock.turn(minutes(1));
  const code = totpCode(secret, panel.clock.now());
  const again = await browser.post('session/password', { name: ' Ana@Ejemplo.es ', password, code });
  assert.equal(again.status, 200, again.text);
  assert.deepEqual(again.json, (await browser.get('session')).json['signedIn']);

  const replayed = await new BrowserHere(panel.url).post('session/password', {
    name: 'ana@ejemplo.es',
    password,
    code,
  });
  assert.deepEqual([replayed.status, replayed.json], [401, { problem: 'not-recognised' }], 'a code is good once');
  const secondUse = await new BrowserHere(panel.url).post('sign-up', { token });
  assert.deepEqual([secondUse.status, secondUse.json], [404, { problem: 'link-unknown' }]);
});
