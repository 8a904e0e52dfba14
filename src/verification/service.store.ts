import { type Transaction, sql } from 'kysely';
import type { Account } from '../access/account.ts';
import { type AccountId, type DrawInteger, type VerificationId, drawVerificationId } from '../kernel/id.ts';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Candidate } from './accept.ts';
import { burstCounter } from './burst.ts';
import { type AcceptParts, AcceptanceCollision, acceptBatch, wasCommitted } from './accept.store.ts';
import {
  type AcceptRefusal,
  type Accepted,
  type BesideDeed,
  type InvitationProgress,
  type NewVerification,
  StoreUnreachable,
  type VerificationService,
} from './service.ts';
import { cancelled, resent } from './steps.ts';
import { type Alongside, type Writers, advanceOver, findVerification } from './verification.store.ts';
import type { Verification } from './verification.ts';

export type ServiceParts = Writers &
  AcceptParts & {
    readonly availableHundredths: (accountId: AccountId) => Promise<number>;
    /** The certificate of a validated verification. @throws where there is none, or its bytes are not what they were. */
    readonly openCertificate: (
      accountId: AccountId,
      id: VerificationId,
    ) => Promise<Result<Uint8Array, { readonly kind: 'certificate-erased' }>>;
    readonly clock: Clock;
    readonly draw: DrawInteger;
    readonly newCallId: () => string;
    readonly digestOf: (text: string) => string;
    /** Whether an error says that the database is away, rather than that the program is wrong. */
    readonly isUnreachable: (error: unknown) => boolean;
    /** Gathers calls of one account while one batch is under way. */
    readonly gathering: <Item, Outcome>(
      work: (key: number, items: readonly Item[]) => Promise<readonly Outcome[]>,
    ) => (key: number, item: Item) => Promise<Outcome>;
  };

/** How often an acceptance is begun anew: after a collision of IDs, or a connection that was lost before anything was written. */
const MOST_TRIES = 3;
/** And until when: calls that nobody waits for any more must not be accepted. */
const TRIED_FOR_MS = 2000;

type Call = {
  readonly account: Account;
  readonly wanted: NewVerification;
  readonly isBulk: boolean;
  readonly key: Candidate['key'];
};
type Outcome = Result<Accepted, AcceptRefusal>;

/** The life of verifications over the database. @throws StoreUnreachable from every method when the database is away. */
export function verificationService(parts: ServiceParts): VerificationService<Transaction<unknown>> {
  const { within, clock, digestOf } = parts;
  const advance = advanceOver(parts);
  const isBulk = burstCounter(clock);
  const accept = parts.gathering((accountId, calls: readonly Call[]) =>
    acceptCalls(parts, accountId as AccountId, calls),
  );

  const reachable = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      if (parts.isUnreachable(error)) throw new StoreUnreachable('the database cannot be reached', { cause: error });
      throw error;
    }
  };
  const withBalance = async <Refusal>(
    account: Account,
    moved: Promise<Result<Verification, Refusal>>,
  ): Promise<Result<{ availableHundredths: number }, Refusal>> => {
    const result = await reachable(moved);
    return result.ok ? ok({ availableHundredths: await reachable(parts.availableHundredths(account.id)) }) : result;
  };

  return {
    accept(account, wanted, idempotency, beside) {
      const call: Call = {
        account,
        wanted,
        isBulk: isBulk(account.id),
        key:
          idempotency === null
            ? null
            : {
                digest: digestOf(idempotency.key),
                parametersDigest: Buffer.from(idempotency.parametersDigest).toString('hex'),
              },
      };
      // Others' calls must not fail with what is written beside this one.
      const alone = async (): Promise<Outcome> => (await acceptCalls(parts, account.id, [call], beside))[0]!;
      return reachable(beside === undefined ? accept(account.id, call) : alone());
    },
    availableHundredths: (accountId) => reachable(parts.availableHundredths(accountId)),
    report: (accountId, id) =>
      reachable(
        within(accountId, async (transaction) => {
          const verification = await findVerification(transaction, accountId, id);
          if (verification === null) return null;
          return { verification, invitation: await invitationOf(transaction, verification) };
        }),
      ),
    async certificate(accountId, id) {
      const verification = await reachable(
        within(accountId, (transaction) => findVerification(transaction, accountId, id)),
      );
      if (verification === null) return refuse({ kind: 'unknown-verification' });
      if (verification.state !== 'validated') return refuse({ kind: 'not-validated', verification });
      return reachable(parts.openCertificate(accountId, id));
    },
    cancel: (account, id, beside) =>
      withBalance(
        account,
        advance(account.id, id, (before) => cancelled(before, clock()), of(id, beside)),
      ),
    resend: (account, id, beside) =>
      withBalance(
        account,
        advance(account.id, id, (before) => resent(before, clock()), of(id, beside)),
      ),
  };
}

const of = (id: VerificationId, beside?: BesideDeed<Transaction<unknown>>): Alongside | undefined =>
  beside && ((transaction) => beside(transaction, id));

/** One batch, until it is known what became of it. */
async function acceptCalls(
  parts: ServiceParts,
  accountId: AccountId,
  calls: readonly Call[],
  alongside?: BesideDeed<Transaction<unknown>>,
): Promise<readonly Outcome[]> {
  const beganAt = parts.clock().getTime();
  for (let attempt = 1; ; attempt += 1) {
    const candidates = calls.map((call) => candidateOf(parts, call));
    let decided: readonly Outcome[] | null = null;
    try {
      return await acceptBatch(parts, accountId, {
        candidates,
        now: parts.clock(),
        onDecided: (outcomes) => (decided = outcomes),
        alongside,
      });
    } catch (error) {
      const unanswered = parts.isUnreachable(error);
      if (unanswered && decided !== null && (await wasCommitted(parts, accountId, candidates))) return decided;
      const again = unanswered || error instanceof AcceptanceCollision;
      const isLate = parts.clock().getTime() - beganAt > TRIED_FOR_MS;
      if (!again || isLate || attempt >= MOST_TRIES) throw error;
    }
  }
}

function candidateOf({ draw, newCallId }: ServiceParts, { account, wanted, isBulk, key }: Call): Candidate {
  const { mode, requestHundredths, furtherSegmentHundredths, linkLifetimeHours } = account.settings;
  const { segments, ...rest } = wanted;
  const isTest = wanted.rehearsal !== null;
  if (isTest !== (mode === 'test'))
    throw new RangeError('test applicants are for accounts in test mode, which have no others');
  return {
    accepting: {
      ...rest,
      accountId: account.id,
      id: drawVerificationId(draw),
      reservedHundredths: isTest ? 0 : requestHundredths + furtherSegmentHundredths * (segments - 1),
      linkLifetimeHours,
    },
    callId: newCallId(),
    isBulk,
    key,
  };
}

type InvitationRow = {
  readonly number: number;
  readonly state: 'waiting' | 'sending' | 'handed-over' | 'delivered' | 'undeliverable';
  readonly segments: number;
  readonly updatedAt: Date;
};

async function invitationOf(
  transaction: Transaction<unknown>,
  { accountId, id }: Verification,
): Promise<InvitationProgress | null> {
  const { rows } = await sql<InvitationRow>`
    select invitation_number as number, state, segments, updated_at as "updatedAt" from invitation
    where account_id = ${accountId} and verification_id = ${id} order by invitation_number desc limit 1`.execute(
    transaction,
  );
  const row = rows[0];
  return row === undefined ? null : { ...row, state: row.state === 'sending' ? 'waiting' : row.state };
}
