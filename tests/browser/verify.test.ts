// Somebody was handed a certificate and checks it in a browser: on a phone, at a desk, in Spanish and in English.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromiumPath, launchChromium, NOT_RUN } from './chromium.ts';
import { assertAccessible } from './accessibility.ts';
import { type VerifyPage, openVerifyPage } from './verify-page.ts';
import { type SealedExample, sealExample } from '../counterparts/sealed-example.ts';

const now = new Date('2026-11-25T10:07:31Z');

let browser: Browser;
let served: VerifyPage;
let example: SealedExample;
let folder: string;

const isHere = chromiumPath() !== null;
before(async () => {
  if (!isHere) return;
  [browser, served, example] = await Promise.all([launchChromium(null), openVerifyPage(), sealExample(now)]);
  folder = await mkdtemp(path.join(tmpdir(), 'cotejo-verify-'));
  await writeFile(path.join(folder, 'sound.pdf'), example.pdf);
  const place = example.placeInPicture;
  await writeFile(path.join(folder, 'changed.pdf'), example.pdf.with(place, example.pdf[place]! ^ 1));
  await writeFile(path.join(folder, 'other.pdf'), 'no certificate at all');
});
after(async () => {
  if (!isHere) return;
  await browser.close();
  await served.close();
  await example.close();
  await rm(folder, { recursive: true });
});

/** Opens the page, noting every request that leaves it and everything that the browser complains of. */
async function open(options: BrowserContextOptions, fragment = '') {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => void requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  await page.goto(`${served.url}/verify${fragment}`);
  return { page, requests, complaints, close: () => context.close() };
}

async function choose(page: Page, name: string): Promise<string> {
  await page.locator('input[type=file]').setInputFiles(path.join(folder, name));
  const verdict = page.locator('.verdict h2');
  await verdict.waitFor();
  return (await verdict.textContent())!.replace(/^[✓✗] /, '');
}

const story = (title: string, tell: () => Promise<void>): void => {
  test(title, async (t) => (isHere ? tell() : t.diagnostic(NOT_RUN)));
};

story('a sound certificate is told to be whole, and nothing of it leaves the browser', async () => {
  for (const [locale, verdict, viewport] of [
    ['es-ES', 'El certificado está íntegro', { width: 360, height: 740 }],
    ['en-GB', 'The certificate is whole', { width: 1280, height: 800 }],
  ] as const) {
    const { page, requests, complaints, close } = await open({ locale, viewport });
    await assertAccessible(page, 'choosing');
    const before = requests.length;
    assert.equal(await choose(page, 'sound.pdf'), verdict);
    assert.deepEqual(await page.locator('.checks .broken').count(), 0);
    assert.equal(await page.locator('.checks .holds').count(), 8);
    assert.match((await page.locator('.said').textContent())!, /CARMEN ESPAÑOLA MUÑOZ/);
    assert.match((await page.locator('.said').textContent())!, /Banco Ejemplar, S\.A\./);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H2');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    await assertAccessible(page, 'checked');
    const since = requests.slice(before);
    assert.ok(
      since.every((request) => /^GET \/verify\/assets\/check-[\w-]+\.js$/.test(request)),
      since.join(),
    );
    assert.deepEqual(complaints, []);
    await close();
  }
});

story('a changed file is told to be broken, and what is no certificate too', async () => {
  const { page, close } = await open({ locale: 'es-ES' });
  assert.equal(await choose(page, 'changed.pdf'), 'El certificado NO está íntegro');
  assert.deepEqual(
    (await page.locator('.checks .broken').allTextContents()).map((text) => text.replace('✗', '')),
    [
      'La firma es de quien dice, y lo firmado no ha cambiado',
      'Los sellos de tiempo del fichero son válidos',
      'Las imágenes son las que dice la declaración',
    ],
  );
  await assertAccessible(page, 'broken');
  await close();
  const other = await open({ locale: 'es-ES' });
  assert.equal(await choose(other.page, 'other.pdf'), 'El certificado NO está íntegro');
  await other.close();
});

story('the code on the last page is held against the file', async () => {
  const { id } = example.statement;
  const { page, close } = await open({ locale: 'es-ES' }, `#${id}:${'0'.repeat(64)}`);
  assert.match((await page.locator('.choose').textContent())!, new RegExp(`verificación ${id}`));
  assert.equal(await choose(page, 'sound.pdf'), 'El certificado NO está íntegro');
  assert.match((await page.locator('.checks .broken').textContent())!, /código/);
  await close();
});

story('the page could not send anything if it wanted to', async () => {
  const { page, close } = await open({ locale: 'es-ES' });
  const sent = await page.evaluate(async () => {
    const tries = [
      () => fetch('/health', { method: 'POST', body: 'x' }),
      () => fetch('https://example.com/', { mode: 'no-cors' }),
      async () => {
        if (!navigator.sendBeacon('/health', 'x')) throw new Error('refused');
      },
    ];
    const ended = await Promise.allSettled(tries.map(async (attempt) => attempt()));
    return ended.map(({ status }) => status);
  });
  assert.deepEqual(sent.slice(0, 2), ['rejected', 'rejected']);
  assert.deepEqual(served.posted(), []);
  await close();
});
