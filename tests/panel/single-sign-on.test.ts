import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import test, { after, before } from 'node:test';
import { addPanel } from '../../src/cli/panel.ts';
import { sha256 } from '../../src/access/secrets.client.ts';
import { throttleOver } from '../../src/access/throttle.store.ts';
import { throttleInMemory } from '../../src/access/throttle.ts';
import { openLog } from '../../src/http/log.client.ts';
import { httpServer } from '../../src/http/server.client.ts';
import { singleSignOnAnswer } from '../../src/panel/session-protocol.schema.ts';
import { OidcProvider } from '../counterparts/oidc.ts';
import { BrowserHere, type Reply } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';

let panel: PanelHere;
let provider: OidcProvider;
let server: ReturnType<typeof httpServer>;
let url: string;

before(async () => {
  panel = await PanelHere.open();
  provider = await OidcProvider.start();
  server = httpServer({
    https: null,
    isHttps: () => false,
    logger: openLog('error', { isTerminal: false }).logger,
    onAnswer: () => {},
    onError: (error) => assert.fail(error as Error),
  });
  const { clientId, clientSecret, issuer } = provider;
  await addPanel(server, {
    installation: panel.capture.installation,
    clock: panel.clock.now,
    publicUrl: null,
    isProduction: false,
    singleSignOn: { issuer, clientId, clientSecret, label: 'Ejemplo' },
    throttle: throttleOver({
      database: panel.database,
      clock: panel.clock.now,
      local: throttleInMemory(panel.clock.now),
      sha256,
      names: 'api',
    }),
    clientOf: () => ({ address: '127.0.0.1', addressKey: '127.0.0.1', isHttps: false, isLocal: true }),
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  await panel.invite('ana@ejemplo.es', 'operator', await panel.newAccount());
});
after(async () => {
  await server.close();
  await provider.stop();
  await panel.remove();
});

/** Goes to the provider and comes back. @returns what the page that one comes back to sends. */
async function goAndCome(browser: BrowserHere): Promise<{ readonly state: string; readonly query: string }> {
  const begun = await browser.post('session/single-sign-on/begin');
  const asked = singleSignOnAnswer.parse(begun.json);
  const { headers } = await fetch(asked.url, { redirect: 'manual' });
  const back = new URL(headers.get('location')!);
  assert.equal(back.origin + back.pathname, `${url}/panel/sign-in/return`);
  return { state: asked.state, query: back.search.slice(1) };
}
const comeIn = (browser: BrowserHere, body: unknown): Promise<Reply> => browser.post('session/single-sign-on', body);

test('somebody who was asked in comes in when the provider vouches for their address, once', async () => {
  provider.person = { email: 'Ana@ejemplo.es', email_verified: true };
  const browser = new BrowserHere(url);
  assert.deepEqual((await browser.get('session')).json['ways'], {
    passkey: false,
    password: true,
    singleSignOn: { label: 'Ejemplo' },
  });
  const returned = await goAndCome(browser);
  const signedIn = await comeIn(browser, returned);
  assert.equal(signedIn.status, 200, signedIn.text);
  assert.deepEqual(
    [(signedIn.json['user'] as { name: string }).name, signedIn.json['by']],
    ['ana@ejemplo.es', 'single-sign-on'],
  );
  assert.equal((await browser.get('me')).status, 200);
  assert.equal((await comeIn(new BrowserHere(url), returned)).status, 401, 'what came back is good once');
});

test('nobody comes in by another state, another code, an address that is not verified, or one that nobody asked in', async () => {
  const browser = new BrowserHere(url);
  const refused = async (why: string, body: unknown): Promise<void> => {
    const reply = await comeIn(browser, body);
    assert.deepEqual([reply.status, reply.json], [401, { problem: 'not-recognised' }], why);
  };
  provider.person = { email: 'ana@ejemplo.es', email_verified: true };
  const one = await goAndCome(browser);
  const other = await goAndCome(browser);
  await refused('the state of another', { state: one.state, query: other.query });
  await refused('a state of nobody', { state: 'x'.repeat(100), query: other.query });
  await refused('no code', { state: other.state, query: 'error=access_denied' });
  const late = await goAndCome(browser);
  panel.clock.turn(15 * 60_000);
  await refused('late', late);
  for (const claims of [
    { nonce: 'another' },
    { aud: 'another' },
    { iss: 'https://evil.example' },
    { exp: 1 },
    { email_verified: false },
    { email_verified: 'true' },
    { email: 'nadie@ejemplo.es' },
    { email: ['ana@ejemplo.es'] },
  ]) {
    provider.claims = claims;
    await refused(JSON.stringify(claims), await goAndCome(browser));
  }
  provider.claims = {};
  const fine = await goAndCome(browser);
  assert.equal((await comeIn(browser, fine)).status, 200, 'and without any of that one does');
});
