import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { totpCode } from '../panel/browser-here.ts';
import { NOT_RUN, chromiumPath, launchChromium } from './chromium.ts';
import { PanelWhole } from './panel-whole.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('es');

describe(
  'somebody gets into the panel for the first time, and again',
  { skip: chromiumPath() === null && NOT_RUN },
  () => {
    let panel: PanelWhole;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    before(async () => {
      panel = await PanelWhole.open();
      browser = await launchChromium(null);
    });
    after(async () => {
      await browser?.close();
      await panel?.close();
    });

    const open = async (): Promise<void> => {
      context = await browser.newContext({ locale: 'es-ES' });
      page = await context.newPage();
      page.setDefaultTimeout(15_000);
    };
    const button = (key: Parameters<typeof say>[0]) => page.getByRole('button', { name: say(key), exact: true });
    const field = (key: Parameters<typeof say>[0]) => page.getByLabel(say(key), { exact: true });
    const signOut = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: say('shell.user', { name }) }).click();
      await page.getByRole('menuitem', { name: say('shell.sign-out') }).click();
      await page.getByRole('heading', { name: say('sign-in.title') }).waitFor();
    };
    const arrived = (): Promise<void> => page.getByRole('navigation', { name: say('shell.navigation') }).waitFor();

    test('with a passkey, from the one-time link, which then is used up', async () => {
      const { account } = await panel.newCompany('Banco Ejemplo');
      await open();
      const authenticator = await context.newCDPSession(page);
      await authenticator.send('WebAuthn.enable');
      await authenticator.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      const link = await panel.signUpLink('marta.ruiz@ejemplo.es', 'administrator', account);
      await page.goto(link);
      await button('sign-up.passkey').click();
      await arrived();
      assert.equal(new URL(page.url()).hash, '');
      await signOut('marta.ruiz@ejemplo.es');
      await button('sign-in.passkey').click();
      await arrived();
      await page.getByText('Banco Ejemplo').first().waitFor();
      await signOut('marta.ruiz@ejemplo.es');

      await page.goto('about:blank');
      await page.goto(link);
      await page.getByText(say('sign-up.link-unknown')).waitFor();
      await context.close();
    });

    test('with a password and an authenticator app, whose recovery code stands in for it once', async () => {
      const { account } = await panel.newCompany('Seguros Ejemplo');
      const name = 'jon.etxeberria@ejemplo.es';
      const password = 'los cotejos se hacen despacio';
      await open();
      await page.goto(await panel.signUpLink(name, 'administrator', account));
      await button('sign-up.with-password').click();
      await field('sign-up.password').fill('corta');
      await field('sign-up.code').fill('000000');
      await button('sign-up.go').click();
      await page.getByText(say('sign-up.password.short', { least: 12 })).waitFor();

      const secret = (await page.locator('.authenticator code').innerText()).replaceAll(' ', '');
      await field('sign-up.password').fill(password);
      await field('sign-up.code').fill(totpCode(secret, new Date()));
      await button('sign-up.go').click();
      await page.getByRole('heading', { name: say('codes.title') }).waitFor();
      const codes = await page
        .getByRole('list', { name: say('codes.title') })
        .getByRole('listitem')
        .allInnerTexts();
      assert.ok(codes.length >= 8);
      assert.equal(await button('codes.go').isDisabled(), true);
      await page.getByRole('checkbox', { name: say('codes.kept') }).check();
      await button('codes.go').click();
      await arrived();
      await signOut(name);

      const enter = async (code: string): Promise<void> => {
        await field('sign-in.name').fill(name);
        await field('sign-in.password').fill(password);
        await page.getByLabel(/Código/).fill(code);
        await button('sign-in.go').click();
      };
      await button('sign-in.with-password').click();
      await enter('000000');
      await page.getByText(say('trouble.not-recognised')).waitFor();
      await button('sign-in.with-recovery-code').click();
      await enter(codes[0]!);
      await arrived();
      await signOut(name);

      await button('sign-in.with-password').click();
      await button('sign-in.with-recovery-code').click();
      await enter(codes[0]!);
      await page.getByText(say('trouble.not-recognised')).waitFor();
      await enter(codes[1]!);
      await arrived();
      await context.close();
    });

    test('who is signed out elsewhere is told so, with a way back in', async () => {
      const { account } = await panel.newCompany('Alquileres Ejemplo');
      const name = 'nuria.pons@ejemplo.es';
      await open();
      await page.goto(await panel.signUpLink(name, 'administrator', account));
      await button('sign-up.with-password').click();
      const secret = (await page.locator('.authenticator code').innerText()).replaceAll(' ', '');
      await field('sign-up.password').fill('una frase que nadie más tiene');
      await field('sign-up.code').fill(totpCode(secret, new Date()));
      await button('sign-up.go').click();
      await page.getByRole('checkbox', { name: say('codes.kept') }).check();
      await button('codes.go').click();
      await arrived();
      await context.clearCookies();
      await page.getByRole('link', { name: say('nav.users') }).click();
      await page.getByRole('dialog', { name: say('session.ended') }).waitFor();
      await button('session.again').click();
      await page.getByRole('heading', { name: say('sign-in.title') }).waitFor();
      assert.match(page.url(), /\/users$/);
      await context.close();
    });
  },
);
