import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { enter } from '../../src/credits/ledger.store.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { ok } from '../../src/kernel/result.ts';
import { accountWalls } from '../../src/storage/account-wall.client.ts';
import { writeDelivery } from '../../src/notification/webhook/tell.store.ts';
import { type Queue, openQueue } from '../../src/storage/queue.client.ts';
import type { Assessment, Finding, Outcome, Reason } from '../../src/verification/assessment.ts';
import { type Job, jobKinds } from '../../src/verification/jobs.ts';
import {
  type Step,
  askedFor,
  assessed,
  opened,
  submitted,
  withDocumentKind,
  withPlace,
} from '../../src/verification/steps.ts';
import type {
  Capturing,
  Invited,
  Opened,
  Retaken,
  Submitted,
  Verification,
} from '../../src/verification/verification.ts';
import {
  type Advance,
  type Alongside,
  advanceOver,
  findVerification,
} from '../../src/verification/verification.store.ts';
import type { Caller } from '../journeys/caller.ts';
import type { PanelHere } from './panel-here.ts';

/** What is to be found of somebody who comes as far as the desk without an engine. */
export type Brought = {
  readonly outcome: Outcome;
  readonly reasons?: readonly Reason[];
  readonly findings?: readonly Finding[];
  readonly documentNumber?: string;
  readonly reference?: string;
  readonly phone?: string;
};

const unasked = { answer: 'not-measurable', reason: 'not-looked-at' } as const;

const usualFindings: Readonly<Record<Outcome, readonly Finding[]>> = {
  pass: [{ check: 'face/comparison', score: 0.71, higherMeans: 'same person', durationMs: 4 }],
  review: [{ check: 'face/comparison', score: 0.41, higherMeans: 'same person', durationMs: 4 }],
  refuse: [{ check: 'face/comparison', score: 0.05, higherMeans: 'same person', durationMs: 4 }],
};
const usualReasons: Readonly<Record<Outcome, readonly Reason[]>> = {
  pass: [],
  review: [{ slug: 'similarity-low', weighs: 'review', check: 'face/comparison' }],
  refuse: [{ slug: 'portrait-very-different', weighs: 'refuse', check: 'face/comparison' }],
};

export const assessmentFor = ({ outcome, reasons, findings, documentNumber = '00000000T' }: Brought): Assessment => ({
  outcome,
  reasons: reasons ?? usualReasons[outcome],
  findings: findings ?? usualFindings[outcome],
  similarityPercent: 60,
  livenessPassed: true,
  samePersonThroughout: true,
  document: {
    type: 'esp-dni-3',
    size: 'ID-1',
    oneSided: false,
    issuingState: 'ESP',
    fields: {
      documentNumber: { text: documentNumber, from: 'mrz', folded: false },
      surnames: { text: 'ESPAÑOLA ESPAÑOLA', from: 'viz', folded: false },
    },
    ageYears: 40,
    isExpired: false,
    numberOnFront: documentNumber,
    numberOnBack: documentNumber,
    sidesAgree: true,
    isRequestedNumber: null,
    requestedNumber: null,
    mrz: null,
    crossChecks: [{ name: 'number-front-back', holds: true }],
  },
  attributes: {
    beard: unasked,
    moustache: unasked,
    readingGlasses: unasked,
    sunglasses: unasked,
    sex: null,
    sexReason: 'not-looked-at',
    ageRange: null,
    ageReason: 'not-looked-at',
  },
});

/** A recording as far as its first bytes tell; what follows is told apart byte by byte. */
export const recordingBytes = Buffer.concat([
  Buffer.from('1a45dfa3', 'hex'),
  Buffer.from('webm'),
  Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251)),
]);
const photograph = sharp({ create: { width: 400, height: 250, channels: 3, background: '#b0c4de' } })
  .jpeg()
  .toBuffer();

let phones = 100_000_000;

type Company = { readonly account: AccountId; readonly caller: Caller };
type Place = { readonly accountId: AccountId; readonly id: VerificationId };

/** The service's own writer of state, for steps that no applicant and no engine takes here. */
export class StepsHere {
  readonly panel: PanelHere;
  readonly advance: Advance;
  readonly #queue: Queue<Job>;

  private constructor(panel: PanelHere, queue: Queue<Job>) {
    this.panel = panel;
    this.#queue = queue;
    this.advance = advanceOver({
      within: accountWalls(panel.database),
      enqueue: queue.enqueue,
      enter,
      tell: writeDelivery,
    });
  }

  static async over(panel: PanelHere): Promise<StepsHere> {
    const { address } = panel.capture.installation;
    const onError = (error: unknown): void => {
      throw error;
    };
    const clock = panel.clock.now;
    return new StepsHere(panel, await openQueue<Job>({ address, kinds: jobKinds, concurrency: 0, clock, onError }));
  }

  stop = (): Promise<void> => this.#queue.stop();

  /**
   * Somebody who was asked over the contract's own call, brought evidence, and was assessed as the story says: all of it by the service's own
   * steps, but for what an engine would have found.
   */
  async assessed({ account, caller }: Company, brought: Brought): Promise<VerificationId> {
    const Telefono = brought.phone ?? `346${String((phones += 1)).slice(1)}`;
    const { fields } = await caller.call('VerificarIdentidad', {
      Telefono,
      ...(brought.reference === undefined ? {} : { Referenciausuario: brought.reference }),
    });
    const place = { accountId: account, id: Number(fields['ID']) as VerificationId };
    await this.reaches(place, 'invited');
    const { evidence } = this.panel.capture;
    const now = this.panel.clock.now();
    const consent = { textVersion: '1', language: 'es' };
    const device = { browser: 'Chrome 141.0.7390.54', system: 'Android 15', display: '412 x 915' };
    const access = { at: now, address: '192.0.2.7', port: 4711 };
    await this.#step(place, (before) => opened(before as Invited, { consent, device, access }, now));
    await this.#step(place, (before) => askedFor(before as Opened, 'back', now)!);
    await this.#step(place, (before) => withDocumentKind(before as Capturing, 'id-card', now));
    await this.#step(place, (before) => withPlace(before as Capturing, 'declined', now));
    for (const [kind, bytes] of [
      ['face-video', recordingBytes],
      ['front', await photograph],
      ['back', await photograph],
    ] as const) {
      const put = await evidence.put(place, { kind, bytes });
      if (!put.ok) throw new Error(`the evidence of the test was refused: ${put.refusal.kind}`);
    }
    await this.#step(
      place,
      (before) => submitted(before as Capturing, now),
      async (transaction) => {
        const sealed = await evidence.seal(transaction, place, ['face-video', 'front', 'back']);
        if (!sealed.ok) throw new Error('the evidence of the test cannot be sealed');
      },
    );
    await this.#step(place, (before) => assessed(before as Submitted, assessmentFor(brought), this.panel.clock.now()));
    return place.id;
  }

  /** What a further round comes to, without an engine. */
  async assessedAgain(place: Place, brought: Brought): Promise<void> {
    await this.#step(place, (before) => assessed(before as Retaken, assessmentFor(brought), this.panel.clock.now()));
  }

  async #step(place: Place, take: (before: Verification) => Step<Verification>, alongside?: Alongside): Promise<void> {
    const moved = await this.advance(place.accountId, place.id, (before) => ok(take(before)), alongside);
    if (!moved.ok) throw new Error('a step of the test was refused');
  }

  /** Waits until it has come so far. */
  async reaches({ accountId, id }: Place, state: Verification['state']): Promise<Verification> {
    for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 20) {
      const found = await findVerification(this.panel.database, accountId, id);
      if (found?.state === state) return found;
      await delay(20);
    }
    throw new Error(`${id} does not reach ${state}`);
  }
}
