import { framesPerSecond, gestureThresholds } from '../challenge-response.ts';
import type { Challenge } from '../challenge.ts';
import type { MeanColour } from '../colour.ts';
import { flashResponse, type FlashSequence } from '../flash.ts';
import { median, quantile } from '../quantile.ts';
import type { LivenessCheck } from './check.ts';

/** Frames after the last colour in which its light may still arrive. */
const TAIL_MS = 600;
const LEAST_FACE_SHARE = 0.8;
/** A head that turns changes the colour of its skin more than the flash does. */
const MOST_TURN = 0.12;

/** Does the skin's colour follow the colours that the screen flashed? A recording made beforehand does not know them. */
export const flash: LivenessCheck = {
  check: 'liveness/flash',
  measure({ track, challenge }) {
    if (challenge?.flash === undefined) return { inconclusive: 'not-asked' };
    const sequence = sequenceOf(challenge.flash);
    const toMs = sequence.fromMs + sequence.stepMs * sequence.colours.length + TAIL_MS;
    const frames = track.frames.filter(({ atMs }) => atMs >= sequence.fromMs && atMs <= toMs);
    const lastMs = frames.at(-1)?.atMs ?? 0;
    if (lastMs < toMs - TAIL_MS - sequence.stepMs) return { inconclusive: 'recording-too-short' };
    if (framesPerSecond(frames.map(({ atMs }) => atMs)) < gestureThresholds.leastFps)
      return { inconclusive: 'frame-rate-too-low' };
    const turns = frames.flatMap(({ face }) => (face === null ? [] : [face.geometry.asymmetry]));
    if (turns.length < LEAST_FACE_SHARE * frames.length) return { inconclusive: 'face-lost' };
    const rest = median(turns);
    const turned = quantile(
      turns.map((turn) => Math.abs(turn - rest)),
      0.9,
    );
    if (turned > MOST_TURN) return { inconclusive: 'moved-during-flash', details: { turned } };
    const { correlation, lagMs } = flashResponse(
      frames.map(({ atMs, face }) => ({ atMs, skin: face?.skin ?? null, background: face?.background ?? null })),
      sequence,
    );
    return {
      score: correlation,
      higherMeans: 'skin follows the flash',
      details: { lagMs, frames: frames.length, turned },
    };
  },
};

const sequenceOf = ({ fromMs, stepMs, colours }: NonNullable<Challenge['flash']>): FlashSequence => ({
  fromMs,
  stepMs,
  colours: colours.map((colour): MeanColour => {
    const rgb = parseInt(colour.slice(1), 16);
    return [(rgb >> 16) / 255, ((rgb >> 8) & 255) / 255, (rgb & 255) / 255];
  }),
});
