import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Assessment, AttributeAnswer } from './assessment.ts';
import { FORGOTTEN_PHONE } from './phone.ts';

const forgotten: AttributeAnswer = { answer: 'not-measurable', reason: 'erased' };

/** What remains of an assessment when its evidence is erased: what was decided and for which reasons, and nothing of the person. */
const remainderOf = ({ outcome, reasons, livenessPassed }: Assessment): Assessment => ({
  outcome,
  reasons,
  findings: [],
  similarityPercent: null,
  livenessPassed,
  samePersonThroughout: null,
  document: null,
  attributes: {
    beard: forgotten,
    moustache: forgotten,
    readingGlasses: forgotten,
    sunglasses: forgotten,
    sex: null,
    sexReason: 'erased',
    ageRange: null,
    ageReason: 'erased',
  },
});

/** Of how somebody began, the consent remains: device, addresses and place are forgotten. */
const OPENING_REMAINDER = JSON.stringify({
  device: { browser: '', system: '', display: '' },
  accesses: [],
  place: null,
});

/** The company's words to this person may name them. */
const MESSAGE_REMAINDER = '[LINK]';

/**
 * Takes the person out of a verification whose evidence is erased: their telephone, the number that was asked for and the message to them, what
 * was read and measured, from where and with what they came. What remains says that somebody was verified, when, and with which outcome.
 */
export async function forgetPerson(
  transaction: Transaction<unknown>,
  { accountId, id }: { readonly accountId: AccountId; readonly id: VerificationId },
): Promise<void> {
  const { rows } = await sql<{ assessment: Assessment | null }>`
    select assessment from verification where account_id = ${accountId} and verification_id = ${id} for update`.execute(
    transaction,
  );
  const assessment = rows[0]?.assessment ?? null;
  const remainder = assessment === null ? null : JSON.stringify(remainderOf(assessment));
  const { rows: rounds } = await sql<{ round: number; assessment: Assessment }>`
    select round, assessment from verification_round where account_id = ${accountId} and verification_id = ${id}`.execute(
    transaction,
  );
  for (const earlier of rounds)
    await sql`
      update verification_round set assessment = ${JSON.stringify(remainderOf(earlier.assessment))}::jsonb
      where account_id = ${accountId} and verification_id = ${id} and round = ${earlier.round}`.execute(transaction);
  await sql`
    update verification set phone = ${FORGOTTEN_PHONE}, requested_number = null, message_template = ${MESSAGE_REMAINDER},
      assessment = ${remainder}::jsonb, opening = opening || ${OPENING_REMAINDER}::jsonb
    where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
  await sql`
    update verification_event set opening = opening || ${OPENING_REMAINDER}::jsonb
    where account_id = ${accountId} and verification_id = ${id} and opening is not null`.execute(transaction);
  await sql`
    update invitation set sealed_text = null
    where account_id = ${accountId} and verification_id = ${id} and sealed_text is not null`.execute(transaction);
}

/**
 * Requests that ended before anything was filmed have no evidence to go with: their person is forgotten by themselves.
 * @param lapsedBy those that ended by then.
 * @param forget takes the person out of one, here and in other rooms.
 * @returns how many were, at most `limit`.
 */
export async function forgetUnfilmed(
  database: Kysely<unknown>,
  accountId: AccountId,
  {
    lapsedBy,
    limit,
    forget = forgetPerson,
  }: { readonly lapsedBy: Date; readonly limit: number; readonly forget?: typeof forgetPerson },
): Promise<number> {
  const { rows } = await sql<{ id: VerificationId }>`
    select verification_id as id from verification v
    where account_id = ${accountId} and state = 'lapsed' and phone <> ${FORGOTTEN_PHONE} and lapsed_at <= ${lapsedBy}
      and not exists (select from evidence_set s where s.account_id = v.account_id and s.verification_id = v.verification_id)
    order by lapsed_at limit ${limit}`.execute(database);
  for (const { id } of rows)
    await database.transaction().execute((transaction) => forget(transaction, { accountId, id }));
  return rows.length;
}
