import type { Account } from '../access/account.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Clock } from '../kernel/instant.ts';
import { ok, refuse } from '../kernel/result.ts';
import type { Job } from './jobs.ts';
import { approved } from './steps.ts';
import type { Verification } from './verification.ts';
import type { Advance } from './verification.store.ts';

export type ApplyPolicy = Extract<Job, { kind: 'apply-policy' }>;

export type ApplyPolicyParts = {
  readonly clock: Clock;
  readonly find: (accountId: AccountId, id: VerificationId) => Promise<Verification | null>;
  readonly findAccount: (accountId: AccountId) => Promise<Account | null>;
  readonly advance: Advance;
};

/** Accepts what is green throughout, where the account lets that suffice. Everything else waits for a person: nothing is rejected here. */
export const applyPolicy =
  ({ clock, find, findAccount, advance }: ApplyPolicyParts) =>
  async ({ accountId, id }: ApplyPolicy): Promise<void> => {
    const verification = await find(accountId, id);
    if (verification?.state !== 'assessed' || verification.assessment.outcome !== 'pass') return;
    const account = await findAccount(accountId);
    if (account?.settings.decides !== 'policy') return;
    await advance(accountId, id, (before) =>
      before.state === 'assessed'
        ? ok(approved(before, { kind: 'policy' }, clock()))
        : refuse({ kind: 'ruled-already' }),
    );
  };
