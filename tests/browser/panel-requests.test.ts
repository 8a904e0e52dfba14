// Requests in the panel: asked for there, found by what somebody has at hand, kept up to date in place, and hostile texts shown as texts.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test, { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import type { AccountId } from '../../src/kernel/id.ts';
import spanish from '../../web/panel/work/text/es.json' with { type: 'json' };
import type { Caller } from '../journeys/caller.ts';
import { assertAccessible } from './accessibility.ts';
import { NOT_RUN, chromiumPath, launchChromium } from './chromium.ts';
import { type AtPanel, atPanel } from './panel-people.ts';
import { PanelWhole } from './panel-whole.ts';

const skip = chromiumPath() === null ? NOT_RUN : false;

let whole: PanelWhole;
let browser: Browser;
let company: { readonly account: AccountId; readonly caller: Caller };
let boss: AtPanel;
before(async () => {
  if (skip !== false) return;
  whole = await PanelWhole.open();
  browser = await launchChromium(null);
  company = await whole.newCompany('Banco Ejemplo');
  boss = await atPanel({ whole, browser }, { name: 'jefa', role: 'supervisor', account: company.account });
});
after(async () => {
  await browser?.close();
  await whole?.close();
});

const sentence = (key: keyof typeof spanish, values: Readonly<Record<string, string>> = {}): string =>
  spanish[key].replace(/\{(\w+)\}/g, (_all, name: string) => values[name]!);
const open = (path: string): Promise<unknown> =>
  boss.page.goto(`${whole.origin}/panel/${company.account}/requests${path}`);

test(
  'somebody is asked to verify themselves: the SMS is seen before it goes out, refusals stand at their fields',
  { skip },
  async () => {
    const { page } = boss;
    await open('/new');
    const preview = page.getByRole('complementary', { name: sentence('preview.title') });
    await preview.getByText('http').waitFor();
    await page.getByLabel(sentence('new.message')).fill('Verifícate ya, por favor, ☺ en [LINK] '.padEnd(90, 'ñ'));
    await preview.getByText(sentence('preview.ucs-2')).waitFor();
    assert.equal(await preview.getByRole('listitem').count(), 2, 'two SMS, since a letter is beyond their alphabet');
    await page.getByLabel(sentence('new.phone'), { exact: true }).fill('12');
    await page.getByRole('button', { name: sentence('new.go') }).click();
    const phone = page.getByLabel(sentence('new.phone'), { exact: true });
    await page.locator('[id$="-error"]').first().waitFor();
    assert.equal(await phone.getAttribute('aria-invalid'), 'true');
    await assertAccessible(page, 'a new request with a refusal');
    await phone.fill('600 100 200');
    await page
      .getByLabel(sentence('new.reference'), { exact: true })
      .fill('=cmd|<img src=x onerror=alert(1)>\u202Egnp');
    await page.getByRole('button', { name: sentence('new.go') }).click();
    await page.getByRole('heading', { name: /^Solicitud \d+/ }).waitFor();
    await page.getByText('RLO', { exact: true }).waitFor();
    await page.getByText(sentence('timeline.title')).waitFor();
    await assertAccessible(page, 'a request');
    assert.deepEqual(boss.failures, []);
  },
);

test(
  'requests are found by reference, phone and state; what was looked for is no part of the address',
  { skip },
  async () => {
    const { page } = boss;
    for (const [phone, reference] of [
      ['34600100201', 'ALTA-0001'],
      ['34600100202', 'ALTA-0002'],
      ['34600100203', 'BAJA-0003'],
    ])
      await company.caller.call('VerificarIdentidad', { Telefono: phone!, Referenciausuario: reference! });
    await open('');
    const rows = page.getByRole('row');
    await page.getByText('BAJA-0003').waitFor();
    assert.equal(await rows.count(), 5);
    await assertAccessible(page, 'the list');
    await page.keyboard.press('/');
    await page.keyboard.type('ALTA-000');
    await page.keyboard.press('Enter');
    await page.getByText('BAJA-0003').waitFor({ state: 'detached' });
    await page.getByText('ALTA-0002').waitFor();
    assert.equal(await rows.count(), 3);
    assert.doesNotMatch(page.url(), /ALTA/);
    await page.reload();
    await page.getByText('ALTA-0002').waitFor();
    assert.equal(await page.getByRole('searchbox').inputValue(), 'ALTA-000', 'after a reload the same is looked for');
    await page.getByRole('button', { name: sentence('states.lapsed') }).click();
    await page.getByText(sentence('requests.none-found')).waitFor();
    await page.getByRole('button', { name: sentence('search.clear') }).click();
    await page.getByText('BAJA-0003').waitFor();
    assert.equal(await rows.count(), 5);
    assert.deepEqual(boss.failures, []);
  },
);

test('the list keeps up without moving: rows change in place, new ones wait above', { skip }, async () => {
  const { page } = boss;
  await open('');
  await page.getByText('BAJA-0003').waitFor();
  const firstId = await page.getByRole('rowheader').first().textContent();
  await company.caller.call('VerificarIdentidad', { Telefono: '34600100204', Referenciausuario: 'ALTA-0004' });
  const arrived = page.getByRole('button', { name: sentence('requests.arrived', { count: '1' }) });
  await arrived.waitFor({ timeout: 30_000 });
  assert.equal(await page.getByRole('rowheader').first().textContent(), firstId);
  await arrived.click();
  await page.getByText('ALTA-0004').waitFor();
  const id = (await page.getByRole('rowheader').first().textContent())!;
  assert.notEqual(id, firstId);
  const other = await atPanel({ whole, browser }, { name: 'otra', role: 'supervisor', account: company.account });
  await other.page.goto(`${whole.origin}/panel/${company.account}/requests/${id}`);
  await other.page.getByRole('button', { name: sentence('cancel.go') }).click();
  const asked = other.page.getByRole('dialog');
  await asked.getByText(sentence('cancel.what')).waitFor();
  await asked.getByRole('button', { name: sentence('cancel.go') }).click();
  await other.page.getByText(sentence('state.cancelled')).first().waitFor();
  await page
    .getByRole('row', { name: new RegExp(id) })
    .getByText(sentence('state.cancelled'))
    .waitFor({ timeout: 30_000 });
  assert.deepEqual([...boss.failures, ...other.failures], []);
  await other.close();
});

test('the list is exported as it is filtered, and no cell of it is a formula', { skip }, async () => {
  const { page } = boss;
  await open('');
  await page.getByText('BAJA-0003').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: sentence('requests.export') }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  assert.match(text, /BAJA-0003/);
  assert.doesNotMatch(text, /(^|[,;\n"])=/);
  assert.deepEqual(boss.failures, []);
});
