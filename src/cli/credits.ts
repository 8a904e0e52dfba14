import { findAccount, listAccounts } from '../access/account.store.ts';
import { creditsOf } from '../credits/ledger.ts';
import { checkLedger, statementOf } from '../credits/ledger.store.ts';
import { parseAccountId } from '../kernel/id.ts';
import { print, withInstallation } from './account.ts';
import { UsageError, oneOf, parseCommandLine, type Command, wholeNumber } from './command.ts';

const help = `cotejo credits: statements, and the proof that everything balances

usage: cotejo credits check [--json]
       cotejo credits statement ACCOUNT [--limit N] [--before ENTRY] [--json]

'check' computes every account's books again from its entries, and holds them against the state of its verifications; it ends with exit
code 1 when anything does not balance. 'statement' prints entries, newest first.
`;

export const creditsCommand: Command = {
  help,
  async run(args) {
    const [action, ...rest] = args;
    return oneOf(action ?? '', 'what to do', ['check', 'statement']) === 'check' ? check(rest) : statement(rest);
  },
};

async function check(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, { json: { type: 'boolean' } });
  return withInstallation(async ({ database }) => {
    const checks = [];
    for (const account of await listAccounts(database)) checks.push(await checkLedger(database, account.id));
    const faulty = checks.filter(({ faults }) => faults.length > 0);
    const entries = checks.reduce((sum, one) => sum + one.entries, 0);
    print(
      values.json,
      { balances: faulty.length === 0, accounts: checks },
      faulty.length === 0
        ? [`everything balances: ${checks.length} accounts, ${entries} entries`]
        : faulty.flatMap(({ accountId, faults }) => faults.map((fault) => `${accountId}: ${fault}`)),
    );
    return faulty.length === 0 ? 0 : 1;
  });
}

async function statement(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    args,
    { limit: { type: 'string', default: '50' }, before: { type: 'string' }, json: { type: 'boolean' } },
    ['ACCOUNT'],
  );
  const id = parseAccountId(positionals[0]!);
  if (!id.ok) throw new UsageError(`ACCOUNT must be the ten digits of an account, not '${positionals[0]}'`);
  const limit = wholeNumber(values.limit, '--limit', 1, 10_000);
  const before = values.before === undefined ? {} : { before: wholeNumber(values.before, '--before', 1, 2 ** 52) };
  return withInstallation(async ({ database }) => {
    if ((await findAccount(database, id.value)) === null) throw new UsageError(`there is no account ${id.value}`);
    const lines = await statementOf(database, id.value, { limit, ...before });
    print(
      values.json,
      lines.map(({ hundredths, ...line }) => ({ ...line, credits: creditsOf(hundredths) })),
      lines.map(({ entryNumber, kind, hundredths, verificationId, note, enteredAt }) =>
        [
          String(entryNumber).padStart(8),
          enteredAt.toISOString(),
          kind.padEnd(10),
          creditsOf(hundredths).toFixed(2).padStart(12),
          verificationId ?? note ?? '',
        ].join('  '),
      ),
    );
    return 0;
  });
}
