// A retake, as an operator asks for it by keyboard, and as the page on the phone tells it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import captureSpanish from '../../web/capture/text/es.json' with { type: 'json' };
import spanish from '../../web/panel/work/text/es.json' with { type: 'json' };
import { assertAccessible } from './accessibility.ts';
import { startCaptureService } from './capture-service.ts';
import { NOT_RUN, chromiumPath, launchChromium, openPhone } from './chromium.ts';
import { ACCOUNT, startPanelService } from './panel-service.ts';
import { makeWorkWorld } from './panel-work-world.ts';

const skip = chromiumPath() === null ? NOT_RUN : false;

let browser: Browser;
before(async () => {
  if (skip === false) browser = await launchChromium(null);
});
after(async () => browser?.close());

test(
  'the phone says what should be better, asks for consent in fewer words, and for the document alone',
  { skip },
  async () => {
    const service = await startCaptureService(await readBuiltPages(await ensureWebBuilt('capture')));
    try {
      const found = service.newCase({ retake: { scope: 'document', reason: 'document-glare' } });
      const context = await openPhone(browser, { origin: service.origin, locale: 'es' });
      const page = await context.newPage();
      await page.goto(found.link);
      await page.getByRole('heading', { name: captureSpanish['retake.title'], level: 1 }).waitFor();
      await page.getByText(captureSpanish['retake.why.document-glare']).waitFor();
      await page.getByText(captureSpanish['retake.scope.document']).waitFor();
      assert.equal(await page.getByText(captureSpanish['welcome.step.face']).count(), 0);
      assert.equal(await page.getByText(captureSpanish['consent.who.title']).count(), 0, 'what has not changed');
      await assertAccessible(page, 'the beginning of a retake');
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: captureSpanish['welcome.start'] }).click();
      await page.getByRole('radio', { name: captureSpanish['kind.id-card'] }).check();
      await page.getByRole('button', { name: captureSpanish['kind.continue'] }).click();
      await page.getByRole('heading', { name: captureSpanish['front.title'], level: 1 }).waitFor();
      await page.getByText(captureSpanish['retake.why.document-glare']).waitFor();
      assert.deepEqual(found.calls, ['POST start', 'POST document-kind'], 'the face is not asked for');
    } finally {
      await service.close();
    }
  },
);

test(
  'an operator asks for a retake by keyboard alone, reads what goes out, and looks at the earlier take',
  { skip },
  async () => {
    const world = await makeWorkWorld();
    const service = await startPanelService(await readBuiltPages(await ensureWebBuilt('panel')));
    service.be({ role: 'supervisor', isSignedIn: true, hasTwoAccounts: false });
    try {
      const page = await (await browser.newContext({ locale: 'es', viewport: { width: 1440, height: 900 } })).newPage();
      page.setDefaultTimeout(15_000);
      const own = `/panel/api/accounts/${ACCOUNT}/`;
      const at = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
      const retaken = {
        round: 2,
        rounds: [
          { round: 1, submittedAt: at(50), assessedAt: at(50) },
          { round: 2, submittedAt: at(1), assessedAt: at(1) },
        ],
        retakes: [
          {
            scope: 'document',
            reason: 'document-glare',
            askedAt: at(49),
            by: { id: 'one', name: 'Lucía' },
            ended: { as: 'assessed', at: at(1) },
          },
        ],
      };
      const asked: string[] = [];
      const ruled: unknown[] = [];
      await page.route(`**${own}{desk,requests}**`, async (route) => {
        const request = route.request();
        const { pathname, search } = new URL(request.url());
        const call = pathname.slice(own.length);
        asked.push(`${call}${search}`);
        if (call.endsWith('/rule')) ruled.push(request.postDataJSON());
        const file = world.file(call);
        if (file !== null) return route.fulfill({ body: file.bytes, contentType: file.mediaType });
        const answer = world.answer(request.method(), call) as { case?: object | null } | null;
        if (answer === null) return route.fallback();
        if (call.endsWith('/case') && search === '?round=1')
          return route.fulfill({ json: { ...answer, ...(answer.case ?? {}), ...retaken, round: 1 } });
        const held = (answer.case ?? null) === null ? answer : { ...answer, case: { ...answer.case, ...retaken } };
        return route.fulfill({ json: held });
      });
      await page.goto(`${service.origin}/panel/${ACCOUNT}/desk`);
      await page.getByRole('button', { name: spanish['desk.begin'] }).first().click();
      await page.getByText('Reflejo en el documento').waitFor();
      await page.getByRole('group', { name: spanish['rounds.title'] }).getByRole('button').first().click();
      await page.getByText(spanish['rounds.not-the-last']).waitFor();
      await page.waitForLoadState('networkidle');
      const pictures = asked.filter((call) => call.includes('/exhibits/') && call.endsWith('?round=1'));
      assert.ok(pictures.length > 0, 'its own pictures');
      await page.keyboard.press('t');
      await page.getByRole('dialog', { name: spanish['retake.title'] }).waitFor();
      await assertAccessible(page, 'the window of a retake');
      await page.getByRole('radio', { name: spanish['retake-scope.face'] }).check();
      await page.getByRole('radio', { name: spanish['retake-reason.face-covered'] }).focus();
      await page.keyboard.press('1');
      await page.getByText(spanish['retake-said.face-covered']).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: spanish['undo.go'] }).first().waitFor();
      assert.deepEqual(ruled, [{ decision: 'retake', scope: 'face', reason: 'face-covered' }]);
    } finally {
      await service.close();
    }
  },
);
