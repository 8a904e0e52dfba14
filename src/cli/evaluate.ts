import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { shippedAttributeModel } from '../engine/face/attributes/attribute-model.ts';
import { readBarcodes } from '../engine/document/barcode.client.ts';
import { loadDictionary } from '../engine/document/text/dictionary.client.ts';
import type { Raster } from '../engine/image/raster.ts';
import { decodeImage } from '../engine/runtime/decode-image.client.ts';
import { decodeVideo } from '../engine/runtime/decode-video.client.ts';
import { openModels } from '../engine/runtime/models.client.ts';
import { evaluateAttributes } from '../evaluation/attributes.client.ts';
import { evaluateDocuments } from '../evaluation/documents.ts';
import { evaluateFaces } from '../evaluation/faces.ts';
import { evaluateLiveness } from '../evaluation/liveness.ts';
import { attributesReport, attributesText } from '../report/attributes-report.ts';
import { documentsReport, documentsText } from '../report/documents-report.ts';
import { facesReport, facesText } from '../report/faces-report.ts';
import { livenessReport, livenessText } from '../report/liveness-report.ts';
import { encodeForReport } from '../report/encode.client.ts';
import { UsageError, oneOf, parseCommandLine, type Command } from './command.ts';
import { cpuSeconds } from './cpu-time.ts';
import { documentsManifest, facesManifest, livenessManifest, readManifest } from './manifests.ts';
import { readAttributeModel } from './option-file.ts';
import { progressBar } from './progress.ts';

const help = `cotejo evaluate: error rates of the serving code over labelled material

usage: cotejo evaluate faces|liveness|documents|attributes FOLDER [--json FILE] [--report FILE.html]

FOLDER holds a manifest.json and the files it names, or the folders faces, faces-video and documents that do:

  faces       items[]: identity, file
  liveness    videos[]: file, kind, movements[] {movement, from_s, to_s}; stills[]: file, kind
  documents   items[]: file, docType, mrzFormat, mrz[], mrzCheckDigitsValid, viz{}

For attributes it holds photographs and labels.csv or labels.json, as 'cotejo calibrate attributes' takes them:

  attributes  file, person, glasses, sunglasses, beard, moustache (yes, no, unsure or hidden)

  --json FILE        writes every figure; '-' for standard output
  --report FILE      writes plots, histograms and a gallery of failures; it shows the pictures, keep it accordingly
  --attributes FILE  weights made by 'cotejo calibrate attributes', to be measured in place of the shipped ones
`;

const kinds = ['faces', 'liveness', 'documents', 'attributes'] as const;

export const evaluateCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseCommandLine(
      args,
      { json: { type: 'string' }, report: { type: 'string' }, attributes: { type: 'string' } },
      ['what to evaluate', 'FOLDER'],
    );
    const kind = oneOf(positionals[0]!, 'what to evaluate', kinds);
    if (values.attributes !== undefined && kind !== 'attributes')
      throw new UsageError(`--attributes is of no use to ${kind}`);
    const evaluated = await evaluations[kind](positionals[1]!, { attributesFile: values.attributes ?? null });
    process.stdout.write(values.json === '-' ? '' : evaluated.text);
    const json = `${JSON.stringify(evaluated.figures, null, 2)}\n`;
    if (values.json === '-') process.stdout.write(json);
    else if (values.json !== undefined) await write(values.json, json, '--json');
    if (values.report !== undefined) await write(values.report, await evaluated.report(), '--report');
    return 0;
  },
};

type Evaluated = { readonly text: string; readonly figures: unknown; readonly report: () => Promise<string> };
type Evaluate = (given: string, options: { readonly attributesFile: string | null }) => Promise<Evaluated>;

const cpuMs = (): number => cpuSeconds() * 1000;

const evaluations: Readonly<Record<(typeof kinds)[number], Evaluate>> = {
  async faces(given) {
    const { folder, manifest } = await readManifest(given, 'faces', facesManifest);
    const evaluation = await evaluateFaces(
      manifest.items,
      { models: openModels(), load: (file) => decodeImage(path.join(folder, file)), reencode, cpuMs },
      progressBar('faces'),
    );
    return {
      text: facesText(evaluation),
      figures: evaluation,
      report: () => facesReport(evaluation, (file) => picture(folder, file)),
    };
  },
  async liveness(given) {
    const { folder, manifest } = await readManifest(given, 'faces-video', livenessManifest);
    const evaluation = await evaluateLiveness(
      manifest,
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
  async documents(given) {
    const { folder, manifest } = await readManifest(given, 'documents', documentsManifest);
    const evaluation = await evaluateDocuments(
      manifest.items,
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
  async attributes(folder, { attributesFile }) {
    const model =
      attributesFile === null ? shippedAttributeModel : await readAttributeModel(attributesFile, '--attributes');
    const labelled = { folder, models: openModels(), onProgress: progressBar('attributes') };
    const evaluated = await evaluateAttributes(labelled, model);
    if (!evaluated.ok) throw new UsageError(`${evaluated.refusal.kind}: ${evaluated.refusal.detail}`);
    const evaluation = evaluated.value;
    return {
      text: attributesText(evaluation),
      figures: evaluation,
      report: () => attributesReport(evaluation, (file) => picture(folder, file)),
    };
  },
};

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
