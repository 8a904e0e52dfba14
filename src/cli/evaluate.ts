import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { readBarcodes } from '../engine/document/barcode.client.ts';
import { loadDictionary } from '../engine/document/text/dictionary.client.ts';
import type { Raster } from '../engine/image/raster.ts';
import { decodeImage } from '../engine/runtime/decode-image.client.ts';
import { decodeVideo } from '../engine/runtime/decode-video.client.ts';
import { openModels } from '../engine/runtime/models.client.ts';
import { evaluateDocuments } from '../evaluation/documents.ts';
import { evaluateFaces } from '../evaluation/faces.ts';
import { evaluateLiveness } from '../evaluation/liveness.ts';
import { cpuSeconds } from './cpu-time.ts';
import { progressBar } from './progress.ts';
import { documentsReport, documentsText } from '../report/documents-report.ts';
import { facesReport, facesText } from '../report/faces-report.ts';
import { livenessReport, livenessText } from '../report/liveness-report.ts';
import { encodeForReport } from '../report/encode.client.ts';
import { UsageError, oneOf, parseCommandLine, type Command } from './command.ts';

const help = `cotejo evaluate: error rates of the serving code over labelled material

usage: cotejo evaluate faces|liveness|documents FOLDER [--json FILE] [--report FILE.html]

FOLDER holds a manifest.json and the files it names, or the folders faces, faces-video and documents that do:

  faces       items[]: identity, file
  liveness    videos[]: file, kind, movements[] {movement, from_s, to_s}; stills[]: file, kind
  documents   items[]: file, docType, mrzFormat, mrz[], mrzCheckDigitsValid, viz{}

  --json FILE     writes every figure; '-' for standard output
  --report FILE   writes plots, histograms and a gallery of failures; it shows the pictures, keep it accordingly
`;

const kinds = ['faces', 'liveness', 'documents'] as const;
const folderOf = { faces: 'faces', liveness: 'faces-video', documents: 'documents' } as const;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'error rates of the serving code over labelled faces, videos or documents',
  help,
  async run(args) {
    const { values, positionals } = parseCommandLine(args, { json: { type: 'string' }, report: { type: 'string' } }, [
      'what to evaluate',
      'FOLDER',
    ]);
    const kind = oneOf(positionals[0]!, 'what to evaluate', kinds);
    const folder = await manifestFolder(positionals[1]!, folderOf[kind]);
    const evaluated = await evaluations[kind](folder, await readManifest(folder));
    process.stdout.write(values.json === '-' ? '' : evaluated.text);
    const json = `${JSON.stringify(evaluated.figures, null, 2)}\n`;
    if (values.json === '-') process.stdout.write(json);
    else if (values.json !== undefined) await write(values.json, json, '--json');
    if (values.report !== undefined) await write(values.report, await evaluated.report(), '--report');
    return 0;
  },
};

type Evaluated = { readonly text: string; readonly figures: unknown; readonly report: () => Promise<string> };
type Evaluate = (folder: string, manifest: unknown) => Promise<Evaluated>;

const cpuMs = (): number => cpuSeconds() * 1000;

const evaluations: Readonly<Record<(typeof kinds)[number], Evaluate>> = {
  async faces(folder, manifest) {
    const items = parsed(facesManifest, manifest).items;
    const evaluation = await evaluateFaces(
      items,
      { models: openModels(), load: (file) => decodeImage(path.join(folder, file)), reencode, cpuMs },
      progressBar('faces'),
    );
    return {
      text: facesText(evaluation),
      figures: evaluation,
      report: () => facesReport(evaluation, (file) => picture(folder, file)),
    };
  },
  async liveness(folder, manifest) {
    const evaluation = await evaluateLiveness(
      parsed(livenessManifest, manifest),
      {
        models: openModels(),
        decodeVideo: (file, receiver) => decodeVideo(path.join(folder, file), receiver),
        decodeImage: (file) => decodeImage(path.join(folder, file)),
        now: () => performance.now(),
        cpuMs,
      },
      progressBar('liveness'),
    );
    return {
      text: livenessText(evaluation),
      figures: evaluation,
      report: () => Promise.resolve(livenessReport(evaluation)),
    };
  },
  async documents(folder, manifest) {
    const evaluation = await evaluateDocuments(
      parsed(documentsManifest, manifest).items,
      {
        models: openModels(),
        load: (file) => decodeImage(path.join(folder, file)),
        dictionary: loadDictionary(),
        readBarcodes,
        now: () => performance.now(),
        cpuMs,
      },
      progressBar('documents'),
    );
    return {
      text: documentsText(evaluation),
      figures: evaluation,
      report: () => documentsReport(evaluation, (file) => picture(folder, file)),
    };
  },
};

const facesManifest = z.object({ items: z.array(z.object({ identity: z.string(), file: z.string() })).min(2) });
const movement = z.object({ movement: z.string(), from_s: z.number(), to_s: z.number() });
const livenessManifest = z.object({
  videos: z.array(
    z.object({
      file: z.string(),
      person: z.string().optional(),
      kind: z.string(),
      note: z.string().optional(),
      movements: z.array(movement).default([]),
    }),
  ),
  stills: z
    .array(z.object({ file: z.string(), person: z.string().optional(), kind: z.string(), note: z.string().optional() }))
    .default([]),
});
const documentsManifest = z.object({
  items: z.array(
    z.object({
      file: z.string(),
      docType: z.string(),
      country: z.string().nullish(),
      condition: z.string().nullish(),
      mrzFormat: z.string().nullish(),
      mrz: z.array(z.string()).nullish(),
      mrzCheckDigitsValid: z.boolean().nullish(),
      viz: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** @throws UsageError naming the place in the manifest. */
function parsed<Schema extends z.ZodType>(schema: Schema, manifest: unknown): z.infer<Schema> {
  const result = schema.safeParse(manifest);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new UsageError(`manifest.json: ${issue.path.join('.') || 'file'}: ${issue.message}`);
}

async function manifestFolder(folder: string, part: string): Promise<string> {
  for (const candidate of [path.join(folder, part), folder])
    if (await isThere(path.join(candidate, 'manifest.json'))) return candidate;
  throw new UsageError(`${folder} holds no manifest.json, and no folder ${part} that does`);
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function readManifest(folder: string): Promise<unknown> {
  const file = path.join(folder, 'manifest.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} is not readable JSON`);
  }
}

async function write(file: string, text: string, option: string): Promise<void> {
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${option}: cannot write ${file} (${error.code ?? 'unknown error'})`);
  });
}

async function reencode(image: Raster, quality: number): Promise<Raster> {
  const { rgb, widthPx, heightPx } = image;
  const jpeg = await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) };
}

/** A failure's picture for the gallery; nothing where it cannot be decoded. */
async function picture(folder: string, file: string): Promise<string | null> {
  const decoded = await decodeImage(path.join(folder, file));
  return decoded.ok ? encodeForReport(decoded.value) : null;
}
