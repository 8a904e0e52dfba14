import { type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Assessment, AttributeAnswer } from './assessment.ts';

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

/** Takes the person out of a verification whose evidence is erased: what was read and measured, from where and with what they came. */
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
  await sql`
    update verification set assessment = ${remainder}::jsonb, opening = opening || ${OPENING_REMAINDER}::jsonb
    where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
  await sql`
    update verification_event set opening = opening || ${OPENING_REMAINDER}::jsonb
    where account_id = ${accountId} and verification_id = ${id} and opening is not null`.execute(transaction);
}
