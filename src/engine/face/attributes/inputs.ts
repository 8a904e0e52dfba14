import type { FaceMeasurements } from './measure-face.ts';
import { slopeFloor } from './edges.ts';

/** What is scored by weights. `glasses` are any glasses; reading glasses are those that are not sunglasses. */
export const scoredAttributes = ['glasses', 'sunglasses', 'beard', 'moustache'] as const;
export type ScoredAttribute = (typeof scoredAttributes)[number];

type Input = (measured: FaceMeasurements) => number;

/** Slopes spread over decades: their logarithm is what adds up. */
const logSlope = (slope: number): number => Math.log(slope + slopeFloor);

/** What a place out of the picture counts as: about what faces without the attribute show. */
const plainArms = 0.03;
const plainEdge = -4;
const plainCheekEdge = -4.3;
const plainTexture = -4.3;

/**
 * The few inputs of each attribute, by the name that its weight has in the model. Signs are such that most weights are
 * positive: darkness is minus brightness.
 */
export const inputsOf = {
  glasses: {
    bridge: ({ glasses }) => logSlope(glasses.bridge),
    arms: ({ glasses }) => logSlope(glasses.arms ?? plainArms),
    nosePads: ({ glasses }) => logSlope(glasses.nosePads),
    lowerRim: ({ glasses }) => glasses.lowerRim ?? plainEdge,
    cheekEdge: ({ glasses }) => glasses.cheekEdge ?? plainCheekEdge,
    eyeContrast: ({ glasses }) => glasses.eyeContrast ?? 0,
    bridgeEdge: ({ glasses }) => glasses.bridgeEdge ?? plainEdge,
    skinRoughness: ({ skinRoughness }) => logSlope(skinRoughness),
  },
  sunglasses: {
    darkUnderEyes: ({ sunglasses }) => -(sunglasses.underEyes ?? 0),
    darkBrightestUnderEyes: ({ sunglasses }) => -(sunglasses.brightestUnderEyes ?? 0),
    darkBrightestOfEyeZone: ({ sunglasses }) => -(sunglasses.brightestOfEyeZone ?? 0),
    tint: ({ sunglasses }) => Math.min(1, sunglasses.tint ?? 0),
    arms: ({ glasses }) => logSlope(glasses.arms ?? plainArms),
    bridge: ({ glasses }) => logSlope(glasses.bridge),
  },
  beard: {
    jowlDarkness: ({ hair }) => -(hair.jowl?.brightness ?? 0),
    jowlTexture: ({ hair }) => hair.jowl?.texture ?? plainTexture,
    jowlTextureAgainstCheek: ({ hair }) => hair.jowl?.textureAgainstCheek ?? 0,
    jowlHueLoss: ({ hair }) => hair.jowl?.hueLoss ?? 0,
    chinDarkness: ({ hair }) => -(hair.chin?.brightness ?? hair.jowl?.brightness ?? 0),
    upperLipDarkness: ({ hair }) => -(hair.upperLip?.brightness ?? 0),
    upperLipTexture: ({ hair }) => hair.upperLip?.texture ?? plainTexture,
    skinRoughness: ({ skinRoughness }) => logSlope(skinRoughness),
  },
  moustache: {
    upperLipDarkness: ({ hair }) => -(hair.upperLip?.brightness ?? 0),
    upperLipTexture: ({ hair }) => hair.upperLip?.texture ?? plainTexture,
    upperLipTextureAgainstCheek: ({ hair }) => hair.upperLip?.textureAgainstCheek ?? 0,
    upperLipHueLoss: ({ hair }) => hair.upperLip?.hueLoss ?? 0,
    skinRoughness: ({ skinRoughness }) => logSlope(skinRoughness),
  },
} as const satisfies Readonly<Record<ScoredAttribute, Readonly<Record<string, Input>>>>;

/** The inputs of one attribute in the order of their names in `inputsOf`. */
export const inputVector = (attribute: ScoredAttribute, measured: FaceMeasurements): number[] =>
  Object.values<Input>(inputsOf[attribute]).map((input) => input(measured));

export const inputNames = (attribute: ScoredAttribute): string[] => Object.keys(inputsOf[attribute]);
