import type { ReactNode } from 'react';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Log } from './log.tsx';

/** Every act in this account. */
export default function Audit(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  return (
    <Log
      title={t('nav.audit')}
      lead={t('audit.lead')}
      path={account.path('audit')}
      mayExport={account.may('audit.export')}
    />
  );
}
