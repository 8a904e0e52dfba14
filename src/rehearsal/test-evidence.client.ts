import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Output, WebMOutputFormat } from 'mediabunny';
import sharp from 'sharp';
import type { Raster } from '../engine/image/raster.ts';
import type { DocumentRequest } from '../specimen/document.ts';
import { loadFonts } from '../specimen/fonts.client.ts';
import { generateDocument } from '../specimen/generate.client.ts';
import { outlineText } from '../specimen/text.ts';

/** The two sides of a document as photographs that say what they are; null: it has no back. */
export async function drawTestDocument(
  request: DocumentRequest,
): Promise<{ readonly front: Uint8Array; readonly back: Uint8Array | null }> {
  const { front, back } = await generateDocument(request);
  return { front: await photographOf(front), back: back === undefined ? null : await photographOf(back) };
}

const CAPTION = 'PRUEBA · TEST';

/** The side on a table, with a word beside it: whoever sees the picture alone knows that it is nobody's. */
async function photographOf({ widthPx, heightPx, rgb }: Raster): Promise<Uint8Array> {
  letSvgIn();
  const margin = Math.round(widthPx * 0.06);
  const [width, height] = [widthPx + 2 * margin, heightPx + 2 * margin];
  return sharp({ create: { width, height, channels: 3, background: '#8b9398' } })
    .composite([
      { input: Buffer.from(rgb), raw: { width: widthPx, height: heightPx, channels: 3 }, left: margin, top: margin },
      { input: captionSvg(width, margin), left: 0, top: 0 },
    ])
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A strip with the caption in its middle. */
const captionSvg = (width: number, height: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${caption(width / 2, height * 0.65, height * 0.4, '#3c4448')}</svg>`,
  );

/** The caption as an outline, so that it looks the same where no fonts are installed. @param size of its letters, px. */
function caption(middle: number, baseline: number, size: number, colour: string): string {
  const { path, width } = outlineText(loadFonts(), CAPTION, { face: 'sans-bold', size });
  return `<path transform="translate(${middle - width / 2} ${baseline})" d="${path}" fill="${colour}"/>`;
}

const RECORDING = { widthPx: 480, heightPx: 360, framesPerSecond: 10, frames: 30 } as const;

/** A recording of a few seconds, as a browser's recorder writes them, in which nobody is: a card with a word on it, and a bar that runs. */
export async function drawTestRecording(): Promise<Uint8Array> {
  const { widthPx, heightPx, framesPerSecond, frames } = RECORDING;
  const output = new Output({ format: new WebMOutputFormat({ appendOnly: true }), target: new BufferTarget() });
  const source = new EncodedVideoPacketSource('vp8');
  output.addVideoTrack(source);
  await output.start();
  const coded: Parameters<EncodedVideoPacketSource['add']>[] = [];
  const encoder = new VideoEncoder({
    output(chunk, meta) {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      const packet = new EncodedPacket(bytes, chunk.type, chunk.timestamp / 1e6, 1 / framesPerSecond);
      coded.push([packet, meta as Parameters<EncodedVideoPacketSource['add']>[1]]);
    },
    error(error) {
      throw error;
    },
  });
  encoder.configure({
    codec: 'vp8',
    width: widthPx,
    height: heightPx,
    bitrate: 300_000,
    framerate: framesPerSecond,
    hardwareAcceleration: 'prefer-software',
    latencyMode: 'realtime',
  });
  const card = await drawCard(widthPx, heightPx);
  for (let index = 0; index < frames; index += 1) {
    const frame = new VideoFrame(i420Of(withBar(card, (index + 1) / frames)), {
      format: 'I420',
      codedWidth: widthPx,
      codedHeight: heightPx,
      timestamp: (index * 1e6) / framesPerSecond,
    });
    encoder.encode(frame, { keyFrame: index === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  for (const [packet, meta] of coded) await source.add(packet, meta);
  await output.finalize();
  return new Uint8Array(output.target.buffer!);
}

/** Decoding what applicants send shuts this format out of the process; our own drawings are let in again, as in `specimen/`. */
const letSvgIn = (): void => sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });

/** What stands where a face would. */
export async function drawCard(widthPx: number, heightPx: number): Promise<Raster> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <rect width="100%" height="100%" fill="#dfe5e4"/>${caption(widthPx / 2, heightPx * 0.52, widthPx / 12, '#2b3a3a')}</svg>`;
  letSvgIn();
  const rgb = await sharp(Buffer.from(svg)).flatten({ background: '#dfe5e4' }).removeAlpha().raw().toBuffer();
  return { widthPx, heightPx, rgb: new Uint8Array(rgb) };
}

/** The card with a bar under its word. @param share of the bar that has run, 0 … 1. */
function withBar({ widthPx, heightPx, rgb }: Raster, share: number): Raster {
  const painted = rgb.slice();
  const [left, right] = [Math.round(widthPx * 0.1), Math.round(widthPx * (0.1 + 0.8 * share))];
  for (let y = Math.round(heightPx * 0.7); y < heightPx * 0.73; y += 1)
    for (let x = left; x < right; x += 1) painted.set([10, 110, 92], (y * widthPx + x) * 3);
  return { widthPx, heightPx, rgb: painted };
}

/** Luma, then both chroma planes, half as wide and half as high (ITU-R BT.601). */
function i420Of({ widthPx, heightPx, rgb }: Raster): Uint8Array {
  const lumaBytes = widthPx * heightPx;
  const planes = new Uint8Array(lumaBytes * 1.5);
  let chroma = lumaBytes;
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      const at = (y * widthPx + x) * 3;
      const [red, green, blue] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
      planes[y * widthPx + x] = (66 * red + 129 * green + 25 * blue + 4224) >> 8;
      if (x % 2 === 1 || y % 2 === 1) continue;
      planes[chroma + lumaBytes / 4] = (112 * red - 94 * green - 18 * blue + 32896) >> 8;
      planes[chroma++] = (-38 * red - 74 * green + 112 * blue + 32896) >> 8;
    }
  return planes;
}
