// The pages for those who see, move and read otherwise: larger, without motion, from right to left, and heard.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import {
  assertAccessible,
  assertHeadingFocused,
  assertLegible,
  assertNothingCut,
  assertStill,
} from './accessibility.ts';
import { type Applicant, applicantAt } from './applicant.ts';
import { type CameraFiles, makeCameraFiles, swappableCamera } from './camera-files.ts';
import { type Case, type CaseWish, startCaptureService } from './capture-service.ts';
import { NOT_RUN, chromiumPath, launchChromium, openPhone } from './chromium.ts';
import { inFull } from './in-full.ts';

const WAIT_MS = 20_000;

describe('the applicant’s pages, adapted', { skip: chromiumPath() === null ? NOT_RUN : false }, () => {
  let folder: string;
  let files: CameraFiles;
  let camera: ReturnType<typeof swappableCamera>;
  let service: Awaited<ReturnType<typeof startCaptureService>>;
  let browser: Browser;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cotejo-adapted-'));
    files = await makeCameraFiles(folder);
    camera = swappableCamera(folder);
    camera.show(files.face);
    service = await startCaptureService(await readBuiltPages(await ensureWebBuilt('capture')));
    browser = await launchChromium(camera.file);
  });
  after(async () => {
    await Promise.all([browser?.close(), service?.close()]);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  type Story = { readonly page: Page; readonly applicant: Applicant; readonly found: Case };
  type Wish = {
    readonly wish?: CaseWish;
    readonly language?: string;
    readonly onPhone?: Partial<Parameters<typeof openPhone>[1]>;
    readonly onScreen?: (page: Page, name: string) => Promise<void>;
  };

  async function tell({ wish, language = 'es', onPhone = {}, onScreen }: Wish, story: (told: Story) => Promise<void>) {
    const context = await openPhone(browser, { origin: service.origin, locale: language, ...onPhone });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const on = onScreen === undefined ? {} : { onScreen: (name: string) => onScreen(page, name) };
    try {
      const applicant = applicantAt(page, { language, camera, files, ...on });
      await story({ page, applicant, found: service.newCase(wish) });
    } finally {
      await context.close();
    }
  }

  inFull('each gesture and the colours: accessible, legible, whole, and said to whoever does not see them', () =>
    tell(
      { wish: { steps: ['turn-left', 'look-down', 'smile', 'flash'], stepMs: 4000, colourMs: 1200 } },
      async ({ page, applicant, found }) => {
        await page.goto(found.link);
        await applicant.consent();
        await applicant.face();
        for (const [step, key] of (
          ['gesture.turn-left', 'gesture.look-down', 'gesture.smile', 'gesture.flash'] as const
        ).entries()) {
          const line = page.locator('.film .hint');
          // Done early, the line says so; before, what to do.
          await line.filter({ hasText: applicant.say(key) }).waitFor();
          assert.equal(await line.getAttribute('aria-live'), 'polite');
          assert.equal(await line.getAttribute('aria-atomic'), 'true');
          const title = page.getByRole('heading', { level: 1, name: new RegExp(`${step + 1}\\D+4`) });
          if (key !== 'gesture.flash') await title.waitFor();
          await assertAccessible(page, key);
          await assertLegible(page, key);
          await assertNothingCut(page, key);
        }
        await applicant.heading('kind.title').waitFor();
        assert.equal(found.received.finished, 1);
      },
    ),
  );

  test('at 200 % nothing is cut, on any screen, upright and on its side', async () => {
    const sizes = [
      { width: 320, height: 370 }, // a page of 640 by 740 px
      { width: 370, height: 180 }, // the same phone on its side
    ];
    for (const viewport of sizes)
      await tell(
        {
          onPhone: { viewport },
          async onScreen(page, name) {
            const about = `${name} at ${viewport.width} × ${viewport.height}`;
            await assertLegible(page, about);
            await assertNothingCut(page, about);
          },
        },
        ({ applicant, found }) => applicant.everything(found.link),
      );
  });

  test('who wants no motion sees none', async () => {
    const seen: string[] = [];
    await tell(
      {
        onPhone: { reducedMotion: 'reduce' },
        async onScreen(page, name) {
          seen.push(name);
          await assertStill(page, name);
        },
      },
      ({ applicant, found }) => applicant.everything(found.link),
    );
    assert.ok(seen.includes('face-gesture') && seen.includes('done'));
  });

  test('in Arabic everything runs from right to left, accessible, legible and whole', () =>
    tell(
      {
        language: 'ar',
        async onScreen(page, name) {
          const { direction, lang, aligned } = await page.evaluate(() => {
            const heading = document.querySelector('h1')!;
            const { direction: of } = getComputedStyle(heading);
            return { direction: of, lang: document.documentElement.lang, aligned: getComputedStyle(heading).textAlign };
          });
          assert.equal(direction, 'rtl', name);
          assert.equal(lang, 'ar', name);
          assert.notEqual(aligned, 'left', name);
          await assertHeadingFocused(page, name);
          await assertLegible(page, name);
          await assertNothingCut(page, name);
          if (name !== 'face-gesture') await assertAccessible(page, name);
        },
      },
      ({ applicant, found }) => applicant.everything(found.link),
    ));
});
