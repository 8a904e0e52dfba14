import type { ReactNode } from 'react';
import { useSession } from '../../shell/session.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Log } from './log.tsx';

/** Who runs the installation: how they came in, and what they did to it. */
export default function InstallationAudit(): ReactNode {
  const { t } = useTexts();
  const { signedIn } = useSession();
  return (
    <Log
      title={t('nav.installation-audit')}
      lead={t('installation-audit.lead')}
      path="audit"
      mayExport={signedIn?.installation.includes('audit.export') === true}
    />
  );
}
