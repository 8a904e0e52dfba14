// At the desk: from a company's call to its reason, taken back and given again; and four eyes on what a finding speaks against.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { newAccount } from '../../src/cli/account.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import spanish from '../../web/panel/work/text/es.json' with { type: 'json' };
import { Caller } from '../journeys/caller.ts';
import { assertAccessible } from './accessibility.ts';
import { NOT_RUN, chromiumPath, launchChromium } from './chromium.ts';
import { inFull } from './in-full.ts';
import { type AtPanel, atPanel } from './panel-people.ts';
import { PanelWhole } from './panel-whole.ts';

const skip = chromiumPath() === null ? NOT_RUN : false;

let whole: PanelWhole;
let browser: Browser;
let company: { readonly account: AccountId; readonly caller: Caller };
before(async () => {
  if (skip !== false) return;
  whole = await PanelWhole.open({}, { measures: true });
  browser = await launchChromium(null);
  const created = await newAccount(whole.installation, {
    name: 'Banco Ejemplo',
    state: 'validated',
    hundredths: 0,
    mode: 'test',
  });
  company = { account: Number(created.account) as AccountId, caller: new Caller({ url: whole.origin, ...created }) };
});
after(async () => {
  await browser?.close();
  await whole?.close();
});

const sentence = (key: keyof typeof spanish, values: Readonly<Record<string, string>> = {}): string =>
  spanish[key].replace(/\{(\w+)\}/g, (_all, name: string) => values[name]!);

type Report = Readonly<Record<string, unknown>>;
const reportOf = async (id: string): Promise<Report> =>
  (await company.caller.call('GetReportIdentidad', { Id: id })).fields as Report;

/** The service refuses whoever asks for the same more than thirty times in a minute. */
const ASK_EVERY_MS = 2_100;

async function until(id: string, isSo: (report: Report) => boolean): Promise<Report> {
  for (
    const end = Date.now() + 240_000;
    Date.now() < end;
    await new Promise((wait) => setTimeout(wait, ASK_EVERY_MS))
  ) {
    const report = await reportOf(id);
    if (isSo(report)) return report;
  }
  throw new Error(`${id} does not come so far`);
}

/** A test applicant who comes as far as the desk. */
async function assessed(phone: string): Promise<string> {
  const { fields } = await company.caller.call('VerificarIdentidad', { Telefono: phone });
  const id = String(fields['ID']);
  await until(id, ({ Estado }) => Estado === '5001');
  return id;
}

const somebody = (name: string, role: 'operator' | 'supervisor', wish = {}): Promise<AtPanel> =>
  atPanel({ whole, browser }, { name, role, account: company.account }, wish);

const openDesk = (page: Page): Promise<unknown> => page.goto(`${whole.origin}/panel/${company.account}/desk`);
/** Whether a picture of the page's own is still there. */
const canBeShown = (page: Page, address: string): Promise<boolean> =>
  page.evaluate(
    (source) =>
      new Promise<boolean>((tell) => {
        const picture = new Image();
        picture.onload = () => tell(true);
        picture.onerror = () => tell(false);
        picture.src = source;
      }),
    address,
  );

/** Waits until something is so that was asked for. */
async function soon(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end; await new Promise((wait) => setTimeout(wait, 50)))
    if (await isSo()) return;
  throw new Error('what was asked for does not come about');
}

/** With everything in view: what lies under the bar at the bottom is scrolled to before it is used. */
async function wholeAccessible(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!;
  await page.setViewportSize({ ...size, height: 4000 });
  await assertAccessible(page, name);
  await page.setViewportSize(size);
}
const heading = (page: Page, id: string) => page.getByRole('heading', { name: sentence('case.title', { id }) });
const button = (page: Page, key: keyof typeof spanish) => page.getByRole('button', { name: sentence(key) });

/** Both sides lie flat with what was read boxed on them; row and box light each other, by keys as well; the photograph is one key away. */
async function documentLooked(page: Page): Promise<void> {
  const proportions = (): Promise<number[]> =>
    page
      .locator('.sides image')
      .evaluateAll((all) =>
        all.map((each) => Number(each.getAttribute('width')) / Number(each.getAttribute('height'))),
      );
  const isFlat = async (): Promise<boolean> => {
    const both = await proportions();
    return both.length === 2 && both.every((proportion) => Math.abs(proportion - 89.6 / 58) < 0.01);
  };
  await soon(isFlat);
  await page.keyboard.press('o');
  await soon(async () => (await proportions()).length === 2 && !(await isFlat()));
  assert.equal(await button(page, 'side.original').getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('o');
  await soon(isFlat);

  const litBox = page.locator('.sides .quad.lit');
  const inFocus = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement?.getAttribute('data-field') ?? null);
  await page.keyboard.press('d');
  await litBox.waitFor();
  assert.equal(await inFocus(), 'surnames');
  const box = page.getByRole('button', { name: sentence('side.box', { field: 'Número' }) });
  await box.first().focus();
  await page.locator('.fields tr[data-lit="true"]').filter({ hasText: 'Número' }).waitFor();
  await page.keyboard.press('ArrowRight');
  assert.equal(await litBox.count(), 1);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  assert.equal(await inFocus(), 'documentNumber');
  await box.first().hover();
  await page.locator('.fields tr[data-lit="true"]').filter({ hasText: 'Número' }).waitFor();

  // What is printed stands beside what the zone says.
  await page.getByRole('columnheader', { name: sentence('document.in-zone') }).waitFor();
  const cells = await page.locator('.fields tr', { hasText: 'Número' }).locator('td').allTextContents();
  assert.match(cells[0]!, /\d{8}[A-Z]/);
  assert.equal(cells[0], cells[1]);
}

test(
  'from the call to a 5500: an operator rejects by keys, takes it back, and the company reads the reason',
  { skip },
  async () => {
    const id = await assessed('34600009001');
    const { page, failures, close } = await somebody('operadora', 'operator');
    await openDesk(page);
    await button(page, 'desk.begin').click();
    await heading(page, id).waitFor();

    // All that is needed is there: pictures as blobs of this page, the reason in a sentence, the finding at its line.
    const pictures = page.locator('.stage image');
    await pictures.nth(2).waitFor();
    for (const picture of await pictures.all()) assert.match((await picture.getAttribute('href'))!, /^blob:/);
    await page.getByText('se parecen menos de lo que pide el punto de operación').first().waitFor();
    assert.ok((await page.getByRole('img', { name: /pasa desde/ }).count()) > 10);
    await wholeAccessible(page, 'a case');
    const shown = (await pictures.first().getAttribute('href'))!;
    assert.ok(await canBeShown(page, shown));

    // Linked zoom: what enlarges one enlarges the other.
    const views = (): Promise<(string | null)[]> =>
      page.locator('.faces-pair svg').evaluateAll((all) => all.map((each) => each.getAttribute('viewBox')));
    const [face, portrait, ...others] = await views();
    assert.ok(face !== undefined && portrait !== undefined && others.length === 0, 'a face beside a portrait');
    const become = (isSo: (now: readonly (string | null)[]) => boolean): Promise<void> =>
      soon(async () => isSo(await views()));
    await page.keyboard.press('+');
    await become(([ofFace, ofPortrait]) => ofFace !== face && ofPortrait !== portrait);
    await page.keyboard.press('0');
    await become(([ofFace, ofPortrait]) => ofFace === face && ofPortrait === portrait);

    await documentLooked(page);

    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText(sentence('desk.reject')).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.waitForTimeout(800);
    await page.keyboard.press('r');
    const reject = page.getByRole('dialog', { name: sentence('reject.title') });
    await reject.waitFor();
    await page.keyboard.press('Enter');
    await reject
      .getByRole('alert')
      .filter({ hasText: sentence('reject.pick') })
      .waitFor();
    await page.keyboard.press('1');
    await reject.getByText('not-the-holder').waitFor();
    await assertAccessible(page, 'rejecting');
    await page.keyboard.press('Enter');
    await button(page, 'undo.go').waitFor();
    await page.getByText(sentence('desk.empty')).waitFor();
    await assertAccessible(page, 'the desk with something to undo');
    assert.equal((await reportOf(id))['Estado'], '5001', 'nothing is told before the ten seconds are over');

    await page.keyboard.press('u');
    await heading(page, id).waitFor();
    await page.waitForTimeout(800);
    await page.keyboard.press('r');
    await reject.waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await button(page, 'undo.go').waitFor();
    await button(page, 'undo.go').waitFor({ state: 'detached', timeout: 15_000 });
    const { MotivoCodigo } = await until(id, ({ Estado }) => Estado === '5500');
    assert.equal(MotivoCodigo, 'not-the-holder');
    assert.deepEqual(failures, []);
    assert.equal(await canBeShown(page, shown), false, 'what was shown is gone with the case');
    await close();
  },
);

inFull(
  'four eyes: an override is said to need a second person, and only somebody else confirms it',
  { skip },
  async () => {
    const id = await assessed('34600009005');
    const operator = await somebody('primera', 'operator', { colorScheme: 'dark' });
    await openDesk(operator.page);
    await button(operator.page, 'desk.begin').click();
    await heading(operator.page, id).waitFor();
    await operator.page.getByText(sentence('desk.needs-second')).waitFor();
    await wholeAccessible(operator.page, 'a case in the dark');
    await operator.page.waitForTimeout(800);
    await operator.page.keyboard.press('a');
    const override = operator.page.getByRole('dialog', { name: sentence('override.title') });
    await override.getByText(sentence('override.second-person')).waitFor();
    await assertAccessible(operator.page, 'overriding');
    await override.getByRole('textbox').fill('Ha traído el documento renovado.');
    await override.getByRole('button', { name: sentence('override.go') }).click();
    await operator.page.getByText(sentence('undo.proposed', { id })).waitFor();
    await button(operator.page, 'undo.go').waitFor({ state: 'detached', timeout: 15_000 });
    assert.equal((await reportOf(id))['Estado'], '5001');

    const supervisor = await somebody('segunda', 'supervisor');
    await openDesk(supervisor.page);
    await button(supervisor.page, 'supervision.begin').click();
    await heading(supervisor.page, id).waitFor();
    await supervisor.page.getByText('Ha traído el documento renovado.').waitFor();
    await supervisor.page.getByText(/Si lo validas, lo confirmas/).waitFor();
    await wholeAccessible(supervisor.page, 'a proposal');
    await button(supervisor.page, 'desk.confirm').click();
    await button(supervisor.page, 'undo.go').waitFor();
    await button(supervisor.page, 'undo.go').waitFor({ state: 'detached', timeout: 15_000 });
    await supervisor.page.goto(`${whole.origin}/panel/${company.account}/requests/${id}`);
    await supervisor.page.getByText(sentence('ruled.confirmed-by')).waitFor();
    assert.deepEqual([...operator.failures, ...supervisor.failures], []);
    await Promise.all([operator.close(), supervisor.close()]);
  },
);

inFull(
  'a held key and a double press decide nothing that nobody has seen; escalating hands the case on with its words',
  { skip },
  async () => {
    const id = await assessed('34600009002');
    const operator = await somebody('tercera', 'operator');
    await openDesk(operator.page);
    await button(operator.page, 'desk.begin').click();
    await heading(operator.page, id).waitFor();
    await operator.page.keyboard.press('e');
    assert.equal(await operator.page.getByRole('dialog').count(), 0, 'the case has only just come');
    await operator.page.waitForTimeout(800);
    await operator.page.keyboard.press('e');
    const escalate = operator.page.getByRole('dialog', { name: sentence('escalate.title') });
    await escalate.getByRole('button', { name: sentence('escalate.go') }).click();
    await escalate.getByText(sentence('note.missing')).waitFor();
    await escalate.getByRole('textbox').fill('<b>Parece</b> otra edad.');
    await escalate.getByRole('button', { name: sentence('escalate.go') }).click();
    await operator.page.getByText(sentence('desk.empty')).waitFor();
    const supervisor = await somebody('cuarta', 'supervisor');
    await openDesk(supervisor.page);
    await button(supervisor.page, 'supervision.begin').click();
    await heading(supervisor.page, id).waitFor();
    await supervisor.page.getByText('<b>Parece</b> otra edad.').waitFor();
    assert.deepEqual([...operator.failures, ...supervisor.failures], []);
    await Promise.all([operator.close(), supervisor.close()]);
  },
);
