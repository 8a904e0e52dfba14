import { MS_PER_SECOND } from '../../kernel/instant.ts';

/** What one host has to bear, whoever's endpoints it serves. */
export const hostLimit = {
  atOnce: 5,
  perSecond: 10,
} as const;

/** A little over a second: what leaves at an even pace arrives bunched, and the receiver's second is the one that counts. */
const WINDOW_MS = 1.1 * MS_PER_SECOND;

/** Hosts after which those that rest are forgotten. */
const SWEEP_AT = 10_000;

type Host = { underWay: number; readonly begunAtMs: number[] };

/** Requests to each host: how many are under way, and when the last ones began. Times in ms of whatever clock, the same for all calls. */
export class HostLimits {
  readonly #hosts = new Map<string, Host>();
  readonly #limit: { readonly atOnce: number; readonly perSecond: number };

  constructor(limit: { readonly atOnce: number; readonly perSecond: number } = hostLimit) {
    this.#limit = limit;
  }

  /** How long to wait before a request may begin: 0, some ms, or until one that is under way ends. */
  waitMs(hostName: string, nowMs: number): number | 'until-one-ends' {
    const host = this.#hosts.get(hostName);
    if (host === undefined) return 0;
    if (host.underWay >= this.#limit.atOnce) return 'until-one-ends';
    if (host.begunAtMs.length < this.#limit.perSecond) return 0;
    return Math.max(0, host.begunAtMs[0]! + WINDOW_MS - nowMs);
  }

  begin(hostName: string, nowMs: number): void {
    if (this.#hosts.size >= SWEEP_AT) this.#sweep(nowMs);
    const host = this.#hosts.get(hostName) ?? { underWay: 0, begunAtMs: [] };
    this.#hosts.set(hostName, host);
    host.underWay += 1;
    host.begunAtMs.push(nowMs);
    if (host.begunAtMs.length > this.#limit.perSecond) host.begunAtMs.shift();
  }

  end(hostName: string): void {
    this.#hosts.get(hostName)!.underWay -= 1;
  }

  #sweep(nowMs: number): void {
    for (const [hostName, { underWay, begunAtMs }] of this.#hosts)
      if (underWay === 0 && begunAtMs.at(-1)! + WINDOW_MS <= nowMs) this.#hosts.delete(hostName);
  }
}
