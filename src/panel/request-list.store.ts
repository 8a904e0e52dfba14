import { type RawBuilder, sql } from 'kysely';
import { MS_PER_SECOND, later } from '../kernel/instant.ts';
import { cursorOf, type ListPlace } from './list-cursor.ts';
import { type ListedRow, type Queryable, requestRow, rowColumns } from './request-row.store.ts';
import { type RequestChanges, type RequestPage, type RequestState, requestStates } from './request.schema.ts';
import { type Sought, endOfPrefix } from './search-text.ts';

export type ListQuery = {
  readonly sought: Sought | null;
  /** Empty: all. */
  readonly states: readonly RequestState[];
  readonly from: Date | null;
  readonly until: Date | null;
  readonly after: ListPlace | null;
  readonly limit: number;
};

/** Where more values begin like that, only so many of each kind are looked at. */
const MOST_HITS = 1000;
/** A change is told again for so long: its transaction may end after one that began later. */
const TOLD_AGAIN_MS = 20 * MS_PER_SECOND;
const MOST_CHANGES = 200;

/**
 * [Note: Lists of a million]
 * A page costs what its rows cost, however many there are behind it: it is read from an index that has them in the list's order, and goes on
 * after the last row of the page before. States lie apart in that index, so a list of several is merged from as many short ones. What is
 * looked for by its beginning is found in an index of its own and put in order by what lies beside it there; only the rows of the page are read. All conditions are comparisons that the database
 * lets pass through its walls between accounts.
 */
export async function listRequests(
  database: Queryable,
  accountId: number,
  query: ListQuery,
): Promise<Pick<RequestPage, 'requests' | 'next' | 'isPartial'>> {
  const { limit } = query;
  const found =
    query.sought === null
      ? { rows: await byState(database, accountId, query), isPartial: false }
      : await byText(database, accountId, query, query.sought);
  const rows = found.rows.slice(0, limit);
  const last = rows.at(-1);
  return {
    requests: rows.map(requestRow),
    next: found.rows.length <= limit || last === undefined ? null : cursorOf({ at: last.requestedAt, id: last.id }),
    isPartial: found.isPartial,
  };
}

async function byState(database: Queryable, accountId: number, query: ListQuery): Promise<readonly ListedRow[]> {
  const states = query.states.length === 0 ? requestStates : query.states;
  const { rows } = await sql<ListedRow>`
    with page as (
      select listed.verification_id from unnest(${states}::text[]) as wanted (state)
      cross join lateral (
        select v.requested_at, v.verification_id from verification v
        where v.account_id = ${accountId} and v.state = wanted.state and ${withinTime(query)}
        order by v.requested_at desc, v.verification_id desc limit ${query.limit + 1}) listed
      order by listed.requested_at desc, listed.verification_id desc limit ${query.limit + 1})
    select ${rowColumns} from page
    join verification v on v.account_id = ${accountId} and v.verification_id = page.verification_id
    order by v.requested_at desc, v.verification_id desc`.execute(database);
  return rows;
}

async function byText(
  database: Queryable,
  accountId: number,
  query: ListQuery,
  sought: Sought,
): Promise<{ readonly rows: readonly ListedRow[]; readonly isPartial: boolean }> {
  const { states } = query;
  const hits = sql.join(
    [
      ...(sought.id === null
        ? []
        : [
            sql`(select ${hitColumns} from verification where account_id = ${accountId} and verification_id = ${sought.id})`,
          ]),
      ...sought.phones.map((phone) => beginning(accountId, 'phone', phone)),
      ...(sought.number === null
        ? []
        : [
            beginning(accountId, 'requested_number', sought.number),
            beginning(accountId, 'document_number', sought.number),
          ]),
      sought.isWholeReference
        ? sql`(select ${hitColumns} from verification
            where account_id = ${accountId} and reference_folded = lower(${sought.reference}) limit ${MOST_HITS})`
        : beginning(accountId, 'reference_folded', sought.reference),
    ],
    sql` union all `,
  );
  const { rows } = await sql<ListedRow & { hits: number }>`
    with hit as materialized (${hits}),
    page as (
      select v.verification_id from (select distinct on (verification_id) * from hit) v
      where ${withinTime(query)} ${states.length === 0 ? sql`` : sql`and v.state = any(${states}::text[])`}
      order by v.requested_at desc, v.verification_id desc limit ${query.limit + 1})
    select ${rowColumns}, (select count(*)::integer from hit) as hits from page
    join verification v on v.account_id = ${accountId} and v.verification_id = page.verification_id
    order by v.requested_at desc, v.verification_id desc`.execute(database);
  return { rows, isPartial: (rows[0]?.hits ?? 0) >= MOST_HITS };
}

/** All that puts a hit in its place in the list: indexes have it beside the value. */
const hitColumns = sql.raw('verification_id, requested_at, state');

/** Verifications whose column begins so, in its own order and no more of them than are looked at. */
const beginning = (
  accountId: number,
  column: 'phone' | 'requested_number' | 'document_number' | 'reference_folded',
  prefix: string,
): RawBuilder<unknown> => {
  const ref = sql.raw(column);
  const [from, to] =
    column === 'reference_folded'
      ? [sql`lower(${prefix})`, sql`lower(${endOfPrefix(prefix)})`]
      : [sql`${prefix}`, sql`${endOfPrefix(prefix)}`];
  return sql`
  (select ${hitColumns} from verification
    where account_id = ${accountId} and ${ref} ~>=~ ${from} and ${ref} ~<~ ${to}
    order by ${ref} using ~<~ limit ${MOST_HITS})`;
};

const withinTime = ({ from, until, after }: ListQuery): RawBuilder<unknown> =>
  sql.join(
    [
      sql`true`,
      ...(from === null ? [] : [sql`v.requested_at >= ${from}`]),
      ...(until === null ? [] : [sql`v.requested_at < ${until}`]),
      ...(after === null ? [] : [sql`(v.requested_at, v.verification_id) < (${after.at}, ${after.id})`]),
    ],
    sql` and `,
  );

/** What changed since, the oldest change first. */
export async function changesSince(
  database: Queryable,
  accountId: number,
  { since, now }: { readonly since: Date; readonly now: Date },
): Promise<RequestChanges> {
  const { rows } = await sql<ListedRow>`
    select ${rowColumns} from verification v where v.account_id = ${accountId} and v.updated_at >= ${since}
    order by v.updated_at, v.verification_id limit ${MOST_CHANGES + 1}`.execute(database);
  return {
    requests: rows.slice(0, MOST_CHANGES).map(requestRow),
    cursor: changesCursor(now),
    isPartial: rows.length > MOST_CHANGES,
  };
}

/** From where on changes are asked for by somebody who is up to date now. */
export const changesCursor = (now: Date): string => later(now, -TOLD_AGAIN_MS).toISOString();
