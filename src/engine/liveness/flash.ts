import type { MeanColour } from './colour.ts';
import { median } from './quantile.ts';

/** Skin and background colours at a moment of the recording; null where the face was not seen. */
export type ColourSample = {
  readonly atMs: number;
  readonly skin: MeanColour | null;
  readonly background: MeanColour | null;
};

/** Colours that the screen showed, each channel 0 … 1, one after the other from `fromMs`. */
export type FlashSequence = {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly colours: readonly MeanColour[];
};

export type FlashResponse = { readonly correlation: number; readonly lagMs: number };

const MOST_LAG_MS = 600;
const LAG_STEP_MS = 50;
/** Half of the moving average that is taken away: slow changes of light and white balance are not the flash. */
const HALF_WINDOW_MS = 1000;
const CLIP_AT_MEDIANS = 4;
/** How much of the background's change is taken from the skin's: light in the room changes both alike. */
const BACKGROUND_SHARE = 0.7;

/**
 * How well the skin's colour follows the sequence, −1 … 1, at the lag that fits best (the screen, the camera and the encoder take
 * time). Ratios of channels, so that exposure does not matter; two of them, red and blue against green, averaged.
 */
export function flashResponse(samples: readonly ColourSample[], sequence: FlashSequence): FlashResponse {
  const atMs = samples.map((sample) => sample.atMs);
  const red = clipped(withoutSlow(atMs, samples.map(chroma(0))));
  const blue = clipped(withoutSlow(atMs, samples.map(chroma(2))));
  let best: FlashResponse = { correlation: -1, lagMs: 0 };
  for (let lagMs = 0; lagMs <= MOST_LAG_MS; lagMs += LAG_STEP_MS) {
    const shown = atMs.map((at) => shownAt(sequence, at - lagMs));
    const redShown = withoutSlow(
      atMs,
      shown.map(([r, g]) => r - g),
    );
    const blueShown = withoutSlow(
      atMs,
      shown.map(([, g, b]) => b - g),
    );
    const correlation = (correlate(red, redShown) + correlate(blue, blueShown)) / 2;
    if (correlation > best.correlation) best = { correlation, lagMs };
  }
  return best;
}

const NEUTRAL: MeanColour = [0.5, 0.5, 0.5];

function shownAt({ fromMs, stepMs, colours }: FlashSequence, atMs: number): MeanColour {
  return colours[Math.floor((atMs - fromMs) / stepMs)] ?? NEUTRAL;
}

/** log(channel / green) of the skin, less the room's share of it. */
const chroma =
  (channel: 0 | 2) =>
  ({ skin, background }: ColourSample): number => {
    if (skin === null) return NaN;
    const own = Math.log((skin[channel] + 1) / (skin[1] + 1));
    if (background === null) return own;
    return own - BACKGROUND_SHARE * Math.log((background[channel] + 1) / (background[1] + 1));
  };

function withoutSlow(atMs: readonly number[], values: readonly number[]): number[] {
  return values.map((value, at) => {
    if (!Number.isFinite(value)) return 0;
    let sum = 0;
    let count = 0;
    for (let other = 0; other < values.length; other++) {
      if (Math.abs(atMs[other]! - atMs[at]!) > HALF_WINDOW_MS || !Number.isFinite(values[other])) continue;
      sum += values[other]!;
      count++;
    }
    return value - sum / count;
  });
}

function clipped(values: readonly number[]): number[] {
  const most = CLIP_AT_MEDIANS * median(values.map(Math.abs)) + 1e-9;
  return values.map((value) => Math.max(-most, Math.min(most, value)));
}

function correlate(a: readonly number[], b: readonly number[]): number {
  let both = 0;
  let first = 0;
  let second = 0;
  for (let at = 0; at < a.length; at++) {
    both += a[at]! * b[at]!;
    first += a[at]! ** 2;
    second += b[at]! ** 2;
  }
  return both / Math.sqrt(first * second + 1e-30);
}
