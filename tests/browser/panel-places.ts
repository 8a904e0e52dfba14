import type { Page } from 'playwright-core';
import type { TextKey } from '../../web/panel/languages.ts';
import { ACCOUNT, type PanelWish } from './panel-service.ts';

export type PanelPlace = {
  readonly name: string;
  /** Below `/panel`. */
  readonly path: string;
  readonly wish: PanelWish;
  readonly heading: TextKey;
  /** What is done there before it is looked at, such as opening a window. */
  readonly prepare?: (page: Page, say: (key: TextKey) => string) => Promise<void>;
};

const administrator: PanelWish = { role: 'administrator', isSignedIn: true };
const installer: PanelWish = { role: 'installer', isSignedIn: true };
const nobody: PanelWish = { isSignedIn: false };

const press =
  (key: TextKey) =>
  async (page: Page, say: (key: TextKey) => string): Promise<void> => {
    await page.getByRole('button', { name: say(key), exact: true }).click();
  };

const inAccount = (name: string, path: string, heading: TextKey, prepare?: PanelPlace['prepare']): PanelPlace => ({
  name,
  path: `/${ACCOUNT}/${path}`,
  wish: administrator,
  heading,
  ...(prepare === undefined ? {} : { prepare }),
});

/** Every page about the account and about oneself, and the windows that open over them. */
export const ownPanelPages: readonly PanelPlace[] = [
  { name: 'sign-in', path: '/', wish: nobody, heading: 'sign-in.title' },
  {
    name: 'sign-in-password',
    path: '/',
    wish: nobody,
    heading: 'sign-in.title',
    prepare: press('sign-in.with-password'),
  },
  { name: 'sign-up', path: `/sign-up#${'A'.repeat(43)}`, wish: nobody, heading: 'sign-up.title' },
  {
    name: 'sign-up-password',
    path: `/sign-up#${'A'.repeat(43)}`,
    wish: nobody,
    heading: 'sign-up.title',
    prepare: press('sign-up.with-password'),
  },
  {
    name: 'sign-up-codes',
    path: `/sign-up#${'A'.repeat(43)}`,
    wish: nobody,
    heading: 'sign-up.title',
    async prepare(page, say) {
      await press('sign-up.with-password')(page, say);
      await page.getByLabel(say('sign-up.password'), { exact: true }).fill('los cotejos se hacen despacio');
      await page.getByLabel(say('sign-up.code'), { exact: true }).fill('123456');
      await press('sign-up.go')(page, say);
      await page.getByRole('heading', { level: 1, name: say('codes.title') }).waitFor();
    },
  },
  inAccount('account-verification', 'account/verification', 'nav.account'),
  inAccount('account-messages', 'account/messages', 'nav.account'),
  inAccount('account-pages', 'account/pages', 'nav.account'),
  inAccount('account-api', 'account/api', 'nav.account'),
  inAccount('account-api-rotate', 'account/api', 'nav.account', press('token.rotate')),
  inAccount('account-api-token', 'account/api', 'nav.account', async (page, say) => {
    await press('token.rotate')(page, say);
    await press('token.rotate.go')(page, say);
    await page.getByRole('dialog', { name: say('token.new') }).waitFor();
  }),
  inAccount('account-callbacks', 'account/callbacks', 'nav.account'),
  inAccount('account-callbacks-test', 'account/callbacks', 'nav.account', async (page, say) => {
    await press('callbacks.test.send')(page, say);
    await page.getByText(say('callbacks.test.reply'), { exact: true }).scrollIntoViewIfNeeded();
  }),
  inAccount('account-terms', 'account/terms', 'nav.account'),
  inAccount('users', 'users', 'nav.users'),
  inAccount('users-invite', 'users', 'nav.users', press('users.invite')),
  inAccount('numbers', 'numbers', 'nav.numbers'),
  inAccount('credits', 'credits', 'nav.credits'),
  inAccount('certificates', 'certificates', 'nav.certificates'),
  inAccount('audit', 'audit', 'nav.audit'),
  { name: 'me', path: '/me', wish: administrator, heading: 'nav.me' },
  { name: 'help', path: '/help', wish: administrator, heading: 'nav.help' },
  {
    name: 'keys',
    path: '/help',
    wish: administrator,
    heading: 'nav.help',
    async prepare(page, say) {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: say('keys.title') }).waitFor();
    },
  },
  { name: 'accounts', path: '/accounts', wish: installer, heading: 'nav.accounts' },
  { name: 'health', path: '/health', wish: installer, heading: 'nav.health' },
  { name: 'installation-audit', path: '/log', wish: installer, heading: 'nav.installation-audit' },
  { name: 'terms-installer', path: `/${ACCOUNT}/account/terms`, wish: installer, heading: 'nav.account' },
  { name: 'credits-installer', path: `/${ACCOUNT}/credits`, wish: installer, heading: 'nav.credits' },
];
