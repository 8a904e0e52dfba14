import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import type { DeliveryReceipt } from './gateway.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

/** Which message: the number counts a verification's invitations from 1. */
export type InvitationName = {
  readonly accountId: AccountId;
  readonly id: VerificationId;
  readonly invitation: number;
};

export type InvitationRecord = {
  readonly state: 'waiting' | 'sending' | 'handed-over' | 'delivered' | 'undeliverable';
  readonly sealedText: Buffer | null;
  readonly attempts: number;
  readonly createdAt: Date;
};

/** The record of a message, held for this transaction. */
export async function holdInvitation(
  transaction: Transaction<unknown>,
  { accountId, id, invitation }: InvitationName,
): Promise<InvitationRecord | null> {
  const { rows } = await sql<InvitationRecord>`
    select state, sealed_text as "sealedText", attempts, created_at as "createdAt" from invitation
    where account_id = ${accountId} and verification_id = ${id} and invitation_number = ${invitation} for update`.execute(
    transaction,
  );
  return rows[0] ?? null;
}

/** Writes down that the message is about to be handed over for the first time, with its sealed text. */
export async function recordIntent(
  transaction: Transaction<unknown>,
  { accountId, id, invitation }: InvitationName,
  { sealedText, segments, now }: { readonly sealedText: Uint8Array; readonly segments: number; readonly now: Date },
): Promise<void> {
  await sql`
    insert into invitation (account_id, verification_id, invitation_number, state, segments, sealed_text, attempts, created_at, updated_at)
    values (${accountId}, ${id}, ${invitation}, 'sending', ${segments}, ${sealedText}, 1, ${now}, ${now})`.execute(
    transaction,
  );
}

/** Writes down that it is about to be handed over once more. `uncertain`: nobody knows what became of the attempt before. */
export async function recordAttempt(
  transaction: Transaction<unknown>,
  { accountId, id, invitation }: InvitationName,
  { uncertain, now }: { readonly uncertain: boolean; readonly now: Date },
): Promise<void> {
  await sql`
    update invitation set state = 'sending', attempts = attempts + 1, updated_at = ${now},
      uncertain_attempts = uncertain_attempts + ${uncertain ? 1 : 0}
    where account_id = ${accountId} and verification_id = ${id} and invitation_number = ${invitation}`.execute(
    transaction,
  );
}

/** The gateway did not take it, this time. */
export async function recordPostponed(
  transaction: Transaction<unknown>,
  { accountId, id, invitation }: InvitationName,
  { uncertain, code, now }: { readonly uncertain: boolean; readonly code: string; readonly now: Date },
): Promise<void> {
  await sql`
    update invitation set state = 'waiting', failure_code = ${code}, updated_at = ${now},
      uncertain_attempts = uncertain_attempts + ${uncertain ? 1 : 0}
    where account_id = ${accountId} and verification_id = ${id} and invitation_number = ${invitation}`.execute(
    transaction,
  );
}

/** The gateway has it. The text is not needed any more and goes. */
export async function recordHandedOver(
  transaction: Transaction<unknown>,
  { accountId, id, invitation }: InvitationName,
  {
    gateway,
    messageIds,
    now,
  }: { readonly gateway: string; readonly messageIds: readonly string[]; readonly now: Date },
): Promise<void> {
  await sql`
    update invitation set state = 'handed-over', sealed_text = null, failure_code = null, gateway = ${gateway},
      gateway_message_ids = ${messageIds}, updated_at = ${now}
    where account_id = ${accountId} and verification_id = ${id} and invitation_number = ${invitation}`.execute(
    transaction,
  );
}

/** The gateway will never take it, or did not for too long. */
export async function recordUndeliverable(
  transaction: Transaction<unknown>,
  { accountId, id, invitation }: InvitationName,
  { code, now }: { readonly code: string; readonly now: Date },
): Promise<void> {
  await sql`
    update invitation set state = 'undeliverable', sealed_text = null, failure_code = ${code}, updated_at = ${now}
    where account_id = ${accountId} and verification_id = ${id} and invitation_number = ${invitation}`.execute(
    transaction,
  );
}

/** Writes down what became of the message to a test applicant: there was none. */
export async function recordRehearsed(
  transaction: Transaction<unknown>,
  { accountId, id, invitation }: InvitationName,
  { state, now }: { readonly state: 'delivered' | 'undeliverable'; readonly now: Date },
): Promise<void> {
  await sql`
    insert into invitation (account_id, verification_id, invitation_number, state, segments, attempts, failure_code, created_at, updated_at)
    values (${accountId}, ${id}, ${invitation}, ${state}, 1, 0, ${state === 'delivered' ? null : 'test'}, ${now}, ${now})`.execute(
    transaction,
  );
}

/** Lets a later receipt find its message. Not part of the account's transaction: a receipt that finds nothing is only news lost. */
export async function noteInDirectory(
  database: Queryable,
  { accountId, id, invitation }: InvitationName,
  {
    gateway,
    messageIds,
    now,
  }: { readonly gateway: string; readonly messageIds: readonly string[]; readonly now: Date },
): Promise<void> {
  for (const messageId of messageIds)
    await sql`
      insert into gateway_message (gateway, gateway_message_id, account_id, verification_id, invitation_number, handed_over_at)
      values (${gateway}, ${messageId}, ${accountId}, ${id}, ${invitation}, ${now})
      on conflict (gateway, gateway_message_id) do update set account_id = excluded.account_id,
        verification_id = excluded.verification_id, invitation_number = excluded.invitation_number,
        handed_over_at = excluded.handed_over_at`.execute(database);
}

/** What the network says of a message that the gateway has. @returns false when no message of ours has that number. */
export async function noteReceipt(
  database: Queryable,
  gateway: string,
  { gatewayMessageId, status, at }: DeliveryReceipt,
): Promise<boolean> {
  const { rows } = await sql<{ accountId: AccountId; id: VerificationId; invitation: number }>`
    select account_id as "accountId", verification_id as id, invitation_number as invitation from gateway_message
    where gateway = ${gateway} and gateway_message_id = ${gatewayMessageId}`.execute(database);
  const found = rows[0];
  if (found === undefined) return false;
  if (status === 'underway' || status === 'unknown') return true;
  // Delivered is final: a message of several parts is delivered when any receipt says so last, and never again undelivered.
  await sql`
    update invitation set state = ${status === 'delivered' ? 'delivered' : 'undeliverable'}, updated_at = ${at},
      failure_code = ${status === 'delivered' ? null : status}
    where account_id = ${found.accountId} and verification_id = ${found.id} and invitation_number = ${found.invitation}
      and state in ('handed-over', 'undeliverable') and gateway is not null`.execute(database);
  return true;
}
