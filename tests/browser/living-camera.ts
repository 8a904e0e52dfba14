import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { decodeVideo } from '../../src/engine/runtime/decode-video.client.ts';
import type { Raster } from '../../src/engine/image/raster.ts';

/** A stretch of a recording, and how it is shown. */
export type Clip = {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** 0.5: half as fast as it was filmed. */
  readonly speed?: number;
  /** How much nearer, and from a little to the side, it is seen. */
  readonly zoom?: number;
};
/** Pictures as a camera hands them over, JPEG, at `FPS`. */
export type Filmed = readonly Buffer[];

export const FPS = 12.5;
const [WIDTH_PX, HEIGHT_PX] = [640, 480];

/** Clips of a recording as pictures of a webcam. */
export async function filmClips<Name extends string>(
  recording: string,
  clips: Readonly<Record<Name, Clip>>,
): Promise<Record<Name, Filmed>> {
  const filmed = Object.fromEntries(Object.keys(clips).map((name) => [name, []])) as unknown as Record<Name, Buffer[]>;
  const decoded = await decodeVideo(recording, {
    fps: 25,
    limits: { maxDurationMs: 300_000 },
    async onFrame({ atMs, image }) {
      for (const [name, { fromSeconds, toSeconds, speed = 1, zoom = 1 }] of Object.entries<Clip>(clips)) {
        if (atMs < fromSeconds * 1000 || atMs >= toSeconds * 1000) continue;
        const pictures = filmed[name as Name];
        if (((atMs / 1000 - fromSeconds) / speed) * FPS >= pictures.length - 0.01)
          pictures.push(await webcamPicture(image, zoom));
      }
    },
  });
  if (!decoded.ok) throw new Error(`the footage cannot be decoded: ${decoded.refusal.kind}`);
  return filmed;
}

/** A photograph held before the camera by somebody whose hand is steady. */
export const filmStill = async (file: string): Promise<Filmed> => {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return [await webcamPicture({ rgb: new Uint8Array(data), widthPx: info.width, heightPx: info.height }, 1)];
};

function webcamPicture({ rgb, widthPx, heightPx }: Raster, zoom: number): Promise<Buffer> {
  const [width, height] = [Math.round(WIDTH_PX * zoom), Math.round(HEIGHT_PX * zoom)];
  return (
    sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
      .resize(width, height, { fit: 'cover' })
      .extract({ left: (width - WIDTH_PX) >> 2, top: (height - HEIGHT_PX) >> 1, width: WIDTH_PX, height: HEIGHT_PX })
      // The same tables in every picture: whoever reads one while it is written reads a flaw and no other picture's lengths.
      .jpeg({ quality: 88, optimiseCoding: false })
      .toBuffer()
  );
}

/** Room for one picture; what it leaves is filled with a comment. */
const SLOT_BYTES = 160 * 1024;
const SLOTS = 2;

/**
 * A camera whose picture changes while it runs. Chromium maps its file into memory and plays it in a loop, so what is written into it is seen at
 * once; every picture has the same length, and so the loop keeps its step.
 */
export function livingCamera(folder: string, first: Filmed) {
  const file = path.join(folder, `living-${process.hrtime.bigint()}.mjpeg`);
  const descriptor = openSync(file, 'w');
  const show = (picture: Buffer): void => {
    const slot = inSlot(picture);
    for (let at = 0; at < SLOTS; at += 1) writeSync(descriptor, slot, 0, slot.length, at * SLOT_BYTES);
  };
  let once: Filmed = [];
  let at = 0;
  let rest = first;
  let restAt = 0;
  const next = (): void => {
    if (at < once.length) return show(once[at++]!);
    show(rest[restAt]!);
    restAt = (restAt + 1) % rest.length;
  };
  next();
  const timer = setInterval(next, 1000 / FPS);
  return {
    file,
    /** Shows pictures once, then goes on with what it showed all the while. */
    play(pictures: Filmed): void {
      once = pictures;
      at = 0;
    },
    /** What it shows when there is nothing else, over and over. */
    rest(pictures: Filmed): void {
      once = [];
      rest = pictures;
      restAt = 0;
    },
    close(): void {
      clearInterval(timer);
      closeSync(descriptor);
    },
  };
}

const COMMENT = 0xfe;
const MOST_COMMENT_BYTES = 65_533;

/** A JPEG of exactly `SLOT_BYTES`: comments before its end take what is left. */
function inSlot(picture: Buffer): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES, 0x20);
  const end = picture.length - 2;
  picture.copy(slot, 0, 0, end);
  let at = end;
  for (let left = SLOT_BYTES - picture.length; left > 0;) {
    const whole = Math.min(
      left,
      left - MOST_COMMENT_BYTES > 0 && left - MOST_COMMENT_BYTES < 8 ? left - 8 : left,
      65_000,
    );
    slot.writeUInt16BE(0xff00 | COMMENT, at);
    slot.writeUInt16BE(whole - 2, at + 2);
    at += whole;
    left -= whole;
  }
  picture.copy(slot, SLOT_BYTES - 2, end);
  return slot;
}
