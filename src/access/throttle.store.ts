import { type Kysely, type Transaction, sql } from 'kysely';
import { type Clock, MS_PER_DAY, MS_PER_SECOND, later } from '../kernel/instant.ts';
import type { Blocks, Throttle } from './doors.ts';
import { type BlockingRule, type LocalThrottle, blockingRule } from './throttle.ts';

export type SharedThrottleParts = {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  /** What this process remembers of callers. */
  readonly local: LocalThrottle;
  readonly sha256: (text: string) => Uint8Array;
  /** What names are of: API users and people of the panel are counted apart. */
  readonly names: 'api' | 'panel';
  /** What callers are told of a database that is away. */
  readonly failing?: (error: unknown) => unknown;
};

/** How long a caller who was right stays known, so that what others do from the same address does not shut it out. */
const KNOWN_FOR_MS = 30 * MS_PER_DAY;
/** A block that was lifted in another process is heard of so much later at the most, and asked for only while blocked callers come. */
const LIFTED_AFTER_MS = 30 * MS_PER_SECOND;
/** Rows that have had their time and go with each failure: more than it can add. */
const SWEPT = 20;

/** Names that are right from one address, as many as are taken into memory. */
const MOST_KNOWN = 1000;

const NO_NAME = Buffer.alloc(0);

type Standing = { readonly ofAddress: boolean; readonly blockedUntil: Date | null };

/**
 * The rule over all processes of one database: see [Note: Blocking]. Failures are counted in rows; who is blocked is kept in memory as well,
 * so that a blocked call costs no statement, and so is whose last call was right, so that a customer's calls cost none either. Calls that
 * come at the very same time to several processes are all counted: the one too many is told so although it was looked up.
 */
export function throttleOver(
  { database, clock, local, sha256, names, failing = (error) => error }: SharedThrottleParts,
  rule: BlockingRule = blockingRule,
): Throttle & Blocks<Transaction<unknown>> {
  let askedAtMs = clock().getTime();
  const digestOf = (name: string): Buffer => Buffer.from(sha256(`${names} ${name}`));
  const keyOf = (name: string): string => digestOf(name).toString('hex');

  const reached = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      throw failing(error);
    }
  };

  /** Takes over what another process knows. */
  async function learn(addressKey: string, name: string): Promise<void> {
    const { rows } = await sql<Standing>`
      select name_digest = ${NO_NAME} as "ofAddress",
        case when blocked_until > ${clock()} then blocked_until end as "blockedUntil"
      from caller_attempt where address_key = ${addressKey} and name_digest in (${digestOf(name)}, ${NO_NAME})`.execute(
      database,
    );
    await take(addressKey, name, rows);
  }

  async function take(addressKey: string, name: string, rows: readonly Standing[]): Promise<void> {
    for (const { ofAddress, blockedUntil } of rows) {
      if (blockedUntil === null) continue;
      if (ofAddress) await knowThoseOf(addressKey);
      local.block(addressKey, ofAddress ? null : keyOf(name), blockedUntil.getTime());
    }
  }

  /** The names that go on being heard from an address that is blocked. */
  async function knowThoseOf(addressKey: string): Promise<void> {
    const { rows } = await sql<{ nameDigest: Buffer }>`
      select name_digest as "nameDigest" from caller_attempt where address_key = ${addressKey} and was_right
      order by forget_at desc limit ${MOST_KNOWN}`.execute(database);
    for (const { nameDigest } of rows) local.know(addressKey, nameDigest.toString('hex'));
  }

  /** Blocks that were lifted elsewhere. Whoever waits for an answer does not wait for this. */
  async function askForLifted(): Promise<void> {
    const now = clock();
    const since = later(new Date(askedAtMs), -LIFTED_AFTER_MS);
    if (now.getTime() - askedAtMs < LIFTED_AFTER_MS) return;
    askedAtMs = now.getTime();
    const { rows } = await sql<{ addressKey: string; nameDigest: Buffer }>`
      select address_key as "addressKey", name_digest as "nameDigest" from caller_attempt
      where unblocked_at > ${since} and (blocked_until is null or blocked_until <= ${now})`.execute(database);
    for (const { addressKey, nameDigest } of rows) local.unblock(addressKey, nameDigest.toString('hex'));
  }

  return {
    blockedForSeconds(addressKey, name) {
      const seconds = local.blockedForSeconds(addressKey, keyOf(name));
      // Without an answer the block ends by itself, when it said it would.
      if (seconds !== null) askForLifted().catch(() => undefined);
      return seconds;
    },

    async turn(addressKey, name) {
      const end = await local.turn(addressKey, keyOf(name));
      const isSettled =
        local.wasRight(addressKey, keyOf(name)) || local.blockedForSeconds(addressKey, keyOf(name)) !== null;
      if (!isSettled)
        await reached(learn(addressKey, name)).catch((error: unknown) => {
          end();
          throw error;
        });
      return end;
    },

    async failed(addressKey, name) {
      local.forgetRight(addressKey, keyOf(name));
      const { rows } = await reached(noteFailure(database, rule, { addressKey, nameDigest: digestOf(name) }, clock()));
      await reached(take(addressKey, name, rows));
      const ofName = rows.find(({ ofAddress }) => !ofAddress)!;
      return ofName.failures > rule.failures ? local.blockedForSeconds(addressKey, keyOf(name)) : null;
    },

    async succeeded(addressKey, name) {
      if (!local.wasRight(addressKey, keyOf(name)))
        await reached(noteRight(database, { addressKey, nameDigest: digestOf(name) }, clock()));
      local.succeeded(addressKey, keyOf(name));
    },

    polled: (addressKey, name, question) => local.polled(addressKey, keyOf(name), question),

    async blockedUnder(name) {
      const now = clock();
      const { rows } = await sql<{ addressKey: string; blockedUntil: Date }>`
        select address_key as "addressKey", blocked_until as "blockedUntil" from caller_attempt
        where name_digest = ${digestOf(name)} and blocked_until > ${now} order by blocked_until desc, address_key`.execute(
        database,
      );
      return rows.map(({ addressKey, blockedUntil }) => ({
        addressKey,
        seconds: Math.ceil((blockedUntil.getTime() - now.getTime()) / MS_PER_SECOND),
      }));
    },

    async unblock(addressKey, name, beside) {
      const now = clock();
      const isLifted = await database.transaction().execute(async (transaction) => {
        const { numAffectedRows } = await sql`
          update caller_attempt set failures = 0, blocked_until = null, was_right = true, unblocked_at = ${now},
            forget_at = ${later(now, KNOWN_FOR_MS)}
          where address_key = ${addressKey} and name_digest = ${digestOf(name)} and blocked_until > ${now}`.execute(
          transaction,
        );
        if (numAffectedRows !== 1n) return false;
        await beside(transaction);
        return true;
      });
      if (isLifted) local.unblock(addressKey, keyOf(name));
      return isLifted;
    },
  };
}

type Caller = { readonly addressKey: string; readonly nameDigest: Uint8Array };

/** One failure more of the name from the address, and of the address under any name. */
function noteFailure(
  database: Kysely<unknown>,
  { failures, failuresOfAddress, failuresWithinSeconds, blockedForSeconds }: BlockingRule,
  { addressKey, nameDigest }: Caller,
  now: Date,
) {
  const windowEndsAt = later(now, failuresWithinSeconds * MS_PER_SECOND);
  const blockedUntil = later(now, blockedForSeconds * MS_PER_SECOND);
  const isOver = sql`c.window_ends_at <= ${now}`;
  const isTooMany = sql`c.failures + 1 >= case when c.name_digest = ${NO_NAME} then ${failuresOfAddress}::integer else ${failures}::integer end`;
  return sql<{ readonly ofAddress: boolean; readonly failures: number; readonly blockedUntil: Date | null }>`
    with swept as (
      delete from caller_attempt where (address_key, name_digest) in (
        select address_key, name_digest from caller_attempt
        where forget_at < ${now} and address_key <> ${addressKey} order by forget_at limit ${SWEPT} for update skip locked))
    insert into caller_attempt as c (address_key, name_digest, failures, window_ends_at, forget_at)
    values (${addressKey}, ${nameDigest}, 1, ${windowEndsAt}, ${windowEndsAt}),
      (${addressKey}, ${NO_NAME}, 1, ${windowEndsAt}, ${windowEndsAt})
    on conflict (address_key, name_digest) do update set
      failures = case when ${isOver} then 1 else c.failures + 1 end,
      window_ends_at = case when ${isOver} then ${windowEndsAt} when ${isTooMany} then ${blockedUntil} else c.window_ends_at end,
      blocked_until = case when ${isOver} then null when ${isTooMany} then ${blockedUntil} else c.blocked_until end,
      forget_at = greatest(c.forget_at, ${windowEndsAt}, ${blockedUntil})
    returning name_digest = ${NO_NAME} as "ofAddress", failures, blocked_until as "blockedUntil"`.execute(database);
}

/** The caller was right: what it failed before is forgotten. */
function noteRight(database: Kysely<unknown>, { addressKey, nameDigest }: Caller, now: Date) {
  return sql`
    insert into caller_attempt as c (address_key, name_digest, failures, window_ends_at, was_right, forget_at)
    values (${addressKey}, ${nameDigest}, 0, ${now}, true, ${later(now, KNOWN_FOR_MS)})
    on conflict (address_key, name_digest) do update set failures = 0, blocked_until = null, was_right = true,
      window_ends_at = excluded.window_ends_at, forget_at = excluded.forget_at`.execute(database);
}
