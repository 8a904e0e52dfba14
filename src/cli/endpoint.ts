import { readFileSync } from 'node:fs';
import { findAccount } from '../access/account.store.ts';
import { type AccountId, parseAccountId, parseVerificationId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import { bodyEncodings } from '../notification/webhook/body.ts';
import { openEgress } from '../notification/webhook/egress.client.ts';
import {
  type DeliveryName,
  type DeliveryRecord,
  type NoDelivery,
  type NoEndpoint,
  type SaveRefusal,
  type SavedEndpoint,
  deliveryStates,
  payloads,
} from '../notification/webhook/endpoints.ts';
import { refusalText } from '../notification/webhook/refusal-text.ts';
import { type SigningSecret, parseSigningSecret } from '../notification/webhook/signature.ts';
import { newSigningSecret } from '../notification/webhook/signing.client.ts';
import { print } from './account.ts';
import { auditedByCommand } from './audited.ts';
import { callbackSettingsOf, endpointsOf } from './callbacks.ts';
import { type Command, UsageError, oneOf, parseCommandLine, wholeNumber } from './command.ts';
import { type Installation, openInstallation, readConfig } from './installation.ts';

const help = `cotejo endpoint: where a company is told of its verifications, also while the service runs

usage: cotejo endpoint set ACCOUNT URL [--encoding json|urlencoded|multipart] [--payload strings|typed]
                                       [--user USER --password-file FILE] [--secret SECRET] [--json]
       cotejo endpoint show ACCOUNT [--json]
       cotejo endpoint test ACCOUNT [--json]
       cotejo endpoint secret
       cotejo endpoint rotate ACCOUNT [--overlap HOURS] [--json]
       cotejo endpoint enable ACCOUNT
       cotejo endpoint disable ACCOUNT
       cotejo endpoint remove ACCOUNT
       cotejo endpoint deliveries ACCOUNT [ID] [--limit N] [--json]
       cotejo endpoint again ACCOUNT ID EVENT
       cotejo endpoint pass-over ACCOUNT ID EVENT

'set' asks the receiver to prove that it wants to be called: it answers with the value of the field 'challenge' alone, or it asks for
user and password and answers 401 to a wrong one. What signs is printed this once; a receiver that checks signatures from the first call on is given
its secret before: 'secret' draws one, and --secret hands it over. The password is the first line of FILE, or of the standard input with -.

'rotate' draws a new secret; the one before signs besides it for --overlap hours (default 72; 0: not at all). 'test' posts a callback about
nobody. 'enable' sends what has waited meanwhile. 'remove' passes over what waits.

'deliveries' shows what became of each change, of one verification or the latest of the account; 'again' tells one once more, whatever became
of it; 'pass-over' gives a dead letter up, so that what follows it is told.
`;

export const endpointCommand: Command = {
  help,
  async run(args) {
    const [action, ...rest] = args;
    return actions[oneOf(action ?? '', 'what to do', Object.keys(actions) as (keyof typeof actions)[])](rest);
  },
};

const actions = {
  set,
  show: (args: readonly string[]) =>
    withAccount(args, async (endpoints, accountId, json) =>
      printEndpoint(json, must(found(await endpoints.endpointOf(accountId)))),
    ),
  test,
  secret,
  rotate,
  enable: (args: readonly string[]) =>
    withAccount(args, async (endpoints, accountId, json, noted) =>
      printEndpoint(json, must(await endpoints.enableEndpoint(accountId, noted('enabled')))),
    ),
  disable: (args: readonly string[]) =>
    withAccount(args, async (endpoints, accountId, json, noted) =>
      printEndpoint(json, must(await endpoints.disableEndpoint(accountId, noted('disabled')))),
    ),
  remove: (args: readonly string[]) =>
    withAccount(args, async (endpoints, accountId, json, noted) => {
      if (!(await endpoints.removeEndpoint(accountId, noted('removed')))) must(found(null));
      print(json, { removed: true }, ['the endpoint is removed; what waited for it is passed over']);
    }),
  deliveries,
  again: (args: readonly string[]) => withDelivery(args, 'callback.resent', 'deliverAgain'),
  'pass-over': (args: readonly string[]) => withDelivery(args, 'callback.passed-over', 'passOver'),
};

const found = (endpoint: SavedEndpoint | null): Result<SavedEndpoint, NoEndpoint> =>
  endpoint === null ? { ok: false, refusal: { kind: 'no-endpoint' } } : { ok: true, value: endpoint };

/** @throws UsageError that says why. */
function must<Value>(result: Result<Value, SaveRefusal | NoEndpoint | NoDelivery>): Value {
  if (result.ok) return result.value;
  throw new UsageError(refusalText(result.refusal, 'en'));
}

export type CommandEndpoints = ReturnType<typeof endpointsOf>;

/** Runs over the endpoints of the installation that the settings name. */
export async function withEndpoints<Value>(
  work: (endpoints: CommandEndpoints, installation: Installation) => Promise<Value>,
): Promise<Value> {
  const config = await readConfig();
  const installation = await openInstallation(config, { use: 'command', log: () => {}, connections: 4 });
  const egress = openEgress(callbackSettingsOf(config));
  const onError = (error: unknown): void => {
    throw error;
  };
  try {
    return await work(endpointsOf(egress, { installation, clock: () => new Date(), onError }), installation);
  } finally {
    await egress.close();
    await installation.close();
  }
}

async function set(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    args,
    {
      encoding: { type: 'string', default: 'json' },
      payload: { type: 'string', default: 'strings' },
      user: { type: 'string' },
      'password-file': { type: 'string' },
      secret: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['ACCOUNT', 'URL'],
  );
  const accountId = accountIdOf(positionals[0]!);
  const encoding = oneOf(values.encoding, '--encoding', bodyEncodings);
  const payload = oneOf(values.payload, '--payload', payloads);
  const { user, 'password-file': passwordFile } = values;
  if ((user === undefined) !== (passwordFile === undefined))
    throw new UsageError('--user and --password-file go together: one of them is missing');
  const credentials =
    user === undefined || passwordFile === undefined ? null : { user, password: passwordIn(passwordFile) };
  const given = values.secret === undefined ? null : secretOf(values.secret);
  const settings = { url: positionals[1]!, encoding, payload, credentials };
  return withEndpoints(async (endpoints, installation) => {
    if ((await findAccount(installation.database, accountId)) === null)
      throw new UsageError(`there is no account ${accountId}; 'cotejo account list' shows them`);
    const { endpoint, secret: drawn } = must(
      await endpoints.saveEndpoint(accountId, settings, given, endpointNoted(installation, accountId)('saved')),
    );
    const isShown = given === null && drawn !== null;
    print(values.json, { ...endpoint, ...(isShown ? { secret: drawn } : {}) }, [
      ...linesOf(endpoint),
      ...(isShown ? [`secret     ${drawn}   (shown this once)`] : []),
    ]);
    return 0;
  });
}

function passwordIn(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').split(/\r?\n/)[0]!;
  } catch (error) {
    throw new UsageError(`--password-file: cannot read ${file} (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}

function secretOf(text: string): SigningSecret {
  const parsed = parseSigningSecret(text);
  if (!parsed.ok) throw new UsageError('--secret must be whsec_ and 24 to 64 bytes in base64');
  return parsed.value;
}

async function secret(args: readonly string[]): Promise<number> {
  parseCommandLine(args, {});
  print(false, null, [newSigningSecret()]);
  return Promise.resolve(0);
}

async function rotate(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    args,
    { overlap: { type: 'string', default: '72' }, json: { type: 'boolean' } },
    ['ACCOUNT'],
  );
  const accountId = accountIdOf(positionals[0]!);
  const overlapHours = wholeNumber(values.overlap, '--overlap', 0, 8760);
  return withEndpoints(async (endpoints, installation) => {
    const noted = endpointNoted(installation, accountId)('secret-rotated');
    const rotated = must(await endpoints.rotateSecret(accountId, overlapHours, noted));
    print(values.json, rotated, [
      `secret     ${rotated.secret}   (shown this once)`,
      rotated.previousUntil === null
        ? 'the one before signs no more'
        : `the one before signs besides it until ${rotated.previousUntil.toISOString()}`,
    ]);
    return 0;
  });
}

/** @returns 0 when the receiver took it, else 1. */
async function test(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json: { type: 'boolean' } }, ['ACCOUNT']);
  const accountId = accountIdOf(positionals[0]!);
  return withEndpoints(async (endpoints) => {
    const outcome = must(await endpoints.testDelivery(accountId));
    print(values.json, outcome, [
      `outcome    ${outcome.outcome}, after ${outcome.durationMs} ms`,
      ...Object.entries(outcome.request.headers).map(([name, value]) => `> ${name}: ${value}`),
      `> ${outcome.request.body}`,
      ...(outcome.reply === null ? [] : [`< ${outcome.reply}`]),
    ]);
    return outcome.outcome === 'delivered' ? 0 : 1;
  });
}

async function deliveries(args: readonly string[]): Promise<number> {
  const [account, id] = args.filter((arg) => /^\d+$/.test(arg));
  const options = args.filter((arg) => arg !== id || arg === account);
  const { values, positionals } = parseCommandLine(
    options,
    { limit: { type: 'string', default: '50' }, json: { type: 'boolean' } },
    ['ACCOUNT'],
  );
  const accountId = accountIdOf(positionals[0]!);
  const limit = wholeNumber(values.limit, '--limit', 1, 10_000);
  return withEndpoints(async (endpoints) => {
    const listed =
      id === undefined
        ? await endpoints.latestDeliveries(accountId, { states: deliveryStates, limit })
        : await endpoints.deliveriesOf(accountId, verificationIdOf(id));
    print(values.json, listed, listed.length === 0 ? ['nothing was to be told'] : listed.map(lineOf));
    return 0;
  });
}

const lineOf = ({ id, eventNumber, milestone, happenedAt, state, attempts, settledAt }: DeliveryRecord): string =>
  [
    id,
    String(eventNumber).padStart(2),
    milestone.padEnd(11),
    happenedAt.toISOString(),
    state.padEnd(11),
    `${attempts} attempts`,
    settledAt?.toISOString() ?? '',
  ].join('  ');

async function withDelivery(
  args: readonly string[],
  action: string,
  deed: 'deliverAgain' | 'passOver',
): Promise<number> {
  const { positionals } = parseCommandLine(args, {}, ['ACCOUNT', 'ID', 'EVENT']);
  const delivery = {
    accountId: accountIdOf(positionals[0]!),
    id: verificationIdOf(positionals[1]!),
    eventNumber: wholeNumber(positionals[2]!, 'EVENT', 1, 1_000),
  };
  return withEndpoints(async (endpoints, installation) => {
    const noted = auditedByCommand(installation, {
      accountId: delivery.accountId,
      action,
      object: `verification ${delivery.id}`,
    });
    print(false, null, [lineOf(must(await endpoints[deed](delivery, noted)))]);
    return 0;
  });
}

async function withAccount(
  args: readonly string[],
  work: (
    endpoints: CommandEndpoints,
    accountId: AccountId,
    json: boolean | undefined,
    noted: ReturnType<typeof endpointNoted>,
  ) => Promise<void>,
): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json: { type: 'boolean' } }, ['ACCOUNT']);
  const accountId = accountIdOf(positionals[0]!);
  return withEndpoints(async (endpoints, installation) => {
    await work(endpoints, accountId, values.json, endpointNoted(installation, accountId));
    return 0;
  });
}

/** What is done to an endpoint from the command line is written down in the transaction that does it, as from the panel. */
const endpointNoted = (installation: Installation, accountId: AccountId) => (what: string) =>
  auditedByCommand(installation, { accountId, action: `callback-endpoint.${what}` });

function accountIdOf(text: string): AccountId {
  const parsed = parseAccountId(text);
  if (!parsed.ok) throw new UsageError(`ACCOUNT must be the ten digits of an account, not '${text}'`);
  return parsed.value;
}

function verificationIdOf(text: string): DeliveryName['id'] {
  const parsed = parseVerificationId(text);
  if (!parsed.ok) throw new UsageError(`ID must be the number of a verification, not '${text}'`);
  return parsed.value;
}

const printEndpoint = (json: boolean | undefined, endpoint: SavedEndpoint): void =>
  print(json, endpoint, linesOf(endpoint));

function linesOf(endpoint: SavedEndpoint): readonly string[] {
  const { disabled, failingSince } = endpoint;
  const state =
    disabled !== null
      ? `disabled (${disabled.reason}) since ${disabled.since.toISOString()}`
      : failingSince !== null
        ? `fails since ${failingSince.toISOString()}`
        : 'enabled';
  return [
    `address    ${endpoint.url}`,
    `body       ${endpoint.encoding}, ${endpoint.payload}`,
    `user       ${endpoint.user ?? '(none)'}`,
    `state      ${state}`,
    `waiting    ${endpoint.waiting}, dead letters ${endpoint.dead}`,
    `secret     since ${endpoint.secretSince.toISOString()}${endpoint.previousSecretUntil === null ? '' : `, the one before until ${endpoint.previousSecretUntil.toISOString()}`}`,
  ];
}
