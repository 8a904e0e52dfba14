import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import {
  meAnswer,
  passkeyOptionsAnswer,
  sessionAnswer,
  signUpAnswer,
} from '../../src/panel/session-protocol.schema.ts';
import { Authenticator } from '../counterparts/authenticator.ts';
import { BrowserHere } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';

let panel: PanelHere;
/** The service's public address: passkeys belong to a name, and the test's own address is none. */
const origin = 'https://id.example';
const headers = { origin };
before(async () => {
  panel = await PanelHere.open();
});
after(() => panel.remove());

const notRecognised = [401, { problem: 'not-recognised' }];

/** Somebody whose only way in is a passkey. */
async function signUpByPasskey(
  name: string,
): Promise<{ readonly browser: BrowserHere; readonly device: Authenticator }> {
  const token = await panel.invite(name, 'operator', await panel.newAccount());
  const browser = new BrowserHere(panel.url);
  const device = new Authenticator();
  const { passkey } = signUpAnswer.parse((await browser.post('sign-up', { token }, { headers })).json);
  const response = device.create({ options: passkey!.options, origin });
  const done = await browser.post('sign-up/passkey', { token, state: passkey!.state, response }, { headers });
  assert.deepEqual([done.status, done.json], [200, { recoveryCodes: [] }], done.text);
  return { browser, device };
}

const optionsFor = async (browser: BrowserHere, path = 'session/passkey-options') =>
  passkeyOptionsAnswer.parse((await browser.post(path, {}, { headers })).json);

test('a passkey is set up by a sign-up link and lets in from then on, without a name being told', async () => {
  const { browser, device } = await signUpByPasskey('con-llave');
  assert.equal(sessionAnswer.parse((await browser.get('session')).json).signedIn?.by, 'passkey');
  const other = new BrowserHere(panel.url);
  const { options, state } = await optionsFor(other);
  assert.equal('allowCredentials' in options && (options['allowCredentials'] as unknown[]).length > 0, false);
  const response = device.get({ options, origin });
  const signedIn = await other.post('session/passkey', { state, response }, { headers });
  assert.equal(signedIn.status, 200, signedIn.text);
  assert.equal((signedIn.json['user'] as { name: string }).name, 'con-llave');

  const replayed = await new BrowserHere(panel.url).post('session/passkey', { state, response }, { headers });
  assert.deepEqual([replayed.status, replayed.json], notRecognised, 'an answer is good once');
});

test('an answer to another question, from another page, late, unsigned or by nobody verified lets nobody in', async () => {
  const { device } = await signUpByPasskey('con-otra-llave');
  const browser = new BrowserHere(panel.url);
  const tried = async (body: unknown, why: string): Promise<void> => {
    const reply = await browser.post('session/passkey', body, { headers });
    assert.deepEqual([reply.status, reply.json], notRecognised, why);
  };
  const first = await optionsFor(browser);
  const second = await optionsFor(browser);
  await tried({ state: first.state, response: device.get({ ...second, origin }) }, 'another question');
  await tried(
    { state: first.state, response: device.get({ ...first, origin: 'https://id.example.evil' }) },
    'another page',
  );
  await tried({ state: 'x'.repeat(80), response: device.get({ ...first, origin }) }, 'a state of nobody');
  const signed = device.get({ ...first, origin });
  const { response } = signed;
  for (const [why, changed] of [
    ['a signature of something else', { ...response, signature: device.get({ ...first, origin }).response.signature }],
    ['somebody else’s ID', { ...response, userHandle: Buffer.from(crypto.randomUUID()).toString('base64url') }],
    ['no ID', { ...response, userHandle: undefined }],
  ] as const)
    await tried({ state: first.state, response: { ...signed, response: changed } }, why);
  device.verifiesUser = false;
  const third = await optionsFor(browser);
  await tried({ state: third.state, response: device.get({ ...third, origin }) }, 'nobody verified');
  device.verifiesUser = true;
  const fourth = await optionsFor(browser);
  const inTime = device.get({ ...fourth, origin });
  panel.clock.turn(5 * 60_000);
  await tried({ state: fourth.state, response: inTime }, 'late');
  const registering = await signUpByPasskey('otra-mas');
  const { options, state } = await optionsFor(registering.browser, 'me/passkey-options');
  assert.notEqual(options.challenge, '');
  await tried(
    { state, response: device.get({ options: { ...options, rpId: 'id.example' }, origin }) },
    'a state for another purpose',
  );
});

test('a copied passkey is noticed by its count, where the device counts', async () => {
  const { device } = await signUpByPasskey('copiada');
  const browser = new BrowserHere(panel.url);
  const before = await optionsFor(browser);
  const old = device.get({ ...before, origin });
  const newer = await optionsFor(browser);
  const reply = await browser.post(
    'session/passkey',
    { state: newer.state, response: device.get({ ...newer, origin }) },
    { headers },
  );
  assert.equal(reply.status, 200, reply.text);
  const copied = await browser.post('session/passkey', { state: before.state, response: old }, { headers });
  assert.deepEqual([copied.status, copied.json], notRecognised);
});

test('more passkeys are added, the same is not, and the last way in stays', async () => {
  const { browser } = await signUpByPasskey('con-dos-llaves');
  const second = new Authenticator();
  const asked = await optionsFor(browser, 'me/passkey-options');
  assert.equal((asked.options['excludeCredentials'] as unknown[]).length, 1);
  const response = second.create({ ...asked, origin });
  const added = await browser.post('me/passkeys', { label: 'portátil', state: asked.state, response }, { headers });
  assert.equal(added.status, 200, added.text);
  const again = await browser.post('me/passkeys', { label: 'portátil', state: asked.state, response }, { headers });
  assert.deepEqual([again.status, again.json], notRecognised, 'an answer is good once');
  const { passkeys, hasPassword } = meAnswer.parse(added.json);
  assert.deepEqual([passkeys.map(({ label }) => label), hasPassword], [['1', 'portátil'], false]);

  const [first, last] = passkeys as [(typeof passkeys)[0], (typeof passkeys)[0]];
  assert.equal((await browser.call('DELETE', `me/passkeys/${first.id}`)).status, 200);
  assert.equal((await browser.call('DELETE', `me/passkeys/${first.id}`)).status, 409);
  const refused = await browser.call('DELETE', `me/passkeys/${last.id}`);
  assert.deepEqual([refused.status, refused.json], [409, { problem: 'conflict', why: 'last-way' }]);
});

test('where the page has an address only there are no passkeys, and that is said', async () => {
  const browser = new BrowserHere(panel.url);
  assert.equal((await browser.post('session/passkey-options')).status, 404);
  assert.equal(sessionAnswer.parse((await browser.get('session')).json).ways.passkey, false);
  assert.equal(sessionAnswer.parse((await browser.get('session', { headers })).json).ways.passkey, true);
});
