import { Loader } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTexts } from '../shell/text.tsx';

/** What comes within a blink is not announced. */
const PATIENCE_MS = 250;

export function Loading(): ReactNode {
  const { t } = useTexts();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status">
      {isSlow && <Loader size="sm" aria-hidden />}
      {isSlow && <span>{t('common.loading')}</span>}
    </div>
  );
}
