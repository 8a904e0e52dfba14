import { writeFile } from 'node:fs/promises';
import type { Raster } from '../src/engine/image/raster.ts';
import { decodeVideo } from '../src/engine/runtime/decode-video.client.ts';
import { makeRecording } from './make-recording.ts';

/** Writes pictures of one even size as a WebM, one every `everyMs`. */
export async function recordPictures(file: string, pictures: readonly Raster[], everyMs = 100): Promise<string> {
  const { widthPx, heightPx } = pictures[0]!;
  const recording = await makeRecording({
    codec: 'vp8',
    container: 'webm',
    widthPx,
    heightPx,
    timesMs: pictures.map((_, at) => at * everyMs),
    paint: (index) => i420Of(pictures[index]!),
  });
  await writeFile(file, recording);
  return file;
}

class Enough extends Error {}

/** The frames of a recording at 10 per second, from `fromMs` for `count` frames. */
export async function picturesOf(recording: string, fromMs: number, count: number): Promise<Raster[]> {
  const pictures: Raster[] = [];
  try {
    await decodeVideo(recording, {
      limits: { maxDurationMs: 600_000 },
      onFrame: ({ atMs, image }) => {
        if (atMs >= fromMs) pictures.push(image);
        if (pictures.length === count) throw new Enough();
      },
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return pictures;
}

/** BT.601, studio range, chroma averaged over 2 × 2. */
function i420Of({ widthPx, heightPx, rgb }: Raster): Uint8Array {
  const lumaSize = widthPx * heightPx;
  const chromaWidth = widthPx >> 1;
  const chromaSize = chromaWidth * (heightPx >> 1);
  const planes = new Uint8Array(lumaSize + 2 * chromaSize);
  const blue = new Float32Array(chromaSize);
  const red = new Float32Array(chromaSize);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at++) {
      const [r, g, b] = [rgb[at * 3]!, rgb[at * 3 + 1]!, rgb[at * 3 + 2]!];
      planes[at] = 16 + (65.738 * r + 129.057 * g + 25.064 * b) / 256;
      const chromaAt = (y >> 1) * chromaWidth + (x >> 1);
      blue[chromaAt]! += (-37.945 * r - 74.494 * g + 112.439 * b) / 1024;
      red[chromaAt]! += (112.439 * r - 94.154 * g - 18.285 * b) / 1024;
    }
  for (let at = 0; at < chromaSize; at++) {
    planes[lumaSize + at] = 128 + blue[at]!;
    planes[lumaSize + chromaSize + at] = 128 + red[at]!;
  }
  return planes;
}
