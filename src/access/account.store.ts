import { type Kysely, type Transaction, sql } from 'kysely';
import { type AccountId, type DrawInteger, drawAccountId, parseAccountId } from '../kernel/id.ts';
import { type Account, type AccountSettings, type AccountState, accountDigitsOf, defaultSettings } from './account.ts';
import type { Authenticate } from './doors.ts';

type Database = Kysely<unknown>;

type AccountRow = {
  readonly account_id: AccountId;
  readonly name: string;
  readonly state: AccountState;
  readonly settings: Partial<AccountSettings>;
};

const accountOf = ({ account_id, name, state, settings }: AccountRow): Account => ({
  id: account_id,
  name,
  state,
  settings: { ...defaultSettings, ...settings },
});

export type NewAccount = {
  readonly name: string;
  readonly state: AccountState;
  readonly settings: Partial<AccountSettings>;
  readonly tokenHmac: Uint8Array;
  readonly now: Date;
};

/** Creates an account with its books and its first token, together or not at all. */
export async function createAccount(
  database: Database,
  { name, state, settings, tokenHmac, now }: NewAccount,
  draw: DrawInteger,
): Promise<Account> {
  const id = drawAccountId(draw);
  const account = await database.transaction().execute(async (transaction) => {
    const { rows } = await sql<AccountRow>`
      insert into account (account_id, name, state, settings, created_at)
      values (${id}, ${name}, ${state}, ${JSON.stringify(settings)}::jsonb, ${now})
      on conflict do nothing returning account_id, name, state, settings`.execute(transaction);
    if (rows[0] === undefined) return null;
    await sql`insert into credit_balance (account_id) values (${id})`.execute(transaction);
    await sql`insert into api_token (account_id, token_number, token_hmac, created_at) values (${id}, 1, ${tokenHmac}, ${now})`.execute(
      transaction,
    );
    return accountOf(rows[0]);
  });
  return account ?? createAccount(database, { name, state, settings, tokenHmac, now }, draw);
}

export async function findAccount(database: Database, id: AccountId): Promise<Account | null> {
  const { rows } = await sql<AccountRow>`
    select account_id, name, state, settings from account where account_id = ${id}`.execute(database);
  return rows[0] === undefined ? null : accountOf(rows[0]);
}

/** All accounts, oldest first: the installer's view, one statement for each page. */
export async function listAccounts(database: Database): Promise<readonly Account[]> {
  const { rows } = await sql<AccountRow>`
    select account_id, name, state, settings from account order by created_at, account_id`.execute(database);
  return rows.map(accountOf);
}

/** The account as it is, and stays until the transaction ends; what is asked for in it meanwhile does not wait. */
export async function holdAccount(transaction: Transaction<unknown>, id: AccountId): Promise<Account | null> {
  const { rows } = await sql<AccountRow>`
    select account_id, name, state, settings from account where account_id = ${id} for no key update`.execute(
    transaction,
  );
  return rows[0] === undefined ? null : accountOf(rows[0]);
}

/** Changes an account; what is not named stays. @returns null when there is no such account. */
export async function changeAccount(
  database: Database,
  id: AccountId,
  { state, settings }: { readonly state?: AccountState; readonly settings?: Partial<AccountSettings> },
): Promise<Account | null> {
  const { rows } = await sql<AccountRow>`
    update account set state = coalesce(${state ?? null}, state), settings = settings || ${JSON.stringify(settings ?? {})}::jsonb
    where account_id = ${id} returning account_id, name, state, settings`.execute(database);
  return rows[0] === undefined ? null : accountOf(rows[0]);
}

/** How many tokens of an account are valid at once: the one that is used and the one that will be. */
const VALID_TOKENS = 2;

/**
 * Adds a token. The newest one before it stays valid until `overlapEndsAt`, older ones end now.
 * @param alongside runs in the same transaction, last.
 * @returns false when there is no such account.
 */
export async function rotateToken(
  database: Database,
  id: AccountId,
  {
    tokenHmac,
    now,
    overlapEndsAt,
  }: { readonly tokenHmac: Uint8Array; readonly now: Date; readonly overlapEndsAt: Date },
  alongside: (transaction: Transaction<unknown>) => Promise<void> = async () => {},
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const account = await sql`select 1 from account where account_id = ${id} for no key update`.execute(transaction);
    if (account.rows.length === 0) return false;
    await sql`
      update api_token set expires_at = least(coalesce(expires_at, ${overlapEndsAt}), case
        when token_number = (select max(token_number) from api_token where account_id = ${id}) then ${overlapEndsAt}::timestamptz
        else ${now}::timestamptz end)
      where account_id = ${id}`.execute(transaction);
    await sql`
      insert into api_token (account_id, token_number, token_hmac, created_at)
      select ${id}, max(token_number) + 1, ${tokenHmac}, ${now} from api_token where account_id = ${id}`.execute(
      transaction,
    );
    await alongside(transaction);
    return true;
  });
}

export type TokenInUse = { readonly number: number; readonly createdAt: Date; readonly validUntil: Date | null };

/** The tokens that are valid now, the newest first. */
export async function listTokens(database: Database, id: AccountId, now: Date): Promise<readonly TokenInUse[]> {
  const { rows } = await sql<{ token_number: number; created_at: Date; expires_at: Date | null }>`
    select token_number, created_at, expires_at from api_token
    where account_id = ${id} and (expires_at is null or expires_at > ${now})
    order by token_number desc limit ${VALID_TOKENS}`.execute(database);
  return rows.map(({ token_number, created_at, expires_at }) => ({
    number: token_number,
    createdAt: created_at,
    validUntil: expires_at,
  }));
}

type CredentialRow = AccountRow & { readonly tokens: readonly string[] };

export type AuthenticateParts = {
  readonly database: Database;
  readonly clock: () => Date;
  readonly tokenHmac: (token: string) => Uint8Array;
  readonly sameDigest: (a: Uint8Array, b: Uint8Array) => boolean;
  readonly failing: (error: unknown) => Error;
  /** Gathers look-ups of one account while one is under way. */
  readonly gathering: <Item, Outcome>(
    work: (key: number, items: readonly Item[]) => Promise<readonly Outcome[]>,
  ) => (key: number, item: Item) => Promise<Outcome>;
};

/**
 * Who calls. An unknown user, a wrong token and a disabled account cost the same: one look-up by key, one HMAC, two comparisons. Calls of
 * one account that come while it is being looked up share the next look-up, which begins after they came: a token that was taken away is
 * refused from then on.
 * @throws what `failing` makes of an unreachable database.
 */
export function authenticateOver(parts: AuthenticateParts): Authenticate {
  const { tokenHmac, sameDigest, failing } = parts;
  const nobody = new Uint8Array(32);
  const lookUp = parts.gathering(async (id, calls: readonly null[]) => {
    const row = await credentialsOf(parts, id as AccountId);
    return calls.map(() => row);
  });
  return async (apiUser, apiToken) => {
    const parsed = parseAccountId(accountDigitsOf(apiUser) ?? '');
    const presented = tokenHmac(apiToken);
    const row = await lookUp(parsed.ok ? parsed.value : 0, null).catch((error: unknown) => {
      throw failing(error);
    });
    let valid = false;
    for (let index = 0; index < VALID_TOKENS; index += 1) {
      const stored = row?.tokens[index];
      const same = sameDigest(presented, stored === undefined ? nobody : Buffer.from(stored, 'hex'));
      valid = valid || (same && stored !== undefined);
    }
    return row !== undefined && valid && row.state !== 'disabled' ? accountOf(row) : null;
  };
}

async function credentialsOf(
  { database, clock }: AuthenticateParts,
  id: AccountId,
): Promise<CredentialRow | undefined> {
  const { rows } = await sql<CredentialRow>`
    select a.account_id, a.name, a.state, a.settings, array(
      select encode(t.token_hmac, 'hex') from api_token t
      where t.account_id = a.account_id and (t.expires_at is null or t.expires_at > ${clock()})
      order by t.token_number desc limit ${VALID_TOKENS}) as tokens
    from account a where a.account_id = ${id}`.execute(database);
  return rows[0];
}
