import { type ComponentType, type ReactNode } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import type { Permission } from '../../../../src/access/roles.ts';
import type { TextKey } from '../../languages.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';
import { ApiAccess } from './api-access.tsx';
import { Callbacks } from './callbacks.tsx';

type Part = {
  readonly path: string;
  readonly name: TextKey;
  readonly needs: readonly Permission[];
  readonly Part: ComponentType;
};

const parts: readonly Part[] = [
  { path: 'api', name: 'account.api', needs: ['account.read', 'blocked.read'], Part: ApiAccess },
  { path: 'callbacks', name: 'account.callbacks', needs: ['callbacks.read'], Part: Callbacks },
];

/** Everything that is set for one account, in parts that each fit a screen. */
export default function AccountPage(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const [location] = useLocation();
  const mine = parts.filter(({ needs }) => needs.some(account.may));
  return (
    <>
      <PageHead title={t('nav.account')} lead={account.name} />
      <nav aria-label={t('account.parts')} className="parts">
        {mine.map(({ path, name }) => (
          <Link key={path} href={`/${path}`} aria-current={location.startsWith(`/${path}`) ? 'page' : undefined}>
            {t(name)}
          </Link>
        ))}
      </nav>
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
    </>
  );
}
