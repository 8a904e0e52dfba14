import { z } from 'zod';
import { inputNames, inputVector, scoredAttributes, type ScoredAttribute } from './inputs.ts';
import shipped from './model.json' with { type: 'json' };
import type { FaceMeasurements } from './measure-face.ts';
import { ok, refuse, type Result } from '../../../kernel/result.ts';

const weightsOf = (attribute: ScoredAttribute) =>
  z
    .strictObject({
      /** One weight for each input of `inputs.ts`, by its name. */
      weights: z.strictObject(Object.fromEntries(inputNames(attribute).map((name) => [name, z.number()]))),
      offset: z.number(),
      /** Median scores from `yesFrom` on are a yes, up to `noUpTo` a no, between them unclear. */
      yesFrom: z.number(),
      noUpTo: z.number(),
    })
    .refine(({ yesFrom, noUpTo }) => noUpTo < yesFrom, { message: 'noUpTo must lie below yesFrom' });

const schema = z.strictObject({
  /** What the numbers were calibrated on, in words. */
  calibratedOn: z.string().min(1),
  /**
   * Grey hair is not darker than skin: from this loss of hue on, it is a yes, or at least unclear. Beard: jowl and chin;
   * moustache: the upper lip.
   */
  greyHair: z.strictObject({
    beardYesFrom: z.number(),
    beardUnclearFrom: z.number(),
    moustacheYesFrom: z.number(),
    moustacheUnclearFrom: z.number(),
  }),
  ...(Object.fromEntries(scoredAttributes.map((attribute) => [attribute, weightsOf(attribute)])) as Record<
    ScoredAttribute,
    ReturnType<typeof weightsOf>
  >),
});

/** Weights and thresholds of the four attributes that are scored: a few dozen numbers, refitted by `calibrate attributes`. */
export type AttributeModel = z.infer<typeof schema>;
export type AttributeWeights = AttributeModel[ScoredAttribute];

/** The model of this project; `docs/decisions/0007-attributes.md` tells what it was fitted on. */
export const shippedAttributeModel: AttributeModel = schema.parse(shipped);

export type AttributeModelRefusal = { readonly kind: 'not-an-attribute-model'; readonly detail: string };

/** Reads a model as `calibrate attributes` writes it, from the parsed JSON. */
export function parseAttributeModel(json: unknown): Result<AttributeModel, AttributeModelRefusal> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0]!;
  return refuse({ kind: 'not-an-attribute-model', detail: `${issue.path.join('.') || 'file'}: ${issue.message}` });
}

/** Log-odds of an attribute on one picture; above 0 speaks for it. */
export function scoreOf(model: AttributeModel, attribute: ScoredAttribute, measured: FaceMeasurements): number {
  const { weights, offset } = model[attribute];
  const inputs = inputVector(attribute, measured);
  return inputNames(attribute).reduce((score, name, i) => score + weights[name]! * inputs[i]!, offset);
}
