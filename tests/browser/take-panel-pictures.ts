/**
 * Takes a picture of every page about the account, in Spanish and English, light and dark: node tests/browser/take-panel-pictures.ts [FOLDER [NAME …]]
 *
 * They are kept under `docs/screens/panel/`, to be looked at and to be compared when a page changes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import { launchChromium } from './chromium.ts';
import { ownPanelPages } from './panel-places.ts';
import { startPanelService } from './panel-service.ts';
import { TODAY } from './panel-world.ts';
import { wordsOf } from './words.ts';

const out = process.argv[2] ?? path.join(import.meta.dirname, '../../docs/screens/panel');
const named = new Set(process.argv.slice(3));
await mkdir(out, { recursive: true });
const service = await startPanelService(await readBuiltPages(await ensureWebBuilt('panel')));
const browser = await launchChromium(null);

const SIZE = { width: 1280, height: 800 };
const TABLET = { width: 768, height: 1024 };
/** A page that is longer is taken whole, up to so much. */
const MOST_HEIGHT_PX = 2_400;

async function takeAll(
  language: 'es' | 'en',
  colorScheme: 'light' | 'dark',
  { viewport = SIZE, suffix = '', only = (_name: string): boolean => true } = {},
): Promise<void> {
  const say = wordsOf(language);
  const context = await browser.newContext({
    viewport,
    colorScheme,
    locale: language === 'es' ? 'es-ES' : 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.clock.setFixedTime(TODAY);
  const isWanted = (name: string): boolean => (named.size === 0 || named.has(name)) && only(name);
  for (const place of ownPanelPages.filter(({ name }) => isWanted(name))) {
    service.be(place.wish);
    await page.setViewportSize(viewport);
    await page.goto('about:blank');
    await page.goto(`${service.origin}/panel${place.path}`);
    await page.getByRole('heading', { level: 1, name: say(place.heading) }).waitFor();
    await page.waitForLoadState('networkidle');
    await place.prepare?.(page, say);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...viewport, height: Math.min(MOST_HEIGHT_PX, Math.max(viewport.height, height)) });
    await page.waitForTimeout(120);
    const png = await page.screenshot({ animations: 'disabled' });
    const name = `${place.name}-${language}-${colorScheme}${suffix}.png`;
    await writeFile(path.join(out, name), await sharp(png).png({ palette: true, colours: 64, effort: 8 }).toBuffer());
  }
  await context.close();
}

for (const language of ['es', 'en'] as const)
  for (const colorScheme of ['light', 'dark'] as const) await takeAll(language, colorScheme);
const onTablet = new Set(['health', 'users', 'numbers', 'account-pages', 'account-callbacks', 'audit']);
await takeAll('es', 'light', { viewport: TABLET, suffix: '-tablet', only: (name) => onTablet.has(name) });

await Promise.all([browser.close(), service.close()]);
