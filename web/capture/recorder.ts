import type { BegunFace } from '../../src/capture/protocol.schema.ts';
import type { Answer, Api } from './api.ts';
import { untilAnswered } from './until-answered.ts';

const VIDEO_BITS_PER_SECOND = 1_800_000;

export type Recorded = { readonly chunks: number; readonly sha256: string };

export type Recording = {
  /** ms since the recorder began. */
  now(): number;
  /** Ends it and waits until its last chunk has arrived. */
  stop(): Promise<Answer<Recorded>>;
  /** Resolves when a chunk was refused: the attempt is over. */
  readonly refused: Promise<Exclude<Answer<never>, { is: 'answer' }>>;
  /** Leaves it as it is; harmless when it has ended. */
  abandon(): void;
};

/** Records a stream and sends what the recorder hands over, chunk after chunk in order, while it goes on. */
export async function record(
  stream: MediaStream,
  mediaType: string,
  { attempt, chunkMs }: BegunFace,
  api: Api,
  signal: AbortSignal,
): Promise<Recording> {
  const recorder = new MediaRecorder(stream, { mimeType: mediaType, videoBitsPerSecond: VIDEO_BITS_PER_SECOND });
  const chunks: Blob[] = [];
  let beganAt = performance.now();
  let onRefused: (answer: Exclude<Answer<never>, { is: 'answer' }>) => void = () => {};
  const refused = new Promise<Exclude<Answer<never>, { is: 'answer' }>>((resolve) => {
    onRefused = resolve;
  });
  let isOver = false;
  let sent: Promise<void> = Promise.resolve();

  async function send(chunk: number, toMs: number, bytes: Blob): Promise<void> {
    if (isOver) return;
    const answer = await untilAnswered(() => api.sendChunk(attempt, chunk, toMs, bytes), signal);
    if (answer.is === 'answer') return;
    if (answer.is === 'refused' && answer.problem.problem === 'chunk-already-here') return;
    isOver = true;
    onRefused(answer);
  }

  recorder.addEventListener('dataavailable', ({ data }) => {
    if (data.size === 0) return;
    const [chunk, toMs] = [chunks.length, performance.now() - beganAt];
    chunks.push(data);
    sent = sent.then(() => send(chunk, toMs, data));
  });
  const stopped = new Promise<void>((resolve) => {
    recorder.addEventListener('stop', () => resolve(), { once: true });
    recorder.addEventListener('error', () => resolve(), { once: true });
  });
  await new Promise<void>((resolve) => {
    recorder.addEventListener(
      'start',
      () => {
        beganAt = performance.now();
        resolve();
      },
      { once: true },
    );
    recorder.addEventListener('error', () => resolve(), { once: true });
    recorder.start(chunkMs);
  });

  const end = (): void => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  return {
    now: () => performance.now() - beganAt,
    refused,
    stop: async () => {
      end();
      await stopped;
      await sent;
      if (isOver) return refused;
      return { is: 'answer', value: { chunks: chunks.length, sha256: await sha256Of(new Blob(chunks)) } };
    },
    abandon: () => {
      isOver = true;
      end();
    },
  };
}

async function sha256Of(bytes: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
