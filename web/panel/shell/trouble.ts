import type { Trouble } from '../api.ts';
import { useTexts } from './text.tsx';

/** What went wrong, as a sentence with a way on. What a form knows better (which value, why) it says itself. */
export function useTroubleText(): (trouble: Trouble) => string {
  const { t } = useTexts();
  return (trouble) =>
    trouble.problem === 'too-often'
      ? t('trouble.too-often', { seconds: trouble.retryAfterSeconds ?? 60 })
      : t(`trouble.${trouble.problem}`);
}
