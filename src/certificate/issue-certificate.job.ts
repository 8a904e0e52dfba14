import type { Kysely, Transaction } from 'kysely';
import type { Account } from '../access/account.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { type Clock, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Job } from '../verification/jobs.ts';
import { type Step, validated } from '../verification/steps.ts';
import type { Approved, Validated, Verification } from '../verification/verification.ts';
import { beginAttempt, insertCertificate, noteHindrance } from './certificate.store.ts';
import { compileStatement } from './compile-statement.ts';
import { type FactSources, type FactsRefusal, gatherFacts } from './gather-facts.client.ts';
import type { CertificatePlace, CertificateVault } from './kept-certificate.ts';
import type { MakeRefusal, Made, Maker } from './maker.client.ts';
import { pauseMs } from './pauses.ts';
import { statementSchema } from './statement.ts';

export type IssueCertificate = Extract<Job, { kind: 'issue-certificate' }>;

/** Why there is no certificate yet. */
export type Hindrance = FactsRefusal | MakeRefusal;

export type IssueCertificateParts = {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly chance: () => number;
  readonly find: (accountId: AccountId, id: VerificationId) => Promise<Verification | null>;
  readonly findAccount: (accountId: AccountId) => Promise<Account | null>;
  readonly advance: (
    accountId: AccountId,
    id: VerificationId,
    step: (before: Verification) => Result<Step<Validated>, { readonly kind: 'not-approved' }>,
    alongside: (transaction: Transaction<unknown>) => Promise<void>,
  ) => Promise<Result<Validated, unknown>>;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  readonly sources: FactSources;
  /** The account's, as a JPEG or PNG; null: it has none that can be shown. */
  readonly logoOf: (account: Account) => Promise<Uint8Array | null>;
  readonly make: Maker['make'];
  readonly vault: CertificateVault;
  /** Told what became of an attempt: for logs and metrics, without anything of the person. */
  readonly onAttempt: (attempt: {
    readonly place: CertificatePlace;
    readonly number: number;
    /** null: the certificate is there. */
    readonly hindrance: Hindrance | null;
    /** When it is tried again; null: not any more. */
    readonly againAt: Date | null;
    readonly durationMs: number;
  }) => void;
};

/**
 * [Note: A certificate is there before anybody hears of it]
 * The file is signed, stamped and on the disk first; then one transaction writes where it lies and moves the verification on, which is what
 * others are told of. Whatever breaks off before leaves the verification waiting and the job to be done again; a file that was written in
 * vain opens for nobody. Of two processes at it the second finds the verification moved on, and removes what it wrote. While no authority
 * stamps, it is tried again with growing pauses for as long as it takes: without a time-stamp there is no certificate.
 */
export const issueCertificate =
  (parts: IssueCertificateParts) =>
  async (job: IssueCertificate): Promise<void> => {
    const { database, clock, vault } = parts;
    const place: CertificatePlace = { accountId: job.accountId, id: job.id };
    const verification = await parts.find(job.accountId, job.id);
    if (verification?.state !== 'approved') return;
    const beganAt = clock();
    const number = await beginAttempt(database, place, beganAt);
    const certificate = await made(parts, verification);
    const tell = (hindrance: Hindrance | null, againAt: Date | null): void => {
      const durationMs = clock().getTime() - beganAt.getTime();
      parts.onAttempt({ place, number, hindrance, againAt, durationMs });
    };
    if (!certificate.ok) {
      const againAt = isFinal(certificate.refusal) ? null : later(clock(), pauseMs(number, parts.chance()));
      await database.transaction().execute(async (transaction) => {
        await noteHindrance(transaction, place, certificate.refusal.kind);
        if (againAt !== null) await parts.enqueue(transaction, [{ ...job, at: againAt }]);
      });
      return tell(certificate.refusal, againAt);
    }
    const { key, wrappedKey } = vault.newKey(place);
    const { pdf, issuedAt, renewBefore } = certificate.value;
    const file = await vault.write(place, key, pdf);
    const moved = await parts.advance(
      place.accountId,
      place.id,
      (before) => (before.state === 'approved' ? ok(validated(before, clock())) : refuse({ kind: 'not-approved' })),
      (transaction) => insertCertificate(transaction, place, { wrappedKey, file, issuedAt, renewBefore }),
    );
    if (moved.ok) return tell(null, null);
    await vault.remove(file.blobName);
  };

/** What no later attempt can mend. */
const isFinal = ({ kind }: Hindrance): boolean => kind === 'evidence-erased';

async function made(
  { clock, findAccount, sources, logoOf, make }: IssueCertificateParts,
  verification: Approved,
): Promise<Result<Made & { readonly issuedAt: Date }, Hindrance>> {
  const account = await findAccount(verification.accountId);
  if (account === null) throw new Error('a verification of no account');
  const gathered = await gatherFacts(sources, account, verification, clock());
  if (!gathered.ok) return gathered;
  const { facts, pictures } = gathered.value;
  // Nothing is signed that whoever checks it would not read.
  const statement = statementSchema.parse(compileStatement(facts));
  const certificate = await make({ statement, pictures, logo: await logoOf(account) });
  if (!certificate.ok) return certificate;
  return ok({ ...certificate.value, issuedAt: new Date(statement.issuer.issuedAt) });
}
