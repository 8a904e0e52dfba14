import { findAccount, listAccounts } from '../access/account.store.ts';
import { eraseCertificate } from '../certificate/erase-certificates.job.ts';
import type { Config } from '../config.ts';
import { eraseEvidence } from '../evidence/erase-evidence.job.ts';
import { findEraseAt } from '../evidence/erasure.store.ts';
import type { EvidencePlace } from '../evidence/evidence.ts';
import { evidenceTools } from '../evidence/evidence-tools.client.ts';
import { type ScrubFault, scrub } from '../evidence/scrub.client.ts';
import { type AccountId, parseAccountId, parseVerificationId } from '../kernel/id.ts';
import { print } from './account.ts';
import { evidenceParts } from './applicants.ts';
import { openVault } from './certificates.ts';
import { UsageError, oneOf, parseCommandLine, required, type Command } from './command.ts';
import { type Installation, openInstallation, readConfig } from './installation.ts';
import { erasureParts } from './retention.ts';

const help = `cotejo evidence: what applicants sent, read through or erased

usage: cotejo evidence check [--account ACCOUNT] [--json]
       cotejo evidence erase ACCOUNT ID --reason TEXT [--certificate] [--anyway] [--json]

'check' reads every piece of evidence to the last byte and holds it against its digest. It names each that is missing, changed, cut or
swapped, and files that belong to nothing; it ends with exit code 1 when there is any. It is made to run every night.

'erase' destroys the key of a verification's evidence, and then the evidence. From then on nothing of it opens, from no backup either whose
database is younger. The certificate outlives the evidence, unless --certificate has it erased too. It prints the receipt, which stays. Where an account keeps evidence for years, a law may ask for it: --anyway.
`;

export const evidenceCommand: Command = {
  help,
  async run(args) {
    const [action, ...rest] = args;
    return oneOf(action ?? '', 'what to do', ['check', 'erase']) === 'check' ? check(rest) : erase(rest);
  },
};

async function check(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, { account: { type: 'string' }, json: { type: 'boolean' } });
  const only = values.account === undefined ? null : accountIdOf(values.account);
  return withEvidence(async (installation, parts) => {
    const tools = evidenceTools(parts);
    const accounts = only === null ? (await listAccounts(installation.database)).map(({ id }) => id) : [only];
    const faults: ScrubFault[] = [];
    const count = { verifications: 0, items: 0, bytes: 0 };
    for (const accountId of accounts) for await (const fault of scrub(tools, accountId, count)) faults.push(fault);
    const summary = `${count.verifications} verifications, ${count.items} pieces, ${count.bytes} bytes`;
    print(
      values.json,
      { ...count, faults },
      faults.length === 0
        ? [`everything is as it was: ${summary}`]
        : [...faults.map((fault) => `${fault.accountId} ${fault.id}: ${fault.kind}: ${fault.detail}`), summary],
    );
    return faults.length === 0 ? 0 : 1;
  });
}

/** From so many days on, somebody has most likely been told to keep it. */
const LAWFUL_DAYS = 5 * 365;

async function erase(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    args,
    {
      reason: { type: 'string' },
      certificate: { type: 'boolean' },
      anyway: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    ['ACCOUNT', 'ID'],
  );
  const reason = required(values.reason, '--reason');
  const place = placeOf(positionals[0]!, positionals[1]!);
  return withEvidence(async (installation, { blobs, clock }, config) => {
    const { database } = installation;
    const account = await findAccount(database, place.accountId);
    if (account === null) throw new UsageError(`there is no account ${place.accountId}`);
    const keptUntil = await findEraseAt(database, place, account.settings);
    const isKeptByLaw = account.settings.evidenceDays >= LAWFUL_DAYS && keptUntil !== null && keptUntil > clock();
    if (isKeptByLaw && values.anyway !== true)
      throw new UsageError(
        `this account keeps evidence for ${account.settings.evidenceDays} days, this one until ${keptUntil.toISOString().slice(0, 10)}; --anyway erases it now`,
      );
    const erased = await eraseEvidence(erasureParts(database, blobs, clock), place, reason);
    if (!erased.ok) throw new UsageError(`verification ${place.id} has no evidence`);
    const { erasedAt, items } = erased.value;
    const certificate =
      values.certificate === true
        ? await eraseCertificate({ database, vault: openVault(installation, config), clock }, place, reason)
        : null;
    const receipt = certificate?.ok === true ? certificate.value : null;
    print(values.json, { account: String(place.accountId), id: place.id, ...erased.value, certificate: receipt }, [
      `erased at ${erasedAt.toISOString()}: ${erased.value.reason}`,
      ...items.map(
        ({ item, kind, bytes, sha256 }) => `${item}  ${kind.padEnd(10)}  ${bytes} bytes  ${sha256 ?? 'not finished'}`,
      ),
      ...(receipt === null ? [] : [`certificate  ${receipt.byteLength} bytes  ${receipt.sha256}`]),
    ]);
    return 0;
  });
}

export function placeOf(account: string, id: string): EvidencePlace {
  const parsed = parseVerificationId(id);
  if (!parsed.ok) throw new UsageError(`ID must be the number of a verification, not '${id}'`);
  return { accountId: accountIdOf(account), id: parsed.value };
}

export function accountIdOf(text: string): AccountId {
  const parsed = parseAccountId(text);
  if (!parsed.ok) throw new UsageError(`ACCOUNT must be the ten digits of an account, not '${text}'`);
  return parsed.value;
}

async function withEvidence<Value>(
  work: (installation: Installation, parts: ReturnType<typeof evidenceParts>, config: Config) => Promise<Value>,
): Promise<Value> {
  const config = await readConfig();
  const installation = await openInstallation(config, { use: 'command', log: () => {}, connections: 4 });
  try {
    return await work(installation, evidenceParts(installation, { ...config, clock: () => new Date() }), config);
  } finally {
    await installation.close();
  }
}
