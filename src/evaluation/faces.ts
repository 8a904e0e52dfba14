import { facePoints, type FacePoints } from '../engine/decision/face.ts';
import { compareTemplates } from '../engine/face/compare.ts';
import { templateOf } from '../engine/face/embed.ts';
import type { FaceMesh, FaceTemplate } from '../engine/face/face.ts';
import { faceBox, faceHeightPx } from '../engine/face/landmarks.ts';
import { locateFace } from '../engine/face/locate.ts';
import type { Raster } from '../engine/image/raster.ts';
import { shrinkTo } from '../engine/image/shrink.ts';
import { cropTo } from '../engine/image/warp.ts';
import type { MediaRefusal } from '../engine/runtime/media.ts';
import type { Models } from '../engine/runtime/model.ts';
import { seededRandom } from '../kernel/random.ts';
import type { Result } from '../kernel/result.ts';
import {
  bootstrapRate,
  equalErrorRate,
  errorCurve,
  errorsAt,
  histogram,
  pointAtFmr,
  rateOf,
  sortedScores,
  thinned,
  type ErrorPoint,
  type Histogram,
  type Scores,
} from './statistics.ts';

/** A photograph and who is on it; photographs of one identity are one person's, of two identities two people's. */
export type FaceItem = { readonly identity: string; readonly file: string };

export type FacesTools = {
  readonly models: Models;
  readonly load: (file: string) => Promise<Result<Raster, MediaRefusal>>;
  /** Encodes as JPEG of that quality (1 … 100), and decodes again. */
  readonly reencode: (image: Raster, quality: number) => Promise<Raster>;
  /** Milliseconds of CPU that this process has used. */
  readonly cpuMs: () => number;
};

/** A pair as compared: files, and the fused score (`engine/face/compare.ts`). */
export type FacePair = {
  readonly first: string;
  readonly second: string;
  readonly genuine: boolean;
  readonly fused: number;
};

export type FnmrAtFmr = { readonly '1e-2': number; readonly '1e-3': number };

/**
 * Rates at the shipped points, as fractions. `fnmr` counts every genuine pair below the line of 80, whether it would be reviewed or
 * refused; of those, `inconclusive` (a share of all genuine pairs too) would be reviewed and `veryDifferent` refused.
 * Intervals are 95 %: the wider of resampling people (with no error it has no width) and of taking pairs for independent.
 */
export type OperatingRates = {
  readonly fmr: number;
  readonly fnmr: number;
  readonly inconclusive: number;
  readonly veryDifferent: number;
  /** Impostor pairs that would be reviewed, not refused. */
  readonly impostorInconclusive: number;
  readonly fmrInterval: readonly [low: number, high: number];
  readonly fnmrInterval: readonly [low: number, high: number];
};

export type ComparisonRates = {
  readonly genuine: number;
  readonly impostor: number;
  readonly eer: number;
  readonly fnmrAtFmr: FnmrAtFmr;
  readonly operatingPoint: OperatingRates;
  /** At most 400 points, for plots. */
  readonly curve: readonly ErrorPoint[];
  readonly histograms: { readonly genuine: Histogram; readonly impostor: Histogram };
  /** The ten genuine pairs that compare lowest, the ten impostor pairs that compare highest, worst first. */
  readonly worstGenuine: readonly FacePair[];
  readonly worstImpostor: readonly FacePair[];
};

export type FacesEvaluation = ComparisonRates & {
  readonly images: number;
  /** Photographs on which a face was found and its mesh accepted; only those are compared. */
  readonly facesFound: number;
  readonly identities: number;
  readonly degraded: ComparisonRates;
  readonly cpuMsPerImage: number;
  readonly facesNotFound: readonly { readonly file: string; readonly why: string }[];
  readonly pairs: readonly FacePair[];
};

/** Document condition: the portrait's face this high, and compressed like this. */
const DEGRADED_FACE_HEIGHT_PX = 90;
const DEGRADED_QUALITY = 60;
/** Of the portrait's side over the face's height. */
const PORTRAIT_FRAME = 2.2;
const WORST = 10;
const CURVE_POINTS = 400;

/**
 * Compares every photograph with every other by the serving code, and again with the second one in document condition (each pair
 * then counts in both directions).
 */
export async function evaluateFaces(
  items: readonly FaceItem[],
  tools: FacesTools,
  onProgress: (done: number, total: number) => void = () => {},
  points: FacePoints = facePoints,
): Promise<FacesEvaluation> {
  const enrolled: Enrolled[] = [];
  const facesNotFound: { file: string; why: string }[] = [];
  const startedMs = tools.cpuMs();
  let degradingMs = 0;
  for (const [done, item] of items.entries()) {
    onProgress(done, items.length);
    const seen = await enrol(item, tools);
    if (!('template' in seen)) {
      facesNotFound.push({ file: item.file, why: seen.why });
      continue;
    }
    const beforeMs = tools.cpuMs();
    enrolled.push({ ...item, clean: seen.template, degraded: await degradedTemplate(seen, tools) });
    degradingMs += tools.cpuMs() - beforeMs;
  }
  onProgress(items.length, items.length);
  const cpuMsPerImage = (tools.cpuMs() - startedMs - degradingMs) / Math.max(1, items.length);
  const pairs = comparePairs(enrolled, 'clean');
  return {
    images: items.length,
    facesFound: enrolled.length,
    identities: new Set(items.map((item) => item.identity)).size,
    ...ratesOf(pairs, enrolled, points),
    degraded: ratesOf(comparePairs(enrolled, 'degraded'), enrolled, points),
    cpuMsPerImage,
    facesNotFound,
    pairs,
  };
}

type Enrolled = FaceItem & { readonly clean: FaceTemplate; readonly degraded: FaceTemplate | null };
type Seen = { readonly image: Raster; readonly mesh: FaceMesh; readonly template: FaceTemplate };

async function enrol({ file }: FaceItem, { models, load }: FacesTools): Promise<Seen | { readonly why: string }> {
  const image = await load(file);
  if (!image.ok) return { why: image.refusal.kind };
  const face = await locateFace(models, image.value);
  if (face === null) return { why: 'no-face' };
  if (!face.accepted) return { why: 'mesh-not-accepted' };
  const template = await templateOf(models, [{ image: image.value, mesh: face.mesh }]);
  return { image: image.value, mesh: face.mesh, template };
}

/** The face as if it stood on a document that was photographed; found anew, as it would be. null when it is not found then. */
async function degradedTemplate({ image, mesh }: Seen, { models, reencode }: FacesTools): Promise<FaceTemplate | null> {
  const degraded = await reencode(portraitOf(image, mesh), DEGRADED_QUALITY);
  const face = await locateFace(models, degraded);
  return face === null || !face.accepted ? null : templateOf(models, [{ image: degraded, mesh: face.mesh }]);
}

/** A square around the face, its height brought down to that of a small portrait; faces that are smaller stay as they are. */
function portraitOf(image: Raster, mesh: FaceMesh): Raster {
  const box = faceBox(mesh);
  const half = (faceHeightPx(mesh) * PORTRAIT_FRAME) / 2;
  const [x, y] = [(box.x0Px + box.x1Px) / 2, (box.y0Px + box.y1Px) / 2];
  const sidePx = Math.round(2 * half);
  const frame = cropTo(image, { x0Px: x - half, y0Px: y - half, x1Px: x + half, y1Px: y + half }, sidePx, sidePx);
  const shrunkPx = Math.min(sidePx, Math.round(DEGRADED_FACE_HEIGHT_PX * PORTRAIT_FRAME));
  return shrinkTo(frame, shrunkPx, shrunkPx);
}

/** Clean: each pair once. Degraded: clean against degraded, both ways round. */
function comparePairs(enrolled: readonly Enrolled[], second: 'clean' | 'degraded'): FacePair[] {
  const pairs: FacePair[] = [];
  for (const [i, one] of enrolled.entries())
    for (const [j, other] of enrolled.entries()) {
      const template = other[second];
      if (template === null || (second === 'clean' ? j <= i : j === i)) continue;
      pairs.push({
        first: one.file,
        second: other.file,
        genuine: one.identity === other.identity,
        fused: compareTemplates(one.clean, template).fused,
      });
    }
  return pairs;
}

function ratesOf(pairs: readonly FacePair[], enrolled: readonly Enrolled[], points: FacePoints): ComparisonRates {
  const genuine = pairs.filter((pair) => pair.genuine).toSorted((a, b) => a.fused - b.fused);
  const impostor = pairs.filter((pair) => !pair.genuine).toSorted((a, b) => b.fused - a.fused);
  const scores = sortedScores(
    genuine.map((pair) => pair.fused),
    impostor.map((pair) => pair.fused),
  );
  return {
    genuine: genuine.length,
    impostor: impostor.length,
    eer: equalErrorRate(scores).eer,
    fnmrAtFmr: { '1e-2': pointAtFmr(scores, 1e-2).fnmr, '1e-3': pointAtFmr(scores, 1e-3).fnmr },
    operatingPoint: operatingRates(genuine, impostor, scores, enrolled, points),
    curve: thinned(errorCurve(scores), CURVE_POINTS),
    histograms: {
      genuine: histogram(scores.genuine, -3, 9, 48),
      impostor: histogram(scores.impostor, -3, 9, 48),
    },
    worstGenuine: genuine.slice(0, WORST),
    worstImpostor: impostor.slice(0, WORST),
  };
}

function operatingRates(
  genuine: readonly FacePair[],
  impostor: readonly FacePair[],
  scores: Scores,
  enrolled: readonly Enrolled[],
  points: FacePoints,
): OperatingRates {
  const same = points.sameFused;
  const { fmr, fnmr } = errorsAt(scores, same);
  const atVeryDifferent = errorsAt(scores, points.veryDifferentFused);
  const identityOf = new Map(enrolled.map(({ file, identity }) => [file, identity]));
  const interval = (pairs: readonly FacePair[], isError: (pair: FacePair) => boolean): readonly [number, number] => {
    const outcomes = pairs.map((pair) => ({
      first: identityOf.get(pair.first)!,
      second: identityOf.get(pair.second)!,
      error: isError(pair),
    }));
    const overPeople = bootstrapRate(outcomes, seededRandom(1));
    const overPairs = rateOf(outcomes.filter(({ error }) => error).length, outcomes.length);
    return [Math.min(overPeople[0], overPairs.low), Math.max(overPeople[1], overPairs.high)];
  };
  return {
    fmr,
    fnmr,
    inconclusive: fnmr - atVeryDifferent.fnmr,
    veryDifferent: atVeryDifferent.fnmr,
    impostorInconclusive: atVeryDifferent.fmr - fmr,
    fmrInterval: interval(impostor, (pair) => pair.fused >= same),
    fnmrInterval: interval(genuine, (pair) => pair.fused < same),
  };
}
