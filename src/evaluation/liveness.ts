import { captureSlugs, livenessLines, livenessReasons } from '../engine/decision/liveness.ts';
import type { Raster } from '../engine/image/raster.ts';
import type { Challenge } from '../engine/liveness/challenge.ts';
import { respondTo } from '../engine/liveness/challenge-response.ts';
import { challengeFollowed } from '../engine/liveness/checks/challenge.ts';
import type { FaceTrack } from '../engine/liveness/face-track.ts';
import { measureLiveness } from '../engine/liveness/measure.ts';
import { trackFaces, trackStill, type FaceTracker } from '../engine/liveness/track.ts';
import type { MediaRefusal, VideoFacts } from '../engine/runtime/media.ts';
import type { Models } from '../engine/runtime/model.ts';
import type { Result } from '../kernel/result.ts';
import { isMeasured, type Finding } from '../verification/assessment.ts';
import { randomChallenges, rightChallenges, type LabelledMovement } from './liveness-challenges.ts';
import { rateOf, type Rate } from './statistics.ts';

export type LabelledRecording = {
  readonly file: string;
  /** live, replay, print, mask; anything else is reported and not counted. */
  readonly kind: string;
  readonly note?: string | undefined;
};
export type LabelledVideo = LabelledRecording & { readonly movements: readonly LabelledMovement[] };

export type LivenessManifest = {
  readonly videos: readonly LabelledVideo[];
  /** Photographs, of faces and of attacks: assessed as recordings of one frame. */
  readonly stills: readonly LabelledRecording[];
};

export type LivenessTools = {
  readonly models: Models;
  readonly decodeVideo: (file: string, receiver: FaceTracker) => Promise<Result<VideoFacts, MediaRefusal>>;
  readonly decodeImage: (file: string) => Promise<Result<Raster, MediaRefusal>>;
  /** Milliseconds of a steady clock; milliseconds of CPU that this process and its decoders have used. */
  readonly now: () => number;
  readonly cpuMs: () => number;
};

/** What became of a recording, by the reasons of the serving code with no challenge given. */
export type PassiveOutcome =
  /** Refused as an attack, a loop, or two persons. */
  | 'rejected'
  /** A person would look. */
  | 'reviewed'
  /** Nothing speaks against it. */
  | 'passed'
  /** A capture gate asks to film again (no face, too small, covered, several), or the file cannot be decoded. */
  | 'notAssessable';

export type PassiveCounts = Readonly<Record<PassiveOutcome, number>> & { readonly total: number };

export type LivenessEvaluation = {
  readonly videos: number;
  readonly stills: number;
  readonly challenge: {
    readonly rightPassed: number;
    readonly rightTotal: number;
    readonly wrongPassed: number;
    readonly wrongTotal: number;
    readonly replayPassed: number;
    readonly replayTotal: number;
    readonly rates: { readonly right: Rate; readonly wrong: Rate; readonly replay: Rate };
    readonly byGesture: Readonly<Record<string, { readonly passed: number; readonly total: number }>>;
  };
  readonly passive: Readonly<Record<PassiveKind, PassiveCounts>>;
  /** The same without stills: what a capture meets. */
  readonly passiveVideos: Readonly<Record<PassiveKind, PassiveCounts>>;
  /**
   * Shares with 95 % intervals. `apcer`: attacks passed on; `bpcer`: bona fide rejected, and rejected or reviewed, of those that
   * could be assessed (ISO/IEC 30107-3 counts the others apart, as non-responses).
   */
  readonly rates: {
    readonly apcer: Readonly<Record<'replay' | 'print' | 'mask', Rate>>;
    readonly bpcerRejected: Rate;
    readonly bpcerReviewed: Rate;
    readonly bonaFideNonResponse: Rate;
  };
  /** Each check alone at its own line: attacks that it lets pass, bona fide that it stops, and every score. */
  readonly checks: readonly CheckEvaluation[];
  readonly items: readonly EvaluatedRecording[];
  readonly failures: readonly LivenessFailure[];
  /** Tracking and all checks, without decoding; inference alone; their ratio. */
  readonly cpuMsPerVideo: number;
  readonly inferenceMsPerVideo: number;
  readonly cpuOverInference: number;
};

export type PassiveKind = 'replay' | 'print' | 'mask' | 'bonaFide';

export type EvaluatedRecording = {
  readonly file: string;
  readonly kind: string;
  readonly isStill: boolean;
  readonly outcome: PassiveOutcome;
  readonly reasons: readonly string[];
  readonly scores: Readonly<Record<string, number | string>>;
};

export type CheckEvaluation = {
  readonly check: string;
  readonly line: number;
  readonly passes: 'at-or-above' | 'below';
  readonly apcer: Rate;
  readonly bpcer: Rate;
  readonly bonaFide: readonly number[];
  readonly attacks: readonly number[];
};

/** Something that should have come out otherwise, for the gallery. */
export type LivenessFailure = {
  readonly file: string;
  readonly kind: string;
  readonly what: string;
  readonly details: string;
};

type Assessed = EvaluatedRecording & {
  readonly findings: readonly Finding[];
  readonly track: FaceTrack | null;
  readonly durationMs: number;
};

/**
 * Error rates of liveness over labelled recordings, by the very code that serves: tracked, measured and judged with no challenge
 * given (so that nothing follows from what was not asked), and then every challenge over the same tracks.
 */
export async function evaluateLiveness(
  { videos, stills }: LivenessManifest,
  tools: LivenessTools,
  onProgress: (done: number, total: number) => void,
): Promise<LivenessEvaluation> {
  const total = videos.length + stills.length;
  const assessed: Assessed[] = [];
  const challenges = new ChallengeCounts();
  let cpuMs = 0;
  let inferenceMs = 0;
  for (const video of videos) {
    const before = inferenceOf(tools.models);
    const cpuBefore = tools.cpuMs();
    const result = await assessVideo(video, tools);
    cpuMs += tools.cpuMs() - cpuBefore;
    inferenceMs += inferenceOf(tools.models) - before;
    challenges.add(video, result);
    // The pixels that a track keeps are not needed any more, and there may be many recordings.
    assessed.push({ ...result, track: null });
    onProgress(assessed.length, total);
  }
  for (const still of stills) {
    assessed.push({ ...(await assessStill(still, tools)), track: null });
    onProgress(assessed.length, total);
  }
  const passive = countsOf(assessed);
  return {
    videos: videos.length,
    stills: stills.length,
    challenge: challenges.counts(),
    passive,
    passiveVideos: countsOf(assessed.filter(({ isStill }) => !isStill)),
    rates: ratesOf(passive),
    checks: livenessLines.map((line) => checkEvaluation(line, assessed)),
    items: assessed.map(({ file, kind, isStill, outcome, reasons, scores }) => ({
      file,
      kind,
      isStill,
      outcome,
      reasons,
      scores,
    })),
    failures: [...assessed.flatMap(failuresOf), ...challenges.failures],
    cpuMsPerVideo: cpuMs / Math.max(1, videos.length),
    inferenceMsPerVideo: inferenceMs / Math.max(1, videos.length),
    cpuOverInference: cpuMs / inferenceMs,
  };
}

const inferenceOf = ({ inferenceMs }: Models): number => [...inferenceMs.values()].reduce((sum, ms) => sum + ms, 0);

async function assessVideo(video: LabelledVideo, tools: LivenessTools): Promise<Assessed> {
  const tracker = await trackFaces(tools.models);
  const decoded = await tools.decodeVideo(video.file, tracker);
  if (!decoded.ok) return undecodable(video, decoded.refusal, false);
  return { ...(await assessTrack(video, tracker.finish(), tools)), durationMs: decoded.value.durationMs };
}

async function assessStill(still: LabelledRecording, tools: LivenessTools): Promise<Assessed> {
  const decoded = await tools.decodeImage(still.file);
  if (!decoded.ok) return undecodable(still, decoded.refusal, true);
  return assessTrack(still, await trackStill(tools.models, decoded.value), tools);
}

async function assessTrack(
  { file, kind }: LabelledRecording,
  track: FaceTrack,
  { models, now }: LivenessTools,
): Promise<Assessed> {
  const { findings } = await measureLiveness(track, null, models, now);
  const reasons = livenessReasons(findings, false);
  const isGate = reasons.some(({ slug }) => captureSlugs.includes(slug));
  const isRefused = reasons.some(({ weighs }) => weighs === 'refuse');
  return {
    file,
    kind,
    isStill: track.isStill,
    outcome: isGate ? 'notAssessable' : isRefused ? 'rejected' : reasons.length > 0 ? 'reviewed' : 'passed',
    reasons: reasons.map(({ slug }) => slug),
    scores: Object.fromEntries(
      findings.map((found) => [found.check, isMeasured(found) ? found.score : found.inconclusive]),
    ),
    findings,
    track,
    durationMs: 0,
  };
}

const undecodable = ({ file, kind }: LabelledRecording, refusal: MediaRefusal, isStill: boolean): Assessed => ({
  file,
  kind,
  isStill,
  outcome: 'notAssessable',
  reasons: [refusal.kind],
  scores: {},
  findings: [],
  track: null,
  durationMs: 0,
});

const passiveKindOf: Readonly<Record<string, PassiveKind>> = {
  live: 'bonaFide',
  replay: 'replay',
  print: 'print',
  mask: 'mask',
};

function countsOf(assessed: readonly Assessed[]): Record<PassiveKind, PassiveCounts> {
  const count = (wanted: PassiveKind): PassiveCounts => {
    const of = assessed.filter(({ kind }) => passiveKindOf[kind] === wanted);
    const ended = (as: PassiveOutcome): number => of.filter(({ outcome }) => outcome === as).length;
    return {
      rejected: ended('rejected'),
      reviewed: ended('reviewed'),
      passed: ended('passed'),
      notAssessable: ended('notAssessable'),
      total: of.length,
    };
  };
  return { replay: count('replay'), print: count('print'), mask: count('mask'), bonaFide: count('bonaFide') };
}

function ratesOf(passive: Readonly<Record<PassiveKind, PassiveCounts>>): LivenessEvaluation['rates'] {
  const passedOn = ({ passed, total }: PassiveCounts): Rate => rateOf(passed, total);
  const { rejected, reviewed, notAssessable, total } = passive.bonaFide;
  return {
    apcer: { replay: passedOn(passive.replay), print: passedOn(passive.print), mask: passedOn(passive.mask) },
    bpcerRejected: rateOf(rejected, total - notAssessable),
    bpcerReviewed: rateOf(rejected + reviewed, total - notAssessable),
    bonaFideNonResponse: rateOf(notAssessable, total),
  };
}

function checkEvaluation(
  { check, at, passes }: (typeof livenessLines)[number],
  assessed: readonly Assessed[],
): CheckEvaluation {
  const scoresOf = (isAttack: boolean): number[] =>
    assessed.flatMap(({ kind, scores }) => {
      const counted = passiveKindOf[kind];
      const score = scores[check];
      if (counted === undefined || (counted !== 'bonaFide') !== isAttack || typeof score !== 'number') return [];
      return [score];
    });
  const isPassed = (score: number): boolean => (passes === 'below' ? score < at : score >= at);
  const attacks = scoresOf(true);
  const bonaFide = scoresOf(false);
  return {
    check,
    line: at,
    passes,
    apcer: rateOf(attacks.filter(isPassed).length, attacks.length),
    bpcer: rateOf(bonaFide.filter((score) => !isPassed(score)).length, bonaFide.length),
    bonaFide,
    attacks,
  };
}

function failuresOf({ file, kind, outcome, reasons, scores }: Assessed): LivenessFailure[] {
  const counted = passiveKindOf[kind];
  const isFailure = counted === 'bonaFide' ? outcome !== 'passed' : counted !== undefined && outcome === 'passed';
  if (!isFailure) return [];
  const said = Object.entries(scores)
    .filter(([, score]) => typeof score === 'number')
    .map(([check, score]) => `${check.replace('liveness/', '')} ${(score as number).toFixed(2)}`);
  return [{ file, kind, what: `${outcome}: ${reasons.join(', ') || 'no reason'}`, details: said.join(', ') }];
}

/** Somebody who wears a mask has to be told to take it off; what the mesh makes of the mouth below it is a guess. */
const isBareFaced = ({ note }: LabelledRecording): boolean => !/\bmask\b|covered face/i.test(note ?? '');

/** Challenges over the tracks: asked for what happened, and for what did not. */
class ChallengeCounts {
  readonly failures: LivenessFailure[] = [];
  #right = { passed: 0, total: 0 };
  #wrong = { passed: 0, total: 0 };
  #replay = { passed: 0, total: 0 };
  readonly #byGesture = new Map<string, { passed: number; total: number }>();

  add(video: LabelledVideo, { track, durationMs }: Assessed): void {
    if (track === null) return;
    if (video.kind === 'live' && isBareFaced(video)) this.#addRight(video, track);
    if (video.kind === 'live') this.#addRandom(video, track, durationMs, this.#wrong);
    if (video.kind === 'replay') this.#addRandom({ ...video, movements: [] }, track, durationMs, this.#replay);
  }

  #addRight(video: LabelledVideo, track: FaceTrack): void {
    for (const challenge of rightChallenges(video.movements)) {
      const isPassed = passes(challenge, track);
      const { gesture, fromMs, toMs } = challenge.steps[0]!;
      const ofGesture = this.#byGesture.get(gesture) ?? { passed: 0, total: 0 };
      this.#byGesture.set(gesture, ofGesture);
      count(this.#right, isPassed);
      count(ofGesture, isPassed);
      if (!isPassed) this.#fail(video, `${gesture} not found in ${fromMs}–${toMs} ms`, challenge, track);
    }
  }

  #addRandom(
    video: LabelledVideo,
    track: FaceTrack,
    durationMs: number,
    into: { passed: number; total: number },
  ): void {
    for (const challenge of randomChallenges(durationMs, video.movements)) {
      const isPassed = passes(challenge, track);
      count(into, isPassed);
      const asked = challenge.steps.map(({ gesture }) => gesture).join(', ');
      if (isPassed) this.#fail(video, `passed a random challenge: ${asked}`, challenge, track);
    }
  }

  #fail({ file, kind }: LabelledRecording, what: string, challenge: Challenge, track: FaceTrack): void {
    const { events, inconclusive } = respondTo(challenge, track.frames);
    const seen = events.map(({ gesture, fromMs, toMs }) => `${gesture} ${Math.round(fromMs)}–${Math.round(toMs)}`);
    this.failures.push({ file, kind, what, details: inconclusive ?? `seen: ${seen.join(', ')}` });
  }

  counts(): LivenessEvaluation['challenge'] {
    const [right, wrong, replay] = [this.#right, this.#wrong, this.#replay];
    return {
      rightPassed: right.passed,
      rightTotal: right.total,
      wrongPassed: wrong.passed,
      wrongTotal: wrong.total,
      replayPassed: replay.passed,
      replayTotal: replay.total,
      rates: {
        right: rateOf(right.passed, right.total),
        wrong: rateOf(wrong.passed, wrong.total),
        replay: rateOf(replay.passed, replay.total),
      },
      byGesture: Object.fromEntries(this.#byGesture),
    };
  }
}

function count(into: { passed: number; total: number }, isPassed: boolean): void {
  into.total++;
  if (isPassed) into.passed++;
}

/** As the serving code would say: does the challenge's own finding give no reason? */
function passes(challenge: Challenge, track: FaceTrack): boolean {
  const finding: Finding = {
    check: challengeFollowed.check,
    ...challengeFollowed.measure({ response: respondTo(challenge, track.frames) }),
    durationMs: 0,
  };
  return livenessReasons([finding], true).every(({ check }) => check !== challengeFollowed.check);
}
