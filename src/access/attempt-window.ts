import { MS_PER_SECOND } from '../kernel/instant.ts';

/** Callers remembered at once, of each kind. */
export const MOST_REMEMBERED = 50_000;

type Counting = { count: number; windowEndsAtMs: number; blockedUntilMs: number };

/** Counts within windows of fixed length, begun by the first call; one too many blocks for a time. */
export class AttemptWindow {
  readonly #counts = new Map<string, Counting>();
  readonly #most: number;
  readonly #withinMs: number;
  readonly #blockedForMs: number;

  constructor(most: number, withinSeconds: number, blockedForSeconds: number) {
    this.#most = most;
    this.#withinMs = withinSeconds * MS_PER_SECOND;
    this.#blockedForMs = blockedForSeconds * MS_PER_SECOND;
  }

  blockedForMs(key: string, nowMs: number): number {
    return Math.max(0, (this.#counts.get(key)?.blockedUntilMs ?? 0) - nowMs);
  }

  /** Notes one more; from `most` on the key is blocked, counting from now. */
  note(key: string, nowMs: number): void {
    let counting = this.#counts.get(key);
    if (counting === undefined || counting.windowEndsAtMs <= nowMs)
      counting = this.#remember(key, { count: 0, windowEndsAtMs: nowMs + this.#withinMs, blockedUntilMs: 0 });
    counting.count += 1;
    if (counting.count < this.#most) return;
    counting.blockedUntilMs = nowMs + this.#blockedForMs;
    counting.windowEndsAtMs = counting.blockedUntilMs;
  }

  /** Blocks a key that was counted elsewhere. */
  block(key: string, untilMs: number): void {
    this.#remember(key, { count: this.#most, windowEndsAtMs: untilMs, blockedUntilMs: untilMs });
  }

  #remember(key: string, counting: Counting): Counting {
    this.#counts.delete(key);
    if (this.#counts.size >= MOST_REMEMBERED) this.#counts.delete(this.#counts.keys().next().value!);
    this.#counts.set(key, counting);
    return counting;
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }
}
