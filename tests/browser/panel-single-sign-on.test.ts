import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { OidcProvider } from '../counterparts/oidc.ts';
import { NOT_RUN, chromiumPath, launchChromium } from './chromium.ts';
import { PanelWhole } from './panel-whole.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('es');

describe('a company signs its people in itself', { skip: chromiumPath() === null && NOT_RUN }, () => {
  let provider: OidcProvider;
  let panel: PanelWhole;
  let browser: Browser;
  before(async () => {
    provider = await OidcProvider.start();
    const { issuer, clientId, clientSecret } = provider;
    panel = await PanelWhole.open(
      {},
      { singleSignOn: { issuer, clientId, clientSecret, label: 'Entrar con Ejemplo' } },
    );
    browser = await launchChromium(null);
  });
  after(async () => {
    await browser?.close();
    await panel?.close();
    await provider?.stop();
  });

  test('one press goes there and comes back signed in; what came along stays in no address', async () => {
    const { account } = await panel.newCompany('Banco Ejemplo');
    await panel.signUpLink('ana@ejemplo.es', 'operator', account);
    const page = await (await browser.newContext({ locale: 'es-ES' })).newPage();
    page.setDefaultTimeout(20_000);

    provider.person = { email: 'nadie@ejemplo.es', email_verified: true };
    await page.goto(`${panel.origin}/panel`);
    await page.getByRole('button', { name: 'Entrar con Ejemplo' }).click();
    await page.getByRole('alert').waitFor();
    assert.equal(new URL(page.url()).search, '');
    await page.getByRole('button', { name: say('common.again') }).click();

    provider.person = { email: 'ana@ejemplo.es', email_verified: true };
    await page.getByRole('button', { name: 'Entrar con Ejemplo' }).click();
    await page.getByRole('navigation', { name: say('shell.navigation') }).waitFor();
    const { pathname, search } = new URL(page.url());
    assert.doesNotMatch(pathname + search, /return|code|state/);
  });
});
