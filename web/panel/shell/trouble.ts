import type { Trouble } from '../api.ts';
import { useTexts } from './text.tsx';

/** What something conflicts with, where more can be said of it than that it has changed meanwhile. */
const conflicts = [
  'last-way',
  'last-administrator',
  'other-accounts',
  'member-already',
  'name-taken',
  'endpoint-missing',
] as const;
type Conflict = (typeof conflicts)[number];

const isConflict = (why: string | undefined): why is Conflict => (conflicts as readonly string[]).includes(why ?? '');

/** What went wrong, as a sentence with a way on. What a form knows better (which value, why) it says itself. */
export function useTroubleText(): (trouble: Trouble) => string {
  const { t } = useTexts();
  return (trouble) => {
    if (trouble.problem === 'too-often') return t('trouble.too-often', { seconds: trouble.retryAfterSeconds ?? 60 });
    if (trouble.problem === 'conflict' && isConflict(trouble.why)) return t(`conflict.${trouble.why}`);
    return t(`trouble.${trouble.problem}`);
  };
}
