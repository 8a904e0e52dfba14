/**
 * Takes a picture of the pages on which people work, in both languages and both themes, at desk size and on a tablet:
 * node tests/browser/take-panel-work-pictures.ts [FOLDER]
 *
 * They are kept under `docs/screens/panel/`, to be looked at and to be compared when a page changes. The frame around them comes from the same
 * service that the other pages' pictures are taken against; what people work on is handed to the browser on its way there.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import { launchChromium } from './chromium.ts';
import { ACCOUNT, startPanelService } from './panel-service.ts';
import { makeWorkWorld } from './panel-work-world.ts';

const out = process.argv[2] ?? path.join(import.meta.dirname, '../../docs/screens/panel');
await mkdir(out, { recursive: true });
const world = await makeWorkWorld();
const service = await startPanelService(await readBuiltPages(await ensureWebBuilt('panel')));
service.be({ role: 'supervisor', isSignedIn: true, hasTwoAccounts: false });
const browser = await launchChromium(null);

const OWN = `/panel/api/accounts/${ACCOUNT}/`;
const CASE = '1840294417';

async function fillIn(page: Page): Promise<void> {
  await page.route(`**${OWN}{desk,requests}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const call = pathname.slice(OWN.length);
    const file = world.file(call);
    if (file !== null) return route.fulfill({ body: file.bytes, contentType: file.mediaType });
    const answer = world.answer(route.request().method(), call);
    return answer === null ? route.fallback() : route.fulfill({ json: answer });
  });
}

type Place = {
  readonly name: string;
  readonly path: string;
  readonly keys?: readonly string[];
  readonly isWhole?: boolean;
};

/** What is typed to get there; pictures come in between. */
const places: readonly Place[] = [
  { name: 'desk-start', path: 'desk' },
  { name: 'desk-case', path: 'desk', keys: ['Enter'] },
  { name: 'desk-case-whole', path: 'desk', keys: ['Enter'], isWhole: true },
  { name: 'desk-reject', path: 'desk', keys: ['Enter', 'r', '3'] },
  { name: 'desk-override', path: 'desk', keys: ['Enter', 'a'] },
  { name: 'desk-undo', path: 'desk', keys: ['Enter', 'r', '3', 'Enter'] },
  { name: 'desk-keys', path: 'desk', keys: ['Enter', '?'] },
  { name: 'requests', path: 'requests' },
  { name: 'request-new', path: 'requests/new' },
  { name: 'request', path: `requests/${CASE}`, isWhole: true },
];
const MOST_HEIGHT_PX = 4_000;
const onTablet = ['desk-case', 'requests', 'request'];

for (const language of ['es', 'en'] as const)
  for (const theme of ['light', 'dark'] as const)
    for (const [size, viewport] of [
      ['desk', { width: 1440, height: 900 }],
      ['tablet', { width: 768, height: 1024 }],
    ] as const) {
      const context = await browser.newContext({ viewport, locale: language, colorScheme: theme });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      await fillIn(page);
      for (const { name, path: at, keys = [], isWhole = false } of places) {
        if (size === 'tablet' && !onTablet.includes(name)) continue;
        await page.goto(`${service.origin}/panel/${ACCOUNT}/${at}`);
        await page.locator('main h1').waitFor();
        for (const key of keys) {
          await page.waitForTimeout(900); // a case is seen before it is decided
          await page.keyboard.press(key);
        }
        await page.waitForLoadState('networkidle').catch(() => {});
        await page.waitForTimeout(500);
        if (isWhole) {
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ ...viewport, height: Math.min(MOST_HEIGHT_PX, height) });
          await page.waitForTimeout(150);
        }
        const png = await page.screenshot({ animations: 'disabled' });
        await page.setViewportSize(viewport);
        const file = [name, language, theme, ...(size === 'tablet' ? ['tablet'] : [])].join('-');
        await writeFile(path.join(out, `${file}.webp`), await sharp(png).webp({ quality: 76 }).toBuffer());
      }
      await context.close();
    }
await Promise.all([browser.close(), service.close()]);
