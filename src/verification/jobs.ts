import type { AccountId, VerificationId } from '../kernel/id.ts';

/** Follow-up work of a step, as data. It is written in the step's own transaction and done at least once, at `at` or later. */
export type Job =
  | {
      readonly kind: 'send-invitation';
      /** One of very many of its account at once: others go before it. */
      readonly isBulk: boolean;
      readonly accountId: AccountId;
      readonly id: VerificationId;
      readonly invitation: number;
      readonly at: Date;
    }
  /** Measures the sealed evidence and assesses it. */
  | {
      readonly kind: 'run-engine';
      /** Of a test: people's evidence goes before it. */
      readonly isBulk?: boolean;
      readonly accountId: AccountId;
      readonly id: VerificationId;
      readonly at: Date;
    }
  /** Has a quick look at one piece while its sender is still there. */
  | {
      readonly kind: 'check-evidence';
      readonly accountId: AccountId;
      readonly id: VerificationId;
      readonly itemNumber: number;
      readonly at: Date;
    }
  /** Rules where the account's policy lets the engine's findings suffice. */
  | { readonly kind: 'apply-policy'; readonly accountId: AccountId; readonly id: VerificationId; readonly at: Date }
  | {
      readonly kind: 'issue-certificate';
      readonly accountId: AccountId;
      readonly id: VerificationId;
      readonly at: Date;
    }
  /** Carries out what a person ruled, once it can no longer be taken back. */
  | {
      readonly kind: 'settle-ruling';
      readonly accountId: AccountId;
      readonly id: VerificationId;
      readonly ruling: number;
      readonly at: Date;
    }
  /** Has a test applicant take its next step. */
  | {
      readonly kind: 'run-test-applicant';
      readonly accountId: AccountId;
      readonly id: VerificationId;
      readonly at: Date;
    }
  | { readonly kind: 'lapse-expired'; readonly accountId: AccountId; readonly id: VerificationId; readonly at: Date };

export type JobKind = Job['kind'];

export const jobKinds = [
  'send-invitation',
  'lapse-expired',
  'check-evidence',
  'run-engine',
  'apply-policy',
  'issue-certificate',
  'settle-ruling',
  'run-test-applicant',
] as const satisfies readonly JobKind[];
