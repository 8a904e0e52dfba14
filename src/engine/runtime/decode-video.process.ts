// The decoding process: the recording is its standard input, the request its argument, file descriptor 3 its only way out.
// It is started by `decode-video.client.ts` and sees neither the environment nor any file outside this package.
import { Socket, type SocketConstructorOpts } from 'node:net';
import { EncodedVideoChunk, VideoDecoder, type VideoFrame } from '@napi-rs/webcodecs';
import { encodeHeader, type DecodeMessage, type DecodeRequest } from './decode-message.ts';
import { checkSides, openRecording, Refused, type Recording } from './demux.client.ts';
import type { VideoFacts } from './media.ts';
import {
  thumbnailOf,
  toRgb,
  uprightSize,
  yuvCoefficients,
  type YuvMatrix,
  type YuvPicture,
  type YuvCoefficients,
} from './yuv.ts';

/** Bytes that may wait in the pipe while the parent works: about two frames of 720p, so that both sides stay busy. */
const bytesAhead = 6_000_000;

/** Packets in the decoder at a time; more would only hold memory. */
const packetsAhead = 4;

async function main(request: DecodeRequest, outlet: Outlet): Promise<void> {
  try {
    const recording = await openRecording(0, request);
    const delivery = new Delivery(recording, request, outlet);
    for await (const picture of picturesOf(recording)) await delivery.take(picture);
    await outlet.report('done', delivery.facts());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await outlet.report('refused', error.refusal);
  }
}

// [Note: Same bytes, same frames]
// Healthy streams decode to the same bits in any way. Broken ones do not: with a thread per frame, what fills a hole in one
// frame is copied from another that is still being written, and errors in VP8 go unsaid. `optimizeForLatency` turns frame
// threads off (FFmpeg's low-delay flag) and keeps the order in which pictures are shown; hardware decoders, each with habits
// of its own, are not asked. See docs/decisions/0002-media-decoding.md for what that leaves.

/** All pictures, in the order in which they are shown. */
async function* picturesOf({ config, packets }: Recording): AsyncGenerator<VideoFrame> {
  const decoded: VideoFrame[] = [];
  let isBroken = false;
  let wake = (): void => {};
  const decoder = new VideoDecoder({
    output: (frame) => {
      decoded.push(frame);
      wake();
    },
    error: () => {
      isBroken = true;
      wake();
    },
  });
  decoder.ondequeue = () => wake();
  // See [Note: Same bytes, same frames].
  decoder.configure({ ...config, hardwareAcceleration: 'prefer-software', optimizeForLatency: true });
  for await (const packet of packets()) {
    const { type, microsecondTimestamp: timestamp, data } = packet;
    try {
      decoder.decode(new EncodedVideoChunk({ type, timestamp, data }));
    } catch {
      isBroken = true; // the stream does not begin with a key picture, or an earlier packet has closed the decoder
    }
    while (decoder.decodeQueueSize >= packetsAhead && decoded.length === 0 && !isBroken)
      await new Promise<void>((resolve) => (wake = resolve));
    if (isBroken) throw new Refused('damaged', 'a coded picture is broken');
    while (decoded.length > 0) yield decoded.shift()!;
  }
  await decoder.flush().catch(() => (isBroken = true));
  if (isBroken) throw new Refused('damaged', 'a coded picture is broken');
  while (decoded.length > 0) yield decoded.shift()!;
}

/** Gives each picture its time, and sends what was asked for of it. */
class Delivery {
  readonly #recording: Recording;
  readonly #request: DecodeRequest;
  readonly #outlet: Outlet;
  #taken = 0;
  #sent = 0;
  #stored = new Uint8Array(0);
  /** Buffers that have left through the pipe and may be written again: fresh memory costs as much as the conversion. */
  readonly #spare: Uint8Array[] = [];
  #coefficients: YuvCoefficients | null = null;
  #firstSize: { widthPx: number; heightPx: number } | null = null;

  constructor(recording: Recording, request: DecodeRequest, outlet: Outlet) {
    this.#recording = recording;
    this.#request = request;
    this.#outlet = outlet;
  }

  async take(frame: VideoFrame): Promise<void> {
    const at = this.#taken++;
    const atMs = this.#recording.timesMs[at];
    if (atMs === undefined) throw new Refused('damaged', 'more pictures than the container tells of');
    checkSides(frame.codedWidth, frame.codedHeight, this.#request.maxSidePx);
    const isChosen = this.#recording.isChosen[at] === 1;
    if (atMs >= 0 && (isChosen || this.#request.wantsThumbnails)) {
      const picture = await this.#read(frame);
      if (this.#request.wantsThumbnails) await this.#sendThumbnail(picture, atMs);
      if (isChosen)
        await this.#sendFrame(picture, atMs, (this.#coefficients ??= coefficientsOf(frame, this.#recording)));
    }
    frame.close();
  }

  facts(): VideoFacts {
    const { codec, container, durationMs, storedFrames, timesMs } = this.#recording;
    const missing = timesMs.length - this.#taken;
    if (missing > 0 || this.#firstSize === null)
      throw new Refused('damaged', `${missing} of ${timesMs.length} pictures cannot be decoded`);
    return { codec, container, ...this.#firstSize, durationMs, storedFrames };
  }

  async #sendThumbnail(picture: YuvPicture, atMs: number): Promise<void> {
    const luma = thumbnailOf(picture, this.#recording.orientation);
    await this.#outlet.send({ kind: 'thumbnail', atMs, widthPx: 0, heightPx: 0, index: 0 }, luma);
  }

  async #sendFrame(picture: YuvPicture, atMs: number, coefficients: YuvCoefficients): Promise<void> {
    const { orientation } = this.#recording;
    const size = uprightSize(picture, orientation);
    this.#firstSize ??= size;
    const bytes = size.widthPx * size.heightPx * 3;
    const spare = this.#spare.pop();
    const rgb = spare?.length === bytes ? spare : new Uint8Array(bytes);
    toRgb(picture, orientation, coefficients, rgb);
    const onSent = () => this.#spare.push(rgb);
    await this.#outlet.send({ kind: 'frame', atMs, ...size, index: this.#sent++ }, rgb, onSent);
  }

  async #read(frame: VideoFrame): Promise<YuvPicture> {
    const shifts = frame.format === null ? undefined : chromaShifts[frame.format];
    if (shifts === undefined) throw new Refused('not-a-video', 'the video is not 8-bit YUV');
    const sizeBytes = frame.allocationSize();
    if (this.#stored.length !== sizeBytes) this.#stored = new Uint8Array(sizeBytes);
    const [y, u, v] = await frame.copyTo(this.#stored);
    const [chromaShiftX, chromaShiftY] = shifts;
    const { codedWidth: widthPx, codedHeight: heightPx } = frame;
    return { widthPx, heightPx, bytes: this.#stored, y: y!, u: u!, v: v!, chromaShiftX, chromaShiftY };
  }
}

const chromaShifts: Readonly<Record<string, readonly [0 | 1, 0 | 1]>> = { I420: [1, 1], I422: [1, 0], I444: [0, 0] };

/** H.273 matrices by the names of WebCodecs. Where neither stream nor container names one, BT.601, as ffmpeg does. */
const matrices: Readonly<Record<string, YuvMatrix>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  'bt2020-ncl': 'bt2020',
};

function coefficientsOf({ colorSpace }: VideoFrame, { matrix }: Recording): YuvCoefficients {
  const name = colorSpace.matrix ?? matrix ?? 'smpte170m';
  if (name === 'rgb') throw new Refused('not-a-video', 'the video is not 8-bit YUV');
  return yuvCoefficients(matrices[name] ?? 'bt601', colorSpace.fullRange ?? false);
}

/** The pipe to the parent. Its socket also listens, which keeps this process alive while only the decoder's threads work. */
class Outlet {
  readonly #pipe: Socket;

  constructor(descriptor: number) {
    const options: SocketConstructorOpts & { writableHighWaterMark: number } = {
      fd: descriptor,
      writableHighWaterMark: bytesAhead,
    };
    this.#pipe = new Socket(options);
    this.#pipe.on('error', () => process.exit(1)); // the parent has heard enough
  }

  async send(message: Omit<DecodeMessage, 'payload'>, payload: Uint8Array, onSent = (): void => {}): Promise<void> {
    this.#pipe.cork(); // header and payload leave in one system call
    this.#pipe.write(encodeHeader(message, payload.length));
    const hasRoom = this.#pipe.write(payload, onSent);
    this.#pipe.uncork();
    if (!hasRoom) await new Promise((resolve) => this.#pipe.once('drain', resolve));
  }

  async report(kind: 'done' | 'refused', value: object): Promise<void> {
    await this.send({ kind, atMs: 0, widthPx: 0, heightPx: 0, index: 0 }, Buffer.from(JSON.stringify(value)));
    await new Promise<void>((resolve) => this.#pipe.end(resolve));
  }
}

await main(JSON.parse(process.argv[2]!) as DecodeRequest, new Outlet(3));
process.exit(0);
