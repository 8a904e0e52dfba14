import type { Transaction } from 'kysely';
import { MS_PER_DAY, MS_PER_MINUTE, MS_PER_SECOND } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { RetakeScope } from '../verification/retake.ts';
import {
  type Reachable,
  type Step,
  type UnderWay,
  askedFor,
  documentKindNow,
  endsAt,
  isFilming,
  isReachable,
  isUnderWay,
  opened,
  openedAgain,
  retakeBegun,
  retaken,
  submitted,
  touched,
  withDocumentKind,
  withPlace,
} from '../verification/steps.ts';
import {
  type DocumentKind,
  type Place,
  type Retaken,
  type Submitted,
  type Verification,
  isSent,
  linkedRoundOf,
} from '../verification/verification.ts';
import type { Bytes, EvidenceKind, PutRefusal } from '../evidence/evidence.ts';
import { bindDevice, countTake } from './capture.store.ts';
import { deviceRecord } from '../evidence/device-record.ts';
import { listAttempts } from './face-attempt.store.ts';
import {
  NOTICE_VERSION,
  type Progress,
  capturingState,
  carriedBy,
  elsewhereState,
  expiryOf,
  piecesOf,
  progressOf,
  retakeOf,
  sentAtOf,
  sentState,
  stopReasonOf,
  stoppedState,
  welcomeState,
} from './progress.ts';
import type { CaptureProblem, CaptureState, DeviceFacts, Side } from './protocol.schema.ts';
import { type Caller, type CaptureParts, type Session, accessOf, enter, problem } from './session.store.ts';

/** What a call comes to: an answer, or a problem. */
export type Outcome<Value> = Promise<Result<Value, CaptureProblem>>;

/** One call by somebody who holds a link that was given out. */
export type Call = { readonly caller: Caller; readonly session: Session; readonly now: Date };

/** Whether somebody is on their way, and may go on. */
const mayGoOn = (verification: Verification, now: Date): verification is UnderWay =>
  isUnderWay(verification) && endsAt(verification) > now;

/** The link was for what was sent before: [Note: Retakes]. */
const isEarlierLink = ({ round, verification }: Session): boolean => round < linkedRoundOf(verification);

/** How a link looks to whoever holds it. It changes nothing. */
export async function stateOf(parts: CaptureParts, { session, now }: Omit<Call, 'caller'>): Promise<CaptureState> {
  const { account, verification, holder, round } = session;
  if (holder === 'this-device') {
    const submittedAt = sentAtOf(verification, round);
    if (submittedAt !== null && isSent(verification)) {
      const sealed = await parts.evidence.sealedRound(session.place, round);
      return sentState(account, verification, { submittedAt, items: sealed?.items ?? [] });
    }
    if (mayGoOn(verification, now) && !isEarlierLink(session))
      return capturingState(account, verification, await progress(parts, session, verification, now));
  }
  const stopped = stopReasonOf(verification, { round, now });
  if (stopped !== null) return stoppedState(account, stopped);
  if (holder === 'another') return elsewhereState(account);
  return welcomeState(account, {
    expiresAt: verification.state === 'requested' ? verification.sendAt : expiryOf(verification as Reachable),
    retake: retakeOf(verification),
  });
}

/** What is there and what is wanted. */
export async function progress(
  parts: CaptureParts,
  { place, account, frontTakes, backTakes }: Session,
  verification: UnderWay,
  now: Date,
): Promise<Progress> {
  const [{ items }, attempts] = await Promise.all([parts.evidence.list(place), listAttempts(parts.database, place)]);
  return progressOf(
    verification,
    { items, attempts, frontTakes, backTakes },
    { asksPlace: account.settings.asksPlace, now },
  );
}

/** Whose call it is: only the device that began goes on. */
export function onItsWay({ session, now }: Call): Result<UnderWay, CaptureProblem> {
  const { verification, holder, round } = session;
  if (holder === 'another') return problem('not-this-device');
  if (mayGoOn(verification, now) && !isEarlierLink(session))
    return holder === 'nobody' ? problem('not-this-device') : ok(verification);
  return stopReasonOf(verification, { round, now }) === null ? problem('not-now') : problem('link-stopped');
}

/** After such a pause a call is an access of its own, as it is from another address. */
const RETURNS_AFTER_MS = 30 * MS_PER_MINUTE;

const isReturn = ({ opening, updatedAt }: UnderWay, { address }: Caller, now: Date): boolean =>
  opening.accesses.at(-1)!.address !== address || now.getTime() - updatedAt.getTime() > RETURNS_AFTER_MS;

/** Takes a step of somebody on their way, and notes that they came back if they did. */
export async function move(
  parts: CaptureParts,
  { caller, session, now }: Call,
  step: (before: UnderWay) => Step<UnderWay> | null,
  alongside?: (transaction: Transaction<unknown>) => Promise<void>,
): Outcome<UnderWay> {
  const { accountId, id } = session.place;
  const { round } = session;
  const moved = await parts.advance(
    accountId,
    id,
    (before): Result<Step<UnderWay>, { readonly kind: 'link-stopped' | 'not-now' }> => {
      if (!mayGoOn(before, now) || linkedRoundOf(before) !== round) return refuse({ kind: 'link-stopped' });
      const taken = step(
        isReturn(before, caller, now) ? openedAgain(before, accessOf(caller, now), null).next : before,
      );
      return taken === null ? refuse({ kind: 'not-now' }) : ok(taken);
    },
    alongside,
  );
  if (moved.ok) return moved;
  return problem(moved.refusal.kind === 'not-now' ? 'not-now' : 'link-stopped');
}

/** Answers the state after a step. */
async function stateAfter(
  parts: CaptureParts,
  { session, now }: Call,
  moved: Result<Verification, CaptureProblem>,
  changed: Partial<Session> = {},
): Outcome<CaptureState> {
  return moved.ok
    ? ok(await stateOf(parts, { session: { ...session, ...changed, verification: moved.value }, now }))
    : moved;
}

const KEY_BYTES = 32;
/** For how long a browser keeps the key after the link has run out: so long its owner can read the receipt again. */
const RECEIPT_DAYS = 30;

/** What a call that begins comes to: the state, and how long the browser should keep its key. */
export type Begun = { readonly state: CaptureState; readonly keyMaxAgeSeconds: number };

class BoundElsewhere extends Error {
  override readonly name = 'BoundElsewhere';
}

/** What was to be taken again was erased meanwhile. */
class NothingToRetake extends Error {
  override readonly name = 'NothingToRetake';
}

/**
 * [Note: The device's key]
 * A browser is given its key before it begins, with the state that shows the notice, and a verification is bound to whatever key the consent
 * comes with. So the call that begins can be made again: an answer that was lost on the way says nothing that the browser does not have.
 * A key that no consent came with is remembered nowhere.
 */
export function newDeviceKey(
  parts: CaptureParts,
  { session: { verification }, now }: Omit<Call, 'caller'>,
): { readonly key: string; readonly maxAgeSeconds: number } {
  const key = Buffer.from(parts.chanceBytes(KEY_BYTES)).toString('base64url');
  return { key, maxAgeSeconds: keyLifetimeSeconds(verification, now) };
}

/** As long as anything can come of the link, and its owner may read the receipt again. */
function keyLifetimeSeconds(verification: Verification, now: Date): number {
  const usableMs = isReachable(verification) ? Math.max(0, endsAt(verification).getTime() - now.getTime()) : 0;
  return Math.ceil((usableMs + RECEIPT_DAYS * MS_PER_DAY) / MS_PER_SECOND);
}

/** The one call that begins: consent, on this device. Coming twice from the same device changes nothing. */
export async function start(
  parts: CaptureParts,
  { caller, session, now }: Call,
  {
    consent,
    device,
  }: { readonly consent: { readonly textVersion: string; readonly language: string }; readonly device: DeviceFacts },
): Outcome<Begun> {
  const { place, holder, verification, round } = session;
  const { deviceKey } = caller;
  if (holder === 'another') return problem('not-this-device');
  if (stopReasonOf(verification, { round, now }) !== null && holder !== 'this-device') return problem('link-stopped');
  if (holder === 'this-device')
    return ok({
      state: await stateOf(parts, { session, now }),
      keyMaxAgeSeconds: keyLifetimeSeconds(verification, now),
    });
  if (consent.textVersion !== NOTICE_VERSION) return problem('text-version-outdated');
  if (deviceKey === null) return problem('device-without-key');
  const { browser, system, display } = device;
  const access = accessOf(caller, now);
  let scope: RetakeScope | null = null;
  try {
    const begun = await parts.advance(
      place.accountId,
      place.id,
      (before) => {
        if (linkedRoundOf(before) !== round) return refuse({ kind: 'not-now' as const });
        const brought = { consent, device: { browser, system, display }, access };
        if (before.state === 'invited' && endsAt(before) > now) return ok<Step<UnderWay>>(opened(before, brought, now));
        if (before.state === 'retake-asked' && endsAt(before) > now) {
          ({ scope } = before.retake);
          return ok(retakeBegun(before, brought, now));
        }
        if (mayGoOn(before, now)) return ok(openedAgain(before, access, { browser, system, display }));
        return refuse({ kind: 'not-now' as const });
      },
      async (transaction) => {
        const { tokenDigest } = session;
        if (!(await bindDevice(transaction, place, { keyDigest: parts.sha256(deviceKey), tokenDigest, now })))
          throw new BoundElsewhere('another device was first');
        if (scope !== null) {
          const carried = carriedBy(scope);
          const openedRound = await parts.evidence.openRound(transaction, place, { round, carried });
          if (!openedRound.ok) throw new NothingToRetake(openedRound.refusal.kind);
        }
        const kept = await parts.evidence.keepRecord(transaction, place, deviceRecord(round), JSON.stringify(device));
        if (!kept.ok) throw new Error(`facts of a device were not kept: ${kept.refusal.kind}`);
      },
    );
    if (!begun.ok) return problem('not-now');
    const state = await stateOf(parts, {
      session: { ...session, verification: begun.value, holder: 'this-device' },
      now,
    });
    return ok({ state, keyMaxAgeSeconds: keyLifetimeSeconds(begun.value, now) });
  } catch (error) {
    if (!(error instanceof BoundElsewhere)) throw error;
    // Perhaps by the same call, which came twice at once.
    const again = await enter(parts, caller);
    if (!again.ok || again.value.holder !== 'this-device') return problem('not-this-device');
    return start(parts, { caller, session: again.value, now }, { consent, device });
  }
}

/** Whether a retake leaves a piece as it is. */
const isLeft = (verification: UnderWay, kind: EvidenceKind): boolean =>
  verification.state === 'retaking' && carriedBy(verification.retake.scope).includes(kind);

/** Which document: it says what is asked for, and may be said again until everything is sent. */
export async function chooseDocument(parts: CaptureParts, call: Call, kind: DocumentKind): Outcome<CaptureState> {
  const underWay = onItsWay(call);
  if (!underWay.ok) return underWay;
  const { front } = await progress(parts, call.session, underWay.value, call.now);
  const moved = await move(parts, call, (before) => {
    if (!isFilming(before) || isLeft(before, 'front')) return null;
    const chosen = withDocumentKind(before, kind, call.now);
    const asksForBack = front.is !== 'missing' && piecesOf(kind).includes('back');
    return (asksForBack ? askedFor(chosen.next, 'back', call.now) : null) ?? chosen;
  });
  return stateAfter(parts, call, moved);
}

/** Pictures of one side that are taken at all: whoever sends more has long stopped looking at them. */
const MOST_PICTURES = 12;

/** One side of the document. */
export async function takePicture(
  parts: CaptureParts,
  call: Call,
  { side, bytes }: { readonly side: Side; readonly bytes: Bytes },
): Outcome<CaptureState> {
  const underWay = onItsWay(call);
  if (!underWay.ok) return underWay;
  const { session, now } = call;
  const before = underWay.value;
  const documentKind = documentKindNow(before);
  if (documentKind === null || isLeft(before, side)) return problem('not-now');
  const { face } = await progress(parts, session, before, now);
  if (face.is === 'missing' || !piecesOf(documentKind).includes(side)) return problem('not-now');
  const takes = side === 'front' ? session.frontTakes : session.backTakes;
  if (takes >= MOST_PICTURES) return problem('too-often');
  const put = await parts.evidence.put(session.place, { kind: side, bytes });
  if (!put.ok) return problem(...problemOfPut(put.refusal));
  const { itemNumber, receivedAt } = put.value;
  const moved = await move(
    parts,
    call,
    (current) => {
      if (!isFilming(current)) return null;
      const asksForBack = piecesOf(documentKindNow(current)).includes('back');
      return (asksForBack ? askedFor(current, 'back', now) : null) ?? touched(current, now);
    },
    async (transaction) => {
      await countTake(transaction, session.place, side);
      await parts.enqueue(transaction, [{ kind: 'check-evidence', ...session.place, itemNumber, at: receivedAt }]);
    },
  );
  return stateAfter(parts, call, moved, side === 'front' ? { frontTakes: takes + 1 } : { backTakes: takes + 1 });
}

/** What was not kept, and why. */
export function problemOfPut({ kind }: PutRefusal): [CaptureProblem['problem'], { readonly why?: string }?] {
  switch (kind) {
    case 'evidence-sealed':
    case 'evidence-erased':
      return ['link-stopped'];
    case 'too-many-bytes':
      return ['too-large'];
    case 'too-many-pieces':
      return ['too-often'];
    case 'empty':
    case 'facts-too-long':
      return ['malformed'];
    case 'wrong-type':
    case 'damaged':
    case 'too-many-pixels':
      return ['media-refused', { why: kind }];
  }
}

/** Where the person is, or that they would not say. Either may be said again until everything is sent. */
export async function takePlace(parts: CaptureParts, call: Call, place: Place | 'declined'): Outcome<CaptureState> {
  const underWay = onItsWay(call);
  if (!underWay.ok) return underWay;
  if (!call.session.account.settings.asksPlace) return problem('not-now');
  const moved = await move(parts, call, (before) => (isFilming(before) ? withPlace(before, place, call.now) : null));
  return stateAfter(parts, call, moved);
}

class NotSealed extends Error {
  override readonly name = 'NotSealed';
}

/** Everything is there: the set is sealed, and the engine is told, in one transaction. */
export async function submit(parts: CaptureParts, call: Call): Outcome<CaptureState> {
  const { session, now } = call;
  const { place, verification, holder } = session;
  if (holder === 'this-device' && sentAtOf(verification, session.round) !== null) return ok(await stateOf(parts, call));
  const underWay = onItsWay(call);
  if (!underWay.ok) return underWay;
  const { wanted } = await progress(parts, session, underWay.value, now);
  if (wanted === 'checks') return problem('still-checking', { retryAfterSeconds: 1 });
  if (wanted !== 'submit') return problem('not-now');
  try {
    const sent = await parts.advance(
      place.accountId,
      place.id,
      (before) => {
        if (!isFilming(before) || !mayGoOn(before, now) || linkedRoundOf(before) !== session.round)
          return refuse({ kind: 'not-now' as const });
        return ok<Step<Submitted | Retaken>>(
          before.state === 'retaking' ? retaken(before, now) : submitted(before, now),
        );
      },
      async (transaction) => {
        const sealed = await parts.evidence.seal(transaction, place, piecesOf(documentKindNow(underWay.value)));
        if (!sealed.ok) throw new NotSealed(sealed.refusal.kind);
      },
    );
    return await stateAfter(parts, call, sent.ok ? sent : problem('not-now'));
  } catch (error) {
    if (error instanceof NotSealed) return problem('not-now');
    throw error;
  }
}
