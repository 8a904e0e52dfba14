import type { Kysely, Transaction } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import { type Clock, later } from '../../kernel/instant.ts';
import { type Result, ok, refuse } from '../../kernel/result.ts';
import type { Job } from '../../verification/jobs.ts';
import { type Step, invited, invitedAgain, isReachable, lapsed, retakeLapsed } from '../../verification/steps.ts';
import type { Verification } from '../../verification/verification.ts';
import { type RetrySchedule, pauseMs } from './backoff.ts';
import type { HandOver, OutgoingMessage, SmsGateway } from './gateway.ts';
import {
  type InvitationName,
  holdInvitation,
  noteInDirectory,
  recordAttempt,
  recordHandedOver,
  recordIntent,
  recordPostponed,
  recordUndeliverable,
} from './invitation.store.ts';
import { invitationText } from './message.ts';

export type SendInvitation = Extract<Job, { kind: 'send-invitation' }>;

export type SendInvitationParts = {
  readonly database: Kysely<unknown>;
  readonly gateway: SmsGateway;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly retries: RetrySchedule;
  readonly seal: (text: string) => Uint8Array;
  readonly unseal: (sealed: Uint8Array) => string;
  /** The verification, held for the transaction. */
  readonly hold: (
    transaction: Transaction<unknown>,
    accountId: AccountId,
    id: VerificationId,
  ) => Promise<Verification | null>;
  /** Makes a link for the verification in the transaction and answers its address. */
  readonly newLink: (transaction: Transaction<unknown>, verification: Verification, now: Date) => Promise<string>;
  /** Lets the links of a verification run until its own time. */
  readonly advance: <Next extends Verification, Refusal>(
    accountId: AccountId,
    id: VerificationId,
    step: (before: Verification) => Result<Step<Next>, Refusal>,
    alongside?: (transaction: Transaction<unknown>) => Promise<void>,
  ) => Promise<Result<Next, Refusal | { readonly kind: 'unknown-verification' }>>;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  /** Told what became of an attempt: for logs and metrics, without anything of the message. */
  readonly onAttempt: (attempt: {
    readonly name: InvitationName;
    readonly outcome: HandOver['kind'] | 'gave-up' | 'repeated';
  }) => void;
};

type Begun = {
  readonly message: OutgoingMessage;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly uncertain: boolean;
};

/**
 * [Note: Messages and crashes]
 * Before the gateway is called, the finished message is written down with the attempt; afterwards, what became of it, together with the
 * state and the money. A process that dies in between leaves an attempt without an outcome: the next one hands the same message over again,
 * under the same reference and with the same link, and counts the attempt as uncertain. So a message is never lost, and one that may have
 * gone out twice is known as such.
 */
export const sendInvitation =
  (parts: SendInvitationParts) =>
  async (job: SendInvitation): Promise<void> => {
    const name: InvitationName = { accountId: job.accountId, id: job.id, invitation: job.invitation };
    const begun = await begin(parts, job, name);
    if (begun === null) return;
    if (begun.uncertain) parts.onAttempt({ name, outcome: 'repeated' });
    const outcome = await parts.gateway.send(begun.message);
    parts.onAttempt({ name, outcome: outcome.kind });
    switch (outcome.kind) {
      case 'accepted':
        return handedOver(parts, name, outcome.gatewayMessageIds);
      case 'refused':
        return undeliverable(parts, name, outcome.code);
      case 'postponed':
      case 'unknown': {
        const now = parts.clock();
        if (now.getTime() - begun.createdAt.getTime() < parts.retries.giveUpAfterMs)
          return postponed(parts, job, name, begun, outcome);
        parts.onAttempt({ name, outcome: 'gave-up' });
        return undeliverable(parts, name, outcome.code);
      }
    }
  };

/** Writes the attempt down. Null: there is nothing to send (any more, or not yet). */
function begin(parts: SendInvitationParts, job: SendInvitation, name: InvitationName): Promise<Begun | null> {
  return parts.database.transaction().execute(async (transaction) => {
    const now = parts.clock();
    const verification = await parts.hold(transaction, name.accountId, name.id);
    if (verification === null || !(verification.state === 'requested' || isReachable(verification))) return null;
    if (isOfEarlierRound(verification, name)) return null;
    if (verification.rehearsal !== null) throw new Error('a message to a test applicant, who is nobody');
    if (now < job.at) {
      // The queue's clock runs ahead of ours: the time that was asked for is ours.
      await parts.enqueue(transaction, [job]);
      return null;
    }
    const record = await holdInvitation(transaction, name);
    if (record === null) {
      if (name.invitation === 1 && verification.state !== 'requested') return null;
      const link = await parts.newLink(transaction, verification, now);
      const composed = invitationText({ template: verification.messageTemplate, link, mayLink: true });
      if (!composed.ok) throw new Error(`an accepted message cannot be composed: ${composed.refusal.kind}`);
      const { text, segments } = composed.value;
      await recordIntent(transaction, name, { sealedText: parts.seal(text), segments, now });
      return { message: messageOf(verification, name, text), attempts: 1, createdAt: now, uncertain: false };
    }
    if (record.sealedText === null) return null;
    const uncertain = record.state === 'sending';
    await recordAttempt(transaction, name, { uncertain, now });
    const text = parts.unseal(record.sealedText);
    return {
      message: messageOf(verification, name, text),
      attempts: record.attempts + 1,
      createdAt: record.createdAt,
      uncertain,
    };
  });
}

/** What it would have brought a link for was sent long ago: [Note: Retakes]. */
const isOfEarlierRound = (verification: Verification, { invitation }: InvitationName): boolean =>
  'retake' in verification && invitation < verification.retake.invitation;

const messageOf = (verification: Verification, name: InvitationName, text: string): OutgoingMessage => ({
  reference: `${name.accountId.toString(36)}x${name.id.toString(36)}x${name.invitation.toString(36)}`,
  to: verification.phone,
  sender: verification.sender,
  text,
});

async function handedOver(
  parts: SendInvitationParts,
  name: InvitationName,
  messageIds: readonly string[],
): Promise<void> {
  const handed = { gateway: parts.gateway.name, messageIds, now: parts.clock() };
  // The directory first: a receipt may come before we have written anything else.
  await noteInDirectory(parts.database, name, handed);
  const advanced = await parts.advance(
    name.accountId,
    name.id,
    (before) => {
      if (before.state === 'requested') return { ok: true, value: invited(before, handed.now) };
      if (isReachable(before) && !isOfEarlierRound(before, name))
        return { ok: true, value: invitedAgain(before, handed.now) };
      return refuse({ kind: 'ended-meanwhile' as const });
    },
    (transaction) => recordHandedOver(transaction, name, handed),
  );
  if (!advanced.ok)
    await parts.database.transaction().execute((transaction) => recordHandedOver(transaction, name, handed));
}

/**
 * A first invitation that fails for good ends the request and gives its credit back; where it was to bring the link of a retake, it ends that.
 * A further one only fails.
 */
async function undeliverable(parts: SendInvitationParts, name: InvitationName, code: string): Promise<void> {
  const now = parts.clock();
  const record = (transaction: Transaction<unknown>): Promise<void> =>
    recordUndeliverable(transaction, name, { code, now });
  const advanced = await parts.advance(
    name.accountId,
    name.id,
    (before): Result<Step<Verification>, { readonly kind: 'not-requested' }> => {
      if (before.state === 'requested') return ok(lapsed(before, 'undeliverable', now));
      const isOnlyOne = before.state === 'retake-asked' && before.invitations === before.retake.invitation;
      return isOnlyOne && before.invitations === name.invitation
        ? ok(retakeLapsed(before, 'undeliverable', now))
        : refuse({ kind: 'not-requested' });
    },
    record,
  );
  if (!advanced.ok) await parts.database.transaction().execute(record);
}

/** Tries again later: the outcome and the next attempt are written together. */
function postponed(
  { database, clock, chance, retries, enqueue }: SendInvitationParts,
  job: SendInvitation,
  name: InvitationName,
  begun: Begun,
  outcome: Extract<HandOver, { kind: 'postponed' | 'unknown' }>,
): Promise<void> {
  const now = clock();
  const retryAfterMs = outcome.kind === 'postponed' ? outcome.retryAfterMs : undefined;
  const at = later(now, pauseMs(retries, begun.attempts, chance(), retryAfterMs));
  return database.transaction().execute(async (transaction) => {
    await recordPostponed(transaction, name, { uncertain: outcome.kind === 'unknown', code: outcome.code, now });
    await enqueue(transaction, [{ ...job, at }]);
  });
}
