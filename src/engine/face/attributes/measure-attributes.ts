import { scoreOf, type AttributeModel } from './attribute-model.ts';
import { frameGates, gate, type Gated, type GateReason, type Gates } from './gates.ts';
import { scoredAttributes, type ScoredAttribute } from './inputs.ts';
import { measureFace, type FaceMeasurements } from './measure-face.ts';
import { openSexAge, type SexAge } from './sex-age.ts';
import { median } from './statistics.ts';
import type { Raster } from '../../image/raster.ts';
import type { Models } from '../../runtime/model.ts';
import type { Face } from '../face.ts';
import type { Finding } from '../../../verification/assessment.ts';

/** A picture and the face on it; `index` is the frame's in the recording. */
export type AttributeFrame = { readonly index?: number; readonly image: Raster; readonly face: Face };

/** What several pictures of one person say together, or why they say nothing. */
export type Summary<Value> =
  | { readonly measured: true; readonly value: Value; readonly frames: number }
  | { readonly measured: false; readonly reason: 'too-few-frames' | GateReason };

/** Loss of hue where hair grows: what tells grey hair. Medians over the frames. */
export type HueLosses = {
  /** The lesser of jowl and chin, and their mean. */
  readonly beardLeast: number;
  readonly beardMean: number;
  readonly moustache: number;
};

/** What was measured of a person's attributes; `engine/decision/attributes.ts` says what it means. */
export type MeasuredAttributes = {
  /** Median log-odds of each. */
  readonly scores: Readonly<Record<ScoredAttribute, Summary<number>>>;
  /** Null on grey pictures. */
  readonly hueLosses: HueLosses | null;
  readonly sexAge: Summary<SexAge>;
};

export type MeasuringPlan = {
  readonly gates: Gates;
  /** Fewer frames that pass the gates are not enough. */
  readonly minFrames: number;
  /** The networks for sex and age look at the first of the frames only: they hardly change from one to the next. */
  readonly sexAgeFrames: number;
};

/** For recordings. One frame's measurements jump with a blink or a highlight; the median of five does not. */
export const recordingPlan: MeasuringPlan = { gates: frameGates, minFrames: 5, sexAgeFrames: 3 };

export type AttributeTools = {
  readonly models: Models;
  /** Weights and thresholds: `shippedAttributeModel`, or what `parseAttributeModel` made of the installer's own. */
  readonly model: AttributeModel;
  /** Milliseconds of a steady clock, for the findings' durations. */
  readonly now: () => number;
};

/**
 * Measures glasses, sunglasses, beard, moustache, apparent sex and age.
 * @param frames sharp, frontal frames of one person, best first; five to eight are enough. With fewer than
 *   `plan.minFrames` that pass the gates, each attribute is left open with the reason.
 * @returns what `judgeAttributes` needs, and the findings `attributes/…`.
 */
export async function measureAttributes(
  frames: readonly AttributeFrame[],
  { models, model, now }: AttributeTools,
  plan: MeasuringPlan = recordingPlan,
): Promise<{ readonly measured: MeasuredAttributes; readonly findings: readonly Finding[] }> {
  const began = now();
  const faces = frames.map(({ image, face }) => measureFace(image, face.mesh));
  const scored = now();
  const { sexAge, cite } = await summariseSexAge(frames, faces, models, plan);
  const ended = now();
  const measured = summariseFaces(faces, sexAge, model, plan);
  const each = (scored - began) / scoredAttributes.length;
  return {
    measured,
    findings: [
      ...scoredAttributes.map((attribute) =>
        findingOf(`attributes/${attribute}`, attribute, measured.scores[attribute], (score) => score, each),
      ),
      { ...findingOf('attributes/sex', 'male', sexAge, ({ male }) => male, (ended - scored) / 2), model: cite.sex },
      {
        ...findingOf('attributes/age', 'older', sexAge, (both) => both.ageYears, (ended - scored) / 2),
        model: cite.age,
      },
    ],
  };
}

/** What pictures of one person, measured one by one, say together; the faces are null where no cheek was seen. */
export const summariseFaces = (
  faces: readonly (FaceMeasurements | null)[],
  sexAge: Summary<SexAge>,
  model: AttributeModel,
  limits: Pick<MeasuringPlan, 'gates' | 'minFrames'>,
): MeasuredAttributes => ({
  scores: summariseScores(faces, model, limits),
  hueLosses: summariseHueLosses(faces, limits.gates),
  sexAge,
});

/** The median score of each attribute over the pictures that pass its gate. */
function summariseScores(
  faces: readonly (FaceMeasurements | null)[],
  model: AttributeModel,
  { gates, minFrames }: Pick<MeasuringPlan, 'gates' | 'minFrames'>,
): MeasuredAttributes['scores'] {
  const gated = faces.map((face) => gate(face, gates));
  const summary = (attribute: ScoredAttribute): Summary<number> => {
    const reasons = gated.map((reason) => reasonFor(attribute, reason));
    const usable = faces.filter((face, i): face is FaceMeasurements => face !== null && reasons[i] === null);
    if (usable.length < minFrames) return leftOpen(faces.length, reasons, minFrames);
    const scores = usable.map((face) => scoreOf(model, attribute, face));
    return { measured: true, value: median(scores)!, frames: usable.length };
  };
  return {
    glasses: summary('glasses'),
    sunglasses: summary('sunglasses'),
    beard: summary('beard'),
    moustache: summary('moustache'),
  };
}

/** Why an attribute is not scored on a picture, or null when it is. */
export function reasonFor(attribute: ScoredAttribute, gated: Gated): GateReason | null {
  if (attribute === 'beard' || attribute === 'moustache') return gated.facialHair;
  return attribute === 'sunglasses' ? gated.sunglasses : gated.all;
}

function summariseHueLosses(faces: readonly (FaceMeasurements | null)[], gates: Gates): HueLosses | null {
  const hair = faces.flatMap((face) =>
    face !== null && face.light === 'plain' && gate(face, gates).facialHair === null ? [face.hair] : [],
  );
  const beards = hair.flatMap(({ jowl, chin }) => (jowl && chin ? [[jowl.hueLoss, chin.hueLoss] as const] : []));
  const lips = hair.flatMap(({ upperLip }) => (upperLip ? [upperLip.hueLoss] : []));
  const beardLeast = median(beards.map(([jowl, chin]) => Math.min(jowl, chin)));
  const beardMean = median(beards.map(([jowl, chin]) => (jowl + chin) / 2));
  const moustache = median(lips);
  if (beardLeast === null || beardMean === null || moustache === null) return null;
  return { beardLeast, beardMean, moustache };
}

async function summariseSexAge(
  frames: readonly AttributeFrame[],
  faces: readonly (FaceMeasurements | null)[],
  models: Models,
  { gates, minFrames, sexAgeFrames }: MeasuringPlan,
): Promise<{ sexAge: Summary<SexAge>; cite: { sex: string; age: string } }> {
  const reader = await openSexAge(models);
  const reasons = faces.map((face) => gate(face, gates).all);
  const usable = frames.filter((_, i) => reasons[i] === null);
  if (usable.length < minFrames) return { sexAge: leftOpen(frames.length, reasons, minFrames), cite: reader.cite };
  const read: SexAge[] = [];
  for (const { image, face } of usable.slice(0, sexAgeFrames)) read.push(await reader.read(image, face));
  const male = median(read.map((one) => one.male))!;
  const ageYears = median(read.map((one) => one.ageYears))!;
  return { sexAge: { measured: true, value: { male, ageYears }, frames: read.length }, cite: reader.cite };
}

/** Too few pictures to begin with, or what spoilt most of them. */
function leftOpen<Value>(pictures: number, reasons: readonly (GateReason | null)[], minFrames: number): Summary<Value> {
  if (pictures < minFrames) return { measured: false, reason: 'too-few-frames' };
  const counts = new Map<GateReason, number>();
  for (const reason of reasons) if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [commonest] = [...counts].toSorted(([, a], [, b]) => b - a);
  return { measured: false, reason: commonest![0] };
}

function findingOf<Value>(
  check: string,
  higherMeans: string,
  summary: Summary<Value>,
  score: (value: Value) => number,
  durationMs: number,
): Finding {
  if (!summary.measured) return { check, inconclusive: summary.reason, durationMs };
  return { check, score: score(summary.value), higherMeans, durationMs, details: { frames: summary.frames } };
}
