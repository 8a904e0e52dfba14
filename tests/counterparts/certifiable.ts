import type { Kysely } from 'kysely';
import type { EvidenceDesk } from '../../src/evidence/evidence-room.client.ts';
import type { Exhibit } from '../../src/evidence/exhibits.client.ts';
import type { EvidencePlace } from '../../src/evidence/evidence.ts';
import { later } from '../../src/kernel/instant.ts';
import { ok } from '../../src/kernel/result.ts';
import type { Ruler } from '../../src/verification/ruling.ts';
import { approved, askedFor, assessed, opened, submitted, type Step } from '../../src/verification/steps.ts';
import type { Advance } from '../../src/verification/verification.store.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { exampleFacts, plainPicture } from './certificate-facts.ts';
import { mediaLike } from './evidence.ts';

/** A verification that was invited, on its way to being accepted. */
export type Certifiable = {
  readonly database: Kysely<unknown>;
  readonly evidence: EvidenceDesk;
  readonly advance: Advance;
  readonly now: () => Date;
  /** What the engine shows; default: five plain pictures. */
  readonly exhibits?: readonly Exhibit[];
};

/** Takes the legal steps from the opened link to the acceptance, with evidence and exhibits as the applicant and the engine leave them. */
export async function bringToApproved(
  { database, evidence, advance, now, exhibits }: Certifiable,
  place: EvidencePlace,
  by: Ruler = { kind: 'policy' },
): Promise<void> {
  const { verification } = exampleFacts(now());
  const { consent, device, accesses, place: where } = verification.opening;
  const step = async (take: (before: Verification) => Step<Verification>): Promise<void> => {
    const taken = await advance(place.accountId, place.id, (before) => ok(take(before)));
    if (!taken.ok) throw new Error('there is no such verification');
  };
  const as = <State extends Verification['state']>(before: Verification, state: State) => {
    if (before.state !== state) throw new Error(`${before.state} where ${state} was meant`);
    return before as Extract<Verification, { state: State }>;
  };
  await step((before) =>
    opened(as(before, 'invited'), { consent, device, access: { ...accesses[0]!, at: now() } }, now()),
  );
  await step((before) => askedFor(as(before, 'opened'), 'back', now())!);
  await step((before) => {
    const capturing = as(before, 'capturing');
    return {
      next: { ...capturing, opening: { ...capturing.opening, place: where } },
      entries: [],
      jobs: [],
    };
  });
  for (const [kind, bytes] of [
    ['face-video', mediaLike.webm(40_000)],
    ['front', await plainPicture(1600, 1000, 200)],
    ['back', await plainPicture(1600, 1000, 160)],
  ] as const) {
    const put = await evidence.put(place, { kind, bytes });
    if (!put.ok) throw new Error(`${kind} was not taken: ${put.refusal.kind}`);
  }
  const sealed = await database
    .transaction()
    .execute((transaction) => evidence.seal(transaction, place, ['face-video', 'front', 'back']));
  if (!sealed.ok) throw new Error(`not sealed: ${sealed.refusal.kind}`);
  await step((before) => submitted(as(before, 'capturing'), later(now(), 1)));
  const kept = await evidence.keepExhibits(place, exhibits ?? (await plainExhibits()));
  if (!kept.ok) throw new Error(`exhibits were not kept: ${kept.refusal.kind}`);
  await step((before) => assessed(as(before, 'submitted'), verification.assessment, later(now(), 2)));
  await step((before) => approved(as(before, 'assessed'), by, later(now(), 3)));
}

/** Pictures under the names that the engine gives them. */
async function plainExhibits(): Promise<readonly Exhibit[]> {
  const pictures = [
    ['frame-1', await plainPicture(480, 640, 20)],
    ['front', await plainPicture(856, 540, 200)],
    ['back', await plainPicture(856, 540, 160)],
    ['face', await plainPicture(112, 112, 20)],
    ['portrait', await plainPicture(112, 112, 30)],
  ] as const;
  return pictures.map(([name, bytes]) => ({ name, mediaType: 'image/jpeg', bytes }) as const);
}
