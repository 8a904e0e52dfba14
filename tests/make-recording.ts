import { VideoEncoder, VideoFrame, type EncodedVideoChunkMetadata } from '@napi-rs/webcodecs';
import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';

export type RecordingToMake = {
  readonly codec: 'vp8' | 'vp9' | 'h264';
  readonly container: 'webm' | 'live-webm' | 'mp4' | 'fragmented-mp4' | 'mov';
  readonly widthPx: number;
  readonly heightPx: number;
  /** One frame at each of these times. */
  readonly timesMs: readonly number[];
  /** I420 of a frame: luma, then both chroma planes, half as wide and half as high. */
  readonly paint: (index: number) => Uint8Array;
  /** Degrees clockwise by which a player turns the picture. */
  readonly rotation?: 0 | 90 | 180 | 270;
};

const codecStrings = { vp8: 'vp8', vp9: 'vp09.00.10.08', h264: 'avc1.4d001f' } as const;
const trackCodecs = { vp8: 'vp8', vp9: 'vp9', h264: 'avc' } as const;

/** A recording made here and now, so that tests need no footage: what goes in is known to the pixel. */
export async function makeRecording(asked: RecordingToMake): Promise<Uint8Array> {
  const output = new Output({ format: formatOf(asked.container), target: new BufferTarget() });
  const source = new EncodedVideoPacketSource(trackCodecs[asked.codec]);
  output.addVideoTrack(source, asked.rotation === undefined ? {} : { rotation: asked.rotation });
  await output.start();
  for (const { packet, meta } of await encode(asked)) await source.add(packet, meta);
  await output.finalize();
  return new Uint8Array(output.target.buffer!);
}

function formatOf(container: RecordingToMake['container']) {
  switch (container) {
    case 'webm':
      return new WebMOutputFormat();
    case 'live-webm': // as a browser's MediaRecorder writes it: no lengths, no duration, no cues
      return new WebMOutputFormat({ appendOnly: true });
    case 'mp4':
      return new Mp4OutputFormat();
    case 'fragmented-mp4':
      return new Mp4OutputFormat({ fastStart: 'fragmented' });
    case 'mov':
      return new MovOutputFormat();
  }
}

type Coded = { readonly packet: EncodedPacket; readonly meta: Parameters<EncodedVideoPacketSource['add']>[1] };

async function encode(asked: RecordingToMake): Promise<Coded[]> {
  const { codec, widthPx, heightPx, timesMs, paint } = asked;
  const coded: Coded[] = [];
  const encoder = new VideoEncoder({
    output: (chunk, meta?: EncodedVideoChunkMetadata) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const packet = new EncodedPacket(data, chunk.type, chunk.timestamp / 1e6, durationMs / 1000);
      coded.push({ packet, meta: meta as Coded['meta'] });
    },
    error: (error) => {
      throw error;
    },
  });
  const durationMs = timesMs.length < 2 ? 40 : (timesMs.at(-1)! - timesMs[0]!) / (timesMs.length - 1);
  encoder.configure({
    codec: codecStrings[codec],
    width: widthPx,
    height: heightPx,
    bitrate: 4_000_000,
    framerate: Math.max(1, Math.round(1000 / durationMs)),
    hardwareAcceleration: 'prefer-software',
    latencyMode: 'realtime',
    ...(codec === 'h264' ? { avc: { format: 'avc' } } : {}),
  });
  for (const [index, atMs] of timesMs.entries()) {
    const frame = new VideoFrame(paint(index), {
      format: 'I420',
      codedWidth: widthPx,
      codedHeight: heightPx,
      timestamp: atMs * 1000,
    });
    encoder.encode(frame, { keyFrame: index === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return coded;
}

/** A frame of one luma all over, without colour. */
export function flatFrame(widthPx: number, heightPx: number, luma: number): Uint8Array {
  const lumaBytes = widthPx * heightPx;
  const frame = new Uint8Array(lumaBytes + 2 * (Math.ceil(widthPx / 2) * Math.ceil(heightPx / 2))).fill(128);
  return frame.fill(luma, 0, lumaBytes);
}
