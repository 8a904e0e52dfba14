import { once } from 'node:events';
import { findAccount } from '../access/account.store.ts';
import { type AuditFault, checkChain } from '../access/audit-check.ts';
import { exportEnd, exportLine, headLine, logName } from '../access/audit-chain.ts';
import { headOf, readAudit } from '../access/audit.store.ts';
import { sha256 } from '../access/secrets.client.ts';
import { type AuditLog, INSTALLATION_LOG } from '../access/audit.ts';
import { parseAccountId } from '../kernel/id.ts';
import { print, withInstallation } from './account.ts';
import { type Command, UsageError, oneOf, parseCommandLine } from './command.ts';
import type { Installation } from './installation.ts';

const help = `cotejo audit: what was done in an account, and whether its log is whole

usage: cotejo audit verify LOG [--json]
       cotejo audit export LOG
       cotejo audit key

LOG is an account, or 'installation': who runs it came in, and what they did to it.

Every entry holds the hash of the one before it, and where the log ends is sealed under the installation's key. 'verify' follows the log from
its first entry to that end; exit code 1: it is not whole. 'export' writes it as JSON, a line for each entry and one with a signature at the
end. 'key' prints what that signature is checked with (Ed25519, base64): keep it where exports are kept. Anybody checks an export with

  node tools/check-audit.ts FILE --key KEY [--earlier FILE]

which shares no code with this program.
`;

export const auditCommand: Command = {
  help,
  async run(args) {
    const [action, ...rest] = args;
    return actions[oneOf(action ?? '', 'what to do', Object.keys(actions) as (keyof typeof actions)[])](rest);
  },
};

const actions = { verify, export: exportLog, key };

const faults: Readonly<Record<AuditFault['kind'], string>> = {
  missing: 'is missing',
  unbound: 'is not bound to the one before it',
  changed: 'was changed',
  end: 'is the last that is there, and not the last that was written',
  unsealed: 'the end of the log is not as it was sealed',
};

async function verify(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json: { type: 'boolean' } }, ['LOG']);
  return withInstallation(async (installation) => {
    const log = await logOf(installation, positionals[0]!);
    const { database, secrets } = installation;
    const head = await headOf(database, { sha256, sealHead: secrets.auditSeal }, log);
    const fault = await checkChain(sha256, log, readAudit(database, log, head.number), head);
    const hash = Buffer.from(head.hash).toString('hex');
    const told =
      fault === null
        ? `${head.number} entries, whole; the last one's hash is ${hash}`
        : fault.kind === 'unsealed'
          ? faults.unsealed
          : `entry ${fault.number} ${faults[fault.kind]}`;
    print(values.json, { account: logName(log), entries: head.number, head: hash, fault }, [told]);
    return fault === null ? 0 : 1;
  });
}

async function exportLog(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommandLine(args, {}, ['LOG']);
  return withInstallation(async (installation) => {
    const log = await logOf(installation, positionals[0]!);
    const { database, secrets } = installation;
    const head = await headOf(database, { sha256, sealHead: secrets.auditSeal }, log);
    for await (const entry of readAudit(database, log, head.number)) await write(exportLine(entry));
    await write(exportEnd(log, head, secrets.auditSignature(headLine(log, head))));
    return 0;
  });
}

async function write(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

async function key(args: readonly string[]): Promise<number> {
  parseCommandLine(args, {});
  return withInstallation(({ secrets }) => {
    process.stdout.write(`${secrets.auditPublicKey}\n`);
    return Promise.resolve(0);
  });
}

async function logOf({ database }: Pick<Installation, 'database'>, text: string): Promise<AuditLog> {
  if (text === logName(INSTALLATION_LOG)) return INSTALLATION_LOG;
  const parsed = parseAccountId(text);
  if (!parsed.ok || (await findAccount(database, parsed.value)) === null)
    throw new UsageError(`there is no account ${text}; 'cotejo account list' shows them`);
  return parsed.value;
}
