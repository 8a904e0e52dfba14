import type { Kysely } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import type { Clock } from '../../kernel/instant.ts';
import { type Attempted, attempt } from './attempt.job.ts';
import { SWITCH_OFF_AFTER_MS } from './backoff.ts';
import type { BodyValue } from './body.ts';
import { type LoadedDelivery, loadLeftBehind, loadNew } from './delivery.store.ts';
import type { Egress } from './egress.ts';
import { type KeptEndpoint, type Sealing, findEndpoints } from './endpoint.store.ts';
import { type DeliveryName, type DisabledReason, type Payload, deliveryNameOf, webhookIdOf } from './endpoints.ts';
import type { HostLimits } from './host-limits.ts';
import { DeliveryOrder, OUTAGE_MS, type Started } from './order.ts';
import { type ToWrite, writeHappened } from './outcome.store.ts';
import { hmacSha256KeepingKeys } from './signing.client.ts';
import { endTurns, findCalling, keepTurns, takeTurns } from './turn.store.ts';
import { Unwritten, type UnwrittenOf } from './unwritten.ts';

/** The fields of a callback, as they go into its body. */
export type Fields = Readonly<Record<string, BodyValue>>;

/** Composes what is told of events of one account, by their webhook's ID. What cannot be composed is left out. */
export type ComposeFields = (
  accountId: AccountId,
  events: readonly { readonly id: VerificationId; readonly eventNumber: number }[],
  payload: Payload,
) => Promise<ReadonlyMap<string, Fields>>;

/** What is worth a line in the log. */
export type CallbackNews =
  | { readonly kind: 'endpoint-failing' | 'endpoint-recovered'; readonly accountId: AccountId }
  | {
      readonly kind: 'endpoint-disabled';
      readonly accountId: AccountId;
      readonly reason: Exclude<DisabledReason, 'by-hand'>;
    }
  | { readonly kind: 'dead-letter'; readonly accountId: AccountId; readonly id: VerificationId };

export type WorkerParts = {
  readonly database: Kysely<unknown>;
  /** Names this worker among others: a UUID. */
  readonly holder: string;
  readonly clock: Clock;
  /** Milliseconds of any clock that only goes forward, for durations. */
  readonly elapsedMs: () => number;
  /** In [0, 1). */
  readonly chance: () => number;
  readonly egress: Pick<Egress, 'post'>;
  readonly limits: HostLimits;
  readonly sealing: Sealing;
  readonly composeFields: ComposeFields;
  readonly onAttempt: (outcome: string) => void;
  readonly onNews: (news: CallbackNews) => void;
  readonly onError: (error: unknown) => void;
};

export type CallbackWorker = {
  /** Looks for what is new, takes and keeps turns. What it finds is begun at once. @returns whether there is more to be looked at now. */
  poll(): Promise<boolean>;
  /** Loads what is new of accounts that are in hand: sooner than a poll, for whoever knows. @returns whether all of them were, and all was loaded. */
  look(accountIds: readonly AccountId[]): Promise<boolean>;
  /** Begins whatever may go. */
  pump(): void;
  /** When something may go that may not go now; null: not before something happens. */
  nextStartMs(): number | null;
  /** Resolves when nothing is under way or unwritten. */
  quiet(): Promise<void>;
  /** Begins nothing more, waits for what is under way, not for long, and gives its turns back. */
  stop(): Promise<void>;
};

/** A process that died is taken over from after this. */
const HOLD_MS = 6_000;
const KEEP_EVERY_MS = 2_000;
/** An account that nothing happens to is let go of, so that workers share what there is. */
const IDLE_MS = 10_000;
const MOST_AT_ONCE = 400;
/** Deliveries of one endpoint that a process holds; while it fails, few of many that wait. */
const MOST_HELD = 2_000;
const MOST_HELD_FAILING = 500;
/** Accounts that one statement reads, and new deliveries of them all. */
const ACCOUNTS_TOGETHER = 50;
const ROWS_TOGETHER = 1_000;
/** So long at most: then turns are kept where that is due, and whoever has come meanwhile is looked after first. */
const LOOK_FOR_MS = 500;
/** Accounts of which something is composed at the same time. */
const COMPOSERS = 4;
/** Of each line, what comes behind is composed with its first. */
const MOST_AHEAD = 7;
/** And so many lines of the account that are likely to go next: a statement for each would be what they wait for. */
const MOST_LINES_AHEAD = 4;
/** What was composed ahead and did not go until then is composed anew: it may have been erased. */
const AHEAD_FOR_MS = 3_000;
const MOST_COMPOSED_AHEAD = 2_000;
/** What is not written down may be told again: new deliveries wait until little is unwritten. */
const MOST_UNWRITTEN = 2_000;
/** While others are under way, an outcome waits so long for theirs, or until there are so many: a commit is for all of them. */
const WRITE_WITHIN_MS = 10;
const WRITE_AT = 200;
const AGAIN_AFTER_OUTAGE_MS = 1_000;
/** What cannot be composed is a mistake of ours: it waits for the version that can. */
const AGAIN_AFTER_MISTAKE_MS = 60_000;
const STOP_WITHIN_MS = 5_000;

/** Fields that were composed before their turn. */
type Ahead = { readonly fields: Fields; readonly payload: Payload; readonly untilMs: number };

/** An account whose turn it is, here. */
type InHand = {
  endpoint: KeptEndpoint;
  hasMore: boolean;
  /** Begins nothing more; let go of as soon as nothing is under way. */
  isLeaving: boolean;
  idleSinceMs: number | null;
  /** As the database has it. */
  writtenFailingSinceMs: number | null;
  isKnownToFail: boolean;
};

const endpointName = (accountId: AccountId): string => String(accountId);
const lineName = ({ accountId, id }: Pick<DeliveryName, 'accountId' | 'id'>): string => `${accountId}/${id}`;
const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/**
 * [Note: Delivering]
 * The database keeps what is to be told and what became of it; one process at a time has an account's deliveries in hand (see
 * [Note: Turns]) and decides by `DeliveryOrder` what goes when. What begins is composed together with whatever else of its account began
 * meanwhile, and with what follows in its line, which then goes as soon as it may. Outcomes are written behind, many at once: a process that dies before has told something that is told again, under the same ID. What is
 * loaded and what is written are never under way at the same time, so that nothing that comes behind a dead letter slips past it.
 */
export function callbackWorker(parts: WorkerParts): CallbackWorker {
  const { database, holder, clock, elapsedMs, sealing } = parts;
  const order = new DeliveryOrder(parts.limits);
  const inHand = new Map<AccountId, InHand>();
  /** What began and is to be composed. */
  const begun = new Map<AccountId, Started[]>();
  const ahead = new Map<string, Ahead>();
  const attemptParts = { ...parts, hmacSha256: hmacSha256KeepingKeys() };
  const unwritten = new Unwritten();
  let queued = 0;
  let keptAtMs = elapsedMs();
  let composing = 0;
  let isStopping = false;
  let isWriteDue = false;
  let isPumpDue = false;
  let isDatabaseAway = false;
  let tail: Promise<unknown> = Promise.resolve();
  let wake: NodeJS.Timeout | null = null;
  let writing: NodeJS.Timeout | null = null;

  const nowMs = (): number => clock().getTime();

  /** One at a time: what is read and written of deliveries. */
  function alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = tail.then(work);
    queued += 1;
    tail = result.catch(() => undefined).then(() => void (queued -= 1));
    return result;
  }

  async function poll(): Promise<boolean> {
    const calling = isStopping ? [] : (await findCalling(database, holder)).map(({ accountId }) => accountId);
    return alone(async () => {
      await write();
      if (isStopping) return false;
      for (const [webhookId, { untilMs }] of ahead) if (untilMs <= elapsedMs()) ahead.delete(webhookId);
      if (elapsedMs() - keptAtMs >= KEEP_EVERY_MS) await keep();
      await leave();
      const untilMs = elapsedMs() + LOOK_FOR_MS;
      const hasTaken = await take(
        calling.filter((accountId) => !inHand.has(accountId)),
        untilMs,
      );
      const hasLoaded = await load(
        calling.filter((accountId) => inHand.has(accountId)),
        untilMs,
      );
      pump();
      return !isStopping && !(hasTaken && hasLoaded);
    });
  }

  const look = (accountIds: readonly AccountId[]): Promise<boolean> =>
    alone(async () => {
      const mine = accountIds.filter((accountId) => inHand.has(accountId));
      return (await load(mine, elapsedMs() + LOOK_FOR_MS)) && mine.length === accountIds.length;
    });

  async function keep(): Promise<void> {
    const askedAtMs = elapsedMs();
    const kept = await keepTurns(database, { holder, holdMs: HOLD_MS });
    keptAtMs = askedAtMs;
    const changed = [...inHand].filter(
      ([id, { endpoint, isLeaving }]) => kept.get(id) !== endpoint.version && !isLeaving,
    );
    const endpoints = await findEndpoints(
      database,
      changed.map(([accountId]) => accountId).filter((accountId) => kept.has(accountId)),
      sealing.unseal,
    );
    for (const [accountId, hand] of changed) {
      const endpoint = endpoints.get(accountId);
      if (endpoint?.disabled !== null) letGo(accountId, hand);
      else know(accountId, Object.assign(hand, { endpoint }));
    }
    // Taken, and what was left behind could not be read.
    const unread = [...kept.keys()].filter((accountId) => !inHand.has(accountId));
    if (unread.length > 0) await endTurns(database, unread, holder);
  }

  const know = (accountId: AccountId, hand: InHand): void => {
    const failingSinceMs = hand.endpoint.failingSince?.getTime() ?? null;
    hand.writtenFailingSinceMs = failingSinceMs;
    order.setEndpoint(endpointName(accountId), {
      hostName: new URL(hand.endpoint.url).hostname,
      isSwitchedOff: false,
      failingSinceMs,
    });
  };

  function letGo(accountId: AccountId, hand: InHand): void {
    hand.isLeaving = true;
    const state = order.endpoint(endpointName(accountId))!;
    order.setEndpoint(endpointName(accountId), { ...state, isSwitchedOff: true });
  }

  /** Forgets accounts that nothing is left of, or that are no business of ours any more. */
  async function leave(): Promise<void> {
    const left: AccountId[] = [];
    for (const [accountId, hand] of inHand) {
      const { held, underWay } = order.loadOf(endpointName(accountId));
      const isIdle = held === 0 && !hand.hasMore;
      hand.idleSinceMs = isIdle ? (hand.idleSinceMs ?? elapsedMs()) : null;
      const isOver = hand.idleSinceMs !== null && elapsedMs() - hand.idleSinceMs >= IDLE_MS;
      if (underWay > 0 || unwritten.has(accountId) || !(hand.isLeaving || isOver)) continue;
      order.removeEndpoint(endpointName(accountId));
      inHand.delete(accountId);
      left.push(accountId);
    }
    if (left.length > 0) await endTurns(database, left, holder);
  }

  /** @returns whether the time was enough to take them all. */
  async function take(accountIds: readonly AccountId[], untilMs: number): Promise<boolean> {
    for (let at = 0; at < accountIds.length; at += ACCOUNTS_TOGETHER) {
      if (isStopping || elapsedMs() > untilMs) return false;
      await takeTogether(accountIds.slice(at, at + ACCOUNTS_TOGETHER));
    }
    return true;
  }

  async function takeTogether(accountIds: readonly AccountId[]): Promise<void> {
    const taken = await takeTurns(database, accountIds, { holder, holdMs: HOLD_MS });
    const endpoints = await findEndpoints(database, taken, sealing.unseal);
    const isEnabled = (accountId: AccountId): boolean => endpoints.get(accountId)?.disabled === null;
    const useless = taken.filter((accountId) => !isEnabled(accountId));
    if (useless.length > 0) await endTurns(database, useless, holder);
    const enabled = taken.filter(isEnabled);
    const leftBehind = await loadLeftBehind(database, enabled);
    for (const accountId of enabled) {
      const hand = {
        endpoint: endpoints.get(accountId)!,
        hasMore: true,
        isLeaving: false,
        idleSinceMs: null,
        writtenFailingSinceMs: null,
        isKnownToFail: false,
      };
      inHand.set(accountId, hand);
      know(accountId, hand);
    }
    add(leftBehind);
  }

  /** Loads what is new of these accounts, in turns. @returns whether the time was enough for what may be held. */
  async function load(accountIds: readonly AccountId[], untilMs: number): Promise<boolean> {
    for (const accountId of accountIds) inHand.get(accountId)!.hasMore = true;
    // Who has least goes first: one with much does not keep others from coming in.
    const heldOf = (accountId: AccountId): number => order.loadOf(endpointName(accountId)).held;
    const queue = accountIds.filter(mayHoldMore).sort((a, b) => heldOf(a) - heldOf(b));
    while (queue.length > 0) {
      if (isStopping || elapsedMs() > untilMs) return false;
      const some = queue.splice(0, ACCOUNTS_TOGETHER);
      const { loaded, haveMore } = await loadNew(database, some, {
        holder,
        most: Math.ceil(ROWS_TOGETHER / some.length),
      });
      for (const accountId of some) inHand.get(accountId)!.hasMore = haveMore.has(accountId);
      add(loaded);
      pump();
      queue.push(...some.filter((accountId) => haveMore.has(accountId) && mayHoldMore(accountId)));
      if (queue.length > 0) await write();
    }
    return true;
  }

  function mayHoldMore(accountId: AccountId): boolean {
    const isFailing = order.endpoint(endpointName(accountId))!.failingSinceMs !== null;
    const { held } = order.loadOf(endpointName(accountId));
    return !inHand.get(accountId)!.isLeaving && held < (isFailing ? MOST_HELD_FAILING : MOST_HELD);
  }

  function add(deliveries: readonly LoadedDelivery[]): void {
    for (const { attempts, failures, dueAt, ...name } of deliveries) {
      const webhookId = webhookIdOf(name);
      const line = lineName(name);
      // It was in hand and somebody wants it now.
      if (order.wake(webhookId, line, nowMs())) continue;
      order.add({
        id: webhookId,
        line,
        endpoint: endpointName(name.accountId),
        tries: attempts,
        failures,
        dueAtMs: dueAt.getTime(),
      });
    }
  }

  function pump(): void {
    isPumpDue = false;
    const hasTurns = elapsedMs() - keptAtMs < HOLD_MS;
    if (isStopping || isDatabaseAway || !hasTurns || unwritten.attempts > MOST_UNWRITTEN) return;
    for (const started of order.start(nowMs(), MOST_AT_ONCE - order.underWay)) begin(started);
    composeBegun();
    if (wake !== null) clearTimeout(wake);
    const nextMs = order.nextStartMs(nowMs());
    // What is later than this is looked at after a poll.
    wake = nextMs === null ? null : setTimeout(pump, Math.min(1_000, Math.max(1, nextMs - nowMs()))).unref();
  }

  function begin(started: Started): void {
    const { accountId } = deliveryNameOf(started.id);
    const { endpoint } = inHand.get(accountId)!;
    const composed = ahead.get(started.id);
    ahead.delete(started.id);
    if (composed !== undefined && composed.payload === endpoint.payload && composed.untilMs > elapsedMs())
      return void deliver(accountId, endpoint, started, composed.fields);
    const ofAccount = begun.get(accountId) ?? [];
    begun.set(accountId, ofAccount);
    ofAccount.push(started);
  }

  /** What begins of an account while others are composed is composed together next. */
  function composeBegun(): void {
    for (const [accountId, started] of begun) {
      if (composing >= COMPOSERS) return;
      begun.delete(accountId);
      void compose(accountId, started);
    }
  }

  async function compose(accountId: AccountId, started: readonly Started[]): Promise<void> {
    const { endpoint } = inHand.get(accountId)!;
    const { payload } = endpoint;
    const isAhead = ahead.size < MOST_COMPOSED_AHEAD;
    const soon = isAhead
      ? order.soon(endpointName(accountId), MOST_LINES_AHEAD).filter(({ id }) => !ahead.has(id))
      : [];
    const wanted = [...started, ...soon].flatMap(({ id, line }) => [
      id,
      ...order.behind(line, isAhead ? MOST_AHEAD : 0),
    ]);
    composing += 1;
    const composed = await parts
      .composeFields(accountId, wanted.map(deliveryNameOf), payload)
      .catch((error: unknown) => {
        parts.onError(error);
        return null;
      });
    composing -= 1;
    composeBegun();
    const untilMs = elapsedMs() + AHEAD_FOR_MS;
    for (const [webhookId, fields] of composed ?? []) ahead.set(webhookId, { fields, payload, untilMs });
    for (const one of started) {
      const fields = ahead.get(one.id)?.fields;
      ahead.delete(one.id);
      if (fields !== undefined) void deliver(accountId, endpoint, one, fields);
      else settle(accountId, one.id, notTried(composed === null ? AGAIN_AFTER_OUTAGE_MS : undefined));
    }
  }

  const notTried = (againMs = AGAIN_AFTER_MISTAKE_MS): Attempted => ({
    verdict: { kind: 'not-tried', againMs },
    made: null,
  });

  async function deliver(
    accountId: AccountId,
    endpoint: KeptEndpoint,
    started: Started,
    fields: Fields,
  ): Promise<void> {
    const attempted = await attempt(attemptParts, endpoint, started, fields).catch((error: unknown) => {
      parts.onError(error);
      return notTried();
    });
    settle(accountId, started.id, attempted);
  }

  function settle(accountId: AccountId, webhookId: string, { verdict, made }: Attempted): void {
    const now = clock();
    const settled = order.settle(webhookId, verdict, now.getTime(), parts.chance());
    if (made !== null) {
      const { id, eventNumber, number, outcome } = made;
      unwritten.add(made, {
        accountId,
        id,
        eventNumber,
        state: settled.kind === 'delivered' || settled.kind === 'dead' ? settled.kind : 'waiting',
        attempts: number,
        failures: settled.kind === 'again' ? settled.failures : null,
        dueAt: settled.kind === 'again' ? new Date(settled.dueAtMs) : null,
        at: now,
      });
      parts.onAttempt(outcome);
      if (settled.kind === 'dead') parts.onNews({ kind: 'dead-letter', accountId, id });
      const { failingSinceMs } = order.endpoint(endpointName(accountId))!;
      const failingForMs = failingSinceMs === null ? 0 : now.getTime() - failingSinceMs;
      noteOutage(accountId, failingSinceMs === null ? null : failingForMs);
      if (settled.kind === 'endpoint-gone') disable(accountId, 'gone');
      else if (failingForMs >= SWITCH_OFF_AFTER_MS) disable(accountId, 'failing');
      writeSoon();
    }
    pumpSoon();
  }

  /** A failure here and there is no news. @param failingForMs null: the endpoint takes what it is told. */
  function noteOutage(accountId: AccountId, failingForMs: number | null): void {
    const hand = inHand.get(accountId)!;
    const isOut = failingForMs !== null && (hand.isKnownToFail || failingForMs >= OUTAGE_MS);
    if (isOut === hand.isKnownToFail) return;
    hand.isKnownToFail = isOut;
    parts.onNews({ kind: isOut ? 'endpoint-failing' : 'endpoint-recovered', accountId });
  }

  function disable(accountId: AccountId, reason: Exclude<DisabledReason, 'by-hand'>): void {
    const hand = inHand.get(accountId)!;
    if (hand.isLeaving) return;
    letGo(accountId, hand);
    unwritten.disable(accountId, reason);
    parts.onNews({ kind: 'endpoint-disabled', accountId, reason });
  }

  function pumpSoon(): void {
    if (isPumpDue) return;
    isPumpDue = true;
    setImmediate(pump);
  }

  function writeSoon(): void {
    if (isWriteDue) return;
    const waitsForMore = order.underWay > 0 && unwritten.attempts < WRITE_AT;
    if (waitsForMore) writing ??= setTimeout(writeNow, WRITE_WITHIN_MS);
    else writeNow();
  }

  function writeNow(): void {
    isWriteDue = true;
    alone(write).catch(parts.onError);
  }

  /** Writes everything that is unwritten. What cannot be written stays so, for a second try. @throws whatever the database does, when it is away. */
  async function write(): Promise<void> {
    isWriteDue = false;
    if (writing !== null) clearTimeout(writing);
    writing = null;
    const happened = unwritten.takeAll().map(toWrite);
    const left = await writeHappened(database, happened, clock());
    for (const one of happened) if (!left.unwritten.includes(one)) noteWritten(one);
    for (const one of left.unwritten) unwritten.putBack(one);
    isDatabaseAway = happened.length > 0 && left.unwritten.length === happened.length;
    if (left.unwritten.length > 0) writing = setTimeout(writeNow, AGAIN_AFTER_OUTAGE_MS).unref();
    if (isDatabaseAway) throw left.errors[0];
    for (const error of left.errors) parts.onError(error);
    if (order.underWay < MOST_AT_ONCE) pumpSoon();
  }

  function toWrite(one: UnwrittenOf): ToWrite {
    const hand = inHand.get(one.accountId);
    const failingSinceMs = order.endpoint(endpointName(one.accountId))?.failingSinceMs ?? null;
    const hasTurned = hand !== undefined && hand.writtenFailingSinceMs !== failingSinceMs;
    return { ...one, turned: hasTurned ? { failingSince: dateOf(failingSinceMs) } : null };
  }

  function noteWritten({ accountId, dead, turned }: ToWrite): void {
    const hand = inHand.get(accountId);
    if (hand !== undefined && turned !== null) hand.writtenFailingSinceMs = turned.failingSince?.getTime() ?? null;
    for (const letter of dead) order.forget(lineName(letter));
  }

  const isQuiet = (): boolean => queued + order.underWay === 0 && unwritten.isEmpty && !isPumpDue;

  async function quiet(): Promise<void> {
    for (;;) {
      await tail;
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      if (isQuiet()) return;
    }
  }

  return {
    poll,
    look,
    pump,
    nextStartMs: () => order.nextStartMs(nowMs()),
    quiet,
    async stop() {
      isStopping = true;
      if (wake !== null) clearTimeout(wake);
      const within = new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref());
      for (let isOver = false; !isOver && order.underWay > 0;)
        isOver = await Promise.race([
          within.then(() => true),
          new Promise<boolean>((resolve) => setTimeout(resolve, 20, false)),
        ]);
      await alone(async () => {
        await write();
        await endTurns(database, [...inHand.keys()], holder);
      }).catch((error: unknown) => parts.onError(error));
      if (writing !== null) clearTimeout(writing);
    },
  };
}
