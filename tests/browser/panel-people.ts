import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../src/access/roles.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { PANEL_HEADER } from '../../src/panel/problems.schema.ts';
import { totpCode } from '../panel/browser-here.ts';
import type { PanelWhole } from './panel-whole.ts';

export type AtPanel = { readonly page: Page; readonly failures: readonly string[]; close(): Promise<void> };

/**
 * Somebody with a role, signed in, in a window of their own at 1440 × 900. They came by the page's own calls: how it looks to sign up is
 * another story's. What the page throws or its policy refuses is kept in `failures`.
 */
export async function atPanel(
  { whole, browser }: { readonly whole: PanelWhole; readonly browser: Browser },
  { name, role, account }: { readonly name: string; readonly role: Role; readonly account: AccountId },
  wish: BrowserContextOptions = {},
): Promise<AtPanel> {
  const [, token] = (await whole.signUpLink(name, role, account)).split('#');
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'es-ES', ...wish });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) failures.push(message.text());
  });
  await page.goto(`${whole.origin}/panel/sign-in`);
  const post = (path: string, body: object, method = 'POST'): Promise<Record<string, unknown>> =>
    page.evaluate(
      async ([address, header, text, by]) => {
        const answer = await fetch(address, {
          method: by,
          headers: { 'content-type': 'application/json', [header]: '1' },
          body: text,
        });
        if (!answer.ok) throw new Error(`${address} was answered ${answer.status}`);
        return (await answer.json()) as Record<string, unknown>;
      },
      [`/panel/api/${path}`, PANEL_HEADER, JSON.stringify(body), method] as const,
    );
  const asked = await post('sign-up', { token });
  const { secret, state } = asked['authenticator'] as { secret: string; state: string };
  const code = totpCode(secret, new Date());
  await post('sign-up/password', { token, password: `una frase larga para ${name}`, state, code });
  if (wish.locale?.startsWith('en') === true) await post('me/language', { language: 'en' }, 'PUT');
  return { page, failures, close: () => context.close() };
}
