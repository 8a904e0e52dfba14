import { type ComponentType, type ReactNode, Suspense, lazy } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import type { Permission } from '../../../../src/access/roles.ts';
import type { TextKey } from '../../languages.ts';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';
import { ApiAccess } from './api-access.tsx';
import { Callbacks } from './callbacks.tsx';
import { SettingsProvider } from './settings.tsx';

const Verification = lazy(() => import('./verification-settings.tsx'));
const Messages = lazy(() => import('./message-settings.tsx'));
const Branding = lazy(() => import('./branding-settings.tsx'));
const Terms = lazy(() => import('./terms.tsx'));

type Part = {
  readonly path: string;
  readonly name: TextKey;
  readonly needs: readonly Permission[];
  readonly Part: ComponentType;
};

const parts: readonly Part[] = [
  { path: 'verification', name: 'account.verification', needs: ['account.read'], Part: Verification },
  { path: 'messages', name: 'account.messages', needs: ['account.read'], Part: Messages },
  { path: 'pages', name: 'account.pages', needs: ['account.read'], Part: Branding },
  { path: 'api', name: 'account.api', needs: ['account.read', 'blocked.read'], Part: ApiAccess },
  { path: 'callbacks', name: 'account.callbacks', needs: ['callbacks.read'], Part: Callbacks },
  { path: 'terms', name: 'account.terms', needs: ['account.read'], Part: Terms },
];

/** Everything that is set for one account, in parts that each fit a screen. What is changed in one is kept while one looks at another. */
export default function AccountPage(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const [location] = useLocation();
  const mine = parts.filter(({ needs }) => needs.some(account.may));
  return (
    <>
      <PageHead title={t('nav.account')} lead={`${account.name} · ${account.account}`} />
      <nav aria-label={t('account.parts')} className="parts">
        {mine.map(({ path, name }) => (
          <Link key={path} href={`/${path}`} aria-current={location.startsWith(`/${path}`) ? 'page' : undefined}>
            {t(name)}
          </Link>
        ))}
      </nav>
      <SettingsProvider>
        {/* Its own, so that the heading stays, and with it the focus, while a part is fetched. */}
        <Suspense fallback={<Loading />}>
          <Switch>
            {mine.map(({ path, Part }) => (
              <Route key={path} path={`/${path}`}>
                <Part />
              </Route>
            ))}
            {mine[0] !== undefined && (
              <Route>
                <Redirect to={`/${mine[0].path}`} replace />
              </Route>
            )}
          </Switch>
        </Suspense>
      </SettingsProvider>
    </>
  );
}
