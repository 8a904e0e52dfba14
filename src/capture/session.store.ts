import type { Kysely, Transaction } from 'kysely';
import type { Account } from '../access/account.ts';
import type { EvidencePlace, EvidenceRoom } from '../evidence/evidence.ts';
import type { AccountId, DrawInteger, VerificationId } from '../kernel/id.ts';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Job } from '../verification/jobs.ts';
import type { Step } from '../verification/steps.ts';
import type { Access, Verification } from '../verification/verification.ts';
import { type KnownLink, findLink } from './capture.store.ts';
import type { Guessing } from './guessing.ts';
import { accountOfLink } from './link.ts';
import type { CaptureProblem } from './protocol.schema.ts';

/** What the applicant's way is handed of the other rooms. */
export type CaptureParts = {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  readonly evidence: EvidenceRoom<Transaction<unknown>>;
  readonly advance: <Next extends Verification, Refusal>(
    accountId: AccountId,
    id: VerificationId,
    step: (before: Verification) => Result<Step<Next>, Refusal>,
    alongside?: (transaction: Transaction<unknown>) => Promise<void>,
  ) => Promise<Result<Next, Refusal | { readonly kind: 'unknown-verification' }>>;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  readonly findVerification: (accountId: AccountId, id: VerificationId) => Promise<Verification | null>;
  readonly findAccount: (accountId: AccountId) => Promise<Account | null>;
  readonly sha256: (text: string) => Uint8Array;
  readonly sameDigest: (a: Uint8Array, b: Uint8Array) => boolean;
  /** Bytes from the system's generator. */
  readonly chanceBytes: (count: number) => Uint8Array;
  readonly draw: DrawInteger;
  readonly guessing: Guessing;
};

/** Where a call comes from. */
export type Caller = {
  readonly token: string;
  readonly deviceKey: string | null;
  readonly address: string;
  readonly addressKey: string;
  readonly port: number | null;
  readonly isHttps: boolean;
};

/** A link that was once given out, and whose it is now. */
export type Session = {
  readonly account: Account;
  readonly verification: Verification;
  readonly place: EvidencePlace;
  readonly tokenDigest: Uint8Array;
  /** What the link was sent for. */
  readonly round: number;
  /** `nobody`: it is for this device to take. */
  readonly holder: 'nobody' | 'this-device' | 'another';
  readonly frontTakes: number;
  readonly backTakes: number;
};

export const problem = (
  slug: CaptureProblem['problem'],
  more: Omit<CaptureProblem, 'problem'> = {},
): { readonly ok: false; readonly refusal: CaptureProblem } => refuse({ problem: slug, ...more });

/** Who stands behind a link. A token that was never given out costs one look-up at most and is told from no other such. */
export async function enter(parts: CaptureParts, caller: Caller): Promise<Result<Session, CaptureProblem>> {
  const { database, guessing, sha256, sameDigest } = parts;
  const tokenDigest = sha256(caller.token);
  const digestText = Buffer.from(tokenDigest).toString('base64');
  const waitSeconds = guessing.blockedForSeconds(caller.addressKey, digestText);
  if (waitSeconds !== null) return problem('too-often', { retryAfterSeconds: waitSeconds });
  const accountId = accountOfLink(caller.token);
  const link = accountId === null ? null : await findLink(database, accountId, tokenDigest);
  if (accountId === null || link === null) {
    guessing.missed(caller.addressKey);
    return problem('link-unknown');
  }
  guessing.found(caller.addressKey, digestText);
  const place = { accountId, id: link.id };
  const [account, verification] = await Promise.all([
    parts.findAccount(accountId),
    parts.findVerification(accountId, link.id),
  ]);
  if (account === null || verification === null) throw new Error('a link without its account or verification');
  const { bound } = link;
  const isThisDevice =
    bound !== null && caller.deviceKey !== null && sameDigest(sha256(caller.deviceKey), bound.keyDigest);
  return ok({
    account,
    verification,
    place,
    tokenDigest,
    round: link.round,
    holder: isThisDevice ? 'this-device' : bound === null || isOlder(bound, link) ? 'nobody' : 'another',
    frontTakes: bound?.frontTakes ?? 0,
    backTakes: bound?.backTakes ?? 0,
  });
}

/** Whether a device came by an older link than this one: then it is for another to take. */
const isOlder = ({ linkRound, linkCreatedAt }: NonNullable<KnownLink['bound']>, { round, createdAt }: KnownLink) =>
  linkRound < round || (linkRound === round && linkCreatedAt < createdAt);

export const accessOf = ({ address, port }: Caller, at: Date): Access => ({ at, address, port });
