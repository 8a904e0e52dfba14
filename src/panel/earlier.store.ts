import { sql } from 'kysely';
import type { RequestDetail } from './request.schema.ts';
import { type ListedRow, type Queryable, requestRow, rowColumns } from './request-row.store.ts';

/** More attempts than this of one person say nothing more. */
const MOST_EARLIER = 20;

/** Other requests of the account for the same phone or with the same document, the newest first. */
export async function earlierOf(
  database: Queryable,
  { accountId, id }: { readonly accountId: number; readonly id: number },
): Promise<RequestDetail['earlier']> {
  const { rows } = await sql<ListedRow & { samePhone: boolean; sameDocument: boolean }>`
    with this as (
      select phone, document_number from verification where account_id = ${accountId} and verification_id = ${id}),
    others as (
      (select verification_id from verification where account_id = ${accountId} and phone = (select phone from this)
        order by requested_at desc limit ${MOST_EARLIER + 1})
      union (select verification_id from verification
        where account_id = ${accountId} and document_number = (select document_number from this)
        order by requested_at desc limit ${MOST_EARLIER + 1}))
    select ${rowColumns}, v.phone = this.phone as "samePhone",
      coalesce(v.document_number = this.document_number, false) as "sameDocument"
    from others join verification v on v.account_id = ${accountId} and v.verification_id = others.verification_id, this
    where v.verification_id <> ${id}
    order by v.requested_at desc, v.verification_id desc limit ${MOST_EARLIER}`.execute(database);
  return rows.map(({ samePhone, sameDocument, ...row }) => ({ request: requestRow(row), samePhone, sameDocument }));
}
