import { type ReactNode, Suspense, useEffect, useMemo } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { SignedInAnswer } from '../../../src/panel/session-protocol.schema.ts';
import { accountsAnswer } from '../../../src/panel/settings.schema.ts';
import { call } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { useResource } from '../parts/use-resource.ts';
import { AccountContext, type AccountInView } from './account.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { useKeys } from './keys.tsx';
import { Navigation } from './navigation.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { type PanelPage, accountPages, helpPage, installationPages, mePage } from './pages.ts';
import { useTexts } from './text.tsx';

const KEPT_AS = 'cotejo-account';

const isFor = ({ needs }: PanelPage, permissions: readonly string[]): boolean =>
  needs.length === 0 || needs.some((permission) => permissions.includes(permission));

/** The panel around every page: where one is, where one can go, and for which account. */
export default function Shell({ signedIn }: { readonly signedIn: SignedInAnswer }): ReactNode {
  const { t } = useTexts();
  const [location, navigate] = useLocation();
  const account = useAccountInView(signedIn, location);
  const pages = useMemo(
    () => ({
      account: account === null ? [] : accountPages.filter((page) => isFor(page, account.permissions)),
      installation: installationPages.filter((page) => isFor(page, signedIn.installation)),
    }),
    [account, signedIn],
  );
  const addressOf = (page: PanelPage): string =>
    accountPages.includes(page) ? `/${account!.account}/${page.path}` : `/${page.path}`;
  const all = [...pages.account, ...pages.installation, helpPage];
  useKeys(
    t('keys.everywhere'),
    all.map((page) => ({ key: `g ${page.key}`, label: t(page.name), run: () => navigate(addressOf(page)) })),
  );
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <Navigation signedIn={signedIn} account={account} pages={pages} addressOf={addressOf} location={location} />
      <main id="main" tabIndex={-1}>
        <OfflineBanner />
        {/* A page that failed is left behind with its address. */}
        <ErrorBoundary key={location.split('/').slice(0, 3).join('/')}>
          <Suspense fallback={<Loading />}>
            <AccountContext value={account}>
              <Switch>
                {pages.account.map((page) => (
                  <Route key={page.path} path={`/:account/${page.path}`} nest>
                    <page.Page />
                  </Route>
                ))}
                {[...pages.installation, helpPage, mePage].map((page) => (
                  <Route key={page.path} path={`/${page.path}`} nest>
                    <page.Page />
                  </Route>
                ))}
                <Route path="/">
                  <Redirect to={addressOf(all[0]!)} replace />
                </Route>
                <Route path="/:account">
                  <Redirect to={addressOf(all[0]!)} replace />
                </Route>
                <Route>
                  <PageHead title={t('nowhere.title')} lead={t('nowhere.text')} />
                </Route>
              </Switch>
            </AccountContext>
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

/**
 * The account that the address names; else the last one looked at; else the first. null: there is none. An installer looks at any account, under
 * what the installation lets them.
 */
function useAccountInView({ accounts, installation }: SignedInAnswer, location: string): AccountInView | null {
  const named = /^\/(\d{10})(?:\/|$)/.exec(location)?.[1];
  const seesAll = installation.includes('accounts.list');
  const all = useResource(`accounts ${seesAll}`, async (signal) =>
    seesAll ? (await call('accounts', { answer: accountsAnswer, signal })).accounts : [],
  );
  const inView = useMemo(() => {
    const wanted = named ?? localStorage.getItem(KEPT_AS);
    const own = accounts.find(({ account }) => account === wanted) ?? (named === undefined ? accounts[0] : undefined);
    if (own !== undefined) return { ...own, permissions: [...new Set([...own.permissions, ...installation])] };
    const other = all.value?.find(({ account }) => account === wanted);
    return other === undefined ? null : { ...other, role: null, permissions: installation };
  }, [accounts, installation, named, all.value]);
  useEffect(() => {
    if (inView !== null && inView.account === named) localStorage.setItem(KEPT_AS, named);
  }, [inView, named]);
  return inView;
}
