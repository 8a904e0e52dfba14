import type { CaptureFacts, EvidencePlace } from '../evidence/evidence.ts';
import type { Ruling } from '../verification/ruling.ts';
import { caseDetail } from './case-detail.ts';
import type { CaseDetail } from './case.schema.ts';
import { earlierOf } from './earlier.store.ts';
import { whole } from './evidence-bytes.ts';
import { type KeptExhibits, exhibitsSchema } from './exhibits.schema.ts';
import { type People, peopleBy } from './people.store.ts';
import type { DeskParts, EvidenceShown } from './work-parts.route.ts';

/** An assessed request as the desk shows it; null: there is none, or it is not assessed. */
export async function caseOf(
  { database, findVerification, evidence, points, review }: DeskParts,
  place: EvidencePlace,
): Promise<CaseDetail | null> {
  const verification = await findVerification(place.accountId, place.id);
  if (verification === null || !('assessment' in verification)) return null;
  const [exhibits, listed, deviceFacts, earlier, notes] = await Promise.all([
    exhibitsOf(evidence, place),
    evidence.list(place),
    deviceFactsOf(evidence, place),
    earlierOf(database, place),
    review.notes.notesOf(database, evidence, place),
  ]);
  const ruling = 'ruling' in verification ? verification.ruling : null;
  const people = await peopleBy(database, [...notes.map(({ userId }) => userId), ...rulersOf(ruling)]);
  return caseDetail(
    {
      verification,
      exhibits,
      evidence: { isErased: listed.isErased, items: listed.sealed?.items ?? [] },
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
async function exhibitsOf(evidence: EvidenceShown, place: EvidencePlace): Promise<KeptExhibits | null> {
  const opened = await evidence.openExhibit(place, 'exhibits');
  if (!opened.ok) return null;
  const bytes = await whole(opened.value.bytes);
  return bytes === null ? null : exhibitsSchema.parse(JSON.parse(bytes.toString('utf8')));
}

/** What the browser said of itself when it began, and of its camera with the video. */
async function deviceFactsOf(evidence: EvidenceShown, place: EvidencePlace): Promise<CaseDetail['deviceFacts']> {
  const device = await evidence.readRecord(place, 'device');
  const video = (await evidence.list(place)).items.find(({ kind }) => kind === 'face-video');
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
