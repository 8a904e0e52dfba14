import type { Transaction } from 'kysely';
import { auditOver } from '../access/audit.store.ts';
import type { AuditDetail, AuditLog } from '../access/audit.ts';
import { sha256 } from '../access/secrets.client.ts';
import type { Installation } from './installation.ts';

export type CommandAct = {
  readonly accountId: AuditLog;
  readonly action: string;
  readonly object?: string;
  readonly detail?: AuditDetail;
};

/** Writes down what was done to an account, or to the installation, at the machine itself, in the transaction that did it. */
export const auditedByCommand = (
  { secrets }: Pick<Installation, 'secrets'>,
  { accountId, action, object, detail = {} }: CommandAct,
): ((transaction: Transaction<unknown>) => Promise<void>) => {
  const audit = auditOver({ sha256, sealHead: secrets.auditSeal });
  return (transaction) =>
    audit(transaction, {
      accountId,
      at: new Date(),
      who: { kind: 'command' },
      action,
      object: object ?? null,
      detail,
    });
};
