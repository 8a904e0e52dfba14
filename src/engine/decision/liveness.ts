import {
  isMeasured,
  type Finding,
  type Measured,
  type Reason,
  type ReasonSlug,
} from '../../verification/assessment.ts';
import type { OperatingLine } from './operating-line.ts';

/** Where the findings of liveness are cut. What each was measured on: `livenessLines`; why: `docs/decisions/0004-liveness.md`. */
export const livenessPoints = {
  /** Capture gates: below or above these the recording cannot be assessed. */
  leastFaceShare: 0.25,
  leastEyeDistancePx: 30,
  mostSecondFaceShare: 0.05,
  mostCover: 0.5,
  leastEyeOpenness: 0.17,
  /** Presentation attack: below `padAttack` the network sees one; below `padSure` it is not sure that it sees none. */
  padAttack: 0.5,
  padSure: 0.75,
  /** A median of fewer frames than this is too noisy to let an unsure network pass, and too few for moiré to add up. */
  fewFrames: 5,
  bezel: 0.62,
  moire: 0.53,
  luma: 1.15,
  /** One person: below `samePersonLeast` surely two; below `samePersonSure` perhaps. */
  samePersonLeast: 0.15,
  samePersonSure: 0.3,
  repetition: 0.6,
  mostFrozenSeconds: 0.6,
  flashCorrelation: 0.5,
} as const;
export type LivenessPoints = Readonly<Record<keyof typeof livenessPoints, number>>;

const LIVE_AND_REPLAYS = '11 bare-faced live videos, 4 replays';

export const livenessLinesOf = (points: LivenessPoints): readonly OperatingLine[] => {
  const line = (check: string, at: number, passes: OperatingLine['passes'], measuredOn = LIVE_AND_REPLAYS) => ({
    check: `liveness/${check}`,
    at,
    passes,
    measuredOn,
  });
  return [
    line('face-found', points.leastFaceShare, 'at-or-above'),
    line('face-size', points.leastEyeDistancePx, 'at-or-above'),
    line('one-face', points.mostSecondFaceShare, 'below'),
    line('bare-face', points.mostCover, 'below', '11 bare-faced live videos, 2 videos of surgical masks'),
    line('eyes-open', points.leastEyeOpenness, 'at-or-above'),
    line('pad-rgb', points.padAttack, 'at-or-above', `${LIVE_AND_REPLAYS}, 10 stills`),
    line('bezel', points.bezel, 'below', `${LIVE_AND_REPLAYS}, 10 stills`),
    line('moire-background', points.moire, 'below'),
    line('skin-background-luma', points.luma, 'below', `${LIVE_AND_REPLAYS}, 10 stills`),
    line('same-person', points.samePersonSure, 'at-or-above', '18 recordings, 300 made of two persons'),
    line('loop', points.repetition, 'at-or-above', '14 natural recordings, 24 made into loops'),
    line('boomerang', points.repetition, 'at-or-above', '14 natural recordings, 20 made to run to and fro'),
    line('freeze', points.mostFrozenSeconds, 'below', '24 natural recordings, 24 made to freeze'),
    line('challenge', 1, 'at-or-above', '13 recordings with turns, nods and smiles'),
    line('flash', points.flashCorrelation, 'at-or-above', 'simulated light on 23 live recordings'),
  ];
};
export const livenessLines = livenessLinesOf(livenessPoints);

/**
 * What the findings of liveness mean. No weights: each reason can be said in a sentence.
 *
 * A presentation attack is refused when the network sees one *and* something that a screen or a print leaves behind agrees: rims
 * beside the face, a pixel grid in the background, a face brighter than its room. When only the network says so, a person looks. When
 * the network is not sure, one of the three is enough for that, and so is having few frames; when it is sure, all three are needed.
 *
 * @param challengeGiven whether the applicant was asked to do something. Without, nothing follows from what was not asked; with,
 * every check that needs time must have been able to tell.
 */
export function livenessReasons(
  findings: readonly Finding[],
  challengeGiven: boolean,
  points: LivenessPoints = livenessPoints,
): Reason[] {
  const found = new Found(findings);
  const capture = captureReasons(found, points);
  // A mask over the mouth looks like an attack to the network. Whoever wears one is told to take it off, and not called a fraud.
  const isCovered = capture.some(({ slug }) => slug === 'face-covered');
  return [
    ...capture,
    ...(isCovered ? [] : attackReasons(found, points)),
    ...identityReasons(found, points),
    ...streamReasons(found, points),
    ...(challengeGiven ? challengeReasons(found, points) : []),
  ];
}

/** Reasons that say "film again": the capture cannot be assessed, whoever is before the camera. */
export const captureSlugs: readonly ReasonSlug[] = [
  'face-not-found',
  'several-faces',
  'face-covered',
  'face-too-small',
  'eyes-closed',
];

type LivenessCheckName = `liveness/${string}`;

/** Findings by check. */
class Found {
  readonly #byCheck: ReadonlyMap<string, Finding>;

  constructor(findings: readonly Finding[]) {
    this.#byCheck = new Map(findings.map((finding) => [finding.check, finding]));
  }

  measured(check: LivenessCheckName): Measured | undefined {
    const finding = this.#byCheck.get(check);
    return finding !== undefined && isMeasured(finding) ? finding : undefined;
  }

  /** The score, or NaN, which is neither above nor below any line. */
  score = (check: LivenessCheckName): number => this.measured(check)?.score ?? NaN;

  /** Why the check could not tell; null when it could. A finding that is missing altogether could not. */
  inconclusive(check: LivenessCheckName): string | null {
    const finding = this.#byCheck.get(check);
    if (finding === undefined) return 'missing';
    return isMeasured(finding) ? null : finding.inconclusive;
  }
}

const reason = (slug: ReasonSlug, weighs: Reason['weighs'], check: LivenessCheckName): Reason => ({
  slug,
  weighs,
  check,
});

function captureReasons({ score }: Found, points: LivenessPoints): Reason[] {
  const reasons: Reason[] = [];
  if (!(score('liveness/face-found') >= points.leastFaceShare))
    reasons.push(reason('face-not-found', 'refuse', 'liveness/face-found'));
  if (score('liveness/face-size') < points.leastEyeDistancePx)
    reasons.push(reason('face-too-small', 'refuse', 'liveness/face-size'));
  if (score('liveness/one-face') >= points.mostSecondFaceShare)
    reasons.push(reason('several-faces', 'review', 'liveness/one-face'));
  if (score('liveness/bare-face') >= points.mostCover)
    reasons.push(reason('face-covered', 'refuse', 'liveness/bare-face'));
  if (score('liveness/eyes-open') < points.leastEyeOpenness)
    reasons.push(reason('eyes-closed', 'review', 'liveness/eyes-open'));
  return reasons;
}

function attackReasons(found: Found, points: LivenessPoints): Reason[] {
  const check = 'liveness/pad-rgb';
  const pad = found.measured(check);
  if (pad === undefined) return [reason('presentation-attack-suspected', 'review', check)];
  const frames = pad.details?.['frames'];
  const isFew = Array.isArray(frames) && frames.length < points.fewFrames;
  const agreeing = [
    found.score('liveness/bezel') >= points.bezel,
    !isFew && found.score('liveness/moire-background') >= points.moire,
    found.score('liveness/skin-background-luma') >= points.luma,
  ].filter(Boolean).length;
  if (pad.score < points.padAttack && agreeing > 0) return [reason('presentation-attack', 'refuse', check)];
  const isSuspected =
    pad.score < points.padAttack || (pad.score < points.padSure && (isFew || agreeing > 0)) || agreeing === 3;
  return isSuspected ? [reason('presentation-attack-suspected', 'review', check)] : [];
}

function identityReasons({ score }: Found, points: LivenessPoints): Reason[] {
  const check = 'liveness/same-person';
  const alike = score(check);
  if (!(alike < points.samePersonSure)) return [];
  return [reason('different-persons-in-video', alike < points.samePersonLeast ? 'refuse' : 'review', check)];
}

function streamReasons({ score }: Found, points: LivenessPoints): Reason[] {
  const reasons: Reason[] = [];
  for (const check of ['liveness/loop', 'liveness/boomerang'] as const)
    if (score(check) < points.repetition) reasons.push(reason('recording-looped', 'refuse', check));
  // A camera may hang for a moment of its own accord.
  if (score('liveness/freeze') >= points.mostFrozenSeconds)
    reasons.push(reason('recording-looped', 'review', 'liveness/freeze'));
  return reasons;
}

const NEED_TIME = ['liveness/same-person', 'liveness/loop', 'liveness/boomerang', 'liveness/freeze'] as const;

function challengeReasons(found: Found, points: LivenessPoints): Reason[] {
  const reasons: Reason[] = [];
  const challenge = 'liveness/challenge';
  const flash = 'liveness/flash';
  if (found.score(challenge) < 1) reasons.push(reason('challenge-failed', 'refuse', challenge));
  if (found.score(flash) < points.flashCorrelation) reasons.push(reason('flash-failed', 'review', flash));
  for (const check of [challenge, flash] as const)
    if (![null, 'not-asked'].includes(found.inconclusive(check)))
      reasons.push(reason('challenge-inconclusive', 'review', check));
  // A recording that hardly moves cannot be told from a loop of itself; but then it does not follow a challenge either.
  for (const check of NEED_TIME)
    if (![null, 'too-little-motion'].includes(found.inconclusive(check)))
      reasons.push(reason('challenge-inconclusive', 'review', check));
  return reasons;
}
