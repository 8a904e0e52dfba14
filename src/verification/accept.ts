import { type Balances, type LedgerEntry, applyEntry } from '../credits/ledger.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { VerificationId } from '../kernel/id.ts';
import type { Job } from './jobs.ts';
import type { AcceptRefusal, Accepted } from './service.ts';
import { type Accepting, accepted } from './steps.ts';
import type { Requested } from './verification.ts';

/** One call that wants to be accepted. `key` names it to retries: hex of a digest, or null. */
export type Candidate = {
  readonly accepting: Accepting;
  readonly callId: string;
  /** Whether its account has asked for very many just now. */
  readonly isBulk: boolean;
  readonly key: { readonly digest: string; readonly parametersDigest: string } | null;
};

/** What an earlier call under the same key was answered. */
export type Remembered = {
  readonly parametersDigest: string;
  readonly id: VerificationId;
  readonly availableHundredths: number;
};

export type Acceptance = {
  readonly outcomes: readonly Result<Accepted, AcceptRefusal>[];
  readonly accepted: readonly { readonly candidate: Candidate; readonly next: Requested; readonly available: number }[];
  readonly entries: readonly LedgerEntry[];
  readonly jobs: readonly Job[];
  readonly after: Balances;
};

/**
 * Decides a batch of one account, in order, over its books: each acceptance lowers what the next one finds, so N acceptances over C credits
 * answer C−1 … C−N, each once. A call under a known key gets the answer of the first; a key with other parameters is refused.
 */
export function decide(
  candidates: readonly Candidate[],
  books: Balances,
  remembered: ReadonlyMap<string, Remembered>,
  now: Date,
): Acceptance {
  const known = new Map(remembered);
  const decided: Acceptance['accepted'][number][] = [];
  const entries: LedgerEntry[] = [];
  const jobs: Job[] = [];
  let after = books;
  const outcomes = candidates.map((candidate): Result<Accepted, AcceptRefusal> => {
    const { accepting, key } = candidate;
    const earlier = key === null ? undefined : known.get(key.digest);
    if (earlier !== undefined)
      return earlier.parametersDigest === key!.parametersDigest
        ? ok({ id: earlier.id, availableHundredths: earlier.availableHundredths })
        : refuse({ kind: 'idempotency-key-reused' });
    const step = accepted(accepting, now, { isBulk: candidate.isBulk });
    for (const reserve of step.entries) {
      const applied = applyEntry(after, reserve);
      if (!applied.ok) {
        if (applied.refusal.kind === 'credits-exhausted') return refuse(applied.refusal);
        throw new RangeError(`a verification cannot cost ${accepting.reservedHundredths} hundredths`);
      }
      after = applied.value;
      entries.push(reserve);
    }
    const available = after.available;
    jobs.push(...step.jobs);
    decided.push({ candidate, next: step.next, available });
    if (key !== null)
      known.set(key.digest, {
        parametersDigest: key.parametersDigest,
        id: accepting.id,
        availableHundredths: available,
      });
    return ok({ id: accepting.id, availableHundredths: available });
  });
  return { outcomes, accepted: decided, entries, jobs, after };
}
