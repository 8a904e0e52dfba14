// Two hundred hostile texts in the place of every text that the service hands to the panel's pages and the applicant's: none of them is more than a text.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { changeAccount } from '../../src/access/account.store.ts';
import { readBuiltPages } from '../../src/http/static.route.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import { hostileTexts, markOf } from '../counterparts/hostile-texts.ts';
import { NOT_RUN, chromiumPath, launchChromium, openPhone } from './chromium.ts';
import { ACCOUNT, type PanelService, startPanelService } from './panel-service.ts';
import { PanelWhole } from './panel-whole.ts';

/** Names under which an answer has a text that somebody wrote. */
const WRITTEN = new Set(['name', 'label', 'reference', 'documentNumber', 'requestedNumber', 'object', 'note']);
/** Lists of which there are two hundred, so that each text has a line. */
const MANY = new Set(['users', 'entries', 'requests', 'accounts', 'passkeys']);
/** What the page around them is called by stays as it is. */
const FRAME = /\/panel\/api\/session$/;

/** An answer with hostile texts in it: one in all that a row says, its neighbour the next. */
function hostile(value: unknown, text = hostileTexts[0]!, key = ''): unknown {
  if (typeof value === 'string') return WRITTEN.has(key) ? text : value;
  if (Array.isArray(value))
    return MANY.has(key) && value.length > 0
      ? hostileTexts.map((own, at) => hostile(unlike(value[at % value.length], at), own, key))
      : value.map((row) => hostile(row, text, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === 'detail' ? { why: text } : hostile(part ?? (WRITTEN.has(name) ? '' : part), text, name),
    ]),
  );
}

/** A row of its own, where rows are told apart by an ID. */
const unlike = (row: object, at: number): object => ({
  ...row,
  ...('id' in row
    ? { id: typeof row.id === 'string' && row.id.includes('-') ? uuid(at) : String(1_000_000_000 + at) }
    : {}),
  ...('number' in row ? { number: 10_000 - at } : {}),
});
const uuid = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** Texts in pieces of which each fits into a field. */
function pieces(most: number): string[] {
  const made: string[] = [''];
  for (const text of hostileTexts)
    if (made.at(-1)!.length + text.length + 1 > most) made.push(text);
    else made.push(`${made.pop()!} ${text}`);
  return made.map((piece) => piece.trim());
}

type Found = {
  readonly spoofed: string[];
  readonly injected: string[];
  readonly shown: string;
  readonly sideways: number;
};

/** What stands on the page that should not, and all that stands there. */
const lookAt = (page: Page): Promise<Found> =>
  page.evaluate(() => {
    const spoofed: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // Within a sentence, where no markup can be, it is held by the two marks that are made for that.
      const text = (node.nodeValue ?? '').replace(/\u2068[^\u2066-\u2069]*\u2069/g, '');
      // A field holds what was written, and a language is called by its own name.
      if (node.parentElement?.closest('textarea, option') !== null) continue;
      // Marks of direction are named instead, or stay within a paragraph of their own.
      const isParagraph = node.parentElement?.closest('p[dir="auto"], dd[dir="auto"]') !== null;
      if (!isParagraph && /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/.test(text)) spoofed.push(text.slice(0, 60));
      const isTurned = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(text);
      if (isTurned && node.parentElement?.closest('bdi, [dir="auto"]') === null) spoofed.push(text.slice(0, 60));
    }
    const injected = Array.from(
      document.querySelectorAll(
        'script:not([src]), iframe, object, embed, math, base, details[open], img[src="x"], a[href^="javascript"], ' +
          'form[action*="evil"], meta[http-equiv], [onerror], [onload], [onbegin], [ontoggle], [onclick]',
      ),
    ).map((element) => element.outerHTML.slice(0, 80));
    const fields = Array.from(document.querySelectorAll<HTMLInputElement>('input, textarea'));
    const root = document.documentElement;
    return {
      spoofed,
      injected,
      shown: [document.body.textContent, ...fields.map(({ value }) => value)].join('\n'),
      sideways: Math.max(0, root.scrollWidth - root.clientWidth),
    };
  });

const marksIn = (text: string): number => hostileTexts.filter((_, at) => text.includes(markOf(at))).length;

describe('200 hostile texts', { skip: chromiumPath() === null && NOT_RUN }, () => {
  let service: PanelService;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  before(async () => {
    assert.equal(hostileTexts.length, 200);
    assert.equal(new Set(hostileTexts).size, 200);
    service = await startPanelService(await readBuiltPages(await ensureWebBuilt('panel')));
    browser = await launchChromium(null);
    context = await browser.newContext({ locale: 'es-ES', viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await listen(page);
  });
  after(async () => {
    await Promise.all([browser?.close(), service?.close()]);
  });

  /** Hears what runs, what the policy refuses, and whether a window was opened or a page left. */
  async function listen(on: Page): Promise<void> {
    on.on('pageerror', (error) => complaints.push(String(error)));
    on.on('dialog', (dialog) => {
      complaints.push('a dialog');
      void dialog.dismiss();
    });
    await on.exposeFunction('pwned', () => complaints.push('a script ran'));
    await on.exposeFunction('complain', (text: string) => complaints.push(text));
    await on.addInitScript(() => {
      document.addEventListener(
        'securitypolicyviolation',
        ({ violatedDirective, blockedURI, sourceFile, lineNumber, columnNumber }) =>
          (window as unknown as { complain(text: string): void }).complain(
            `policy: ${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}:${columnNumber}`,
          ),
      );
    });
  }

  test('in every list of the panel: scripts run 0, reports of the policy 0, layout spoofed 0', async (t) => {
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    await page.route('**/panel/api/**', async (route) => {
      if (FRAME.test(new URL(route.request().url()).pathname)) return route.continue();
      const response = await route.fetch();
      return route.fulfill({ response, json: hostile(await response.json()) });
    });
    for (const [name, to, role] of [
      ['users', `/${ACCOUNT}/users`, 'administrator'],
      ['audit', `/${ACCOUNT}/audit`, 'administrator'],
      ['credits', `/${ACCOUNT}/credits`, 'administrator'],
      ['certificates', `/${ACCOUNT}/certificates`, 'administrator'],
      ['requests', `/${ACCOUNT}/requests`, 'administrator'],
      ['passkeys', '/me', 'administrator'],
      ['accounts', '/accounts', 'installer'],
      ['own log', '/log', 'installer'],
    ] as const) {
      service.be({ role, isSignedIn: true });
      await page.goto(`${service.origin}/panel${to}`);
      await page.getByText(markOf(0)).first().waitFor();
      const found = await lookAt(page);
      counts[name] = marksIn(found.shown);
      for (const what of [...found.spoofed, ...found.injected]) wrong.push(`${name}: ${what}`);
      if (found.sideways > 0) wrong.push(`${name}: ${found.sideways} px sideways`);
      for (const what of complaints.splice(0)) wrong.push(`${name}: ${what}`);
    }
    await page.unrouteAll({ behavior: 'wait' });
    t.diagnostic(`texts found: ${JSON.stringify(counts)}`);
    assert.deepEqual(wrong, []);
    for (const [name, count] of Object.entries(counts)) assert.equal(count, 200, name);
  });

  test('in every setting of an account: the fields hold them as they are', async (t) => {
    let shown = '';
    const wrong: string[] = [];
    service.be({ role: 'administrator', isSignedIn: true });
    const all = pieces(900);
    for (let from = 0; from < all.length; from += 4) {
      const [purpose, alternative, privacyContact, messageTemplate] = [0, 1, 2, 3].map((at) => all[from + at] ?? 'x');
      await page.route('**/settings', async (route) => {
        const response = await route.fetch();
        const { settings, ...rest } = (await response.json()) as { settings: object };
        const own = { ...settings, purpose, alternative, privacyContact, messageTemplate };
        return route.fulfill({ response, json: { ...rest, settings: own } });
      });
      for (const part of ['messages', 'pages']) {
        await page.goto(`${service.origin}/panel/${ACCOUNT}/account/${part}`);
        await page.locator('textarea').first().waitFor();
        const found = await lookAt(page);
        shown += found.shown;
        for (const what of [...found.spoofed, ...found.injected, ...complaints.splice(0)])
          wrong.push(`${part}: ${what}`);
      }
      await page.unrouteAll({ behavior: 'wait' });
    }
    t.diagnostic(`texts found: ${marksIn(shown)}`);
    assert.deepEqual(wrong, []);
    assert.equal(marksIn(shown), 200);
  });

  test('in what a company tells its applicants: the applicant’s page shows them as texts', async (t) => {
    const whole = await PanelWhole.open();
    try {
      const { account, caller } = await whole.newCompany(hostileTexts[2]!.slice(0, 90));
      const link = await whole.linkFor(caller, '34600100777');
      const phone = await openPhone(browser, { origin: whole.origin });
      const theirs = await phone.newPage();
      theirs.setDefaultTimeout(15_000);
      await listen(theirs);
      const wrong: string[] = [];
      let shown = '';
      const all = pieces(900);
      for (let from = 0; from < all.length; from += 3) {
        const [purpose, alternative, privacyContact] = [0, 1, 2].map((at) =>
          (all[from + at] ?? 'x').replaceAll('\0', ''),
        );
        await changeAccount(whole.installation.database, account, {
          settings: { purpose: purpose!, alternative: alternative!, privacyContact: privacyContact! },
        });
        await theirs.goto(link);
        await theirs
          .getByText(markOf(hostileTexts.findIndex((_, at) => purpose!.includes(markOf(at)))))
          .first()
          .waitFor();
        const found = await lookAt(theirs);
        shown += found.shown;
        for (const what of [...found.spoofed, ...found.injected, ...complaints.splice(0)]) wrong.push(what);
        if (found.sideways > 0) wrong.push(`${found.sideways} px sideways`);
      }
      t.diagnostic(`texts found: ${marksIn(shown)}`);
      assert.deepEqual(wrong, []);
      assert.equal(marksIn(shown), 200);
      await phone.close();
    } finally {
      await whole.close();
    }
  });
});
