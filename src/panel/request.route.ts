import { Readable } from 'node:stream';
import type { Transaction } from 'kysely';
import { mayUse } from '../access/account.ts';
import { type VerificationId, parseVerificationId } from '../kernel/id.ts';
import { ok } from '../kernel/result.ts';
import { segmentsOf } from '../notification/sms/segments.ts';
import type { BesideDeed, VerificationService } from '../verification/service.ts';
import { seesAll } from './evidence-sight.ts';
import { type PanelAnswer, type PanelCall, type PanelHandlers, answered, panelProblem } from './guard.route.ts';
import { placeOf } from './list-cursor.ts';
import { type RequestRules, messageFor, newRequestOf, priceOf } from './new-request.ts';
import { requestDetailOf } from './request-detail.store.ts';
import { exportHead, exportLine } from './request-export.ts';
import { type ListQuery, changesCursor, changesSince, listRequests } from './request-list.store.ts';
import type { RequestState } from './request.schema.ts';
import { soughtBy } from './search-text.ts';
import type { DeskParts } from './work-parts.route.ts';
import type { requestTable } from './work-table.ts';

type Table = typeof requestTable;
type Call = Pick<PanelCall<Table['readRequest']>, 'account' | 'signedIn' | 'now' | 'may' | 'audit' | 'params'>;

export type RequestParts = DeskParts & {
  readonly service: VerificationService<Transaction<unknown>>;
  readonly rules: RequestRules;
  readonly digest: (text: string) => Uint8Array;
};

/** Rows of the export that are read at a time. */
const EXPORT_PAGE = 2000;

export const requestHandlers = (parts: RequestParts): PanelHandlers<Table> => {
  const { within, service, rules, digest } = parts;

  async function detail(call: Call, id: VerificationId): Promise<PanelAnswer> {
    const place = { accountId: call.account.id, id };
    const sight = { maySeeEvidence: seesAll(call.may) };
    const found = await requestDetailOf({ ...parts, database: parts.walled(place.accountId) }, place, sight);
    return found === null ? panelProblem('not-found') : ok(found);
  }

  return {
    async searchRequests(call) {
      const { body, account, now } = call;
      const after = body.after === undefined ? null : placeOf(body.after);
      if (body.after !== undefined && after === null) return panelProblem('malformed', { at: 'after' });
      const query = { ...queryOf(call), after, limit: body.limit };
      const page = await within(account.id, async (transaction) => {
        const listed = await listRequests(transaction, account.id, query);
        // Going through the list is what the page is for; who looks for somebody is written down, and never for whom.
        if (query.sought !== null)
          await call.audit(transaction, { action: 'requests.searched', detail: { found: listed.requests.length } });
        return listed;
      });
      return ok({ ...page, cursor: changesCursor(now) });
    },

    async requestChanges({ account, query, now }) {
      const since = new Date(query.since);
      if (Number.isNaN(since.getTime())) return panelProblem('malformed', { at: 'since' });
      return ok(await within(account.id, (transaction) => changesSince(transaction, account.id, { since, now })));
    },

    async exportRequests(call) {
      const { account, body, reply } = call;
      const query = queryOf(call);
      await within(account.id, (transaction) =>
        call.audit(transaction, { action: 'requests.exported', detail: { hasText: query.sought !== null } }),
      );
      async function* lines(): AsyncGenerator<string> {
        yield exportHead(body.language);
        for (let after: ListQuery['after'] = null; ;) {
          const page = await within(account.id, (transaction) =>
            listRequests(transaction, account.id, { ...query, after, limit: EXPORT_PAGE }),
          );
          yield page.requests.map((row) => exportLine(row, body.language)).join('');
          if (page.next === null) return;
          after = placeOf(page.next);
        }
      }
      void reply
        .header('content-type', 'text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="requests.csv"')
        .send(Readable.from(lines()));
      return answered;
    },

    async previewMessage({ account, body }) {
      const message = messageFor(account, body.message, rules);
      if (!message.ok) return panelProblem('value-refused', { at: 'message', why: message.refusal.kind });
      const { text, encoding, segments } = message.value;
      return ok({
        text,
        encoding,
        parts: segmentsOf(text).parts,
        hundredths: priceOf(account, segments),
        availableHundredths: await service.availableHundredths(account.id),
      });
    },

    async createRequest(call) {
      const { account, body, now, reply } = call;
      if (!mayUse(account, 'request')) return panelProblem('conflict', { why: 'account-not-validated' });
      const wanted = newRequestOf(body, account, { rules, now });
      if (!wanted.ok) return panelProblem('value-refused', wanted.refusal);
      const { key, ...asked } = body;
      const idempotency = {
        key: `panel/${key}`,
        parametersDigest: digest(JSON.stringify(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)))),
      };
      const accepted = await service.accept(account, wanted.value, idempotency, noted(call, 'request.created'));
      if (!accepted.ok)
        return panelProblem('conflict', {
          why: accepted.refusal.kind === 'credits-exhausted' ? 'credits-exhausted' : 'key-reused',
        });
      const { id, availableHundredths } = accepted.value;
      void reply.code(201);
      return ok({ id: String(id), availableHundredths });
    },

    readRequest: (call) =>
      withId(call, async (id) => {
        const found = await detail(call, id);
        if (found !== answered && found.ok)
          await within(call.account.id, (transaction) =>
            call.audit(transaction, { action: 'request.viewed', object: `verification ${id}` }),
          );
        return found;
      }),

    cancelRequest: (call) =>
      withId(call, async (id) => {
        const cancelled = await service.cancel(call.account, id, noted(call, 'request.cancelled'));
        if (!cancelled.ok)
          return cancelled.refusal.kind === 'unknown-verification'
            ? panelProblem('not-found')
            : panelProblem('conflict', { why: 'too-late' });
        return detail(call, id);
      }),

    resendRequest: (call) =>
      withId(call, async (id) => {
        const resent = await service.resend(call.account, id, noted(call, 'request.resent'));
        if (!resent.ok)
          return resent.refusal.kind === 'unknown-verification'
            ? panelProblem('not-found')
            : panelProblem('conflict', { why: resent.refusal.kind });
        return detail(call, id);
      }),

    readCertificate: (call) =>
      withId(call, async (id) => {
        const certificate = await service.certificate(call.account.id, id);
        if (!certificate.ok)
          return certificate.refusal.kind === 'certificate-erased'
            ? panelProblem('conflict', { why: 'evidence-erased' })
            : panelProblem('not-found');
        await within(call.account.id, (transaction) =>
          call.audit(transaction, { action: 'certificate.downloaded', object: `verification ${id}` }),
        );
        void call.reply
          .header('content-type', 'application/pdf')
          .header('content-disposition', `attachment; filename="${id}.pdf"`)
          .send(Buffer.from(certificate.value));
        return answered;
      }),
  };
};

/** Writes down what is done to a request, in the transaction that does it. */
const noted =
  (call: Pick<Call, 'audit'>, action: string): BesideDeed<Transaction<unknown>> =>
  (transaction, id) =>
    call.audit(transaction, { action, object: `verification ${id}` });

type Filters = {
  readonly text?: string | undefined;
  readonly states?: readonly RequestState[] | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
};

function queryOf({ body, account }: Pick<Call, 'account'> & { readonly body: Filters }) {
  const instantOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
  const text = body.text ?? '';
  return {
    sought: text === '' ? null : soughtBy(text, account.settings.countryCallingCode),
    states: body.states ?? [],
    from: instantOf(body.from),
    until: instantOf(body.until),
  };
}

async function withId(call: Call, run: (id: VerificationId) => Promise<PanelAnswer>): Promise<PanelAnswer> {
  const id = parseVerificationId(call.params['id'] ?? '');
  return id.ok ? run(id.value) : panelProblem('not-found');
}
