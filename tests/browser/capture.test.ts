import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt, firstLoad, guideWeight } from '../../tools/build-web.ts';
import { assertAccessible, assertHeadingFocused, assertLegible } from './accessibility.ts';
import { type Applicant, applicantAt } from './applicant.ts';
import { type CameraFiles, makeCameraFiles, swappableCamera } from './camera-files.ts';
import { type Case, type CaseWish, startCaptureService } from './capture-service.ts';
import { NOT_RUN, chromiumPath, launchChromium, openPhone } from './chromium.ts';
import { inFull } from './in-full.ts';

const WAIT_MS = 15_000;

describe('the applicant’s pages in a browser', { skip: chromiumPath() === null ? NOT_RUN : false }, () => {
  let folder: string;
  let built: string;
  let files: CameraFiles;
  let camera: ReturnType<typeof swappableCamera>;
  let service: Awaited<ReturnType<typeof startCaptureService>>;
  let browser: Browser;
  let withoutCamera: Browser;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cotejo-pages-'));
    files = await makeCameraFiles(folder);
    camera = swappableCamera(folder);
    camera.show(files.face);
    built = await ensureWebBuilt('capture');
    service = await startCaptureService(await readBuiltPages(built));
    browser = await launchChromium(camera.file);
    withoutCamera = await launchChromium(null);
  });
  after(async () => {
    await Promise.all([browser?.close(), withoutCamera?.close(), service?.close()]);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  type Story = {
    readonly page: Page;
    readonly context: BrowserContext;
    readonly applicant: Applicant;
    readonly found: Case;
  };
  type StoryWish = {
    readonly wish?: CaseWish;
    readonly language?: string;
    readonly onPhone?: Partial<Parameters<typeof openPhone>[1]>;
    readonly on?: () => Browser;
    readonly onScreen?: (page: Page, name: string) => Promise<void>;
  };

  /** Opens a phone with a case's link at hand; fails on anything that the page was forbidden or that it fetched from elsewhere. */
  async function tell(story: (told: Story) => Promise<void>, wished: StoryWish = {}): Promise<void> {
    const { language = 'es', onPhone = {}, on = () => browser, onScreen } = wished;
    const context = await openPhone(on(), { origin: service.origin, locale: language, ...onPhone });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Permissions policy/i.test(message.text())) wrong.push(message.text());
    });
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== service.origin && !['blob:', 'data:'].includes(protocol)) wrong.push(`asked ${request.url()}`);
    });
    try {
      const applicant = applicantAt(page, {
        language,
        camera,
        files,
        ...(onScreen === undefined ? {} : { onScreen: (name: string) => onScreen(page, name) }),
      });
      await story({ page, context, applicant, found: service.newCase(wished.wish) });
      assert.deepEqual(wrong, []);
    } catch (error) {
      const screen = (
        await page
          .locator('#page')
          .innerText({ timeout: 500 })
          .catch(() => 'nothing')
      ).slice(0, 300);
      throw new Error(`the screen showed: ${screen}`, { cause: error });
    } finally {
      await context.close();
    }
  }

  for (const language of ['es', 'en'])
    test(`a person is through in ${language === 'es' ? 'Spanish' : 'English'}; every screen is accessible, legible and announced`, async () => {
      const seen: string[] = [];
      await tell(
        async ({ applicant, found }) => {
          await applicant.everything(found.link);
          const { received } = found;
          assert.equal(received.begun.length, 1);
          assert.match(received.begun[0]!.mediaType, /^video\/(webm|mp4)/);
          assert.ok(received.faceBytes > 10_000, `${received.faceBytes} bytes of video`);
          assert.deepEqual(
            received.documents.map(({ side, mediaType }) => `${side} ${mediaType}`),
            ['front image/jpeg', 'back image/jpeg'],
          );
          assert.deepEqual(received.place, { latitude: 40.4168, longitude: -3.7038, altitudeM: null, accuracyM: 20 });
          assert.deepEqual((received.start as { consent: unknown }).consent, { textVersion: '1', language });
        },
        {
          language,
          onScreen: async (page, name) => {
            seen.push(name);
            await assertHeadingFocused(page, name);
            await assertLegible(page, name);
            if (!name.startsWith('face-gesture')) await assertAccessible(page, name);
          },
        },
      );
      assert.deepEqual(seen, [
        'welcome',
        'camera-primer',
        'face-framing',
        'face-gesture',
        'document-kind',
        'front',
        'front-framing',
        'front-review',
        'back',
        'back-framing',
        'back-review',
        'place',
        'done',
      ]);
    });

  test('looking at the link changes nothing, and nothing is agreed to beforehand', () =>
    tell(async ({ page, applicant, found }) => {
      await page.goto(found.link);
      await applicant.heading('welcome.title').waitFor();
      assert.equal(await page.getByRole('checkbox').isChecked(), false);
      await page.keyboard.press('Tab');
      await applicant.button('welcome.start').press('Enter');
      await page.getByText(applicant.say('welcome.startNeedsConsent')).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'checkbox');
      assert.deepEqual(found.calls, []);
    }));

  test('saying no is a way out, and back', () =>
    tell(async ({ page, applicant, found }) => {
      await page.goto(found.link);
      await applicant.button('welcome.decline').click();
      await applicant.arrive('declined.title', 'declined');
      await assertAccessible(page, 'declined');
      await applicant.button('declined.back').click();
      await applicant.heading('welcome.title').waitFor();
      assert.deepEqual(found.calls, []);
    }));

  test('the whole way by keyboard alone', () =>
    tell(async ({ page, applicant, found }) => {
      /** Tabs until what has the focus is called so, then presses. */
      const press = async (name: string, key: 'Enter' | 'Space'): Promise<void> => {
        for (let tabs = 0; tabs < 15; tabs += 1) {
          await page.keyboard.press('Tab');
          const focused = await page.evaluate(() => {
            const element = document.activeElement as HTMLElement | null;
            return (
              element?.getAttribute('aria-label') ?? element?.closest('label')?.textContent ?? element?.textContent
            );
          });
          if (focused === name) return page.keyboard.press(key);
        }
        assert.fail(`"${name}" cannot be reached`);
      };
      await page.goto(found.link);
      await applicant.heading('welcome.title').waitFor();
      await press(applicant.say('consent.agree'), 'Space');
      await press(applicant.say('welcome.start'), 'Enter');
      await applicant.heading('primer.title').waitFor();
      camera.show(files.face);
      await press(applicant.say('primer.open'), 'Enter');
      await applicant.heading('face.title').waitFor();
      if ((await applicant.button('face.ready').count()) > 0) await press(applicant.say('face.ready'), 'Enter');
      await applicant.heading('kind.title').waitFor();
      await press(applicant.say('kind.id-card'), 'Space');
      await press(applicant.say('kind.continue'), 'Enter');
      for (const side of ['front', 'back'] as const) {
        await applicant.heading(`${side}.title`).waitFor();
        camera.show(files[side]);
        await press(applicant.say('document.open'), 'Enter');
        await page.locator('.card-frame').waitFor();
        await applicant.heading('document.review').waitFor(); // the shutter released itself
        await press(applicant.say('document.use'), 'Enter');
      }
      await applicant.heading('place.title').waitFor();
      await press(applicant.say('place.not'), 'Enter');
      await applicant.receipt();
      assert.deepEqual(found.received.place, { declined: true });
    }));

  test('a camera that is refused: what to do, and on when it is allowed', () =>
    tell(
      async ({ page, context, applicant, found }) => {
        await page.goto(found.link);
        await applicant.consent();
        await applicant.openFaceCamera();
        await applicant.arrive('camera.denied.title', 'denied');
        await page.getByText(applicant.say('camera.denied.how.android')).waitFor();
        await assertAccessible(page, 'camera denied');
        await context.grantPermissions(['camera'], { origin: service.origin });
        await applicant.button('primer.again').click();
        await applicant.heading('face.title').waitFor();
      },
      { onPhone: { mayFilm: false } },
    ));

  test('no camera at all: another device, with the link to take there', () =>
    tell(
      async ({ page, applicant, found }) => {
        await page.goto(found.link);
        await applicant.consent();
        await applicant.openFaceCamera();
        await applicant.arrive('camera.none.title', 'no camera');
        await applicant.button('copy.link').waitFor();
        await assertAccessible(page, 'no camera');
      },
      { on: () => withoutCamera },
    ));

  for (const [name, cause] of [
    ['NotReadableError', 'in-use'],
    ['OverconstrainedError', 'overconstrained'],
    ['AnythingElse', 'failed'],
  ] as const)
    test(`a camera that fails with ${name} has its own page`, () =>
      tell(async ({ page, applicant, found }) => {
        await page.addInitScript((failure) => {
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', failure));
        }, name);
        await page.goto(found.link);
        await applicant.consent();
        await applicant.openFaceCamera();
        await applicant.arrive(`camera.${cause}.title`, cause);
        await assertAccessible(page, cause);
      }));

  test('a camera that is let go of late opens all the same', () =>
    tell(async ({ page, applicant, found }) => {
      await page.addInitScript(() => {
        const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        let asked = 0;
        navigator.mediaDevices.getUserMedia = (wish) =>
          (asked += 1) < 3 ? Promise.reject(new DOMException('', 'NotReadableError')) : open(wish);
      });
      await page.goto(found.link);
      await applicant.consent();
      await applicant.openFaceCamera();
      await applicant.heading('face.title').waitFor();
    }));

  test('another application’s browser without a camera: how to get out, with the link to copy', () =>
    tell(
      async ({ page, context, applicant, found }) => {
        await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.origin });
        await page.addInitScript(() => {
          Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
        });
        await page.goto(found.link);
        await applicant.arrive('inApp.title', 'in-app');
        await assertAccessible(page, 'in-app browser');
        await applicant.button('inApp.copy').click();
        await page.getByText(applicant.say('inApp.copied')).waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), found.link);
        assert.deepEqual(found.calls, []);
      },
      {
        onPhone: {
          userAgent: 'Mozilla/5.0 (Linux; Android 14; Pixel 7; wv) Chrome/140.0 Mobile Safari/537.36 Instagram 300',
        },
      },
    ));

  test('a reload in the middle goes on where it was', () =>
    tell(async ({ page, applicant, found }) => {
      await page.goto(found.link);
      await applicant.consent();
      await applicant.heading('primer.title').waitFor();
      await page.reload();
      await applicant.face();
      await applicant.chooseDocument('id-card');
      await applicant.document('front');
      await applicant.heading('back.title').waitFor();
      await page.waitForTimeout(400); // the front is on its way while the person reads
      await page.reload();
      await applicant.document('back');
      await applicant.place(false);
      await applicant.receipt();
      await page.reload();
      await applicant.receipt();
      assert.deepEqual(
        found.received.documents.map(({ side }) => side),
        ['front', 'back'],
      );
    }));

  for (const [what, then] of [
    ['the page asks again by itself', async () => {}],
    ['the page is loaded anew', async (page: Page) => void (await page.reload())],
  ] as const)
    test(`the answer to the consent is lost, and ${what}: this device goes on`, () =>
      tell(
        async ({ page, applicant, found }) => {
          await page.goto(found.link);
          const lost = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/start'));
          await applicant.consent();
          await lost; // not by one cut connection: a browser then asks again before the page hears of it
          found.losesAnswersTo = null;
          await then(page);
          await applicant.heading('primer.title').waitFor();
          assert.ok(found.received.start !== null);
        },
        { wish: { losesAnswersTo: 'start' } },
      ));

  test('a browser that keeps no cookies: how to go on, and the link to take elsewhere', () =>
    tell(async ({ page, context, applicant, found }) => {
      await page.goto(found.link);
      await applicant.heading('welcome.title').waitFor();
      await context.clearCookies();
      await applicant.consent();
      await applicant.arrive('stop.no-cookies.title', 'no-cookies');
      await applicant.button('inApp.copy').waitFor();
      await assertAccessible(page, 'no cookies');
      assert.equal(found.received.start, null);
    }));

  test('a connection that goes away while pictures are sent: the person goes on, and it arrives when it is back', () =>
    tell(async ({ page, context, applicant, found }) => {
      await page.goto(found.link);
      await applicant.consent();
      await applicant.face();
      await applicant.chooseDocument('id-card');
      await applicant.heading('front.title').waitFor();
      await context.setOffline(true);
      await applicant.document('front');
      await applicant.document('back');
      await applicant.place(true);
      await applicant.heading('sending.title').waitFor();
      await page.getByText(applicant.say('sending.offline')).waitFor();
      await assertAccessible(page, 'sending, offline');
      await page.waitForTimeout(3000);
      assert.equal(found.received.documents.length, 0);
      await context.setOffline(false);
      await applicant.receipt();
      assert.equal(found.received.documents.length, 2);
    }));

  test('a call that comes in during the gestures: the video is made again', () =>
    tell(async ({ page, applicant, found }) => {
      await page.goto(found.link);
      await applicant.consent();
      await applicant.face();
      await page.evaluate(() => {
        // As a call does: the page is put away.
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await applicant.arrive('again.title', 'face-again');
      await page.getByText(applicant.say('problem.interrupted')).waitFor();
      await assertAccessible(page, 'face again');
      await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'visible' }));
      await applicant.button('again.button').click();
      await applicant.film();
      await applicant.heading('kind.title').waitFor();
      assert.equal(found.received.begun.length, 2);
    }));

  inFull('gestures that were not seen are asked for again, in other ways too; then a rest', () =>
    tell(
      async ({ page, applicant, found }) => {
        await page.goto(found.link);
        await applicant.consent();
        await applicant.face();
        await applicant.heading('kind.title').waitFor();
        await page.waitForTimeout(400); // the quick look at the video ends meanwhile
        await applicant.chooseDocument('passport');
        await applicant.arrive('again.title', 'face-again');
        await page.getByText(applicant.say('problem.challenge-not-followed')).waitFor();
        await applicant.button('face.cannotMove').click();
        await applicant.film();
        await applicant.heading('kind.title').waitFor();
        assert.deepEqual(
          found.received.begun.map(({ withoutTurning }) => withoutTurning ?? false),
          [false, true],
        );
        await page.waitForTimeout(400);
        await applicant.chooseDocument('passport');
        await applicant.arrive('later.title', 'later');
        await assertAccessible(page, 'later');
      },
      {
        wish: {
          faceAttempts: 2,
          problems: { face: ['challenge-not-followed', 'challenge-not-followed'] },
          steps: ['smile', 'flash'],
        },
      },
    ),
  );

  test('a picture that cannot be read is taken again, with the reason; one that the person dislikes too', () =>
    tell(
      async ({ page, applicant, found }) => {
        await page.goto(found.link);
        await applicant.consent();
        await applicant.face();
        await applicant.chooseDocument('id-card');
        await applicant.heading('front.title').waitFor();
        await applicant.photograph('front');
        await applicant.button('document.again').click();
        await page.locator('.card-frame').waitFor();
        await applicant.heading('document.review').waitFor();
        await applicant.button('document.use').click();
        await applicant.document('back');
        await applicant.place(false);
        await page.getByText(applicant.say('problem.document-not-readable')).waitFor();
        await assertAccessible(page, 'front again');
        await applicant.photograph('front');
        await applicant.button('document.use').click();
        await applicant.receipt();
        assert.deepEqual(
          found.received.documents.map(({ side }) => side),
          ['front', 'back', 'front'],
        );
      },
      { wish: { problems: { front: ['document-not-readable'] } } },
    ));

  inFull('in the dark the shutter does not release itself; a picture taken all the same is said to be dark', () =>
    tell(async ({ page, applicant, found }) => {
      await page.goto(found.link);
      await applicant.consent();
      await applicant.face();
      await applicant.chooseDocument('passport');
      await applicant.heading('front.title.passport').waitFor();
      await applicant.openDocumentCamera('front', files.dark);
      await page.getByText(applicant.say('card.too-dark')).waitFor();
      await page.waitForTimeout(2000);
      assert.equal(await page.locator('.card-frame').count(), 1);
      await applicant.button('document.shutter').click();
      await applicant.heading('document.review').waitFor();
      await page.locator('.note-ask', { hasText: applicant.say('card.too-dark') }).waitFor();
      await assertAccessible(page, 'dark picture');
      camera.show(files.front);
      await applicant.button('document.again').click();
      await page.locator('.card-frame').waitFor();
      await applicant.heading('document.review').waitFor();
      assert.equal(await page.locator('.note-ask').count(), 0);
      await applicant.button('document.use').click();
      await applicant.place(false);
      await applicant.receipt();
      assert.deepEqual(applicant.retaken, []);
    }),
  );

  for (const reason of ['expired', 'used', 'cancelled'] as const)
    test(`a link that is ${reason} says so`, () =>
      tell(
        async ({ page, applicant, found }) => {
          await page.goto(found.link);
          await applicant.arrive(`stop.${reason}.title`, reason);
          await assertAccessible(page, reason);
          assert.deepEqual(found.calls, []);
        },
        { wish: { stopped: reason } },
      ));

  test('a link that nobody knows says so, and nothing else', () =>
    tell(async ({ page, applicant }) => {
      await page.goto(`${service.origin}/i/${'x'.repeat(29)}`);
      await applicant.arrive('stop.unknown.title', 'unknown');
      await assertAccessible(page, 'unknown');
      assert.doesNotMatch((await page.textContent('body')) ?? '', /Banco/);
    }));

  test('a link that is cancelled in the middle ends the filming', () =>
    tell(async ({ page, applicant, found }) => {
      await page.goto(found.link);
      await applicant.consent();
      await applicant.openFaceCamera();
      await applicant.heading('face.title').waitFor();
      found.cancel();
      await applicant
        .button('face.ready')
        .click({ timeout: 1500 })
        .catch(() => {});
      await applicant.arrive('stop.cancelled.title', 'cancelled');
    }));

  test('another device is told where it goes on', () =>
    tell(async ({ page, applicant, found }) => {
      await page.goto(found.link);
      await applicant.consent();
      await applicant.heading('primer.title').waitFor();
      const other = await openPhone(browser, { origin: service.origin });
      const elsewhere = await other.newPage();
      await elsewhere.goto(found.link);
      await elsewhere.getByRole('heading', { name: applicant.say('stop.elsewhere.title') }).waitFor();
      await assertAccessible(elsewhere, 'elsewhere');
      await other.close();
    }));

  test('a desktop hands over to the phone and follows it to the end', () =>
    tell(async ({ page, applicant, found }) => {
      const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'es-ES' });
      const screen = await desk.newPage();
      await screen.goto(found.link);
      await screen.getByRole('img', { name: applicant.say('desk.qr') }).waitFor();
      await assertAccessible(screen, 'hand-over');
      assert.equal(await screen.getByRole('button', { name: applicant.say('desk.here') }).count(), 0);
      assert.deepEqual(found.calls, []);
      await page.goto(found.link);
      await applicant.consent();
      await screen.getByRole('heading', { name: applicant.say('desk.following.title') }).waitFor();
      await assertAccessible(screen, 'following');
      await applicant.face();
      await applicant.chooseDocument('passport');
      await applicant.heading('front.title.passport').waitFor();
      await applicant.photograph('front');
      await applicant.button('document.use').click();
      await applicant.place(false);
      await applicant.receipt();
      await screen.getByRole('heading', { name: applicant.say('desk.done.title') }).waitFor();
      await desk.close();
    }));

  test('on a page of 320 by 370 px everything is still there and nothing scrolls sideways', () =>
    tell(
      async ({ applicant, found }) => {
        await applicant.everything(found.link);
      },
      {
        // What a page of 640 by 740 px is at 200 %, and the width of WCAG's reflow.
        onPhone: { viewport: { width: 320, height: 370 } },
        onScreen: (page, name) => assertLegible(page, name),
      },
    ));

  test('the flow is the same where the face mesh does not load', () =>
    tell(async ({ page, applicant, found }) => {
      await page.route('**/assets/mesh/**', (route) => route.abort());
      await page.goto(found.link);
      await applicant.consent();
      await applicant.openFaceCamera();
      await page.getByText(applicant.say('hint.frame-yourself')).waitFor();
      await applicant.button('face.ready').click();
      await applicant.heading('kind.title').waitFor();
      assert.equal(found.received.finished, 1);
    }));

  test('the mesh is not fetched before consent', () =>
    tell(async ({ page, applicant, found }) => {
      const fetched: string[] = [];
      page.on('request', (request) => fetched.push(request.url()));
      await page.goto(found.link);
      await applicant.heading('welcome.title').waitFor();
      await page.waitForLoadState('networkidle');
      assert.deepEqual(
        fetched.filter((address) => address.includes('/mesh/')),
        [],
      );
      await applicant.consent();
      await page.waitForRequest((request) => request.url().includes('/mesh/'));
    }));

  test('the first screen weighs at most 60 kB zipped, and the guide 5.5 MB', async (t) => {
    const { all: firstScreen } = await firstLoad(built, ['text/es.json']);
    const guide = await guideWeight(built);
    t.diagnostic(`first screen ${(firstScreen / 1000).toFixed(1)} kB gzip, guide ${(guide / 1e6).toFixed(2)} MB`);
    assert.ok(firstScreen <= 60_000 && guide <= 5_500_000);
  });
});
