import assert from 'node:assert/strict';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { NOT_RUN, chromiumPath, launchChromium } from './chromium.ts';
import { signUpByPassword } from './panel-person.ts';
import { PanelWhole } from './panel-whole.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('es');
const BASIC = { user: 'cotejo', password: 'una-de-verdad' };

type Hit = { readonly headers: IncomingMessage['headers']; readonly body: string };

/** A company's receiver, written for the contract alone: it knows Basic authentication and nothing of challenges. */
async function startReceiver() {
  const hits: Hit[] = [];
  const expected = `Basic ${Buffer.from(`${BASIC.user}:${BASIC.password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.headers.authorization !== expected) return void response.writeHead(401).end();
      hits.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(200, { 'content-type': 'text/plain' }).end('<b>recibido</b>');
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/avisos`,
    hits,
    close: () => new Promise((resolve) => void server.close(resolve)),
  };
}

describe('a company has itself told of what happens', { skip: chromiumPath() === null && NOT_RUN }, () => {
  let panel: PanelWhole;
  let browser: Browser;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  before(async () => {
    receiver = await startReceiver();
    panel = await PanelWhole.open({ COTEJO_CALLBACK_LOCAL: 'true' });
    browser = await launchChromium(null);
  });
  after(async () => {
    await browser?.close();
    await panel?.close();
    await receiver?.close();
  });

  test('the receiver is refused in words until it is right; then it is saved, tested, switched off, and removed', async () => {
    const { account } = await panel.newCompany('Banco Ejemplo');
    const context = await browser.newContext({ locale: 'es-ES' });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const button = (key: Parameters<typeof say>[0]) => page.getByRole('button', { name: say(key), exact: true });
    const field = (key: Parameters<typeof say>[0]) => page.getByLabel(say(key), { exact: true });
    await signUpByPassword(page, await panel.signUpLink('marta@ejemplo.es', 'administrator', account));
    await page.goto(`${panel.origin}/panel/${account}/account/callbacks`);

    await field('callbacks.url').fill('https://yo:clave@ejemplo.es/');
    await button('callbacks.save').click();
    await page.getByText(say('callbacks.refused.url-with-credentials')).waitFor();
    await field('callbacks.url').fill(receiver.url);
    await button('callbacks.save').click();
    await page.getByText(say('callbacks.refused.challenge-refused')).waitFor();

    await page.getByRole('checkbox', { name: say('callbacks.basic') }).check();
    await field('callbacks.basic.user').fill(BASIC.user);
    await field('callbacks.basic.password').fill(BASIC.password);
    await button('callbacks.save').click();
    const shown = page.getByRole('dialog', { name: say('callbacks.secret.new') });
    const secret = await shown.locator('code').innerText();
    await shown.getByRole('button', { name: say('common.kept') }).click();
    await page.getByText(say('callbacks.fine')).waitFor();

    const before = receiver.hits.length;
    await button('callbacks.test.send').click();
    await page.getByText(say('callbacks.test.delivered'), { exact: true }).waitFor();
    await page.getByText('<b>recibido</b>').waitFor();
    assert.equal(receiver.hits.length, before + 1);
    const hit = receiver.hits.at(-1)!;
    const headers = Object.fromEntries(Object.entries(hit.headers).map(([name, value]) => [name, String(value)]));
    new Webhook(secret).verify(hit.body, headers);
    const sent = await page.locator('.raw-pair pre').first().innerText();
    assert.ok(sent.includes(hit.body), 'the body is shown as it was sent');
    assert.ok(!sent.includes(Buffer.from(`${BASIC.user}:${BASIC.password}`).toString('base64')));

    await button('callbacks.secret.rotate').click();
    await button('callbacks.secret.rotate.go').click();
    const renewed = await shown.locator('code').innerText();
    assert.notEqual(renewed, secret);
    await shown.getByRole('button', { name: say('common.kept') }).click();
    await page.getByText(say('callbacks.secret.before')).waitFor();

    await button('callbacks.disable').click();
    await page.getByText(/Apagado a mano/).waitFor();
    await button('callbacks.enable').click();
    await page.getByText(say('callbacks.fine')).waitFor();
    await button('callbacks.remove').click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: say('callbacks.remove'), exact: true })
      .click();
    await page.getByText(say('callbacks.standing')).waitFor({ state: 'hidden' });
    assert.equal(await field('callbacks.url').inputValue(), '');

    await page.goto(`${panel.origin}/panel/${account}/audit`);
    for (const action of ['callback-endpoint.saved', 'callback-endpoint.removed'])
      await page.getByText(action, { exact: true }).first().waitFor();
    for (const [path, heading] of [
      ['numbers', 'nav.numbers'],
      ['credits', 'nav.credits'],
    ] as const) {
      await page.goto(`${panel.origin}/panel/${account}/${path}`);
      await page.getByRole('heading', { level: 1, name: say(heading) }).waitFor();
      await page.locator('.tiles').waitFor();
      assert.equal(await page.getByRole('alert').count(), 0);
    }
    await context.close();
  });
});
