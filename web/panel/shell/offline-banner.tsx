import { type ReactNode, useEffect, useState } from 'react';
import { onCallEnded } from '../api.ts';
import { Icon } from '../parts/icon.tsx';
import { useTexts } from './text.tsx';

/** Says that the service cannot be reached, from the first call that did not get through to the next that does. */
export function OfflineBanner(): ReactNode {
  const { t } = useTexts();
  const [isOffline, setOffline] = useState(() => !navigator.onLine);
  useEffect(() => {
    const off = (): void => setOffline(true);
    const on = (): void => setOffline(false);
    window.addEventListener('offline', off);
    window.addEventListener('online', on);
    const leave = onCallEnded((trouble) => setOffline(trouble?.problem === 'offline'));
    return () => {
      window.removeEventListener('offline', off);
      window.removeEventListener('online', on);
      leave();
    };
  }, []);
  return (
    <div role="status">
      {isOffline && (
        <p className="banner">
          <Icon name="offline" /> {t('shell.offline')}
        </p>
      )}
    </div>
  );
}
