import { type Box, centreOf } from './geometry.ts';

/** What the applicant is told while they frame their face: one thing at a time, the most useful first. */
export const faceHints = [
  'no-face',
  'several-faces',
  'too-dark',
  'back-light',
  'too-bright',
  'come-closer',
  'move-back',
  'move-left',
  'move-right',
  'move-up',
  'move-down',
  'look-straight',
  'hold',
] as const;
export type FaceHint = (typeof faceHints)[number];

/** One look at the picture. Boxes are in parts of the picture, unmirrored, the origin at the top left. */
export type FaceSeen = {
  readonly faces: readonly Box[];
  /** (|nose − left edge| − |nose − right edge|) / sum on the first face, in [-1, 1]; 0 when it looks straight ahead. */
  readonly asymmetry: number;
  /** Mean luma of the first face and of what is around it, 0 to 255. */
  readonly faceLuma: number;
  readonly aroundLuma: number;
};

/**
 * [Note: How the face is framed]
 * The engine wants eyes 60 px apart and a face of a fifth of the picture's width; between 0.62 and 1.04 of the oval's height both hold on
 * every camera of 480 px and more, and a head that turns stays in the picture. The limits are for guidance only: nobody is refused by them.
 */
const SMALLEST_OF_OVAL = 0.62;
const LARGEST_OF_OVAL = 1.04;
const OFF_CENTRE_OF_OVAL = 0.17;
const STRAIGHT_ASYMMETRY = 0.22;
const DARK_LUMA = 52;
const BRIGHT_LUMA = 232;
/** A face half as bright as what is around it is against the light. */
const BACK_LIGHT_RATIO = 0.45;

/**
 * @param oval where the guide is drawn, in parts of the same picture.
 * Directions are the applicant's own: in an unmirrored picture their left is on the right.
 */
export function faceHint(seen: FaceSeen, oval: Box): FaceHint {
  const [face, other] = seen.faces;
  if (face === undefined) return seen.aroundLuma < DARK_LUMA ? 'too-dark' : 'no-face';
  if (other !== undefined) return 'several-faces';
  if (seen.faceLuma < DARK_LUMA) return seen.faceLuma < seen.aroundLuma * BACK_LIGHT_RATIO ? 'back-light' : 'too-dark';
  if (seen.faceLuma < seen.aroundLuma * BACK_LIGHT_RATIO) return 'back-light';
  if (seen.faceLuma > BRIGHT_LUMA) return 'too-bright';

  const size = face.height / oval.height;
  if (size < SMALLEST_OF_OVAL) return 'come-closer';
  if (size > LARGEST_OF_OVAL) return 'move-back';

  const [faceCentre, ovalCentre] = [centreOf(face), centreOf(oval)];
  const aside = (faceCentre.x - ovalCentre.x) / oval.width;
  const below = (faceCentre.y - ovalCentre.y) / oval.height;
  if (Math.abs(aside) > OFF_CENTRE_OF_OVAL) return aside > 0 ? 'move-right' : 'move-left';
  if (Math.abs(below) > OFF_CENTRE_OF_OVAL) return below > 0 ? 'move-up' : 'move-down';
  if (Math.abs(seen.asymmetry) > STRAIGHT_ASYMMETRY) return 'look-straight';
  return 'hold';
}

/** How long a hint stays before another may take its place: less cannot be read, nor spoken. */
export const HINT_LASTS_MS = 700;

export type ShownHint<Hint> = { readonly hint: Hint; readonly sinceMs: number };

/** The hint to show now: the new one, unless the one shown is too young to go. */
export function paced<Hint>(shown: ShownHint<Hint> | null, next: Hint, nowMs: number): ShownHint<Hint> {
  if (shown === null) return { hint: next, sinceMs: nowMs };
  if (shown.hint === next || nowMs - shown.sinceMs < HINT_LASTS_MS) return shown;
  return { hint: next, sinceMs: nowMs };
}
