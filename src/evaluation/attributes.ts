import { tabulate, type AttributeTable, type LabelledFace } from './attribute-rates.ts';
import { fitLogistic, logOdds, type Example, type LogisticFit } from './logistic-fit.ts';
import type { AttributeModel, AttributeWeights } from '../engine/face/attributes/attribute-model.ts';
import { gate, photographGates, type GateReason } from '../engine/face/attributes/gates.ts';
import { inputNames, inputVector, scoredAttributes, type ScoredAttribute } from '../engine/face/attributes/inputs.ts';
import type { FaceMeasurements } from '../engine/face/attributes/measure-face.ts';
import { reasonFor } from '../engine/face/attributes/measure-attributes.ts';
import { ok, refuse, type Result } from '../kernel/result.ts';

/** How many labelled faces a fit needs, after the gates: with fewer the thresholds rest on one or two photographs. */
export const neededFaces = { positives: 40, negatives: 150, personsPerClass: 8 } as const;

/** An attribute's fit may call this share of the faces without it a yes, and of those with it a no, before the margin. */
const toleratedErrors: Readonly<Record<ScoredAttribute, { readonly falseYes: number; readonly falseNo: number }>> = {
  glasses: { falseYes: 0.015, falseNo: 0.07 },
  sunglasses: { falseYes: 0.006, falseNo: 0.03 },
  beard: { falseYes: 0.015, falseNo: 0.03 },
  moustache: { falseYes: 0.015, falseNo: 0.03 },
};
/** How far both thresholds are set beyond the scores that the tolerated errors reach, in nats. */
const thresholdMargin = 0.3;
/** Yes and no stay at least this far apart. */
const leastBand = 0.4;

/** What a calibration made: the model, and how each attribute did on persons that its fit had not seen. */
export type Calibration = {
  readonly model: AttributeModel;
  readonly refitted: readonly ScoredAttribute[];
  /** Why the others kept the weights they had. */
  readonly kept: readonly { readonly attribute: ScoredAttribute; readonly why: string }[];
  /** Answers under leave-one-person-out, for those refitted; under the kept weights, for the others. */
  readonly rates: AttributeTable;
};

export type CalibrationRefusal = { readonly kind: 'too-few-faces'; readonly detail: string };

/**
 * Fits weights and thresholds to labelled photographs. An attribute with too few of them keeps the weights of `base`.
 * @param describedAs what the photographs are, in words; goes into the model.
 */
export function calibrateModel(
  faces: readonly LabelledFace[],
  base: AttributeModel,
  describedAs: string,
): Result<Calibration, CalibrationRefusal> {
  const attempts = scoredAttributes.map((attribute) => {
    const usable = usableFor(attribute, faces);
    const why = whyTooFew(usable);
    return { attribute, usable, why };
  });
  const kept = attempts.flatMap(({ attribute, why }) => (why === null ? [] : [{ attribute, why }]));
  const refitted = attempts.filter(({ why }) => why === null);
  if (refitted.length === 0)
    return refuse({
      kind: 'too-few-faces',
      detail: kept.map(({ attribute, why }) => `${attribute}: ${why}`).join('; '),
    });
  const calibratedOn =
    kept.length === 0
      ? describedAs
      : `${refitted.map(({ attribute }) => attribute).join(', ')}: ${describedAs}; the rest: ${base.calibratedOn}`;
  const fits = refitted.map(({ attribute, usable }) => ({ attribute, ...fitLeavingOneOut(attribute, usable) }));
  const modelOf = (weightsIn: (fit: (typeof fits)[number]) => AttributeWeights): AttributeModel => ({
    ...base,
    calibratedOn,
    ...Object.fromEntries(fits.map((fit) => [fit.attribute, weightsIn(fit)])),
  });
  const model = modelOf(({ shipped }) => shipped);
  return ok({
    model,
    refitted: refitted.map(({ attribute }) => attribute),
    kept,
    rates: tabulate(faces, (person) => modelOf(({ shipped, without }) => without.get(person) ?? shipped)),
  });
}

/** A face that an attribute can be fitted on: labelled yes or no, and through the gates. */
type UsableFace = {
  readonly person: string;
  readonly isPositive: boolean;
  readonly measured: FaceMeasurements;
};

function usableFor(attribute: ScoredAttribute, faces: readonly LabelledFace[]): UsableFace[] {
  return faces.flatMap(({ person, labels, measured }) => {
    const label = labels[attribute];
    if (measured === null || (label !== 'yes' && label !== 'no')) return [];
    const reason: GateReason | null = reasonFor(attribute, gate(measured, photographGates));
    return reason === null ? [{ person, isPositive: label === 'yes', measured }] : [];
  });
}

function whyTooFew(usable: readonly UsableFace[]): string | null {
  const positives = usable.filter(({ isPositive }) => isPositive);
  const negatives = usable.filter(({ isPositive }) => !isPositive);
  const persons = (of: readonly UsableFace[]): number => new Set(of.map(({ person }) => person)).size;
  const { personsPerClass } = neededFaces;
  const isEnough =
    positives.length >= neededFaces.positives &&
    negatives.length >= neededFaces.negatives &&
    Math.min(persons(positives), persons(negatives)) >= personsPerClass;
  if (isEnough) return null;
  return (
    `${positives.length} faces of ${persons(positives)} persons with it and ${negatives.length} of ${persons(negatives)} ` +
    `without, needed are ${neededFaces.positives} and ${neededFaces.negatives}, each of at least ${personsPerClass} persons`
  );
}

/** The fit on everybody with thresholds from fits on everybody else, and those fits by the person they left out. */
function fitLeavingOneOut(
  attribute: ScoredAttribute,
  usable: readonly UsableFace[],
): { shipped: AttributeWeights; without: ReadonlyMap<string, AttributeWeights> } {
  const examples: Example[] = usable.map(({ person, isPositive, measured }) => ({
    inputs: inputVector(attribute, measured),
    isPositive,
    person,
  }));
  const fits = new Map<string, LogisticFit>();
  for (const { person } of examples)
    if (!fits.has(person)) fits.set(person, fitLogistic(examples.filter((example) => example.person !== person)));
  const scores = examples.map((example) => logOdds(fits.get(example.person)!, example.inputs));
  const thresholds = thresholdsFor(
    scores.filter((_, i) => examples[i]!.isPositive),
    scores.filter((_, i) => !examples[i]!.isPositive),
    toleratedErrors[attribute],
  );
  const asWeights = (fit: LogisticFit): AttributeWeights => ({
    weights: Object.fromEntries(inputNames(attribute).map((name, k) => [name, rounded(fit.weights[k]!)])),
    offset: rounded(fit.offset),
    ...thresholds,
  });
  return {
    shipped: asWeights(fitLogistic(examples)),
    without: new Map([...fits].map(([person, fit]) => [person, asWeights(fit)])),
  };
}

/**
 * A yes starts above all but the tolerated share of scores without the attribute, a no ends below those with it. Where the
 * classes lie apart, so that everything between would be both, the unclear band goes into the middle of the gap.
 */
export function thresholdsFor(
  positives: readonly number[],
  negatives: readonly number[],
  { falseYes, falseNo }: { readonly falseYes: number; readonly falseNo: number },
): { yesFrom: number; noUpTo: number } {
  const highest = negatives.toSorted((a, b) => b - a);
  const lowest = positives.toSorted((a, b) => a - b);
  const yes = highest[Math.floor(falseYes * highest.length)]! + thresholdMargin;
  const no = lowest[Math.floor(falseNo * lowest.length)]! - thresholdMargin;
  const band = Math.max(yes - no, leastBand);
  const middle = (yes + no) / 2;
  return { yesFrom: rounded(middle + band / 2), noUpTo: rounded(middle - band / 2) };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
