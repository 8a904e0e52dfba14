import { fstatSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Mediabunny from 'mediabunny';
import type { DecodeRequest } from './decode-message.ts';
import { isCutShort, type ByteSource } from './extent.ts';
import type { MediaRefusal, VideoFacts } from './media.ts';
import { nearestToTicks } from './sampling.ts';
import { isShown } from './shown.ts';
import type { Orientation } from './yuv.ts';

// The bundle loads in half the time of the package's hundred modules.
const mediabunny = createRequire(import.meta.url)('mediabunny') as typeof Mediabunny;

/** A refusal on its way out of the depths of the decoding process, whose `main` reports it. */
export class Refused extends Error {
  readonly refusal: MediaRefusal;
  constructor(kind: MediaRefusal['kind'], detail: string) {
    super(detail);
    this.refusal = { kind, detail };
  }
}

/** A recording as its container tells it, before anything is decoded. */
export type Recording = {
  readonly codec: VideoFacts['codec'];
  readonly container: VideoFacts['container'];
  readonly orientation: Orientation;
  /** What the decoder is told: nothing that the stream itself says. */
  readonly config: { readonly codec: string; readonly description?: Uint8Array };
  /** The colour matrix by WebCodecs' name, for streams that do not say. */
  readonly matrix: string | null;
  /** Times of the pictures in the order in which they are shown, ms; those before 0 are decoded but not part of it. */
  readonly timesMs: Float64Array;
  /** One flag for each of them: handed on with its pixels. */
  readonly isChosen: Uint8Array;
  readonly storedFrames: number;
  readonly durationMs: number;
  /** The coded packets, in the order in which they are decoded. */
  packets(): AsyncIterable<Mediabunny.EncodedPacket>;
};

/**
 * Opens the container behind a file descriptor: WebM, MP4 or MOV by its content.
 * @throws Refused, also for whatever a broken container makes the demuxer throw.
 */
export async function openRecording(descriptor: number, request: DecodeRequest): Promise<Recording> {
  try {
    const bytes = bytesBehind(descriptor);
    const input = openInput(bytes);
    if (isCutShort(bytes)) throw new Refused('damaged', 'the container ends before what it says it holds');
    if (!(await input.canRead().catch(() => false))) throw new Refused('not-a-video', 'neither WebM nor MP4 nor MOV');
    const { sink, ...track } = await openTrack(input, request);
    const plan = await planOf(sink, track.codec, await beginningMs(input), request);
    return { ...track, ...plan, packets: () => sink.packets() };
  } catch (error) {
    throw error instanceof Refused ? error : new Refused('damaged', 'the container cannot be read');
  }
}

function bytesBehind(descriptor: number): ByteSource {
  const read = (start: number, end: number): Uint8Array => {
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) throw new Refused('damaged', 'the file became shorter while it was read');
      filled += count;
    }
    return bytes;
  };
  return { sizeBytes: fstatSync(descriptor).size, read };
}

function openInput({ sizeBytes, read }: ByteSource): Mediabunny.Input {
  const { CustomSource, Input, MP4, QTFF, WEBM } = mediabunny;
  return new Input({
    source: new CustomSource({ getSize: () => sizeBytes, read, prefetchProfile: 'fileSystem' }),
    formats: [WEBM, MP4, QTFF],
  });
}

type Track = Pick<Recording, 'codec' | 'container' | 'orientation' | 'config' | 'matrix'> & {
  readonly sink: Mediabunny.EncodedPacketSink;
};

async function openTrack(input: Mediabunny.Input, request: DecodeRequest): Promise<Track> {
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Refused('not-a-video', 'the container holds no video');
  const container = containerOf(await input.getFormat());
  const codec = codecsIn[container][(await track.getCodec()) ?? ''];
  if (codec === undefined) throw new Refused('not-a-video', 'neither VP8 or VP9 in WebM nor H.264 in MP4 or MOV');
  checkSides(await track.getCodedWidth(), await track.getCodedHeight(), request.maxSidePx);
  const config = await track.getDecoderConfig();
  if (config === null) throw new Refused('damaged', 'the container does not describe its video');
  const { description } = config;
  return {
    sink: new mediabunny.EncodedPacketSink(track),
    codec,
    container,
    orientation: { turnDegrees: await track.getRotation(), mirrored: await track.getFlip() },
    config: { codec: config.codec, ...(description === undefined ? {} : { description: bytesOf(description) }) },
    matrix: (await track.getColorSpace()).matrix ?? null,
  };
}

type CodecByName = Readonly<Record<string, VideoFacts['codec']>>;
const codecsIn: Readonly<Record<VideoFacts['container'], CodecByName>> = {
  webm: { vp8: 'vp8', vp9: 'vp9' },
  mp4: { avc: 'h264' },
  mov: { avc: 'h264' },
};

function containerOf(format: Mediabunny.InputFormat): VideoFacts['container'] {
  if (format === mediabunny.WEBM) return 'webm';
  return format === mediabunny.QTFF ? 'mov' : 'mp4';
}

const bytesOf = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

/** Asked of the container first, and of each decoded picture again. */
export function checkSides(widthPx: number, heightPx: number, maxSidePx: number): void {
  if (Math.max(widthPx, heightPx) > maxSidePx)
    throw new Refused('too-many-pixels', `${widthPx} × ${heightPx} px, more than ${maxSidePx} on a side`);
  if (!(Math.min(widthPx, heightPx) > 0)) throw new Refused('damaged', 'the picture has no size');
}

/** The earliest track's first time stamp: what players show as 0. Priming of an audio coder, before 0, does not count. */
async function beginningMs(input: Mediabunny.Input): Promise<number> {
  return Math.max(0, microseconds(await input.getFirstTimestamp()) / 1000);
}

/** Containers count in ticks of their own; what is finer than a microsecond is the division's. */
const microseconds = (seconds: number): number => Math.round(seconds * 1e6);

// [Note: Times come from the container]
// The decoder hands pictures on in the order in which they are shown, but stamps them in the order in which packets went in
// (@napi-rs/webcodecs 1.3.1), which is wrong wherever B-frames reorder. So the times of all shown packets are sorted and dealt
// out in order; a recording that gives more or fewer pictures than it stores is refused as damaged.
async function planOf(
  sink: Mediabunny.EncodedPacketSink,
  codec: VideoFacts['codec'],
  beginMs: number,
  request: DecodeRequest,
): Promise<Pick<Recording, 'timesMs' | 'isChosen' | 'storedFrames' | 'durationMs'>> {
  const times: number[] = [];
  let firstMs = 0;
  let endMs = 0;
  for await (const packet of sink.packets(undefined, undefined, { metadataOnly: codec === 'h264' })) {
    if (codec !== 'h264' && !isShown(codec, packet.data)) continue;
    const atMs = microseconds(packet.timestamp) / 1000 - beginMs;
    if (!Number.isFinite(atMs)) throw new Refused('damaged', 'a time stamp is not a number');
    times.push(atMs);
    firstMs = Math.min(firstMs, atMs);
    endMs = Math.max(endMs, atMs + microseconds(packet.duration) / 1000);
    if (endMs - firstMs > request.maxDurationMs) throw new Refused('too-long', `more than ${request.maxDurationMs} ms`);
    if (times.length > request.maxStoredFrames)
      throw new Refused('too-long', `more than ${request.maxStoredFrames} frames`);
  }
  const timesMs = Float64Array.from(times).sort();
  const begin = timesMs.findIndex((atMs) => atMs >= 0);
  if (begin === -1) throw new Refused('damaged', 'the container holds no pictures');
  const isChosen = new Uint8Array(timesMs.length);
  isChosen.set(nearestToTicks(timesMs.subarray(begin), request.fps), begin);
  return { timesMs, isChosen, storedFrames: timesMs.length - begin, durationMs: endMs };
}
