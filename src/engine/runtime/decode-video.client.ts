import { spawn, type ChildProcess } from 'node:child_process';
import { constants, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { ok, refuse, type Result } from '../../kernel/result.ts';
import { ProtocolError, readMessages, type DecodeMessage, type DecodeRequest } from './decode-message.ts';
import {
  mediaLimits,
  thumbnailHeightPx,
  thumbnailWidthPx,
  type MediaLimits,
  type MediaRefusal,
  type Thumbnail,
  type VideoFacts,
  type VideoFrame,
} from './media.ts';

export type DecodeVideo = {
  /** Frames a second at most; each is the stored frame nearest to its tick. */
  readonly fps?: number;
  readonly limits?: Partial<MediaLimits>;
  /**
   * Called for each sampled frame in turn; the next one waits for it. Its pixels are the receiver's to keep, or to give back with
   * `release`: then a later frame is written over them, which costs half as much as fresh memory does.
   */
  readonly onFrame: (frame: VideoFrame, release: () => void) => Promise<void> | void;
  /** Called for every stored frame, in turn, before `onFrame` of the same frame. */
  readonly onThumbnail?: (thumbnail: Thumbnail) => void;
};

/**
 * Decodes a recording in a process of its own, sampled at `fps` by its own time stamps, upright, at its native size.
 *
 * WebM (VP8, VP9), MP4 and MOV (H.264) by content; nothing but the file is read. Frames that came before a refusal have been
 * handed on already: the receiver drops what it made of them. What `onFrame` throws is thrown.
 */
export async function decodeVideo(file: string, options: DecodeVideo): Promise<Result<VideoFacts, MediaRefusal>> {
  const limits: MediaLimits = { ...mediaLimits, ...options.limits };
  const opened = await openRecording(file, limits);
  if (!opened.ok) return opened;
  const child = startProcess(opened.value, options, limits);
  const ended = endOf(child);
  await opened.value.close();
  const guard = new Guard(child, limits);
  try {
    const heard = await receive(child, options, guard, limits);
    if (heard !== null) return heard;
    await ended; // rejects when there was no process to hear
    return refuse(guard.refusal ?? { kind: 'damaged', detail: 'the decoder failed' });
  } finally {
    guard.end();
    await ended.catch(() => {}); // no process outlives its call
  }
}

/** Settles when the process is gone. A process that cannot be started is an outage, not a refusal. */
function endOf(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', (cause) => reject(new Error('the decoding process cannot be started', { cause })));
  });
  ended.catch(() => {}); // heard where it is awaited
  return ended;
}

async function openRecording(file: string, limits: MediaLimits): Promise<Result<FileHandle, MediaRefusal>> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for somebody to write into it.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const refusal = refusalOf(await handle.stat(), limits);
    if (refusal === null) return ok(handle);
    await handle.close();
    return refuse(refusal);
  } catch {
    await handle?.close();
    return refuse({ kind: 'unreadable', detail: 'the file cannot be opened' });
  }
}

function refusalOf(facts: { isFile(): boolean; size: number }, limits: MediaLimits): MediaRefusal | null {
  if (!facts.isFile()) return { kind: 'unreadable', detail: 'not a regular file' };
  if (facts.size === 0) return { kind: 'unreadable', detail: 'the file is empty' };
  if (facts.size > limits.maxBytes) return { kind: 'too-many-bytes', detail: `more than ${limits.maxBytes} bytes` };
  return null;
}

const packageRoot = path.resolve(import.meta.dirname, '../../..');

/** JavaScript's heap in the decoding process; pictures lie outside of it and are watched as resident memory. */
const heapMiB = 128;

function startProcess(file: FileHandle, options: DecodeVideo, limits: MediaLimits): ChildProcess {
  const { maxDurationMs, maxSidePx, maxStoredFrames } = limits;
  const request: DecodeRequest = {
    fps: options.fps ?? 10,
    wantsThumbnails: options.onThumbnail !== undefined,
    maxDurationMs,
    maxSidePx,
    maxStoredFrames,
  };
  return spawn(
    process.execPath,
    [
      `--max-old-space-size=${heapMiB}`,
      '--single-threaded-gc',
      '--permission',
      '--allow-addons',
      `--allow-fs-read=${packageRoot}/`,
      path.join(import.meta.dirname, 'decode-video.process.ts'),
      JSON.stringify(request),
    ],
    { stdio: [file.fd, 'ignore', 'ignore', 'pipe'], env: {}, cwd: packageRoot },
  );
}

const factsSchema = z.strictObject({
  codec: z.enum(['vp8', 'vp9', 'h264']),
  container: z.enum(['webm', 'mp4', 'mov']),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  durationMs: z.number().min(0),
  storedFrames: z.int().min(1),
});
const refusalSchema = z.strictObject({
  kind: z.enum(['not-a-video', 'damaged', 'too-many-pixels', 'too-long']),
  detail: z.string().max(200),
});

/**
 * Hears the process out; null when it ends without a last word. What it says is checked as hostile input is: the bytes that it
 * decodes may have taken it over.
 */
async function receive(
  child: ChildProcess,
  { onFrame, onThumbnail }: DecodeVideo,
  guard: Guard,
  { maxSidePx }: MediaLimits,
): Promise<Result<VideoFacts, MediaRefusal> | null> {
  const pipe = child.stdio[3] as Readable;
  const released: Uint8Array[] = [];
  const memoryFor = (bytes: number): Uint8Array => {
    const used = released.pop();
    return used?.length === bytes ? used : new Uint8Array(bytes);
  };
  try {
    for await (const message of readMessages(pipe, maxSidePx, thumbnailWidthPx * thumbnailHeightPx, memoryFor)) {
      if (message.kind === 'done') return ok(said(factsSchema, message));
      if (message.kind === 'refused') return refuse(said(refusalSchema, message));
      guard.pause();
      const { atMs, index, widthPx, heightPx, payload } = message;
      const release = (): void => {
        if (!released.includes(payload)) released.push(payload);
      };
      if (message.kind === 'frame') await onFrame({ index, atMs, image: { widthPx, heightPx, rgb: payload } }, release);
      else onThumbnail?.({ atMs, luma: payload });
      guard.resume();
    }
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return refuse({ kind: 'damaged', detail: 'the decoder failed' });
    throw error;
  }
}

function said<Value>(schema: z.ZodType<Value>, { payload }: DecodeMessage): Value {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch (cause) {
    throw new ProtocolError('the decoder said what it may not say', { cause });
  }
}

const watchEveryMs = 50;

/** Kills the process when it takes too long or too much memory, and in the end in any case. */
class Guard {
  refusal: MediaRefusal | null = null;
  readonly #child: ChildProcess;
  readonly #limits: MediaLimits;
  readonly #watch: NodeJS.Timeout;
  #waitedMs = 0;
  #waitingSince: number | null = performance.now();

  constructor(child: ChildProcess, limits: MediaLimits) {
    this.#child = child;
    this.#limits = limits;
    this.#watch = setInterval(() => this.#check(), watchEveryMs);
  }

  /** The receiver works: the clock stands still. */
  pause(): void {
    if (this.#waitingSince !== null) this.#waitedMs += performance.now() - this.#waitingSince;
    this.#waitingSince = null;
  }

  resume(): void {
    this.#waitingSince = performance.now();
  }

  end(): void {
    clearInterval(this.#watch);
    this.#child.kill('SIGKILL');
  }

  #check(): void {
    const { timeoutMs, stallMs, memoryMiB } = this.#limits;
    const waitingMs = this.#waitingSince === null ? 0 : performance.now() - this.#waitingSince;
    if (this.#waitedMs + waitingMs > timeoutMs)
      this.#stop({ kind: 'took-too-long', detail: `not decoded within ${timeoutMs} ms` });
    else if (waitingMs > stallMs) this.#stop({ kind: 'took-too-long', detail: `nothing decoded for ${stallMs} ms` });
    else if (residentMiB(this.#child.pid) > memoryMiB)
      this.#stop({ kind: 'took-too-much-memory', detail: `decoding takes more than ${memoryMiB} MiB` });
  }

  #stop(refusal: MediaRefusal): void {
    this.refusal ??= refusal;
    this.#child.kill('SIGKILL');
  }
}

/** Resident memory of a process as Linux tells it; 0 when it has ended. */
function residentMiB(pid: number | undefined): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return line === null ? 0 : Number(line[1]) / 1024;
  } catch {
    return 0;
  }
}
