import { readFileSync } from 'node:fs';
import {
  type Account,
  type AccountSettings,
  type AccountState,
  accountFunctions,
  accountStates,
  apiUserOf,
  deciders,
  envelopes,
  modes,
} from '../access/account.ts';
import {
  changeAccount,
  createAccount,
  findAccount,
  holdAccount,
  listAccounts,
  rotateToken,
} from '../access/account.store.ts';
import { certificateRetention } from '../certificate/certificate-retention.ts';
import { drawInteger, newApiToken } from '../access/secrets.client.ts';
import { creditsOf } from '../credits/ledger.ts';
import { balancesOf, enter } from '../credits/ledger.store.ts';
import { readImageHeader } from '../engine/runtime/image-header.ts';
import { type AccountId, parseAccountId } from '../kernel/id.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { alone } from '../storage/alone.client.ts';
import { parseSender } from '../notification/sms/sender.ts';
import { retentionProfiles } from '../evidence/retention.ts';
import { toldOf } from '../panel/settings-rules.ts';
import {
  COLOUR,
  MOST_EVIDENCE_DAYS,
  MOST_LINK_HOURS,
  MOST_LOGO_BYTES,
  MOST_NOTE_CHARACTERS,
} from '../panel/settings.schema.ts';
import { auditedByCommand } from './audited.ts';
import { UsageError, oneOf, parseCommandLine, type Command, wholeNumber } from './command.ts';
import { type Installation, openInstallation, readConfig } from './installation.ts';

const help = `cotejo account: accounts of companies, also while the service runs

usage: cotejo account create NAME [--credits N] [--unvalidated] [--test] [--json]
       cotejo account list [--json]
       cotejo account show ACCOUNT [--json]
       cotejo account set ACCOUNT SETTING=VALUE … [--json]
       cotejo account token ACCOUNT [--overlap HOURS] [--json]
       cotejo account credit ACCOUNT CREDITS [--note TEXT] [--json]

An account in test mode (--test) asks for test applicants only, at no cost: docs/contract/test-applicants.md.

'create' and 'token' print the API token: it is shown this once and stored nowhere. 'token' gives a new one; the one in use
stays valid for --overlap hours (default 72; 0: ends now), older ones end. 'credit' adds credits, or takes them back with a minus sign.

settings of 'set':
  state=validated|unvalidated|disabled
  mode=live|test                          of what is asked for from then on
  functions=request,certificate,credits   what the account may call
  envelope=array|object                   how JSON answers are wrapped
  strictHttp=yes|no                       HTTP status codes instead of 200 for everything
  mayLink=yes|no                          whether messages may hold other links
  senders=any|NAME,NAME                   senders that are allowed
  defaultSender=NAME                      sender where the call gives none
  messageTemplate=TEXT|none               message where the call gives none, with [LINK] in it
  countryCallingCode=34                   what national numbers get
  language=es|en                          language of messages and pages
  requestCredits=1                        price of a verification, its first SMS segment included
  furtherSegmentCredits=0                 price of each further segment
  linkLifetimeHours=72                    how long a link opens
  asksPlace=yes|no                        whether applicants are asked where they are (they may decline)
  mayFilmOnLaptop=yes|no                  whether a laptop's own camera will do
  flashes=yes|no                          whether every challenge ends with colours of the screen
  accentColour=#rrggbb|none               colour of the applicants' pages
  logo=FILE|none                          picture on them: PNG, JPEG or WebP, at most 64 kB
  purpose=TEXT|none                       why you ask, in your words
  alternative=TEXT|none                   what people can do who do not want this
  privacyContact=TEXT|none                whom people write to about their data
  privacyUrl=https://…|none               your notice about it
  measuresAppearance=yes|no               whether beards, glasses, apparent sex and age are measured and told
  decides=policy|operator                 whether what is green throughout is accepted by itself, or always by a person
  evidenceDays=90                         how long evidence is kept after it was sent
  refusedEvidenceDays=none                the same where a verification was refused, when it differs
  certificateDays=1827                    how long a certificate is kept after it was issued
  retention=short|etd-465-2021            all three at once, by name
`;

export const accountCommand: Command = {
  help,
  async run(args) {
    const [action, ...rest] = args;
    const run = actions[oneOf(action ?? '', 'what to do', Object.keys(actions) as (keyof typeof actions)[])];
    return run(rest);
  },
};

const actions = { create, list, show, set, token, credit };

async function create(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    args,
    {
      credits: { type: 'string', default: '0' },
      unvalidated: { type: 'boolean' },
      test: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    ['NAME'],
  );
  const name = positionals[0]!.trim();
  if (name === '' || name.length > 100) throw new UsageError('NAME must have 1 to 100 characters');
  const hundredths = hundredthsOf(values.credits, '--credits');
  if (hundredths < 0) throw new UsageError('--credits must not be negative');
  return withInstallation(async (installation) => {
    const created = await newAccount(installation, {
      name,
      state: values.unvalidated === true ? 'unvalidated' : 'validated',
      hundredths,
      mode: values.test === true ? 'test' : 'live',
    });
    print(values.json, created, [
      `account    ${created.account}`,
      `API user   ${created.apiUser}`,
      `API token  ${created.apiToken}   (shown this once)`,
    ]);
    return 0;
  });
}

/** An account with its first token and credits. The token is told here and nowhere else. */
export async function newAccount(
  { database, secrets }: Pick<Installation, 'database' | 'secrets'>,
  {
    name,
    state,
    hundredths,
    mode = 'live',
  }: {
    readonly name: string;
    readonly state: AccountState;
    readonly hundredths: number;
    readonly mode?: AccountSettings['mode'];
  },
): Promise<{ readonly account: string; readonly apiUser: string; readonly apiToken: string }> {
  const apiToken = newApiToken();
  const now = new Date();
  const tokenHmac = secrets.tokenHmac(apiToken);
  const account = await createAccount(
    database,
    { name, state, settings: mode === 'live' ? {} : { mode }, tokenHmac, now },
    drawInteger,
  );
  if (hundredths > 0) await topUp({ database, secrets }, account.id, hundredths, 'first credits');
  return { account: String(account.id), apiUser: apiUserOf(account.id), apiToken };
}

/** Credits that the first account has, to try everything with. */
const FIRST_CREDITS_HUNDREDTHS = 10_000;

/** Makes an account where there is none; however many processes begin at once, one of them. */
export const firstAccount = ({
  database,
  secrets,
}: Pick<Installation, 'database' | 'secrets'>): Promise<Awaited<ReturnType<typeof newAccount>> | null> =>
  alone(database, 'firstAccount', async () =>
    (await listAccounts(database)).length > 0
      ? null
      : newAccount(
          { database, secrets },
          { name: 'First account', state: 'validated', hundredths: FIRST_CREDITS_HUNDREDTHS },
        ),
  );

async function list(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, { json: { type: 'boolean' } });
  return withInstallation(async ({ database }) => {
    const accounts = await listAccounts(database);
    const rows = await Promise.all(
      accounts.map(async (account) => ({
        account: String(account.id),
        name: account.name,
        state: account.state,
        apiUser: apiUserOf(account.id),
        credits: creditsOf((await balancesOf(database, account.id)).available),
      })),
    );
    print(
      values.json,
      rows,
      rows.length === 0
        ? ["no accounts yet: 'cotejo account create NAME' makes one"]
        : rows.map(
            ({ account, state, credits, name }) =>
              `${account}  ${state.padEnd(11)}  ${credits.toFixed(2).padStart(12)} credits  ${name}`,
          ),
    );
    return 0;
  });
}

async function show(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json: { type: 'boolean' } }, ['ACCOUNT']);
  const id = accountIdOf(positionals[0]!);
  return withInstallation(async ({ database }) => {
    printAccount(values.json, (await findAccount(database, id)) ?? unknown(id));
    return 0;
  });
}

async function set(args: readonly string[]): Promise<number> {
  const assignments = args.filter((arg, index) => index > 0 && !arg.startsWith('--'));
  const { values, positionals } = parseCommandLine(
    args.filter((arg) => !assignments.includes(arg)),
    { json: { type: 'boolean' } },
    ['ACCOUNT'],
  );
  const id = accountIdOf(positionals[0]!);
  if (assignments.length === 0) throw new UsageError('SETTING=VALUE is missing');
  const changes = assignments.map(changeOf);
  const settings = Object.assign({}, ...changes.map((change) => change.settings ?? {})) as Partial<AccountSettings>;
  const state = changes.findLast((change) => change.state !== undefined)?.state;
  return withInstallation(async (installation) => {
    const changed = await installation.database.transaction().execute(async (transaction) => {
      const held = (await holdAccount(transaction, id)) ?? unknown(id);
      const account = (await changeAccount(transaction, id, state === undefined ? { settings } : { state, settings }))!;
      const detail = toldOf({ ...held.settings, state: held.state }, { ...account.settings, state: account.state });
      if (Object.keys(detail).length > 0)
        await auditedByCommand(installation, { accountId: id, action: 'account.changed', detail })(transaction);
      return account;
    });
    printAccount(values.json, changed);
    return 0;
  });
}

type Change = { readonly state?: AccountState; readonly settings?: Partial<AccountSettings> };

const orNone = (value: string, read: (value: string) => string): string | null =>
  value === 'none' ? null : read(value);

function colourOf(text: string, option: string): string {
  if (!COLOUR.test(text)) throw new UsageError(`${option} must be a colour like #0a6e5c, or none`);
  return text.toLowerCase();
}

/** A picture as an address that needs no further request. */
function logoOf(file: string, option: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new UsageError(`${option}: cannot read ${file}`);
  }
  const header = readImageHeader(bytes);
  if (header.kind !== 'image' || bytes.length > MOST_LOGO_BYTES)
    throw new UsageError(`${option} must be a PNG, JPEG or WebP of at most ${MOST_LOGO_BYTES / 1000} kB, or none`);
  return `data:image/${header.format};base64,${bytes.toString('base64')}`;
}

function noteOf(text: string, option: string): string {
  if (text.trim() === '' || text.length > MOST_NOTE_CHARACTERS)
    throw new UsageError(`${option} must have 1 to ${MOST_NOTE_CHARACTERS} characters, or be none`);
  return text;
}

function webAddressOf(text: string, option: string): string {
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:')
    throw new UsageError(`${option} must be an address that begins with https://, or none`);
  return text;
}

/** Each setting with what it may be. */
const readers: Readonly<Record<string, (value: string, option: string) => Change>> = {
  state: (value, option) => ({ state: oneOf(value, option, accountStates) }),
  mode: (value, option) => ({ settings: { mode: oneOf(value, option, modes) } }),
  functions: (value, option) => ({
    settings: { functions: listOf(value).map((name) => oneOf(name, option, accountFunctions)) },
  }),
  envelope: (value, option) => ({ settings: { envelope: oneOf(value, option, envelopes) } }),
  strictHttp: (value, option) => ({ settings: { strictHttp: yesNo(value, option) } }),
  mayLink: (value, option) => ({ settings: { mayLink: yesNo(value, option) } }),
  senders: (value, option) => ({
    settings: { senders: value === 'any' ? null : listOf(value).map((name) => senderOf(name, option)) },
  }),
  defaultSender: (value, option) => ({ settings: { defaultSender: senderOf(value, option) } }),
  messageTemplate: (value) => ({ settings: { messageTemplate: value === 'none' ? null : value } }),
  countryCallingCode: (value, option) => ({
    settings: { countryCallingCode: String(wholeNumber(value, option, 1, 999)) },
  }),
  asksPlace: (value, option) => ({ settings: { asksPlace: yesNo(value, option) } }),
  mayFilmOnLaptop: (value, option) => ({ settings: { mayFilmOnLaptop: yesNo(value, option) } }),
  flashes: (value, option) => ({ settings: { flashes: yesNo(value, option) } }),
  accentColour: (value, option) => ({ settings: { accentColour: orNone(value, (text) => colourOf(text, option)) } }),
  logo: (value, option) => ({ settings: { logo: orNone(value, (file) => logoOf(file, option)) } }),
  purpose: (value, option) => ({ settings: { purpose: orNone(value, (text) => noteOf(text, option)) } }),
  alternative: (value, option) => ({ settings: { alternative: orNone(value, (text) => noteOf(text, option)) } }),
  privacyContact: (value, option) => ({ settings: { privacyContact: orNone(value, (text) => noteOf(text, option)) } }),
  privacyUrl: (value, option) => ({ settings: { privacyUrl: orNone(value, (text) => webAddressOf(text, option)) } }),
  language: (value, option) => ({ settings: { language: oneOf(value, option, ['es', 'en']) } }),
  requestCredits: (value, option) => ({ settings: { requestHundredths: priceOf(value, option, 1) } }),
  furtherSegmentCredits: (value, option) => ({ settings: { furtherSegmentHundredths: priceOf(value, option, 0) } }),
  measuresAppearance: (value, option) => ({ settings: { measuresAppearance: yesNo(value, option) } }),
  decides: (value, option) => ({ settings: { decides: oneOf(value, option, deciders) } }),
  evidenceDays: (value, option) => ({ settings: { evidenceDays: wholeNumber(value, option, 1, MOST_EVIDENCE_DAYS) } }),
  refusedEvidenceDays: (value, option) => ({
    settings: { refusedEvidenceDays: value === 'none' ? null : wholeNumber(value, option, 1, MOST_EVIDENCE_DAYS) },
  }),
  retention: (value, option) => ({
    settings: retentionOf(oneOf(value, option, ['short', 'etd-465-2021'])),
  }),
  certificateDays: (value, option) => ({
    settings: { certificateDays: wholeNumber(value, option, 1, MOST_EVIDENCE_DAYS) },
  }),
  linkLifetimeHours: (value, option) => ({
    settings: { linkLifetimeHours: wholeNumber(value, option, 1, MOST_LINK_HOURS) },
  }),
};

const retentionOf = (name: keyof typeof retentionProfiles) => ({
  ...retentionProfiles[name],
  certificateDays: certificateRetention[name],
});

function changeOf(assignment: string): Change {
  const at = assignment.indexOf('=');
  const name = assignment.slice(0, at);
  const reader = at === -1 ? undefined : readers[name];
  if (reader === undefined)
    throw new UsageError(`'${assignment}' must be SETTING=VALUE with one of ${Object.keys(readers).join(', ')}`);
  return reader(assignment.slice(at + 1), name);
}

const listOf = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const yesNo = (value: string, option: string): boolean => oneOf(value, option, ['yes', 'no']) === 'yes';

function senderOf(value: string, option: string): string {
  const parsed = parseSender(value, { allowList: null });
  if (!parsed.ok) throw new UsageError(`${option} must be up to 11 letters, digits, spaces or _, or up to 15 digits`);
  return parsed.value;
}

function priceOf(value: string, option: string, least: number): number {
  const hundredths = hundredthsOf(value, option);
  if (hundredths < least) throw new UsageError(`${option} must be at least ${least / 100}`);
  return hundredths;
}

async function token(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    args,
    { overlap: { type: 'string', default: '72' }, json: { type: 'boolean' } },
    ['ACCOUNT'],
  );
  const id = accountIdOf(positionals[0]!);
  const overlapHours = wholeNumber(values.overlap, '--overlap', 0, 8760);
  return withInstallation(async (installation) => {
    const apiToken = newApiToken();
    const now = new Date();
    const overlapEndsAt = later(now, overlapHours * MS_PER_HOUR);
    const isDone = await rotateToken(
      installation.database,
      id,
      { tokenHmac: installation.secrets.tokenHmac(apiToken), now, overlapEndsAt },
      auditedByCommand(installation, { accountId: id, action: 'token.rotated', detail: { overlapHours } }),
    );
    if (!isDone) unknown(id);
    print(values.json, { account: String(id), apiUser: apiUserOf(id), apiToken, previousValidUntil: overlapEndsAt }, [
      `API user   ${apiUserOf(id)}`,
      `API token  ${apiToken}   (shown this once)`,
      `the token before it is valid until ${overlapEndsAt.toISOString()}`,
    ]);
    return 0;
  });
}

async function credit(args: readonly string[]): Promise<number> {
  // A minus sign is the amount's, not an option's.
  const amountAt = args.findIndex((arg, index) => index > 0 && /^-\d/.test(arg));
  const amount = amountAt === -1 ? null : args[amountAt]!;
  const { values, positionals } = parseCommandLine(
    args.filter((_, index) => index !== amountAt),
    { note: { type: 'string', default: '' }, json: { type: 'boolean' } },
    amount === null ? ['ACCOUNT', 'CREDITS'] : ['ACCOUNT'],
  );
  const id = accountIdOf(positionals[0]!);
  const hundredths = hundredthsOf(amount ?? positionals[1]!, 'CREDITS');
  if (hundredths === 0) throw new UsageError('CREDITS must not be 0');
  return withInstallation(async (installation) => {
    if ((await findAccount(installation.database, id)) === null) unknown(id);
    const available = await topUp(installation, id, hundredths, values.note);
    print(values.json, { account: String(id), credits: creditsOf(available) }, [
      `${id}: ${creditsOf(available).toFixed(2)} credits`,
    ]);
    return 0;
  });
}

async function topUp(
  installation: Pick<Installation, 'database' | 'secrets'>,
  id: AccountId,
  hundredths: number,
  note: string,
): Promise<number> {
  const kind = hundredths > 0 ? 'top-up' : 'withdrawal';
  const act = { accountId: id, action: 'credits.topped-up', detail: { hundredths } };
  const entered = await installation.database.transaction().execute(async (transaction) => {
    const entries = [{ kind, hundredths: Math.abs(hundredths), note }] as const;
    const books = await enter(transaction, id, entries, new Date());
    if (books.ok) await auditedByCommand(installation, act)(transaction);
    return books;
  });
  if (entered.ok) return entered.value.available;
  throw new UsageError(
    entered.refusal.kind === 'credits-exhausted'
      ? `the account has only ${creditsOf(entered.refusal.availableHundredths)} credits`
      : 'CREDITS: not an amount',
  );
}

/** Credits with up to two decimals. @throws UsageError */
function hundredthsOf(text: string, option: string): number {
  if (!/^-?\d{1,12}(\.\d{1,2})?$/.test(text))
    throw new UsageError(`${option} must be a number with up to two decimals, not '${text}'`);
  return Math.round(Number(text) * 100);
}

function accountIdOf(text: string): AccountId {
  const parsed = parseAccountId(text);
  if (!parsed.ok) throw new UsageError(`ACCOUNT must be the ten digits of an account, not '${text}'`);
  return parsed.value;
}

function unknown(id: AccountId): never {
  throw new UsageError(`there is no account ${id}; 'cotejo account list' shows them`);
}

function printAccount(json: boolean | undefined, account: Account): void {
  const { requestHundredths, furtherSegmentHundredths, ...settings } = account.settings;
  const shown = {
    account: String(account.id),
    name: account.name,
    state: account.state,
    apiUser: apiUserOf(account.id),
    ...settings,
    requestCredits: creditsOf(requestHundredths),
    furtherSegmentCredits: creditsOf(furtherSegmentHundredths),
  };
  const wordOf = (value: unknown): string =>
    value === null ? '(none)' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  print(
    json,
    shown,
    Object.entries(shown).map(([name, value]) => `${name.padEnd(22)} ${wordOf(value)}`),
  );
}

/** Either the value as JSON, or lines for people. */
export function print(json: boolean | undefined, value: unknown, lines: readonly string[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}

/** Runs over the installation that the settings name, and lets go of it whatever happens. */
export async function withInstallation<Value>(work: (installation: Installation) => Promise<Value>): Promise<Value> {
  const installation = await openInstallation(await readConfig(), { use: 'command', log: () => {}, connections: 4 });
  try {
    return await work(installation);
  } finally {
    await installation.close();
  }
}
