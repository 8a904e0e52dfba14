import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type BegunFace,
  type CaptureProblem,
  type CaptureState,
  type ShownStep,
  begunFaceSchema,
  captureProblemSchema,
  captureStateSchema,
  shownStepSchema,
} from '../../src/capture/protocol.schema.ts';

export type Answered<Value> = { readonly status: number; readonly body: Value; readonly headers: Headers };

/** A clock that a story turns itself. */
export class TurnedClock {
  protected turnedTo: number;
  constructor(startsAt: Date) {
    this.turnedTo = startsAt.getTime();
  }
  readonly now: () => Date = () => new Date(this.turnedTo);
  turn(ms: number): void {
    this.turnedTo += ms;
  }
}

/** What an applicant goes by: a story's clock, or the machine's. */
export type ApplicantClock = { readonly now: () => Date; turn(ms: number): void | Promise<void> };

/** The machine's own clock: whoever turns it waits. */
export const realClock: ApplicantClock = { now: () => new Date(), turn: (ms) => delay(Math.max(0, ms)) };

/** A clock that runs as the machine's does, and can be turned on. */
export class RunningClock extends TurnedClock {
  readonly #beganAt = performance.now();
  constructor() {
    super(new Date());
  }
  override readonly now = (): Date => new Date(this.turnedTo + performance.now() - this.#beganAt);
}

export const aDevice = {
  browser: 'Chrome 141.0.7390.54',
  system: 'Android 15',
  display: '412 x 915',
  isMobile: true,
  hasTouch: true,
  languages: ['es-ES'],
  hasNativeCamera: true,
};
export const aTrack = {
  label: 'camera2 1, facing front',
  settings: { width: 640, height: 480, frameRate: 30, facingMode: 'user' },
  capabilities: { facingMode: ['user'], zoom: { min: 1, max: 4 } },
  cameras: 3,
};

export type Filming = {
  readonly recording: Uint8Array;
  readonly withoutTurning?: boolean;
  /** What may be changed on the way, for stories of what must not work. */
  readonly chunkSize?: number;
};

/** An applicant with one browser: what the page says to the service, without the page. */
export class Applicant {
  readonly link: string;
  readonly clock: ApplicantClock;
  #cookie: string | null = null;
  /** The last `Set-Cookie`, whole. */
  setCookie: string | null = null;

  constructor(link: string, clock: ApplicantClock) {
    this.link = link;
    this.clock = clock;
  }

  /** Goes on in the browser of another: its key is the same. */
  takeKeyOf(other: Applicant): void {
    this.#cookie = other.#cookie;
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered<unknown>> {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${this.link}/api/${path}`, {
      method,
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(this.#cookie === null ? {} : { cookie: this.#cookie }),
        ...(body === undefined || isBytes ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
    } as RequestInit);
    const setCookie = response.headers.get('set-cookie');
    if (setCookie !== null) {
      this.setCookie = setCookie;
      this.#cookie = setCookie.split(';')[0]!;
    }
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
  }

  async state(): Promise<CaptureState> {
    const { status, body } = await this.call('GET', 'state');
    if (status !== 200) throw new Error(`the state is answered with ${status}: ${JSON.stringify(body)}`);
    return captureStateSchema.parse(body);
  }

  /** A call that must go well. */
  async post(path: string, body: unknown, headers?: Record<string, string>): Promise<unknown> {
    const answered = await this.call('POST', path, body, headers);
    if (answered.status !== 200) throw new Error(`${path}: ${answered.status} ${JSON.stringify(answered.body)}`);
    return answered.body;
  }

  /** A call that must not. */
  async refused(path: string, body: unknown, headers?: Record<string, string>): Promise<CaptureProblem> {
    const { status, body: problem } = await this.call('POST', path, body, headers);
    if (status < 400) throw new Error(`${path} was not refused: ${JSON.stringify(problem)}`);
    return captureProblemSchema.parse(problem);
  }

  async start(): Promise<CaptureState> {
    const state = await this.state();
    const textVersion = state.at === 'welcome' ? state.notice.textVersion : '';
    const body = { consent: { textVersion, language: 'es' }, device: aDevice };
    return captureStateSchema.parse(await this.post('start', body));
  }

  async beginFace(withoutTurning = false): Promise<BegunFace> {
    const body = { mediaType: 'video/webm;codecs=vp8', track: aTrack, withoutTurning };
    return begunFaceSchema.parse(await this.post('face/begin', body));
  }

  async step(attempt: string, step: number, atMs: number): Promise<ShownStep> {
    return shownStepSchema.parse(await this.post(`face/${attempt}/step`, { step, atMs }));
  }

  chunk(attempt: string, number: number, toMs: number, bytes: Uint8Array): Promise<Answered<unknown>> {
    return this.call('POST', `face/${attempt}/chunks/${number}?toMs=${toMs}`, bytes, {
      'content-type': 'application/octet-stream',
    });
  }

  /** Films as a page does, second by second of the turned clock; a recording is cut into as many chunks as it takes seconds. */
  async film({ recording, withoutTurning = false }: Filming): Promise<{
    readonly attempt: string;
    readonly shown: { fromMs: number; toMs: number }[];
    readonly told: ShownStep[];
    finish(): Promise<CaptureState>;
    readonly finishBody: object;
  }> {
    const begun = await this.beginFace(withoutTurning);
    const { attempt } = begun;
    await this.clock.turn(400); // the recorder starts
    const startedAt = this.clock.now().getTime();
    const nowMs = (): number => this.clock.now().getTime() - startedAt;
    const shown: { fromMs: number; toMs: number }[] = [];
    const told: ShownStep[] = [];
    const chunks: Uint8Array[] = [];
    const size = Math.ceil(recording.length / 40);
    const passUntil = async (untilMs: number): Promise<void> => {
      while (nowMs() < untilMs) {
        const nextChunkMs = (chunks.length + 1) * begun.chunkMs;
        await this.clock.turn(Math.min(untilMs, nextChunkMs) - nowMs());
        if (nowMs() >= nextChunkMs) await sendChunk(nextChunkMs, size);
      }
    };
    const sendChunk = async (toMs: number, bytes: number): Promise<void> => {
      const from = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      const chunk = recording.subarray(from, from + bytes);
      const { status, body } = await this.chunk(attempt, chunks.length, toMs, chunk);
      // An answer that was lost: it is there.
      const isHere = status === 200 || (body as CaptureProblem).problem === 'chunk-already-here';
      if (!isHere) throw new Error(`chunk ${chunks.length}: ${JSON.stringify(body)}`);
      chunks.push(chunk);
    };
    let askAtMs: number | null = begun.firstStepAtMs;
    for (let step = 0; askAtMs !== null; step += 1) {
      await passUntil(askAtMs);
      const answer: ShownStep = await this.step(attempt, step, nowMs());
      told.push(answer);
      await this.clock.turn(80);
      const fromMs = nowMs();
      await passUntil(fromMs + answer.show.forMs);
      shown.push({ fromMs, toMs: nowMs() });
      askAtMs = answer.nextAfterMs === null ? null : fromMs + answer.nextAfterMs;
    }
    await this.clock.turn(150);
    await sendChunk(nowMs(), recording.length);
    const sha256 = createHash('sha256').update(recording).digest('hex');
    const finishBody = { chunks: chunks.length, sha256, shown, frameTimesMs: [0, 33, 67] };
    return {
      attempt,
      shown,
      told,
      finishBody,
      finish: async () => captureStateSchema.parse(await this.post(`face/${attempt}/finish`, finishBody)),
    };
  }

  async picture(side: 'front' | 'back', bytes: Uint8Array, mediaType = 'image/jpeg'): Promise<CaptureState> {
    return captureStateSchema.parse(await this.post(`documents/${side}`, bytes, { 'content-type': mediaType }));
  }

  async untilState(wanted: (state: CaptureState) => boolean, withinMs = 30_000): Promise<CaptureState> {
    for (const beganAt = performance.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const state = await this.state();
      if (wanted(state)) return state;
      if (performance.now() - beganAt > withinMs) throw new Error(`it stays ${JSON.stringify(state)}`);
    }
  }
}
