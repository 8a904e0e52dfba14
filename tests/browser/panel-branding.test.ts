import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { NOT_RUN, chromiumPath, launchChromium, openPhone } from './chromium.ts';
import { PanelWhole } from './panel-whole.ts';
import { signUpByPassword } from './panel-person.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('es');
const COLOUR = '#7a1f3d';

describe('an account dresses its applicants’ pages', { skip: chromiumPath() === null && NOT_RUN }, () => {
  let panel: PanelWhole;
  let browser: Browser;
  before(async () => {
    panel = await PanelWhole.open();
    browser = await launchChromium(null);
  });
  after(async () => {
    await browser?.close();
    await panel?.close();
  });

  test('what is saved in the panel is what the next applicant sees', async () => {
    const { account, caller } = await panel.newCompany('Banco Ejemplo');
    const context = await browser.newContext({ locale: 'es-ES' });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const earlier = await panel.linkFor(caller, '34600000001');
    await signUpByPassword(page, await panel.signUpLink('marta@ejemplo.es', 'administrator', account));

    await page.goto(`${panel.origin}/panel/${account}/account/pages`);
    await page.getByLabel(say('branding.colour'), { exact: true }).fill(COLOUR);
    const logo = await sharp({ create: { width: 120, height: 40, channels: 3, background: COLOUR } })
      .png()
      .toBuffer();
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: '<img src=x onerror=alert(1)>.png', mimeType: 'image/png', buffer: logo });
    await page.getByLabel(say('branding.purpose'), { exact: true }).fill('Para abrir tu cuenta <b>ahora</b>.');
    const preview = page.getByRole('complementary', { name: say('branding.preview') });
    await preview.getByText('Para abrir tu cuenta <b>ahora</b>.').waitFor();
    await preview.getByRole('img', { name: 'Banco Ejemplo' }).waitFor();
    await page.getByRole('button', { name: say('common.save'), exact: true }).click();
    await page.getByText(say('common.saved')).waitFor();

    for (const link of [earlier, await panel.linkFor(caller, '34600000002')]) await seenBy(link);

    async function seenBy(link: string): Promise<void> {
      const phone = await openPhone(browser, { origin: panel.origin });
      const applicant: Page = await phone.newPage();
      applicant.setDefaultTimeout(15_000);
      await applicant.goto(link);
      await applicant.getByText('Para abrir tu cuenta <b>ahora</b>.').waitFor();
      const picture = applicant.getByRole('img', { name: /Banco Ejemplo/ });
      await picture.waitFor();
      assert.equal(await picture.getAttribute('src'), `data:image/png;base64,${logo.toString('base64')}`);
      await applicant.getByRole('checkbox').check();
      const start = applicant.getByRole('button', { name: 'Empezar' });
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(COLOUR.slice(at, at + 2), 16));
      assert.equal(
        await start.evaluate((button) => getComputedStyle(button).backgroundColor),
        `rgb(${red}, ${green}, ${blue})`,
      );
      await phone.close();
    }
    await context.close();
  });

  test('a picture that is none is refused in words, and nothing is kept of the rest', async () => {
    const { account } = await panel.newCompany('Seguros Ejemplo');
    const context = await browser.newContext({ locale: 'es-ES' });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await signUpByPassword(page, await panel.signUpLink('jon@ejemplo.es', 'administrator', account));
    await page.goto(`${panel.origin}/panel/${account}/account/pages`);
    await page.getByLabel(say('branding.purpose'), { exact: true }).fill('No se guarda.');
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') });
    await page.getByRole('button', { name: say('common.save'), exact: true }).click();
    await page.getByText(say('settings.refused.not-a-picture')).waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByLabel(say('branding.purpose'), { exact: true }).waitFor();
    assert.equal(await page.getByLabel(say('branding.purpose'), { exact: true }).inputValue(), '');
    await context.close();
  });
});
