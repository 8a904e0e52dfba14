import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt, firstLoad } from '../../tools/build-web.ts';
import { assertAccessible, assertHeadingFocused } from './accessibility.ts';
import { NOT_RUN, chromiumPath, launchChromium } from './chromium.ts';
import { ACCOUNT, type PanelService, startPanelService } from './panel-service.ts';
import { ownPanelPages } from './panel-places.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('es');
const MOST_SCRIPT_BYTES = 200_000;

describe('the panel’s pages in a browser', { skip: chromiumPath() === null && NOT_RUN }, () => {
  let built: string;
  let service: PanelService;
  let browser: Browser;
  before(async () => {
    built = await ensureWebBuilt('panel');
    service = await startPanelService(await readBuiltPages(built));
    browser = await launchChromium(null);
  });
  after(async () => {
    await Promise.all([browser?.close(), service?.close()]);
  });

  /** A window in which nothing may be complained of: neither by the policy, nor by React, nor by a script. */
  async function open(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly complaints: string[] }> {
    const context = await browser.newContext({ locale: 'es-ES', viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.exposeFunction('complain', (text: string) => complaints.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) =>
        (window as unknown as { complain(text: string): void }).complain(`${violatedDirective} ${sourceFile}`),
      );
    });
    return { context, page, complaints };
  }

  const looks = [
    ['light', 1280],
    ['dark', 768],
  ] as const;
  for (const [colorScheme, width] of looks)
    test(`every page in the ${colorScheme} theme at ${width} px: nothing for axe, nothing for the policy, nothing scrolls sideways, the heading has the focus`, async () => {
      const { context, page, complaints } = await open({
        colorScheme,
        reducedMotion: 'reduce',
        viewport: { width, height: 900 },
      });
      const wrong: string[] = [];
      const found = (what: unknown): void => void wrong.push(String(what));
      for (const { name, path, wish, heading, prepare } of ownPanelPages) {
        service.be(wish);
        await page.goto('about:blank'); // another fragment alone loads nothing anew
        await page.goto(`${service.origin}/panel${path}`);
        await page.getByRole('heading', { level: 1, name: say(heading) }).waitFor();
        await page.waitForLoadState('networkidle');
        await assertHeadingFocused(page, name).catch(found);
        const { scrollWidth, clientWidth } = await page.evaluate(() => ({
          scrollWidth: document.documentElement.scrollWidth,
          clientWidth: document.documentElement.clientWidth,
        }));
        if (scrollWidth > clientWidth) found(`${name}: ${scrollWidth} px in ${clientWidth}`);
        await prepare?.(page, say);
        await assertAccessible(page, `${name}, ${colorScheme}`).catch(found);
        for (const complaint of complaints.splice(0)) found(`${name}: ${complaint}`);
      }
      await context.close();
      assert.deepEqual(wrong, []);
    });

  test('the frame by keyboard: skip link, keys listed and switched off, pages by two keys, focus on the heading', async () => {
    service.be({ role: 'administrator', isSignedIn: true });
    const { context, page } = await open();
    await page.goto(`${service.origin}/panel/${ACCOUNT}/users`);
    await page.getByRole('heading', { level: 1, name: say('nav.users') }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('heading', { level: 1, name: say('nav.numbers') }).waitFor();
    await assertHeadingFocused(page, 'numbers');
    assert.match(await page.title(), new RegExp(say('nav.numbers')));

    // Caps Lock makes capitals of what is pressed, and nothing else of what is meant.
    await page.keyboard.press('G');
    await page.keyboard.press('U');
    await page.getByRole('heading', { level: 1, name: say('nav.users') }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('heading', { level: 1, name: say('nav.numbers') }).waitFor();

    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: say('keys.title') });
    await keys.getByText(say('nav.users'), { exact: true }).waitFor();
    await keys.getByRole('switch', { name: say('keys.on') }).click();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.waitForTimeout(200);
    assert.match(page.url(), /numbers$/);

    await page.goto(`${service.origin}/panel/${ACCOUNT}/users`);
    await page.getByRole('heading', { level: 1, name: say('nav.users') }).waitFor();
    const first = page.locator('a, button').first();
    assert.equal(await first.textContent(), say('shell.skip'));
    await first.focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
    await context.close();
  });

  test('language and theme change at once and are kept, the language wherever one signs in; the account is switched, with what one may do there', async () => {
    service.be({ role: 'administrator', isSignedIn: true, hasTwoAccounts: true });
    const english = wordsOf('en');
    const { context, page } = await open();
    await page.goto(`${service.origin}/panel/${ACCOUNT}/users`);
    const menu = page.getByRole('button', { name: say('shell.user', { name: 'marta.ruiz@ejemplo.es' }) });
    await menu.click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: english('nav.users') }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.getByRole('button', { name: english('shell.user', { name: 'marta.ruiz@ejemplo.es' }) }).click();
    await page.getByRole('menuitem', { name: english('theme.dark') }).click();
    assert.equal(await page.evaluate(() => document.documentElement.getAttribute('data-mantine-color-scheme')), 'dark');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: english('nav.users') }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.getAttribute('data-mantine-color-scheme')), 'dark');
    const elsewhere = await open();
    await elsewhere.page.goto(`${service.origin}/panel/${ACCOUNT}/users`);
    await elsewhere.page.getByRole('heading', { level: 1, name: english('nav.users') }).waitFor();
    await elsewhere.context.close();

    assert.equal(await page.getByRole('button', { name: english('users.invite') }).count(), 1);
    await page.getByRole('button', { name: new RegExp(english('shell.switch-account')) }).click();
    await page.getByRole('menuitem', { name: /Seguros Ejemplo/ }).click();
    await page.getByRole('link', { name: english('nav.users') }).click();
    await page.getByRole('heading', { level: 1, name: english('nav.users') }).waitFor();
    assert.equal(await page.getByRole('button', { name: english('users.invite') }).count(), 0);
    await context.close();
  });

  test('a password field says that Caps Lock is on, and no longer when it is not', async () => {
    service.be({ isSignedIn: false });
    const { context, page } = await open();
    await page.goto(`${service.origin}/panel/`);
    await page.getByRole('button', { name: say('sign-in.with-password'), exact: true }).click();
    const password = page.getByLabel(say('sign-in.password'), { exact: true });
    for (const modifierCapsLock of [true, false]) {
      await password.dispatchEvent('keydown', { key: 'A', modifierCapsLock });
      await page.getByText(say('caps-lock')).waitFor({ state: modifierCapsLock ? 'visible' : 'detached' });
    }
    await context.close();
  });

  test('trouble is told in words with a way on, and offline above the page until it is over', async () => {
    service.be({ role: 'administrator', isSignedIn: true });
    const { context, page } = await open();
    service.fail(`accounts/${ACCOUNT}/users`, 'unavailable');
    await page.goto(`${service.origin}/panel/${ACCOUNT}/users`);
    await page.getByRole('alert').getByText(say('trouble.unavailable')).waitFor();
    service.fail(`accounts/${ACCOUNT}/users`, null);
    await page.getByRole('button', { name: say('common.again') }).click();
    await page.getByRole('cell', { name: 'jon.etxeberria@ejemplo.es', exact: true }).waitFor();
    await context.setOffline(true);
    await page.getByText(say('shell.offline')).waitFor();
    await context.setOffline(false);
    await page.getByText(say('shell.offline')).waitFor({ state: 'hidden' });
    await page.goto(`${service.origin}/panel/${ACCOUNT}/nothing-here`);
    await page.getByRole('heading', { level: 1, name: say('nowhere.title') }).waitFor();
    await context.close();
  });

  test('what is changed in one part of the account waits there while one looks at another', async () => {
    service.be({ role: 'administrator', isSignedIn: true });
    const { context, page } = await open();
    await page.goto(`${service.origin}/panel/${ACCOUNT}/account/messages`);
    await page.getByLabel(say('message.template'), { exact: true }).fill(`Ñandú ${'x'.repeat(70)} [LINK]`);
    const preview = page.getByRole('complementary', { name: say('sms.title') });
    await preview.getByText('UCS-2', { exact: false }).waitFor();
    await page.getByRole('link', { name: say('account.verification') }).click();
    await page.getByText(say('settings.unsaved', { count: 1 })).waitFor();
    await page.getByRole('switch', { name: say('settings.flashes') }).click();
    await page.getByText(say('settings.unsaved', { count: 2 })).waitFor();
    await page.getByRole('button', { name: say('settings.restore') }).click();
    await page.getByText(say('settings.unsaved', { count: 2 })).waitFor({ state: 'hidden' });
    await context.close();
  });

  test('signing in weighs at most 200 kB of zipped script, and so does the first page behind it', async (t) => {
    const always = ['text/es.json'];
    const signIn = await firstLoad(built, [...always, 'pages/sign-in/sign-in.tsx']);
    const pages = ['shell/shell.tsx', 'pages/requests/requests.tsx', 'work/text/es.json'];
    const first = await firstLoad(built, [...always, ...pages]);
    for (const [name, { script, all }] of Object.entries({ signIn, first })) {
      t.diagnostic(`${name}: ${(script / 1000).toFixed(1)} kB of script, ${(all / 1000).toFixed(1)} kB in all`);
      assert.ok(script <= MOST_SCRIPT_BYTES, name);
    }
  });
});
