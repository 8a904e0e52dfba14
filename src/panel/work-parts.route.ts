import type { Kysely, Transaction } from 'kysely';
import type { EvidenceItem, EvidencePlace, EvidenceRoom, OpenRefusal } from '../evidence/evidence.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import type * as notes from '../review/note.store.ts';
import type * as overview from '../review/overview.store.ts';
import type * as rulings from '../review/ruling.store.ts';
import type * as seats from '../review/seat.store.ts';
import type { Job } from '../verification/jobs.ts';
import type { AssessedRound, Verification } from '../verification/verification.ts';
import type { MeasuringPoints } from './case-detail.ts';

/** The evidence of verifications, as the panel shows it. */
export type EvidenceShown = Pick<
  EvidenceRoom<Transaction<unknown>>,
  'list' | 'sealedRound' | 'factsOf' | 'keepRecord' | 'readRecord'
> & {
  open(
    place: EvidencePlace,
    itemNumber: number,
  ): Promise<Result<{ readonly item: EvidenceItem; readonly bytes: AsyncIterable<Uint8Array> }, OpenRefusal>>;
  openExhibit(
    place: EvidencePlace,
    name: string,
    round?: number,
  ): Promise<Result<{ readonly mediaType: string; readonly bytes: AsyncIterable<Uint8Array> }, OpenRefusal>>;
};

/** What the desk and the evidence are shown with. */
export type DeskParts = {
  readonly database: Kysely<unknown>;
  /** A transaction in which the database itself shows one account only. */
  readonly within: <Answer>(
    accountId: AccountId,
    run: (walled: Transaction<unknown>) => Promise<Answer>,
  ) => Promise<Answer>;
  /** The database as it shows itself to one account, where no transaction is held. */
  readonly walled: (accountId: AccountId) => Kysely<unknown>;
  readonly findVerification: (accountId: AccountId, id: VerificationId) => Promise<Verification | null>;
  /** What was assessed in a round that no longer stands. */
  readonly findRound: (place: EvidencePlace, round: number) => Promise<AssessedRound | null>;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  readonly evidence: EvidenceShown;
  readonly points: MeasuringPoints;
  readonly review: {
    readonly seats: typeof seats;
    readonly rulings: typeof rulings;
    readonly notes: typeof notes;
    readonly overview: typeof overview;
  };
};
