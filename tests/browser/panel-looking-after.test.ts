// A company looks after its account in the panel: a colleague, the token, a client that was shut out, the log, credits.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { AccountId } from '../../src/kernel/id.ts';
import type { Called, Caller } from '../journeys/caller.ts';
import { NOT_RUN, chromiumPath, launchChromium } from './chromium.ts';
import { type AtPanel, atPanel } from './panel-people.ts';
import { PanelWhole } from './panel-whole.ts';
import { literally, wordsOf } from './words.ts';

const say = wordsOf('es');

describe('a company looks after its account', { skip: chromiumPath() === null && NOT_RUN }, () => {
  let panel: PanelWhole;
  let browser: Browser;
  let company: { readonly account: AccountId; readonly caller: Caller };
  let boss: AtPanel;
  before(async () => {
    panel = await PanelWhole.open();
    browser = await launchChromium(null);
    company = await panel.newCompany('Banco Ejemplo');
    boss = await atPanel(
      { whole: panel, browser },
      { name: 'jefa@ejemplo.es', role: 'administrator', account: company.account },
    );
  });
  after(async () => {
    await browser?.close();
    await panel?.close();
  });

  type Key = Parameters<typeof say>[0];
  const button = (page: Page, key: Key) => page.getByRole('button', { name: say(key), exact: true });
  const go = (page: Page, to: string): Promise<unknown> => page.goto(`${panel.origin}/panel/${company.account}/${to}`);

  test('a colleague is invited, signs up with a passkey, and works with the role that was given', async () => {
    const { page } = boss;
    await go(page, 'users');
    await button(page, 'users.invite').click();
    const asked = page.getByRole('dialog');
    await asked.getByLabel(say('users.name'), { exact: true }).fill('nuria.pons@ejemplo.es');
    await asked.getByRole('radio', { name: say('role.auditor') }).check();
    await button(page, 'users.invite.go').click();
    const link = await page.getByRole('dialog').locator('code').innerText();

    const context: BrowserContext = await browser.newContext({ locale: 'es-ES' });
    const theirs = await context.newPage();
    theirs.setDefaultTimeout(15_000);
    const authenticator = await context.newCDPSession(theirs);
    await authenticator.send('WebAuthn.enable');
    await authenticator.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await theirs.goto(link);
    await button(theirs, 'sign-up.passkey').click();
    const navigation = theirs.getByRole('navigation', { name: say('shell.navigation') });
    await navigation.waitFor();
    // An auditor reads the log, and neither works at the desk nor asks anybody in.
    await navigation.getByRole('link', { name: say('nav.audit') }).click();
    await theirs.getByRole('cell', { name: 'user.invited' }).first().waitFor();
    assert.equal(await navigation.getByRole('link', { name: say('nav.desk'), exact: true }).count(), 0);
    await navigation.getByRole('link', { name: say('nav.users') }).click();
    await theirs.getByRole('cell', { name: 'nuria.pons@ejemplo.es' }).waitFor();
    assert.equal(await button(theirs, 'users.invite').count(), 0);
    await context.close();
  });

  test('the token is rotated while a client keeps calling: no call is refused', async (t) => {
    const { account, caller } = await panel.newCompany('Sin pausa');
    const admin = await atPanel({ whole: panel, browser }, { name: 'otra@ejemplo.es', role: 'administrator', account });
    let current: Caller = caller;
    let isCalling = true;
    const answers: Promise<Called>[] = [];
    const calling = (async () => {
      while (isCalling) {
        answers.push(current.call('VerificarIdentidad', { Telefono: String(34_620_000_000 + answers.length) }));
        await new Promise((next) => setTimeout(next, 40));
      }
    })();
    await admin.page.goto(`${panel.origin}/panel/${account}/account/api`);
    await button(admin.page, 'token.rotate').click();
    await button(admin.page, 'token.rotate.go').click();
    const shown = admin.page.getByRole('dialog', { name: say('token.new') });
    const apiToken = await shown.locator('code').last().innerText();
    await shown.getByRole('button', { name: say('common.kept') }).click();
    current = caller.as({ apiToken });
    await admin.page.waitForTimeout(600);
    isCalling = false;
    await calling;
    const settled = await Promise.all(answers);
    const refused = settled.filter(({ fields }) => fields['Res'] !== 1);
    t.diagnostic(`${settled.length} calls while the token was rotated, ${refused.length} refused`);
    assert.ok(settled.length > 20, `${settled.length} calls`);
    assert.deepEqual(refused, []);
    await admin.close();
  });

  test('a client that was shut out for a wrong token is seen and heard again', async () => {
    const { page } = boss;
    const wrong = company.caller.as({ apiToken: 'x'.repeat(40) });
    for (let tries = 0; tries < 12; tries += 1) await wrong.call('GetCreditos');
    const { fields } = await company.caller.call('GetCreditos');
    assert.notEqual(fields['Res'], 1, 'its right token is not heard now either');
    await go(page, 'account/api');
    await page.getByRole('button', { name: literally(say('blocked.lift')) }).click();
    await page.getByText(say('blocked.none')).waitFor();
    assert.equal((await company.caller.call('GetCreditos')).fields['Res'], 1);
  });

  test('the log is exported, checked by the program that shares no code with ours, and an edited line is named', async () => {
    const { page } = boss;
    await go(page, 'audit');
    await page.getByRole('cell', { name: 'user.invited' }).first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: say('audit.export') }).click(),
    ]);
    const file = await download.path();
    const key = panel.installation.secrets.auditPublicKey;
    const check = (named: string) =>
      spawnSync(process.execPath, [path.join(import.meta.dirname, '../../tools/check-audit.ts'), named, '--key', key], {
        encoding: 'utf8',
      });
    const whole = check(file);
    assert.equal(whole.status, 0, whole.stdout + whole.stderr);
    assert.match(whole.stdout, new RegExp(`^account ${company.account}: \\d+ entries, whole`));
    const lines = (await readFile(file, 'utf8')).split('\n');
    const edited = `${file}-edited`;
    await writeFile(edited, lines.with(2, lines[2]!.replace('"actor":"user"', '"actor":"service"')).join('\n'));
    const broken = check(edited);
    assert.equal(broken.status, 1);
    assert.equal(broken.stdout, 'line 3: it is not what its hash is of\n');
  });

  test('the installer tops credits up, and the company sees them on its statement', async () => {
    const runs = await atPanel(
      { whole: panel, browser },
      { name: 'quien-instala', role: 'installer', account: company.account },
    );
    const { page } = runs;
    await go(page, 'credits');
    const asked = page.getByRole('region', { name: say('credits.top-up') });
    await asked.getByLabel(say('credits.amount'), { exact: true }).fill('250');
    await asked.getByLabel(say('credits.note'), { exact: true }).fill('Factura 2026/204');
    await asked.getByRole('button', { name: say('credits.top-up.go'), exact: true }).click();
    await page.getByText('Factura 2026/204').waitFor();
    await go(boss.page, 'credits');
    const line = boss.page.getByRole('row').filter({ hasText: 'Factura 2026/204' });
    await line.getByText(/250/).waitFor();
    assert.equal(await button(boss.page, 'credits.top-up.go').count(), 0, 'it gives itself none');
    await page.goto(`${panel.origin}/panel/log`);
    await page.getByRole('cell', { name: 'quien-instala' }).first().waitFor();
    await page.goto(`${panel.origin}/panel/health`);
    await page.getByRole('list', { name: say('health.checks') }).waitFor();
    await page.getByText(say('health.finding.processes-well')).waitFor();
    assert.deepEqual([...runs.failures, ...boss.failures], []);
    await runs.close();
  });
});
