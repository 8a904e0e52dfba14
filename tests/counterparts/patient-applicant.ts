import { setTimeout as delay } from 'node:timers/promises';
import type { CaptureState } from '../../src/capture/protocol.schema.ts';
import { type Answered, Applicant, realClock } from './applicant.ts';

/** What somebody films and photographs. */
export type Media = { readonly recording: Uint8Array; readonly front: Uint8Array; readonly back: Uint8Array };

export type TakenCall = { readonly path: string; readonly tookMs: number; readonly bytes: number };

/** A call that found nobody is tried again for so long, as the page does. */
const PATIENCE_MS = 60_000;
const AGAIN_AFTER_MS = 250;

/** An applicant in real time whose service comes and goes: every call is made until it is answered, and the state says what is next. */
export class PatientApplicant extends Applicant {
  readonly taken: TakenCall[] = [];

  constructor(link: string) {
    super(link, realClock);
  }

  override async call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered<unknown>> {
    for (const beganAt = performance.now(); ; await delay(AGAIN_AFTER_MS)) {
      const calledAt = performance.now();
      const answered = await super.call(method, path, body, headers).catch((error: unknown) => {
        if (performance.now() - beganAt > PATIENCE_MS) throw new Error(`${path} is not answered`, { cause: error });
        return null;
      });
      if (answered === null || answered.status === 503) continue;
      const bytes = body instanceof Uint8Array ? body.length : 0;
      this.taken.push({ path, tookMs: performance.now() - calledAt, bytes });
      return answered;
    }
  }

  /** Consents; taps again where the message was faster than what the service wrote down of it. */
  override async start(): Promise<CaptureState> {
    for (const beganAt = performance.now(); ; await delay(AGAIN_AFTER_MS))
      try {
        return await super.start();
      } catch (error) {
        if (!/"not-now"/.test((error as Error).message) || performance.now() - beganAt > PATIENCE_MS) throw error;
      }
  }

  /**
   * Films as asked, once. An attempt that comes to nothing, because somebody was not there in time, may be begun anew as long as some are left.
   * @returns null when it is whole; else why it is not.
   */
  async filmOnce(recording: Uint8Array): Promise<string | null> {
    try {
      await (await this.film({ recording })).finish();
      return null;
    } catch (error) {
      const why = /"attempt-void","why":"([\w-]+)"/.exec((error as Error).message)?.[1];
      if (why === undefined) throw error;
      return why;
    }
  }

  /** From the link to the receipt, wherever it is now. @param onStage told before each thing that it does. */
  async wholeWay(
    media: Media,
    onStage: (stage: string) => Promise<void> | void = () => {},
  ): Promise<Extract<CaptureState, { at: 'sent' }>> {
    for (;;) {
      const state = await this.state();
      if (state.at === 'sent') return state;
      const wanted = state.at === 'capturing' ? state.wanted : state.at;
      await onStage(wanted);
      switch (wanted) {
        case 'welcome':
          await this.start();
          break;
        case 'face':
          await this.filmOnce(media.recording);
          break;
        case 'document-kind':
          await this.post('document-kind', { kind: 'id-card' });
          break;
        case 'front':
        case 'back':
          await this.picture(wanted, media[wanted]);
          break;
        case 'place':
          await this.post('place', { declined: true });
          break;
        case 'checks':
          await delay(AGAIN_AFTER_MS);
          break;
        case 'submit':
          await this.post('submit', {});
          break;
        default:
          throw new Error(`it ends at ${JSON.stringify(state)}`);
      }
    }
  }
}
