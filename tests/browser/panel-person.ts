import type { Page } from 'playwright-core';
import { totpCode } from '../panel/browser-here.ts';
import { wordsOf } from './words.ts';

export const PASSWORD = 'los cotejos se hacen despacio';

/** Signs up from a link with a password and an authenticator app, as somebody does whose browser speaks Spanish. @returns the app's secret. */
export async function signUpByPassword(page: Page, link: string): Promise<string> {
  const say = wordsOf('es');
  await page.goto(link);
  // Where there can be no passkey, the form is there at once.
  const other = page.getByRole('button', { name: say('sign-up.with-password'), exact: true });
  const password = page.getByLabel(say('sign-up.password'), { exact: true });
  await other.or(password).first().waitFor();
  if (await other.isVisible()) await other.click();
  const secret = (await page.locator('.authenticator code').innerText()).replaceAll(' ', '');
  await password.fill(PASSWORD);
  await page.getByLabel(say('sign-up.code'), { exact: true }).fill(totpCode(secret, new Date()));
  await page.getByRole('button', { name: say('sign-up.go'), exact: true }).click();
  await page.getByRole('checkbox', { name: say('codes.kept') }).check();
  await page.getByRole('button', { name: say('codes.go'), exact: true }).click();
  await page.getByRole('navigation', { name: say('shell.navigation') }).waitFor();
  return secret;
}
