import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { calibrateModel, type Calibration } from './attributes.ts';
import { parseLabelsCsv, parseLabelsJson, type LabelledPhotograph } from './attribute-labels.ts';
import { countAttributes, type AttributesEvaluation, type LabelledFace } from './attribute-rates.ts';
import { shippedAttributeModel, type AttributeModel } from '../engine/face/attributes/attribute-model.ts';
import { measureFace } from '../engine/face/attributes/measure-face.ts';
import { openSexAge } from '../engine/face/attributes/sex-age.ts';
import { detectFaces } from '../engine/face/detect.ts';
import type { Face } from '../engine/face/face.ts';
import { meshFace } from '../engine/face/mesh.ts';
import type { Raster } from '../engine/image/raster.ts';
import { decodeImage } from '../engine/runtime/decode-image.client.ts';
import type { Models } from '../engine/runtime/model.ts';
import { ok, refuse, type Result } from '../kernel/result.ts';

/** Why a folder of labelled photographs was not used, in words that name the row or the file. */
export type FolderRefusal = {
  readonly kind: 'labels-missing' | 'labels-unusable' | 'photograph-unusable' | 'too-few-faces';
  readonly detail: string;
};

export type LabelledFolder = {
  /** Holds `labels.csv` or `labels.json` (see `attribute-labels.ts`) and the photographs that it names. */
  readonly folder: string;
  readonly models: Models;
  readonly onProgress?: (done: number, total: number) => void;
};

/** Longer photographs are shrunk to it: all the detail that the measurements use is there. */
const longestSidePx = 1280;

/**
 * Fits the attribute model to an installer's own labelled photographs. The refusal names what is missing; attributes with too
 * few photographs keep the weights of `base` and are listed.
 */
export async function calibrateAttributes(
  labelled: LabelledFolder,
  base: AttributeModel = shippedAttributeModel,
): Promise<Result<Calibration, FolderRefusal>> {
  const measured = await measureFolder(labelled);
  if (!measured.ok) return measured;
  const faces = measured.value;
  const persons = new Set(faces.map(({ person }) => person)).size;
  return calibrateModel(faces, base, `${faces.length} labelled photographs of ${persons} persons`);
}

/** How often a model's definite answers are right on labelled photographs, one photograph at a time. */
export async function evaluateAttributes(
  labelled: LabelledFolder,
  model: AttributeModel = shippedAttributeModel,
): Promise<Result<AttributesEvaluation, FolderRefusal>> {
  const measured = await measureFolder(labelled);
  return measured.ok ? ok(countAttributes(measured.value, model)) : measured;
}

async function measureFolder(labelled: LabelledFolder): Promise<Result<readonly LabelledFace[], FolderRefusal>> {
  const photographs = await readLabels(labelled.folder);
  if (!photographs.ok) return photographs;
  const faces: LabelledFace[] = [];
  for (const [i, photograph] of photographs.value.entries()) {
    const image = await decodeImage(path.join(labelled.folder, photograph.file), { shrinkToSidePx: longestSidePx });
    if (!image.ok)
      return refuse({
        kind: 'photograph-unusable',
        detail: `photograph ${i + 1} of the list, ${photograph.file}: ${image.refusal.detail}`,
      });
    faces.push(await measurePhotograph(photograph, image.value, labelled.models));
    labelled.onProgress?.(i + 1, photographs.value.length);
  }
  return ok(faces);
}

async function readLabels(folder: string): Promise<Result<readonly LabelledPhotograph[], FolderRefusal>> {
  const lists = [
    { name: 'labels.csv', parse: parseLabelsCsv },
    { name: 'labels.json', parse: parseLabelsJson },
  ];
  for (const { name, parse } of lists) {
    const text = await readFile(path.join(folder, name), 'utf8').catch(() => null);
    if (text === null) continue;
    const parsed = parse(text);
    return parsed.ok ? parsed : refuse({ ...parsed.refusal, detail: `${name}: ${parsed.refusal.detail}` });
  }
  return refuse({ kind: 'labels-missing', detail: 'the folder has neither labels.csv nor labels.json' });
}

async function measurePhotograph(
  { file, person, labels }: LabelledPhotograph,
  image: Raster,
  models: Models,
): Promise<LabelledFace> {
  const face = await largestFace(image, models);
  if (face === null) return { file, person, labels, measured: null, sexAge: null };
  const sexAge = await (await openSexAge(models)).read(image, face);
  return { file, person, labels, measured: measureFace(image, face.mesh), sexAge };
}

async function largestFace(image: Raster, models: Models): Promise<Face | null> {
  const [largest] = (await detectFaces(await models.open('face-detector'), image)).toSorted(
    (a, b) => b.box.x1Px - b.box.x0Px - (a.box.x1Px - a.box.x0Px),
  );
  if (largest === undefined) return null;
  return { detected: largest, mesh: await meshFace(await models.open('face-mesh'), image, largest) };
}
