import type { Kysely } from 'kysely';
import type { EvidencePlace } from '../evidence/evidence.ts';
import { type PresentedChallenge, presented } from './challenge.ts';
import { listAttempts } from './face-attempt.store.ts';

/** What the applicant was asked to do in a recording, as it was shown; null: it was made under no challenge of ours. */
export const challengeOf =
  (database: Kysely<unknown>) =>
  async (place: EvidencePlace, itemNumber: number): Promise<PresentedChallenge | null> => {
    const attempts = await listAttempts(database, place);
    const attempt = attempts.find((candidate) => candidate.itemNumber === itemNumber);
    return attempt === undefined || attempt.shown === null ? null : presented(attempt.challenge, attempt.shown);
  };
