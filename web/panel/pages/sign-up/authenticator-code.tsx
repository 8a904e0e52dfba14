import { type ReactNode, useMemo } from 'react';
import { qrCode } from '../../../capture/qr.ts';
import { useTexts } from '../../shell/text.tsx';

const QUIET_ZONE = 4;

/** What an authenticator app is shown: a code to scan, and the same as letters for whoever cannot. */
export function AuthenticatorCode({ uri, secret }: { readonly uri: string; readonly secret: string }): ReactNode {
  const { t } = useTexts();
  const { size, path } = useMemo(() => {
    const code = qrCode(uri);
    const dark: string[] = [];
    for (let y = 0; y < code.size; y++)
      for (let x = 0; x < code.size; x++)
        if (code.isDark(x, y)) dark.push(`M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`);
    return { size: code.size + 2 * QUIET_ZONE, path: dark.join('') };
  }, [uri]);
  return (
    <figure className="authenticator">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('sign-up.qr')} shapeRendering="crispEdges">
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      <figcaption>
        <p>{t('sign-up.qr.how')}</p>
        <p>
          {t('sign-up.qr.by-hand')}
          <code>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </p>
      </figcaption>
    </figure>
  );
}
