import type { AccountId } from '../../kernel/id.ts';
import { type DeliveryName, type DisabledReason, type Payload, webhookIdOf } from './endpoints.ts';

/** What became of a delivery with its latest attempt. */
export type Outcome = DeliveryName & {
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  /** Null: as it was. */
  readonly failures: number | null;
  readonly dueAt: Date | null;
  readonly at: Date;
};

/** An attempt as it is kept. */
export type KeptAttempt = {
  readonly number: number;
  readonly beganAt: Date;
  readonly durationMs: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Payload;
  readonly bodySha256: Buffer;
  readonly sealedReply: Buffer | null;
};

export type MadeAttempt = DeliveryName & KeptAttempt;

/** What happened to the deliveries of one account. */
export type UnwrittenOf = {
  readonly accountId: AccountId;
  /** The latest of each delivery, by the webhook's ID. */
  readonly outcomes: Map<string, Outcome>;
  readonly attempts: MadeAttempt[];
  readonly dead: DeliveryName[];
  disabled: Exclude<DisabledReason, 'by-hand'> | null;
};

/** What happened and is not in the database yet: it is written many at once, and told again by whoever comes after a process that died. */
export class Unwritten {
  readonly #byAccount = new Map<AccountId, UnwrittenOf>();
  #attempts = 0;

  get attempts(): number {
    return this.#attempts;
  }

  get isEmpty(): boolean {
    return this.#byAccount.size === 0;
  }

  has(accountId: AccountId): boolean {
    return this.#byAccount.has(accountId);
  }

  add(made: MadeAttempt, outcome: Outcome): void {
    const { attempts, outcomes, dead } = this.#of(made.accountId);
    attempts.push(made);
    outcomes.set(webhookIdOf(outcome), outcome);
    if (outcome.state === 'dead') dead.push(outcome);
    this.#attempts += 1;
  }

  disable(accountId: AccountId, reason: Exclude<DisabledReason, 'by-hand'>): void {
    this.#of(accountId).disabled = reason;
  }

  takeAll(): readonly UnwrittenOf[] {
    const all = [...this.#byAccount.values()];
    this.#byAccount.clear();
    this.#attempts = 0;
    return all;
  }

  /** Puts back what could not be written, under what has come since. */
  putBack(old: UnwrittenOf): void {
    const since = this.#byAccount.get(old.accountId);
    this.#byAccount.set(old.accountId, {
      accountId: old.accountId,
      outcomes: new Map([...old.outcomes, ...(since?.outcomes ?? [])]),
      attempts: [...old.attempts, ...(since?.attempts ?? [])],
      dead: [...old.dead, ...(since?.dead ?? [])],
      disabled: since?.disabled ?? old.disabled,
    });
    this.#attempts += old.attempts.length;
  }

  #of(accountId: AccountId): UnwrittenOf {
    const known = this.#byAccount.get(accountId);
    if (known !== undefined) return known;
    const fresh = { accountId, outcomes: new Map(), attempts: [], dead: [], disabled: null };
    this.#byAccount.set(accountId, fresh);
    return fresh;
  }
}
