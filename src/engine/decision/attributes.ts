import type { AttributeModel } from '../face/attributes/attribute-model.ts';
import type { HueLosses, MeasuredAttributes, Summary } from '../face/attributes/measure-attributes.ts';
import type { ScoredAttribute } from '../face/attributes/inputs.ts';
import type { SexAge } from '../face/attributes/sex-age.ts';
import type { AttributeAnswer, Attributes } from '../../verification/assessment.ts';

export type AttributePolicy = {
  /** Below this confidence (0.5 … 1) the networks do not tell the apparent sex: 76 of 112 were right there. */
  readonly minSexConfidence: number;
  readonly maxSexPercent: number;
  /** Four of five estimates lie within it. */
  readonly ageMarginYears: number;
  readonly ageStepYears: number;
  /** Below this probability of an apparently male face, facial hair is at most unclear: shadows of lips and hands. */
  readonly minMaleForFacialHair: number;
};

/** From the tables of `docs/decisions/0007-attributes.md`. */
export const attributePolicy: AttributePolicy = {
  minSexConfidence: 0.7,
  maxSexPercent: 99,
  ageMarginYears: 10,
  ageStepYears: 5,
  minMaleForFacialHair: 0.3,
};

/** What the measured attributes mean. Pure: thresholds come with the model and the policy. */
export function judgeAttributes(
  { scores, hueLosses, sexAge }: MeasuredAttributes,
  model: AttributeModel,
  policy: AttributePolicy = attributePolicy,
): Attributes {
  const glasses = byThreshold('glasses', scores.glasses, model);
  const sunglasses = sunglassesAnswer(byThreshold('sunglasses', scores.sunglasses, model), glasses);
  const beard = withGreyHair('beard', byThreshold('beard', scores.beard, model), hueLosses, model);
  const moustache = withGreyHair('moustache', byThreshold('moustache', scores.moustache, model), hueLosses, model);
  const bySex = (answer: AttributeAnswer): AttributeAnswer => withoutUnlikelyHair(answer, sexAge, policy);
  return {
    beard: bySex(beard),
    moustache: bySex(moustache),
    readingGlasses: readingGlassesAnswer(glasses, sunglasses),
    sunglasses,
    ...sexAnswer(sexAge, policy),
    ...ageAnswer(sexAge, policy),
  };
}

function byThreshold(attribute: ScoredAttribute, summary: Summary<number>, model: AttributeModel): AttributeAnswer {
  if (!summary.measured) return { answer: 'not-measurable', reason: summary.reason };
  const { yesFrom, noUpTo } = model[attribute];
  const score = summary.value;
  if (score >= yesFrom) return { answer: 'yes', score };
  return score <= noUpTo ? { answer: 'no', score } : unclear({ score });
}

const unclear = ({ score }: { readonly score?: number }): AttributeAnswer =>
  score === undefined
    ? { answer: 'not-measurable', reason: 'unclear' }
    : { answer: 'not-measurable', reason: 'unclear', score };

/** Dark eyes without any frame are deep sockets or shade: dark lenses need glasses around them. */
const sunglassesAnswer = (sunglasses: AttributeAnswer, glasses: AttributeAnswer): AttributeAnswer =>
  sunglasses.answer === 'yes' && glasses.answer === 'no' ? unclear(sunglasses) : sunglasses;

/** Reading glasses are glasses that are no sunglasses; which of the two they are must be known. */
function readingGlassesAnswer(glasses: AttributeAnswer, sunglasses: AttributeAnswer): AttributeAnswer {
  if (glasses.answer !== 'yes' && sunglasses.answer !== 'yes') return glasses;
  if (sunglasses.answer === 'no') return glasses;
  if (sunglasses.answer === 'not-measurable') return unclear(glasses);
  return glasses.score === undefined ? { answer: 'no' } : { answer: 'no', score: glasses.score };
}

/** Grey hair is no darker than skin, so the score misses it; it has lost the skin's hue all the same. */
function withGreyHair(
  attribute: 'beard' | 'moustache',
  answer: AttributeAnswer,
  losses: HueLosses | null,
  { greyHair }: AttributeModel,
): AttributeAnswer {
  if (losses === null || answer.answer === 'yes' || answer.score === undefined) return answer;
  const [isYes, isMaybe] =
    attribute === 'beard'
      ? [losses.beardLeast >= greyHair.beardYesFrom, losses.beardMean >= greyHair.beardUnclearFrom]
      : [losses.moustache >= greyHair.moustacheYesFrom, losses.moustache >= greyHair.moustacheUnclearFrom];
  if (isYes) return { answer: 'yes', score: answer.score };
  return isMaybe ? unclear(answer) : answer;
}

function withoutUnlikelyHair(
  answer: AttributeAnswer,
  sexAge: Summary<SexAge>,
  policy: AttributePolicy,
): AttributeAnswer {
  const isUnlikely = sexAge.measured && sexAge.value.male < policy.minMaleForFacialHair;
  return isUnlikely && answer.answer === 'yes' ? unclear(answer) : answer;
}

function sexAnswer(sexAge: Summary<SexAge>, policy: AttributePolicy): Pick<Attributes, 'sex' | 'sexReason'> {
  if (!sexAge.measured) return { sex: null, sexReason: sexAge.reason };
  const { male } = sexAge.value;
  const confidence = Math.max(male, 1 - male);
  if (confidence < policy.minSexConfidence) return { sex: null, sexReason: 'unclear' };
  const percent = Math.min(policy.maxSexPercent, Math.round(100 * shownProbability(confidence)));
  return { sex: { value: male >= 0.5 ? 'male' : 'female', probabilityPercent: percent } };
}

/**
 * The probability that stands behind a mean confidence c of the two networks, which is under-confident: of 397 faces at
 * 0.8 … 0.9, 99 % were right. Squared odds come out right in every bin measured, or too cautious.
 */
export const shownProbability = (confidence: number): number =>
  confidence ** 2 / (confidence ** 2 + (1 - confidence) ** 2);

function ageAnswer(sexAge: Summary<SexAge>, policy: AttributePolicy): Pick<Attributes, 'ageRange' | 'ageReason'> {
  if (!sexAge.measured) return { ageRange: null, ageReason: sexAge.reason };
  const { ageMarginYears, ageStepYears } = policy;
  const middle = Math.round(sexAge.value.ageYears / ageStepYears) * ageStepYears;
  return { ageRange: { fromYears: Math.max(0, middle - ageMarginYears), toYears: middle + ageMarginYears } };
}
