import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { ok, refuse, type Result } from '../../kernel/result.ts';
import type { Raster } from '../image/raster.ts';
import { readImageHeader } from './image-header.ts';
import { imageLimits, type ImageLimits, type MediaRefusal } from './media.ts';

// [Note: Stills are decoded in this process]
// A video decoder is a large state machine over hostile input and gets a process of its own; a still does not. Three
// parsers only can be reached (every other loader of libvips is blocked below, for this whole process), the size is read by our own code before any of
// them runs, and a process would cost more CPU than the decoding it protects. See docs/decisions/0002-media-decoding.md.
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp'].flatMap((format) => [
    `VipsForeignLoad${format}Buffer`,
    `VipsForeignLoad${format}File`,
  ]),
});

/**
 * A still as upright sRGB pixels: EXIF rotation applied, embedded colour profile converted, transparency laid on white; grey,
 * CMYK and 16-bit pictures become 8-bit RGB; of an animation, the first frame.
 * @param source a path, or the file's bytes.
 * @param limits what differs from `imageLimits`; `shrinkToSidePx` asks for a picture whose longer side is at most that.
 */
export async function decodeImage(
  source: string | Uint8Array,
  limits: Partial<ImageLimits> = {},
): Promise<Result<Raster, MediaRefusal>> {
  const within: ImageLimits = { ...imageLimits, ...limits };
  const bytes = typeof source === 'string' ? await readStill(source, within) : ok(source);
  if (!bytes.ok) return bytes;
  const refusal = refusalOf(bytes.value, within);
  return refusal === null ? decode(bytes.value, within) : refuse(refusal);
}

async function readStill(path: string, limits: ImageLimits): Promise<Result<Uint8Array, MediaRefusal>> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return refuse({ kind: 'unreadable', detail: 'not a regular file' });
    if (facts.size > limits.maxBytes) return refuse(tooManyBytes(limits));
    return ok(await readFile(path));
  } catch {
    return refuse({ kind: 'unreadable', detail: 'the file cannot be opened' });
  }
}

function refusalOf(bytes: Uint8Array, limits: ImageLimits): MediaRefusal | null {
  if (bytes.length === 0) return { kind: 'unreadable', detail: 'the file is empty' };
  if (bytes.length > limits.maxBytes) return tooManyBytes(limits);
  const header = readImageHeader(bytes);
  if (header.kind === 'other') return { kind: 'not-an-image', detail: `${header.name}, not JPEG, PNG or WebP` };
  if (header.kind === 'broken') return { kind: 'damaged', detail: `the ${header.format} header is broken` };
  if (header.widthPx * header.heightPx > limits.maxPixels)
    return {
      kind: 'too-many-pixels',
      detail: `${header.widthPx} × ${header.heightPx} px, more than ${limits.maxPixels} in all`,
    };
  return null;
}

async function decode(bytes: Uint8Array, limits: ImageLimits): Promise<Result<Raster, MediaRefusal>> {
  const still = sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: 'error', pages: 1, sequentialRead: true })
    .autoOrient()
    .timeout({ seconds: Math.max(1, Math.ceil(limits.timeoutMs / 1000)) });
  const side = limits.shrinkToSidePx;
  if (side !== undefined)
    still.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true, kernel: 'lanczos3' });
  try {
    const { data, info } = await still
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`expected 3 channels of sRGB, found ${info.channels}`);
    return ok({
      widthPx: info.width,
      heightPx: info.height,
      rgb: new Uint8Array(data.buffer, data.byteOffset, data.length),
    });
  } catch (error) {
    return refuse(refusalOfFailure(error, limits));
  }
}

/** libvips tells its reasons in words only. They are read for the two limits; everything else is a broken picture. */
function refusalOfFailure(error: unknown, limits: ImageLimits): MediaRefusal {
  const reason = error instanceof Error ? error.message : '';
  if (/pixel limit/i.test(reason))
    return { kind: 'too-many-pixels', detail: `more than ${limits.maxPixels} pixels in all` };
  if (/timeout/i.test(reason)) return { kind: 'took-too-long', detail: `not decoded within ${limits.timeoutMs} ms` };
  return { kind: 'damaged', detail: 'the coded picture is broken or cut short' };
}

const tooManyBytes = (limits: ImageLimits): MediaRefusal => ({
  kind: 'too-many-bytes',
  detail: `more than ${limits.maxBytes} bytes`,
});
