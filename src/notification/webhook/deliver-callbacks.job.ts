import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import type { Clock } from '../../kernel/instant.ts';
import { SWITCH_OFF_AFTER_MS } from './backoff.ts';
import type { BodyValue } from './body.ts';
import {
  type LoadedDelivery,
  type MadeAttempt,
  type Outcome,
  holdBehind,
  loadLeftBehind,
  loadNew,
  writeOutcomes,
} from './delivery.store.ts';
import type { Egress } from './egress.ts';
import {
  type KeptEndpoint,
  type Sealing,
  findEndpoint,
  raiseNotice,
  secretsAt,
  writeDisabled,
  writeFailingSince,
} from './endpoint.store.ts';
import { type DeliveryName, type DisabledReason, type Payload, deliveryNameOf, webhookIdOf } from './endpoints.ts';
import type { HostLimits } from './host-limits.ts';
import { DeliveryOrder, OUTAGE_MS, type Started } from './order.ts';
import { callbackRequest } from './request.ts';
import { hmacSha256 } from './signing.client.ts';
import { endTurns, findCalling, keepTurns, takeTurn } from './turn.store.ts';
import { type Verdict, outcomeOf, verdictOf } from './verdict.ts';

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
  /** Looks for what is new, takes and keeps turns. What it finds is begun at once. */
  poll(): Promise<void>;
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
const MOST_HELD = 10_000;
const MOST_HELD_FAILING = 500;
const PAGE = 500;
/** What is not written down may be told again: new deliveries wait until little is unwritten. */
const MOST_UNWRITTEN = 2_000;
const WRITERS = 4;
const AGAIN_AFTER_OUTAGE_MS = 1_000;
/** What cannot be composed is a mistake of ours: it waits for the version that can. */
const AGAIN_AFTER_MISTAKE_MS = 60_000;
const STOP_WITHIN_MS = 5_000;
/** Of a reply, kept. */
const MOST_REPLY_CHARACTERS = 1_000;

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

/** What is to be written of one account. */
type Unwritten = {
  readonly outcomes: Map<string, Outcome>;
  readonly attempts: MadeAttempt[];
  readonly dead: DeliveryName[];
  disabled: Exclude<DisabledReason, 'by-hand'> | null;
};

const nothing = (): Unwritten => ({ outcomes: new Map(), attempts: [], dead: [], disabled: null });

const endpointName = (accountId: AccountId): string => String(accountId);
const lineName = ({ accountId, id }: Pick<DeliveryName, 'accountId' | 'id'>): string => `${accountId}/${id}`;

/**
 * [Note: Delivering]
 * The database keeps what is to be told and what became of it; one process at a time has an account's deliveries in hand (see
 * [Note: Turns]) and decides by `DeliveryOrder` what goes when. Outcomes are written behind, many at once: a process that dies before has
 * told something that is told again, under the same ID. What is loaded and what is written are never under way at the same time, so that
 * nothing that comes behind a dead letter slips past it.
 */
export function callbackWorker(parts: WorkerParts): CallbackWorker {
  const { database, holder, clock, elapsedMs, sealing } = parts;
  const order = new DeliveryOrder(parts.limits);
  const inHand = new Map<AccountId, InHand>();
  const unwritten = new Map<AccountId, Unwritten>();
  let composing = 0;
  let queued = 0;
  let keptAtMs = elapsedMs();
  let isStopping = false;
  let isWriteDue = false;
  let isPumpDue = false;
  let isDatabaseAway = false;
  let tail: Promise<unknown> = Promise.resolve();
  let wake: NodeJS.Timeout | null = null;

  const nowMs = (): number => clock().getTime();

  /** One at a time: what is read and written of deliveries. */
  function alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = tail.then(work);
    queued += 1;
    tail = result.catch(() => undefined).then(() => void (queued -= 1));
    return result;
  }

  const poll = (): Promise<void> =>
    alone(async () => {
      await write();
      if (isStopping) return;
      if (elapsedMs() - keptAtMs >= KEEP_EVERY_MS) await keep();
      await leave();
      for (const { accountId } of await findCalling(database, holder)) {
        if (isStopping) return;
        if (!inHand.has(accountId)) await take(accountId);
        else await loadMore(accountId);
      }
      pump();
    });

  async function keep(): Promise<void> {
    const askedAtMs = elapsedMs();
    const kept = await keepTurns(database, { holder, holdMs: HOLD_MS });
    keptAtMs = askedAtMs;
    for (const [accountId, hand] of inHand) {
      const version = kept.get(accountId);
      if (version === hand.endpoint.version || hand.isLeaving) continue;
      const endpoint = version === undefined ? null : await findEndpoint(database, accountId, sealing.unseal);
      if (endpoint === null || endpoint.disabled !== null) letGo(accountId, hand);
      else know(accountId, Object.assign(hand, { endpoint }));
    }
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

  async function take(accountId: AccountId): Promise<void> {
    if (!(await takeTurn(database, accountId, { holder, holdMs: HOLD_MS }))) return;
    const endpoint = await findEndpoint(database, accountId, sealing.unseal);
    if (endpoint === null || endpoint.disabled !== null) return endTurns(database, [accountId], holder);
    const leftBehind = await loadLeftBehind(database, accountId);
    const hand = {
      endpoint,
      hasMore: true,
      isLeaving: false,
      idleSinceMs: null,
      writtenFailingSinceMs: null,
      isKnownToFail: false,
    };
    inHand.set(accountId, hand);
    know(accountId, hand);
    add(accountId, leftBehind);
    await loadMore(accountId);
  }

  async function loadMore(accountId: AccountId): Promise<void> {
    const hand = inHand.get(accountId)!;
    for (hand.hasMore = true; hand.hasMore && !hand.isLeaving && mayHoldMore(accountId);) {
      const { loaded, hasMore } = await loadNew(database, accountId, PAGE);
      hand.hasMore = hasMore;
      add(accountId, loaded);
      pump();
    }
  }

  function mayHoldMore(accountId: AccountId): boolean {
    const isFailing = order.endpoint(endpointName(accountId))!.failingSinceMs !== null;
    return order.loadOf(endpointName(accountId)).held < (isFailing ? MOST_HELD_FAILING : MOST_HELD);
  }

  function add(accountId: AccountId, deliveries: readonly LoadedDelivery[]): void {
    for (const { id, eventNumber, attempts, failures, dueAt } of deliveries) {
      const name = { accountId, id, eventNumber };
      const line = lineName(name);
      // It was in hand and somebody wants it now.
      if (order.wake(webhookIdOf(name), line, nowMs())) continue;
      order.add({
        id: webhookIdOf(name),
        line,
        endpoint: endpointName(accountId),
        tries: attempts,
        failures,
        dueAtMs: dueAt.getTime(),
      });
    }
  }

  function pump(): void {
    isPumpDue = false;
    const unwrittenAttempts = [...unwritten.values()].reduce((sum, { attempts }) => sum + attempts.length, 0);
    const hasTurns = elapsedMs() - keptAtMs < HOLD_MS;
    if (isStopping || isDatabaseAway || !hasTurns || unwrittenAttempts > MOST_UNWRITTEN) return;
    const started = order.start(nowMs(), MOST_AT_ONCE - order.underWay);
    for (const [endpoint, ofEndpoint] of Map.groupBy(started, (one) => one.endpoint))
      void deliver(Number(endpoint) as AccountId, ofEndpoint);
    if (wake !== null) clearTimeout(wake);
    const nextMs = order.nextStartMs(nowMs());
    // What is later than this is looked at after a poll.
    wake = nextMs === null ? null : setTimeout(pump, Math.min(1_000, Math.max(1, nextMs - nowMs()))).unref();
  }

  async function deliver(accountId: AccountId, started: readonly Started[]): Promise<void> {
    const { endpoint } = inHand.get(accountId)!;
    composing += 1;
    const names = started.map(({ id }) => deliveryNameOf(id));
    const composed = await parts.composeFields(accountId, names, endpoint.payload).catch((error: unknown) => {
      parts.onError(error);
      return null;
    });
    composing -= 1;
    for (const one of started) {
      const fields = composed?.get(one.id);
      if (fields !== undefined) void attempt(accountId, endpoint, one, fields);
      else
        settle(accountId, one.id, {
          kind: 'not-tried',
          againMs: composed === null ? AGAIN_AFTER_OUTAGE_MS : AGAIN_AFTER_MISTAKE_MS,
        });
    }
  }

  async function attempt(
    accountId: AccountId,
    endpoint: KeptEndpoint,
    started: Started,
    fields: Fields,
  ): Promise<void> {
    const beganAt = clock();
    const beganMs = elapsedMs();
    const { id, eventNumber } = deliveryNameOf(started.id);
    try {
      const receiver = { ...endpoint, secrets: secretsAt(endpoint, beganAt) };
      const signed = { id: started.id, number: started.attempt, at: beganAt };
      const request = callbackRequest(receiver, fields, signed, hmacSha256);
      const answer = await parts.egress.post(request);
      const verdict = verdictOf(answer, clock());
      if (verdict.kind === 'not-tried') return settle(accountId, started.id, verdict);
      const reply = answer.ok ? answer.value.body.slice(0, MOST_REPLY_CHARACTERS) : '';
      const { authorization: _, ...headers } = request.headers;
      settle(accountId, started.id, verdict, {
        id,
        eventNumber,
        number: started.attempt,
        beganAt,
        durationMs: Math.round(elapsedMs() - beganMs),
        outcome: outcomeOf(verdict),
        status: answer.ok ? answer.value.status : null,
        url: request.url,
        headers,
        payload: endpoint.payload,
        bodySha256: createHash('sha256').update(request.body).digest(),
        sealedReply: reply === '' ? null : sealing.seal(reply),
      });
    } catch (error) {
      parts.onError(error);
      settle(accountId, started.id, { kind: 'not-tried', againMs: AGAIN_AFTER_MISTAKE_MS });
    }
  }

  function settle(accountId: AccountId, webhookId: string, verdict: Verdict, made?: MadeAttempt): void {
    const now = clock();
    const name = deliveryNameOf(webhookId);
    const settled = order.settle(webhookId, verdict, now.getTime(), parts.chance());
    if (made !== undefined) {
      const open = unwritten.get(accountId) ?? nothing();
      unwritten.set(accountId, open);
      open.attempts.push(made);
      open.outcomes.set(webhookId, {
        id: name.id,
        eventNumber: name.eventNumber,
        state: settled.kind === 'delivered' || settled.kind === 'dead' ? settled.kind : 'waiting',
        attempts: made.number,
        failures: settled.kind === 'again' ? settled.failures : null,
        dueAt: settled.kind === 'again' ? new Date(settled.dueAtMs) : null,
        at: now,
      });
      parts.onAttempt(made.outcome);
      if (settled.kind === 'dead') {
        open.dead.push(name);
        parts.onNews({ kind: 'dead-letter', accountId, id: name.id });
      }
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
    unwritten.get(accountId)!.disabled = reason;
    parts.onNews({ kind: 'endpoint-disabled', accountId, reason });
  }

  function pumpSoon(): void {
    if (isPumpDue) return;
    isPumpDue = true;
    setImmediate(pump);
  }

  function writeSoon(): void {
    if (isWriteDue) return;
    isWriteDue = true;
    alone(write).catch((error: unknown) => {
      parts.onError(error);
      setTimeout(() => unwritten.size > 0 && writeSoon(), AGAIN_AFTER_OUTAGE_MS).unref();
    });
  }

  /** Writes everything that is unwritten. @throws whatever the database does; then it is still unwritten. */
  async function write(): Promise<void> {
    isWriteDue = false;
    const accounts = [...unwritten];
    unwritten.clear();
    let failure: { readonly error: unknown } | null = null;
    const writer = async (): Promise<void> => {
      for (let next = accounts.pop(); next !== undefined; next = accounts.pop())
        try {
          await writeAccount(...next);
        } catch (error) {
          failure = { error };
          keepUnwritten(...next);
        }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    isDatabaseAway = failure !== null;
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
    if (order.underWay < MOST_AT_ONCE) pumpSoon();
  }

  async function writeAccount(accountId: AccountId, { outcomes, attempts, dead, disabled }: Unwritten): Promise<void> {
    const hand = inHand.get(accountId);
    const failingSinceMs = order.endpoint(endpointName(accountId))?.failingSinceMs ?? null;
    const hasTurned = hand !== undefined && hand.writtenFailingSinceMs !== failingSinceMs;
    const now = clock();
    if (dead.length === 0 && disabled === null && !hasTurned)
      return writeOutcomes(database, accountId, [...outcomes.values()], attempts);
    await database.transaction().execute(async (transaction) => {
      await writeOutcomes(transaction, accountId, [...outcomes.values()], attempts);
      for (const letter of dead) {
        await holdBehind(transaction, accountId, letter);
        await raiseNotice(transaction, accountId, 'dead-letter', now);
      }
      if (hasTurned)
        await writeFailingSince(transaction, accountId, failingSinceMs === null ? null : new Date(failingSinceMs));
      if (disabled !== null && (await writeDisabled(transaction, accountId, disabled, now)))
        await raiseNotice(transaction, accountId, `disabled-${disabled}`, now);
    });
    if (hand !== undefined) hand.writtenFailingSinceMs = failingSinceMs;
    for (const letter of dead) order.forget(lineName(letter));
  }

  /** Puts back what could not be written, under what has come since. */
  function keepUnwritten(accountId: AccountId, old: Unwritten): void {
    const since = unwritten.get(accountId);
    if (since === undefined) return void unwritten.set(accountId, old);
    unwritten.set(accountId, {
      outcomes: new Map([...old.outcomes, ...since.outcomes]),
      attempts: [...old.attempts, ...since.attempts],
      dead: [...old.dead, ...since.dead],
      disabled: since.disabled ?? old.disabled,
    });
  }

  const isQuiet = (): boolean => composing + queued + order.underWay + unwritten.size === 0 && !isPumpDue;

  async function quiet(): Promise<void> {
    for (;;) {
      await tail;
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      if (isQuiet()) return;
    }
  }

  return {
    poll,
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
    },
  };
}
