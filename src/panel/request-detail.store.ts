import { sql } from 'kysely';
import type { EvidencePlace } from '../evidence/evidence.ts';
import { isReachable, mayBeResent } from '../verification/steps.ts';
import { type Verification, assessmentOf, isFinal, openingOf } from '../verification/verification.ts';
import { openingOf as openingShown } from './case-detail.ts';
import { rulersOf, rulingOf } from './case.store.ts';
import { earlierOf } from './earlier.store.ts';
import { peopleBy } from './people.store.ts';
import { type Queryable, rowOf } from './request-row.store.ts';
import type { RequestDetail } from './request.schema.ts';
import type { DeskParts } from './work-parts.route.ts';

/** All that is known of one request, but for its callbacks and its case; null: there is none. */
export async function requestDetailOf(
  { database, findVerification, evidence, review }: DeskParts,
  place: EvidencePlace,
  { maySeeEvidence }: { readonly maySeeEvidence: boolean },
): Promise<RequestDetail | null> {
  const { accountId, id } = place;
  const verification = await findVerification(accountId, id);
  const request = await rowOf(database, accountId, id);
  if (verification === null || request === null) return null;
  const [milestones, invitations, credits, kept, notes, earlier] = await Promise.all([
    milestonesOf(database, place),
    invitationsOf(database, place),
    creditsOf(database, place),
    evidenceOf(database, evidence, place),
    review.notes.notesOf(database, evidence, place),
    earlierOf(database, place),
  ]);
  const ruling = 'ruling' in verification ? verification.ruling : null;
  const people = await peopleBy(database, [...notes.map(({ userId }) => userId), ...rulersOf(ruling)]);
  const opening = openingOf(verification);
  const sent = 'invitedAt' in verification ? verification : null;
  return {
    request,
    sender: verification.sender,
    messageTemplate: verification.messageTemplate,
    sendAt: verification.sendAt.toISOString(),
    invitedAt: sent?.invitedAt.toISOString() ?? null,
    linkExpiresAt: sent?.linkExpiresAt.toISOString() ?? null,
    reservedHundredths: verification.reservedHundredths,
    timeline: [{ milestone: 'requested', at: request.requestedAt }, ...milestones],
    invitations,
    credits,
    opening: opening === null ? null : openingShown(opening),
    assessment: assessmentShown(verification),
    ruling: ruling === null ? null : rulingOf(ruling, people),
    notes: notes.map(({ at, userId, text }) => ({ at: at.toISOString(), by: people(userId), text })),
    evidence: kept,
    earlier,
    hasCertificate: verification.state === 'validated',
    mayCancel: !isFinal(verification) && (verification.state === 'requested' || isReachable(verification)),
    mayResend: mayBeResent(verification),
    maySeeEvidence: maySeeEvidence && kept.is === 'sealed',
  };
}

function assessmentShown(verification: Verification): RequestDetail['assessment'] {
  const assessment = assessmentOf(verification);
  if (assessment === null) return null;
  const { outcome, reasons, similarityPercent, livenessPassed, samePersonThroughout, document } = assessment;
  return {
    outcome,
    reasons: [...reasons],
    similarityPercent,
    livenessPassed,
    samePersonThroughout,
    documentType: document?.type ?? null,
    fields: Object.entries(document?.fields ?? {}).map(([name, field]) => ({ name, ...field })),
  };
}

async function milestonesOf(database: Queryable, { accountId, id }: EvidencePlace): Promise<RequestDetail['timeline']> {
  const { rows } = await sql<{ milestone: string; at: Date }>`
    select state as milestone, happened_at as at from verification_event
    where account_id = ${accountId} and verification_id = ${id} order by event_number`.execute(database);
  return rows.map(({ milestone, at }) => ({ milestone, at: at.toISOString() }));
}

type Invitation = RequestDetail['invitations'][number];

async function invitationsOf(
  database: Queryable,
  { accountId, id }: EvidencePlace,
): Promise<RequestDetail['invitations']> {
  const { rows } = await sql<Omit<Invitation, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date }>`
    select invitation_number as number, state, segments, attempts, uncertain_attempts as "uncertainAttempts", gateway,
      failure_code as "failureCode", created_at as "createdAt", updated_at as "updatedAt"
    from invitation where account_id = ${accountId} and verification_id = ${id} order by invitation_number`.execute(
    database,
  );
  return rows.map(({ createdAt, updatedAt, ...invitation }) => ({
    ...invitation,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
}

async function creditsOf(database: Queryable, { accountId, id }: EvidencePlace): Promise<RequestDetail['credits']> {
  const { rows } = await sql<{ number: number; kind: 'reserve' | 'post' | 'void'; hundredths: number; at: Date }>`
    select entry_number as number, kind, hundredths, entered_at as at from credit_entry
    where account_id = ${accountId} and verification_id = ${id} order by entry_number`.execute(database);
  return rows.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() }));
}

async function evidenceOf(
  database: Queryable,
  evidence: DeskParts['evidence'],
  place: EvidencePlace,
): Promise<RequestDetail['evidence']> {
  const { items, recordings, sealed, isErased } = await evidence.list(place);
  const { rows } = await sql<{ erasedAt: Date | null }>`
    select erased_at as "erasedAt" from evidence_set
    where account_id = ${place.accountId} and verification_id = ${place.id}`.execute(database);
  const begun = items.length + recordings.length > 0;
  return {
    is: isErased ? 'erased' : sealed !== null ? 'sealed' : begun ? 'open' : 'none',
    erasedAt: rows[0]?.erasedAt?.toISOString() ?? null,
    items: (sealed?.items ?? []).map(({ kind, mediaType, byteLength, sha256, receivedAt }) => ({
      kind,
      mediaType,
      byteLength,
      sha256,
      receivedAt: receivedAt.toISOString(),
    })),
  };
}
