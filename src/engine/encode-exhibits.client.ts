import sharp from 'sharp';
import type { Exhibits } from './exhibits.ts';
import type { Raster } from './image/raster.ts';

/** Pictures as JPEG files and everything else as one JSON, which names the pictures. */
export type EncodedExhibit = {
  readonly name: string;
  readonly mediaType: 'image/jpeg' | 'application/json';
  readonly bytes: Uint8Array;
};

/** The longer side of a document as it is shown: every letter can be read. */
const MOST_SIDE_PX = 1600;

/**
 * What the engine saw, as files to be kept. `exhibits.json` has the shape of `Exhibits`, with `{ picture, widthPx, heightPx }` in the place of
 * each raster: the name of its JPEG, and the size that places in it are told in, which may be larger than the JPEG's own.
 */
export async function encodeExhibits({ video, document }: Exhibits): Promise<readonly EncodedExhibit[]> {
  const pictures: EncodedExhibit[] = [];
  const keep = async (name: string, raster: Raster): Promise<object> => {
    pictures.push({ name, mediaType: 'image/jpeg', bytes: await jpegOf(raster) });
    return { picture: name, widthPx: raster.widthPx, heightPx: raster.heightPx };
  };
  const frames: object[] = [];
  for (const [index, { mesh, image, ...frame }] of (video?.frames ?? []).entries())
    frames.push({
      ...frame,
      image: await keep(`frame-${index + 1}`, image),
      mesh: { flag: mesh.flag, points: Array.from(mesh.points, (value) => Math.round(value * 10) / 10) },
    });
  const sides: object[] = [];
  for (const { image, rectified, ...side } of document?.sides ?? [])
    sides.push({
      ...side,
      image: await keep(side.side, image),
      rectified: rectified && {
        image: await keep(`${side.side}-rectified`, rectified.image),
        toRectified: rectified.toRectified,
      },
    });
  const portrait = document?.portrait ?? null;
  const content = {
    video: video && {
      ...video,
      frames,
      alignedFace: video.alignedFace && (await keep('face', video.alignedFace)),
    },
    document: document && {
      sides,
      readings: document.readings,
      portrait: portrait && { ...portrait, alignedFace: await keep('portrait', portrait.alignedFace) },
    },
  };
  const json = Buffer.from(JSON.stringify(content));
  return [...pictures, { name: 'exhibits', mediaType: 'application/json', bytes: json }];
}

const jpegOf = ({ rgb, widthPx, heightPx }: Raster): Promise<Uint8Array> =>
  sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(MOST_SIDE_PX, MOST_SIDE_PX, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
