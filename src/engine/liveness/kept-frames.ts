import type { NativeFrame } from './face-track.ts';

/**
 * Frames spread evenly over a recording whose length is not known beforehand: when there are too many, every second one
 * goes and from then on only every second one is taken. Between half of `most` and `most` are kept, of however long a recording.
 */
export class SpreadFrames {
  readonly #most: number;
  #kept: NativeFrame[] = [];
  #stride = 1;
  #offered = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the frame is kept. */
  offer(frame: NativeFrame): boolean {
    if (this.#offered++ % this.#stride !== 0) return false;
    this.#kept.push(frame);
    if (this.#kept.length < this.#most) return true;
    this.#kept = this.#kept.filter((_, at) => at % 2 === 0);
    this.#stride *= 2;
    return this.#kept.at(-1) === frame;
  }

  get frames(): readonly NativeFrame[] {
    return this.#kept;
  }
}

/** The best frames by a score; one per `apartMs`, because neighbours say the same twice. */
export class BestFrames {
  readonly #most: number;
  readonly #apartMs: number;
  #kept: { readonly frame: NativeFrame; readonly score: number }[] = [];

  constructor(most: number, apartMs: number) {
    this.#most = most;
    this.#apartMs = apartMs;
  }

  /** Whether a frame of at most this score could be kept: asked before the score is measured in full. */
  wants({ atMs }: NativeFrame, atMost: number): boolean {
    const rival = this.#near(atMs)[0] ?? (this.#kept.length === this.#most ? this.#kept.at(-1) : undefined);
    return rival === undefined || atMost > rival.score;
  }

  /** Whether the frame is kept. */
  offer(frame: NativeFrame, score: number): boolean {
    const near = this.#near(frame.atMs);
    if (near.some((kept) => kept.score >= score)) return false;
    this.#kept = [...this.#kept.filter((kept) => !near.includes(kept)), { frame, score }]
      .sort((a, b) => b.score - a.score)
      .slice(0, this.#most);
    return this.#kept.some((kept) => kept.frame === frame);
  }

  /** Best first. */
  get frames(): readonly NativeFrame[] {
    return this.#kept.map(({ frame }) => frame);
  }

  #near(atMs: number) {
    return this.#kept.filter(({ frame }) => Math.abs(frame.atMs - atMs) < this.#apartMs);
  }
}
