import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { decodeVideo } from '../../src/engine/runtime/decode-video.client.ts';
import { generateDocument } from '../../src/specimen/generate.client.ts';
import { photograph } from '../../src/specimen/photograph.client.ts';
import { recording } from '../../tests/corpus.ts';

export type FacePicture = { readonly file: string; readonly identity: string };
/** `mrz` is null on a side that has none. */
export type DocumentPicture = { readonly file: string; readonly mrz: readonly string[] | null };
export type Pictures = { readonly faces: readonly FacePicture[]; readonly documents: readonly DocumentPicture[] };

const faceManifest = z.object({ items: z.array(z.object({ file: z.string(), identity: z.string() })) });
const documentManifest = z.object({
  items: z.array(z.object({ file: z.string(), mrz: z.array(z.string()).nullable() })),
});

/** Pictures of a folder with the corpus layout: `faces/manifest.json` and `documents/manifest.json`. */
export async function picturesOf(folder: string): Promise<Pictures> {
  const manifest = async (part: string): Promise<unknown> =>
    JSON.parse(await readFile(path.join(folder, part, 'manifest.json'), 'utf8'));
  const faces = faceManifest.parse(await manifest('faces')).items;
  const documents = documentManifest.parse(await manifest('documents')).items;
  return {
    faces: faces.map((item) => ({ ...item, file: path.join(folder, 'faces', item.file) })),
    documents: documents.map((item) => ({ ...item, file: path.join(folder, 'documents', item.file) })),
  };
}

/** Photographs of the test footage's package by who is on them. */
const stills: Readonly<Record<string, readonly string[]>> = {
  franck: ['franck_01829.jpg', 'franck_02221.jpg', 'franck_03909.jpg', 'franck_04035.jpg'],
  cage: ['cage.jpg', 'cage2_crop.jpg'],
  connery: ['SeanConnery.jpg', 'sean_guru2_crop.jpg'],
  bieber: ['bieber_small.jpg', 'Justin-Bieber2_crop.jpg'],
  audrey: ['audrey.jpg'],
  kim: ['kim1_crop.jpg'],
  ri: ['ri_1_crop.jpg'],
  obama: ['obama4_crop.jpg'],
};
/** Two recordings of one man. */
const recordings = ['cap12_edit.webm', 'cap13_edit2.webm'];
const generated = { types: ['esp-dni-4', 'icao-td1', 'icao-td3'], perType: 4, level: 2, at: '2026-06-15' } as const;

/** What is here without a corpus: stills and frames of the test footage, and documents of our own generator, photographed. */
export async function picturesAtHand(folder: string): Promise<Pictures> {
  await mkdir(folder, { recursive: true });
  return {
    faces: [...(await stillsInto(folder)), ...(await framesInto(folder))],
    documents: await documentsInto(folder),
  };
}

async function stillsInto(folder: string): Promise<FacePicture[]> {
  const pictures: FacePicture[] = [];
  for (const [identity, files] of Object.entries(stills))
    for (const name of files) {
      const file = path.join(folder, name);
      await copyFile(recording(name), file);
      pictures.push({ file, identity });
    }
  return pictures;
}

async function framesInto(folder: string): Promise<FacePicture[]> {
  const pictures: FacePicture[] = [];
  for (const name of recordings) {
    const wanted = 5;
    let taken = 0;
    const decoded = await decodeVideo(recording(name), {
      fps: 0.5,
      onFrame: async ({ image }) => {
        if (taken++ >= wanted) return;
        const file = path.join(folder, `${path.parse(name).name}-${taken}.jpg`);
        const raw = { width: image.widthPx, height: image.heightPx, channels: 3 } as const;
        await sharp(image.rgb, { raw }).jpeg({ quality: 90 }).toFile(file);
        pictures.push({ file, identity: 'cap' });
      },
    });
    if (!decoded.ok) throw new Error(`${name}: ${decoded.refusal.kind}`);
  }
  return pictures;
}

async function documentsInto(folder: string): Promise<DocumentPicture[]> {
  const pictures: DocumentPicture[] = [];
  for (const type of generated.types)
    for (let seed = 1; seed <= generated.perType; seed++) {
      const { front, back, truth } = await generateDocument({ type, seed, at: generated.at });
      const side = truth.mrz.side === 'back' ? back : front;
      const { jpeg } = await photograph(side ?? front, { seed, level: generated.level });
      const file = path.join(folder, `${type}-${seed}.jpg`);
      await writeFile(file, jpeg);
      pictures.push({ file, mrz: truth.mrz.lines });
    }
  return pictures;
}
