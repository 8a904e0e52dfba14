import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Candidate, type Remembered, decide } from '../verification/accept.ts';
import type { Phone } from '../verification/phone.ts';
import { cancelled, invited, lapsed, resent } from '../verification/steps.ts';
import type { Verification } from '../verification/verification.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { type Balances, type LedgerEntry, applyEntry, booksOf, emptyBalances } from './ledger.ts';

const NOW = new Date('2026-06-01T10:00:00Z');
const accountId = 1_000_000_000 as AccountId;

const candidate = (id: number, hundredths: number, key: string | null): Candidate => ({
  accepting: {
    accountId,
    id: id as VerificationId,
    phone: '34600000001' as Phone,
    sender: 'Cotejo',
    messageTemplate: '[LINK]',
    sendAt: NOW,
    sendAtText: null,
    requestedNumber: null,
    reference: null,
    reservedHundredths: hundredths,
    linkLifetimeHours: 72,
    rehearsal: null,
  },
  callId: String(id),
  isBulk: false,
  key: key === null ? null : { digest: key, parametersDigest: 'p' },
});

type Command =
  | { readonly kind: 'top-up' | 'withdrawal'; readonly hundredths: number }
  | { readonly kind: 'accept'; readonly prices: readonly number[]; readonly key: string | null }
  | { readonly kind: 'hand-over' | 'fail' | 'cancel' | 'expire' | 'resend'; readonly which: number };

const which = fc.nat(20);
const commands = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('top-up' as const, 'withdrawal' as const),
      hundredths: fc.integer({ min: 1, max: 900 }),
    }),
    fc.record({
      kind: fc.constant('accept' as const),
      prices: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
      key: fc.option(fc.constantFrom('a', 'b', 'c')),
    }),
    fc.record({
      kind: fc.constantFrom(
        'hand-over' as const,
        'fail' as const,
        'cancel' as const,
        'expire' as const,
        'resend' as const,
      ),
      which,
    }),
  ),
  { maxLength: 24, size: 'max' },
) as fc.Arbitrary<readonly Command[]>;

/** The system: books, entries and states, moved by the pure steps that serve. */
class System {
  books: Balances = emptyBalances;
  readonly entries: LedgerEntry[] = [];
  readonly verifications: Verification[] = [];
  readonly remembered = new Map<string, Remembered>();
  #nextId = 1;

  enter(entries: readonly LedgerEntry[]): boolean {
    let after = this.books;
    for (const entry of entries) {
      const applied = applyEntry(after, entry);
      if (!applied.ok) return false;
      after = applied.value;
    }
    this.books = after;
    this.entries.push(...entries);
    return true;
  }

  /** How many of the calls were accepted anew, and what each answered as left. */
  accept(prices: readonly number[], key: string | null): readonly (number | null)[] {
    const candidates = prices.map((price) => candidate(this.#nextId++, price, key));
    const decided = decide(candidates, this.books, this.remembered, NOW);
    assert.equal(this.enter(decided.entries), true);
    assert.deepEqual(this.books, decided.after);
    for (const { candidate: accepted, next, available } of decided.accepted) {
      this.verifications.push(next);
      if (accepted.key !== null)
        this.remembered.set(accepted.key.digest, {
          parametersDigest: 'p',
          id: next.id,
          availableHundredths: available,
        });
    }
    return decided.outcomes.map((outcome) => (outcome.ok ? outcome.value.availableHundredths : null));
  }

  step(kind: Exclude<Command['kind'], 'top-up' | 'withdrawal' | 'accept'>, at: number): void {
    const before = this.verifications[at];
    if (before === undefined) return;
    const taken = this.#taken(kind, before);
    if (taken === null) return;
    assert.equal(this.enter(taken.entries), true, `${kind} from ${before.state} must balance`);
    this.verifications[at] = taken.next;
  }

  #taken(kind: string, before: Verification) {
    switch (kind) {
      case 'hand-over':
        return before.state === 'requested' ? invited(before, NOW) : null;
      case 'fail':
        return before.state === 'requested' ? lapsed(before, 'undeliverable', NOW) : null;
      case 'expire':
        return before.state === 'invited' ? lapsed(before, 'expired', NOW) : null;
      case 'cancel': {
        const step = cancelled(before, NOW);
        return step.ok ? step.value : null;
      }
      default: {
        const step = resent(before, NOW);
        return step.ok ? step.value : null;
      }
    }
  }
}

/** The model: what a person with a pencil would write down. */
class Model {
  available = 0;
  put = 0;
  readonly prices: number[] = [];
  readonly states: ('open' | 'sent' | 'over')[] = [];
  readonly answers = new Map<string, number>();

  accept(prices: readonly number[], key: string | null): readonly (number | null)[] {
    return prices.map((price) => {
      if (key !== null && this.answers.has(key)) return this.answers.get(key)!;
      if (price > this.available) return null;
      this.available -= price;
      this.prices.push(price);
      this.states.push('open');
      if (key !== null) this.answers.set(key, this.available);
      return this.available;
    });
  }

  step(kind: string, at: number): void {
    const state = this.states[at];
    if (state === undefined || state === 'over') return;
    if (kind === 'hand-over' && state === 'open') this.states[at] = 'sent';
    else if ((kind === 'fail' || kind === 'cancel') && state === 'open') {
      this.available += this.prices[at]!;
      this.states[at] = 'over';
    } else if ((kind === 'cancel' || kind === 'expire') && state === 'sent') this.states[at] = 'over';
  }
}

test('100,000 random sequences of commands leave the books as a model has them', () => {
  const seed = Date.now() % 2 ** 31;
  process.stdout.write(`ledger sequences: seed ${seed}\n`);
  fc.assert(
    fc.property(commands, (sequence) => {
      const system = new System();
      const model = new Model();
      for (const command of sequence)
        if ('hundredths' in command) {
          const entered = system.enter([{ ...command, note: '' }]);
          const may = command.kind === 'top-up' || command.hundredths <= model.available;
          assert.equal(entered, may);
          const moved = command.kind === 'top-up' ? command.hundredths : -command.hundredths;
          if (may) Object.assign(model, { available: model.available + moved, put: model.put + moved });
        } else if ('prices' in command)
          assert.deepEqual(system.accept(command.prices, command.key), model.accept(command.prices, command.key));
        else {
          system.step(command.kind, command.which);
          model.step(command.kind, command.which);
        }
      assert.equal(system.books.available, model.available);
      assert.equal(system.books.funding, model.put === 0 ? system.books.funding : -model.put);
      holdsAsDoubleEntry(system);
    }),
    { numRuns: 100_000, seed },
  );
});

/** What must be true of any ledger: the books are the sum of the movements, nothing is negative, nothing settled twice. */
function holdsAsDoubleEntry({ books, entries, verifications }: System): void {
  const summed = { ...emptyBalances } as Record<keyof Balances, number>;
  const settlements = new Map<number, number>();
  for (const entry of entries) {
    summed[booksOf[entry.kind].from] -= entry.hundredths;
    summed[booksOf[entry.kind].to] += entry.hundredths;
    if (entry.kind === 'post' || entry.kind === 'void')
      settlements.set(entry.verificationId, (settlements.get(entry.verificationId) ?? 0) + 1);
  }
  assert.deepEqual(summed, books);
  assert.equal(books.funding + books.available + books.reserved + books.spent, 0);
  assert.ok(books.available >= 0 && books.reserved >= 0 && books.spent >= 0);
  for (const { id, state } of verifications) assert.equal(settlements.get(id) ?? 0, state === 'requested' ? 0 : 1);
}

test('an amount that is no whole positive number of hundredths is refused', () => {
  for (const hundredths of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
    assert.deepEqual(applyEntry(emptyBalances, { kind: 'top-up', hundredths, note: '' }), {
      ok: false,
      refusal: { kind: 'amount-invalid' },
    });
});
