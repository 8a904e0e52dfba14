import { deviceRecord } from '../evidence/device-record.ts';
import type { CaptureFacts, EvidencePlace } from '../evidence/evidence.ts';
import type { Ruling } from '../verification/ruling.ts';
import { roundOf } from '../verification/verification.ts';
import { caseDetail } from './case-detail.ts';
import type { CaseDetail } from './case.schema.ts';
import { earlierOf } from './earlier.store.ts';
import { whole } from './evidence-bytes.ts';
import { type KeptExhibits, exhibitsSchema } from './exhibits.schema.ts';
import { type People, peopleBy } from './people.store.ts';
import type { DeskParts, EvidenceShown } from './work-parts.route.ts';

/**
 * An assessed request as the desk shows it; null: there is none, or it is not assessed.
 * @param asked an earlier round; default: the one whose assessment stands.
 */
export async function caseOf(
  { database, findVerification, findRound, evidence, points, review }: DeskParts,
  place: EvidencePlace,
  asked?: number,
): Promise<CaseDetail | null> {
  const verification = await findVerification(place.accountId, place.id);
  if (verification === null || !('assessment' in verification)) return null;
  const round = asked ?? roundOf(verification);
  const assessed = round === roundOf(verification) ? verification : await findRound(place, round);
  if (assessed === null) return null;
  const { submittedAt, assessedAt, assessment } = assessed;
  const [exhibits, listed, sealed, deviceFacts, earlier, notes] = await Promise.all([
    exhibitsOf(evidence, place, round),
    evidence.list(place),
    evidence.sealedRound(place, round),
    deviceFactsOf(evidence, place, round),
    earlierOf(database, place),
    review.notes.notesOf(database, evidence, place),
  ]);
  const ruling = 'ruling' in verification ? verification.ruling : null;
  const retakes = [
    ...verification.retakes,
    ...('retake' in verification ? [{ ...verification.retake, ended: null }] : []),
  ];
  const people = await peopleBy(database, [
    ...notes.map(({ userId }) => userId),
    ...rulersOf(ruling),
    ...retakes.map(({ askedBy }) => askedBy),
  ]);
  return caseDetail(
    {
      verification,
      shown: { round, submittedAt, assessedAt, assessment },
      retakes: retakes.map(({ scope, reason, askedAt, askedBy, ended }) => ({
        scope,
        reason,
        askedAt: askedAt.toISOString(),
        by: people(askedBy),
        ended: ended && { as: ended.as, at: ended.at.toISOString() },
      })),
      exhibits,
      evidence: { isErased: listed.isErased, items: sealed?.items ?? [] },
      deviceFacts,
      earlier,
      notes: notes.map(({ at, userId, text }) => ({ at: at.toISOString(), by: people(userId), text })),
      ruling: ruling === null ? null : rulingOf(ruling, people),
    },
    points,
  );
}

export const rulersOf = (ruling: Ruling | null): readonly (string | null)[] =>
  ruling?.by.kind === 'person' ? [ruling.by.userId, ruling.by.confirmedByUserId] : [];

export const rulingOf = ({ ruledAt, by, rejection }: Ruling, people: People): NonNullable<CaseDetail['ruling']> => ({
  ruledAt: ruledAt.toISOString(),
  by:
    by.kind === 'policy'
      ? by
      : {
          kind: 'person',
          person: people(by.userId),
          confirmedBy: by.confirmedByUserId === null ? null : people(by.confirmedByUserId),
        },
  rejection,
});

/** Where they are damaged, the case is shown without: what was measured is in the assessment. */
async function exhibitsOf(evidence: EvidenceShown, place: EvidencePlace, round: number): Promise<KeptExhibits | null> {
  const opened = await evidence.openExhibit(place, 'exhibits', round);
  if (!opened.ok) return null;
  const bytes = await whole(opened.value.bytes);
  return bytes === null ? null : exhibitsSchema.parse(JSON.parse(bytes.toString('utf8')));
}

/** What the browser said of itself when it began, and of its camera with the video. */
async function deviceFactsOf(
  evidence: EvidenceShown,
  place: EvidencePlace,
  round: number,
): Promise<CaseDetail['deviceFacts']> {
  const device = await evidence.readRecord(place, deviceRecord(round));
  const video = (await evidence.sealedRound(place, round))?.items.find(({ kind }) => kind === 'face-video');
  const camera = video === undefined ? [] : await evidence.factsOf(place, video.itemNumber);
  const said = device === null ? {} : (JSON.parse(device) as CaptureFacts);
  return [said, ...camera].flatMap((facts) => flat(facts, ''));
}

/** Long lists, such as the times of all frames, tell people nothing. */
const MOST_CHARACTERS = 300;

function flat(facts: CaptureFacts, prefix: string): CaseDetail['deviceFacts'] {
  return Object.entries(facts).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flat(value as CaptureFacts, `${prefix}${name}.`)
      : [{ name: `${prefix}${name}`, value: textOf(value).slice(0, MOST_CHARACTERS) }],
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
