/**
 * Takes a picture of every screen, at phone and desk size, in Spanish and English: node tests/browser/take-pictures.ts [FOLDER]
 *
 * They are kept under `docs/screens/capture/`, to be looked at and to be compared when a screen changes.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import { applicantAt } from './applicant.ts';
import { makeCameraFiles, swappableCamera } from './camera-files.ts';
import { type CaseWish, startCaptureService } from './capture-service.ts';
import { launchChromium, openPhone } from './chromium.ts';

const out = process.argv[2] ?? path.join(import.meta.dirname, '../../docs/screens/capture');
await mkdir(out, { recursive: true });
const work = await mkdtemp(path.join(tmpdir(), 'cotejo-pictures-'));
const files = await makeCameraFiles(work);
const camera = swappableCamera(work);
camera.show(files.face);
const service = await startCaptureService(await readBuiltPages(await ensureWebBuilt('capture')));
const browser = await launchChromium(camera.file);
const withoutCamera = await launchChromium(null);

const SIZES = {
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 1 },
  desk: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, isMobile: false },
} as const;

async function take(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(150);
  const png = await page.screenshot({ animations: 'disabled' });
  await writeFile(path.join(out, `${name}.webp`), await sharp(png).webp({ quality: 72 }).toBuffer());
}

type Visit = { readonly language: string; readonly size: keyof typeof SIZES; readonly wish?: CaseWish };

async function visit(
  { language, size, wish }: Visit,
  walk: (page: Page, link: string, applicant: ReturnType<typeof applicantAt>, prefix: string) => Promise<void>,
  { mayFilm = true, on = browser, userAgent = '' } = {},
): Promise<void> {
  const context = await openPhone(on, {
    origin: service.origin,
    locale: language,
    mayFilm,
    ...SIZES[size],
    ...(userAgent === '' ? {} : { userAgent }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const prefix = `${language}-${size}`;
  let count = 0;
  const applicant = applicantAt(page, {
    language,
    camera,
    files,
    onScreen: (name) => take(page, `${prefix}-${String((count += 1)).padStart(2, '0')}-${name}`),
  });
  await walk(page, service.newCase(wish).link, applicant, prefix);
  await context.close();
}

for (const language of ['es', 'en'])
  for (const size of ['phone', 'desk'] as const) {
    await visit({ language, size }, (_page, link, applicant) => applicant.everything(link));
    if (size === 'phone') {
      for (const stopped of ['expired', 'used', 'cancelled'] as const)
        await visit({ language, size, wish: { stopped } }, async (page, link, applicant, prefix) => {
          await page.goto(link);
          await applicant.heading(`stop.${stopped}.title`).waitFor();
          await take(page, `${prefix}-stop-${stopped}`);
        });
      await visit({ language, size }, async (page, _link, applicant, prefix) => {
        await page.goto(`${service.origin}/i/${'x'.repeat(29)}`);
        await applicant.heading('stop.unknown.title').waitFor();
        await take(page, `${prefix}-stop-unknown`);
      });
      await visit({ language, size }, async (page, link, applicant, prefix) => {
        await page.goto(link);
        await page.getByRole('checkbox').check();
        await page.context().clearCookies();
        await applicant.button('welcome.start').click();
        await applicant.heading('stop.no-cookies.title').waitFor();
        await take(page, `${prefix}-stop-no-cookies`);
      });
      await visit({ language, size }, async (page, link, applicant, prefix) => {
        await page.goto(link);
        await applicant.consent();
        await applicant.face();
        await applicant.chooseDocument('id-card');
        await applicant.heading('front.title').waitFor();
        await applicant.openDocumentCamera('front', files.dark);
        await applicant.button('document.shutter').click();
        await page.locator('.note-ask').waitFor();
        await take(page, `${prefix}-review-dark`);
      });
      const failing = async (page: Page, link: string, applicant: ReturnType<typeof applicantAt>): Promise<void> => {
        await page.goto(link);
        await page.getByRole('checkbox').check();
        await applicant.button('welcome.start').click();
        await applicant.button('primer.open').click();
      };
      await visit(
        { language, size },
        async (page, link, applicant, prefix) => {
          await failing(page, link, applicant);
          await applicant.heading('camera.denied.title').waitFor();
          await take(page, `${prefix}-camera-denied`);
        },
        { mayFilm: false },
      );
      await visit(
        { language, size },
        async (page, link, applicant, prefix) => {
          await failing(page, link, applicant);
          await applicant.heading('camera.none.title').waitFor();
          await take(page, `${prefix}-camera-none`);
        },
        { on: withoutCamera },
      );
      await visit(
        { language, size },
        async (page, link, applicant, prefix) => {
          await page.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
          await page.goto(link);
          await applicant.heading('inApp.title').waitFor();
          await take(page, `${prefix}-in-app`);
        },
        { userAgent: 'Mozilla/5.0 (Linux; Android 14; Pixel 7; wv) Chrome/140.0 Mobile Safari/537.36 Instagram 300' },
      );
    } else {
      const desk = await browser.newContext({ ...SIZES.desk, locale: language });
      const page = await desk.newPage();
      await page.goto(service.newCase({ mayFilmOnLaptop: true }).link);
      await page.locator('.code').waitFor();
      await take(page, `${language}-desk-hand-over`);
      await desk.close();
    }
  }
await visit({ language: 'ar', size: 'phone' }, async (page, link, applicant, prefix) => {
  await page.goto(link);
  await applicant.heading('welcome.title').waitFor();
  await take(page, `${prefix}-01-welcome`);
});

await Promise.all([browser.close(), withoutCamera.close(), service.close()]);
await rm(work, { recursive: true, force: true });
