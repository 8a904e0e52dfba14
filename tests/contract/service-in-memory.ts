import type { Account } from '../../src/access/account.ts';
import { applyEntry, emptyBalances, type Balances } from '../../src/credits/ledger.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { ok, refuse } from '../../src/kernel/result.ts';
import type { VerificationService } from '../../src/verification/service.ts';
import { accepted, cancelled, invited, resent, type Step } from '../../src/verification/steps.ts';
import type { Verification } from '../../src/verification/verification.ts';

type Books = {
  balances: Balances;
  readonly verifications: Map<VerificationId, Verification>;
  readonly answered: Map<string, { readonly digest: string; readonly id: VerificationId; readonly available: number }>;
};

/**
 * The life of verifications in memory: the project's own steps and ledger without a database, so that the wire can be tried alone.
 * IDs count up from `firstId` within each account, so that a run can be compared with another to the byte.
 */
export function serviceInMemory({ now, firstId }: { readonly now: () => Date; readonly firstId: number }) {
  const accounts = new Map<AccountId, Books>();
  const certificates = new Map<string, Uint8Array>();

  const booksOf = (account: AccountId): Books => {
    const known = accounts.get(account);
    if (known !== undefined) return known;
    const fresh: Books = { balances: emptyBalances, verifications: new Map(), answered: new Map() };
    accounts.set(account, fresh);
    return fresh;
  };

  function write(books: Books, { next, entries }: Step<Verification>): void {
    for (const entry of entries) {
      const applied = applyEntry(books.balances, entry);
      if (!applied.ok) throw new Error(`the books refuse: ${applied.refusal.kind}`);
      books.balances = applied.value;
    }
    books.verifications.set(next.id, next);
  }

  const service: VerificationService = {
    accept: async (account, wanted, idempotency) => {
      const books = booksOf(account.id);
      const digest = idempotency === null ? '' : Buffer.from(idempotency.parametersDigest).toString('hex');
      const earlier = idempotency === null ? undefined : books.answered.get(idempotency.key);
      if (earlier !== undefined)
        return earlier.digest === digest
          ? ok({ id: earlier.id, availableHundredths: earlier.available })
          : refuse({ kind: 'idempotency-key-reused' });
      const { segments, ...rest } = wanted;
      const { requestHundredths, furtherSegmentHundredths, linkLifetimeHours } = account.settings;
      const reservedHundredths = requestHundredths + furtherSegmentHundredths * (segments - 1);
      const availableHundredths = books.balances.available;
      if (availableHundredths < reservedHundredths)
        return refuse({ kind: 'credits-exhausted', neededHundredths: reservedHundredths, availableHundredths });
      const id = (firstId + books.verifications.size) as VerificationId;
      write(books, accepted({ ...rest, accountId: account.id, id, reservedHundredths, linkLifetimeHours }, now()));
      const available = books.balances.available;
      if (idempotency !== null) books.answered.set(idempotency.key, { digest, id, available });
      return ok({ id, availableHundredths: available });
    },
    availableHundredths: async (account) => booksOf(account).balances.available,
    report: async (account, id) => {
      const verification = booksOf(account).verifications.get(id);
      if (verification === undefined) return null;
      const { invitations, updatedAt } = verification;
      const state = verification.state === 'requested' ? 'waiting' : 'handed-over';
      return { verification, invitation: { number: invitations, state, segments: 1, updatedAt } };
    },
    certificate: async (account, id) => {
      const verification = booksOf(account).verifications.get(id);
      if (verification === undefined) return refuse({ kind: 'unknown-verification' });
      const bytes = certificates.get(`${account} ${id}`);
      return bytes === undefined ? refuse({ kind: 'not-validated', verification }) : ok(bytes);
    },
    cancel: async (account, id) => {
      const books = booksOf(account.id);
      const verification = books.verifications.get(id);
      if (verification === undefined) return refuse({ kind: 'unknown-verification' });
      const step = cancelled(verification, now());
      if (!step.ok) return step;
      write(books, step.value);
      return ok({ availableHundredths: books.balances.available });
    },
    resend: async (account, id) => {
      const books = booksOf(account.id);
      const verification = books.verifications.get(id);
      if (verification === undefined) return refuse({ kind: 'unknown-verification' });
      const step = resent(verification, now());
      if (!step.ok) return step;
      write(books, step.value);
      return ok({ availableHundredths: books.balances.available });
    },
  };

  return {
    service,
    fund: (account: Account, hundredths: number): void => {
      const books = booksOf(account.id);
      const applied = applyEntry(books.balances, { kind: 'top-up', hundredths, note: 'test' });
      if (!applied.ok) throw new Error('a top-up is refused');
      books.balances = applied.value;
    },
    /** What the SMS gateway does for real. */
    invite: (account: AccountId, id: number): void => {
      const books = booksOf(account);
      const verification = books.verifications.get(id as VerificationId);
      if (verification?.state !== 'requested') throw new Error('only a waiting request is invited');
      write(books, invited(verification, now()));
    },
    certify: (account: AccountId, id: number, pdf: Uint8Array): void => void certificates.set(`${account} ${id}`, pdf),
    balancesOf: (account: AccountId): Balances => booksOf(account).balances,
  };
}
