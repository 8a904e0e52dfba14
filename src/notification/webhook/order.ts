import { MS_PER_HOUR, MS_PER_MINUTE } from '../../kernel/instant.ts';
import { pauseMs, PROBE_EVERY_MS } from './backoff.ts';
import { DueQueue, type Due } from './due-queue.ts';
import type { HostLimits } from './host-limits.ts';
import type { Verdict } from './verdict.ts';

/**
 * [Note: Order and independence]
 * What one endpoint is told of one verification is a *line*: the next delivery goes when the one before was answered with success, and not
 * earlier. A delivery that is a dead letter stops its own line, because telling of 5100 before the 5001 that is still to be replayed would
 * break the order; somebody replays it or passes over it, and until then it and what is behind it are kept elsewhere. Lines do not know each
 * other: what they share is the endpoint, which is tried with one delivery at a time as long as it fails, and the host, which has few places
 * and a pace.
 *
 * While an endpoint fails, the delivery that waits longest is tried every few minutes beside its schedule; the first success after an outage
 * wakes everything else that waits for the endpoint. Such extra attempts leave the schedule as it is: they bring no dead letter nearer.
 */
export type Delivery = {
  /** The webhook's ID. */
  readonly id: string;
  /** One verification at one endpoint. */
  readonly line: string;
  readonly endpoint: string;
  /** Attempts so far. */
  readonly tries: number;
  /** Those of them that failed by schedule. */
  readonly failures: number;
  /** When the schedule has its next attempt. */
  readonly dueAtMs: number;
};

/** A delivery that goes now, and its attempt's number, from 1. */
export type Started = {
  readonly id: string;
  readonly line: string;
  readonly endpoint: string;
  readonly attempt: number;
};

/** What is to be remembered of a delivery after an attempt. */
export type Settled =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly tries: number; readonly failures: number; readonly dueAtMs: number }
  | { readonly kind: 'dead'; readonly tries: number }
  /** The endpoint wants nothing more: it is switched off, and its lines wait. */
  | { readonly kind: 'endpoint-gone'; readonly tries: number };

export type EndpointState = {
  readonly hostName: string;
  readonly isSwitchedOff: boolean;
  /** Since when no delivery succeeded although some were tried; null: the last one did. */
  readonly failingSinceMs: number | null;
};

type Entry = Due & {
  readonly id: string;
  readonly line: Line;
  tries: number;
  failures: number;
  /** The schedule's time; `dueAtMs` is earlier when the entry was woken. */
  scheduledAtMs: number;
};

type Line = { readonly name: string; readonly endpoint: Endpoint; readonly entries: Entry[]; isDead: boolean };

type Endpoint = {
  readonly name: string;
  hostName: string;
  isSwitchedOff: boolean;
  failingSinceMs: number | null;
  triedAtMs: number;
  /** As the receiver asked with `Retry-After`. */
  restsUntilMs: number;
  underWay: number;
  /** Deliveries in its lines, those under way among them. */
  held: number;
  /** The first of each of its lines that waits. */
  readonly due: DueQueue<Entry>;
};

type Flight = { readonly entry: Entry; readonly hostName: string; readonly startedAtMs: number };

/** How long a `Retry-After` stops all that an endpoint is told; the delivery that was answered so waits as long as was asked. */
const MOST_REST_MS = MS_PER_HOUR;

/** Failures for less than this are no outage: one delivery that a receiver cannot digest wakes nothing. */
export const OUTAGE_MS = MS_PER_MINUTE;

/**
 * Which delivery may go next, of those it is given; what is decided here is written down by whoever asks. Times in ms of one clock, handed in.
 */
export class DeliveryOrder {
  readonly #limits: HostLimits;
  readonly #endpoints = new Map<string, Endpoint>();
  /** Endpoints for which something waits, the one that has waited longest for its turn first. */
  readonly #turns = new Set<Endpoint>();
  readonly #lines = new Map<string, Line>();
  readonly #underWay = new Map<string, Flight>();
  #sequence = 0;

  constructor(limits: HostLimits) {
    this.#limits = limits;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** Makes an endpoint known, or known otherwise: a new address, switched on again. */
  setEndpoint(name: string, state: EndpointState): void {
    const endpoint = this.#endpoints.get(name);
    if (endpoint !== undefined) return void Object.assign(endpoint, state);
    const fresh = { triedAtMs: -Infinity, restsUntilMs: -Infinity, underWay: 0, held: 0, due: new DueQueue<Entry>() };
    this.#endpoints.set(name, { name, ...state, ...fresh });
  }

  /** Forgets an endpoint with all that waits for it. Nothing of it may be under way. */
  removeEndpoint(name: string): void {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) return;
    if (endpoint.underWay > 0) throw new RangeError('an endpoint with deliveries under way cannot be forgotten');
    this.#endpoints.delete(name);
    this.#turns.delete(endpoint);
    for (const line of this.#lines.values()) if (line.endpoint === endpoint) this.#lines.delete(line.name);
  }

  endpoint(name: string): EndpointState | null {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) return null;
    const { hostName, isSwitchedOff, failingSinceMs } = endpoint;
    return { hostName, isSwitchedOff, failingSinceMs };
  }

  /** How many deliveries of an endpoint are here, and how many of them are under way. */
  loadOf(name: string): { readonly held: number; readonly underWay: number } {
    const { held = 0, underWay = 0 } = this.#endpoints.get(name) ?? {};
    return { held, underWay };
  }

  /** Puts a delivery behind those of its line. One that was delivered before may come again: it is repeated in its turn. */
  add({ id, line: name, endpoint: endpointName, tries, failures, dueAtMs }: Delivery): void {
    const endpoint = this.#endpoints.get(endpointName);
    if (endpoint === undefined) throw new RangeError('a delivery for an endpoint that nobody made known');
    const line = this.#lines.get(name) ?? { name, endpoint, entries: [], isDead: false };
    this.#lines.set(name, line);
    line.entries.push({ id, line, tries, failures, dueAtMs, scheduledAtMs: dueAtMs, sequence: this.#sequence++ });
    endpoint.held += 1;
    if (line.entries.length === 1) this.#wait(line.entries[0]!);
  }

  /** What comes behind the first delivery of a line, at most so many. */
  behind(lineName: string, most: number): readonly string[] {
    const entries = this.#lines.get(lineName)?.entries ?? [];
    return entries.slice(1, 1 + most).map(({ id }) => id);
  }

  /** Lines of an endpoint whose first delivery is likely to go soon, if all goes well. */
  soon(endpointName: string, most: number): readonly { readonly id: string; readonly line: string }[] {
    const entries = this.#endpoints.get(endpointName)?.due.earliest(most) ?? [];
    return entries.map(({ id, line }) => ({ id, line: line.name }));
  }

  /** The deliveries that may go now, at most so many; they are under way from here on. Endpoints take turns. */
  start(nowMs: number, most: number): readonly Started[] {
    const started: Started[] = [];
    for (let before = -1; before < started.length && started.length < most;) {
      before = started.length;
      for (const endpoint of [...this.#turns]) {
        if (started.length >= most) break;
        if (!this.#mayStart(endpoint, nowMs)) continue;
        started.push(this.#begin(endpoint, nowMs));
      }
    }
    return started;
  }

  /**
   * Takes the outcome of a delivery that was under way.
   * @param chance in [0, 1), for the pause before the next attempt.
   */
  settle(id: string, verdict: Verdict, nowMs: number, chance: number): Settled {
    const flight = this.#underWay.get(id);
    if (flight === undefined) throw new RangeError('a delivery that is not under way has no outcome');
    const { entry, hostName, startedAtMs } = flight;
    const { line } = entry;
    const { endpoint } = line;
    this.#underWay.delete(id);
    this.#limits.end(hostName);
    endpoint.underWay -= 1;
    if (verdict.kind === 'not-tried') {
      entry.dueAtMs = nowMs + verdict.againMs;
      return this.#again(entry);
    }
    entry.tries += 1;
    endpoint.triedAtMs = nowMs;
    switch (verdict.kind) {
      case 'delivered':
        this.#recover(endpoint, nowMs);
        this.#next(line);
        return { kind: 'delivered' };
      case 'gone':
        endpoint.isSwitchedOff = true;
        this.#wait(entry);
        return { kind: 'endpoint-gone', tries: entry.tries };
      case 'failed':
        endpoint.failingSinceMs ??= nowMs;
        return this.#fail(entry, verdict.retryAfterMs, startedAtMs, nowMs, chance);
    }
  }

  /** When something may go next, if nothing else happens until then; null: not before something does. */
  nextStartMs(nowMs: number): number | null {
    let next: number | null = null;
    for (const endpoint of this.#turns) {
      const fromMs = this.#startsFromMs(endpoint);
      const waitMs = this.#limits.waitMs(endpoint.hostName, nowMs);
      if (fromMs === null || waitMs === 'until-one-ends') continue;
      next = Math.min(next ?? Infinity, Math.max(fromMs, nowMs + waitMs));
    }
    return next;
  }

  /** Puts a delivery that is here at the beginning of its schedule, which is now. Says whether it is here. */
  wake(id: string, lineName: string, nowMs: number): boolean {
    const entry = this.#lines.get(lineName)?.entries.find((one) => one.id === id);
    if (entry === undefined) return false;
    Object.assign(entry, { failures: 0, dueAtMs: nowMs, scheduledAtMs: nowMs });
    entry.line.endpoint.due.sort();
    return true;
  }

  /** Lets go of a dead letter and of what is behind it: whoever asks keeps them. Says whether there was one. */
  forget(lineName: string): boolean {
    const line = this.#lines.get(lineName);
    if (line === undefined || !line.isDead) return false;
    line.endpoint.held -= line.entries.length;
    this.#lines.delete(lineName);
    return true;
  }

  /** When the endpoint's first delivery may go, whatever its host says; null: not before something happens. */
  #startsFromMs(endpoint: Endpoint): number | null {
    const first = endpoint.due.first();
    const isFailing = endpoint.failingSinceMs !== null;
    if (first === undefined || endpoint.isSwitchedOff || (isFailing && endpoint.underWay > 0)) return null;
    const probeAtMs = isFailing ? endpoint.triedAtMs + PROBE_EVERY_MS : Infinity;
    return Math.max(Math.min(first.dueAtMs, probeAtMs), endpoint.restsUntilMs);
  }

  #mayStart(endpoint: Endpoint, nowMs: number): boolean {
    const fromMs = this.#startsFromMs(endpoint);
    return fromMs !== null && fromMs <= nowMs && this.#limits.waitMs(endpoint.hostName, nowMs) === 0;
  }

  #begin(endpoint: Endpoint, nowMs: number): Started {
    const entry = endpoint.due.takeFirst()!;
    const { hostName } = endpoint;
    this.#underWay.set(entry.id, { entry, hostName, startedAtMs: nowMs });
    this.#limits.begin(hostName, nowMs);
    endpoint.underWay += 1;
    this.#turns.delete(endpoint);
    if (endpoint.due.size > 0) this.#turns.add(endpoint);
    return { id: entry.id, line: entry.line.name, endpoint: endpoint.name, attempt: entry.tries + 1 };
  }

  #fail(entry: Entry, retryAfterMs: number | null, startedAtMs: number, nowMs: number, chance: number): Settled {
    if (retryAfterMs !== null) entry.line.endpoint.restsUntilMs = nowMs + Math.min(retryAfterMs, MOST_REST_MS);
    if (entry.scheduledAtMs > startedAtMs) {
      entry.dueAtMs = entry.scheduledAtMs;
      return this.#again(entry);
    }
    entry.failures += 1;
    const pause = pauseMs(entry.failures, chance, retryAfterMs);
    if (pause === null) {
      entry.line.isDead = true;
      return { kind: 'dead', tries: entry.tries };
    }
    entry.scheduledAtMs = entry.dueAtMs = nowMs + pause;
    return this.#again(entry);
  }

  #again(entry: Entry): Settled {
    this.#wait(entry);
    return { kind: 'again', tries: entry.tries, failures: entry.failures, dueAtMs: entry.scheduledAtMs };
  }

  #recover(endpoint: Endpoint, nowMs: number): void {
    const wasOut = endpoint.failingSinceMs !== null && nowMs - endpoint.failingSinceMs >= OUTAGE_MS;
    endpoint.failingSinceMs = null;
    endpoint.restsUntilMs = -Infinity;
    if (wasOut) endpoint.due.bringForward(nowMs);
  }

  #next(line: Line): void {
    line.entries.shift();
    line.endpoint.held -= 1;
    if (line.entries.length === 0) this.#lines.delete(line.name);
    else this.#wait(line.entries[0]!);
  }

  #wait(entry: Entry): void {
    const { endpoint } = entry.line;
    endpoint.due.add(entry);
    this.#turns.add(endpoint);
  }
}
