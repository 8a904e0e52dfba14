import type { Transaction } from 'kysely';
import { type VerificationId, parseVerificationId } from '../kernel/id.ts';
import { ok } from '../kernel/result.ts';
import type { AttemptRecord, Beside, Endpoints, SavedEndpoint } from '../notification/webhook/endpoints.ts';
import type { CallbackAttempt, CallbackEndpoint, CallbackList, CallbackSetup } from './callback.schema.ts';
import { type PanelAnswer, type PanelCall, type PanelHandlers, panelProblem } from './guard.route.ts';
import type { DeskParts } from './work-parts.route.ts';
import type { callbackTable } from './work-table.ts';

type Table = typeof callbackTable;
type Call = Pick<PanelCall<Table['readCallbacks']>, 'account' | 'audit' | 'params'>;

export type CallbackParts = Pick<DeskParts, 'database' | 'within'> & {
  readonly endpoints: Endpoints<Transaction<unknown>>;
};

/** What an account's own server was told, and which server that is. */
export const callbackHandlers = (parts: CallbackParts): PanelHandlers<Table> => {
  const { endpoints } = parts;
  /** Writes down what is done, in the transaction that does it. */
  const noted =
    (call: Call, action: string, object: string | null = null): Beside<Transaction<unknown>> =>
    (transaction) =>
      call.audit(transaction, { action, object });

  return {
    readCallbacks: (call) =>
      withId(call, async (id) => {
        await parts.within(call.account.id, noted(call, 'callbacks.viewed', `verification ${id}`));
        return ok(await listOf(endpoints, call, id));
      }),

    resendCallback: (call) =>
      withId(call, async (id) => {
        const eventNumber = Number(call.params['number']);
        if (!Number.isSafeInteger(eventNumber) || eventNumber < 1) return panelProblem('not-found');
        const again = await endpoints.deliverAgain(
          { accountId: call.account.id, id, eventNumber },
          noted(call, 'callback.resent', `verification ${id}`),
        );
        if (!again.ok) return refusedBy(again.refusal.kind);
        return ok(await listOf(endpoints, call, id));
      }),

    async readCallbackSetup({ account }) {
      return ok(await setupOf(endpoints, account.id));
    },

    async saveCallbackEndpoint(call) {
      const { account, body } = call;
      const saved = await endpoints.saveEndpoint(account.id, body, null, noted(call, 'callback-endpoint.saved'));
      if (!saved.ok) return panelProblem('value-refused', { at: fieldOf(saved.refusal.kind), why: saved.refusal.kind });
      return ok({ setup: await setupOf(endpoints, account.id), secret: saved.value.secret });
    },

    async removeCallbackEndpoint(call) {
      await endpoints.removeEndpoint(call.account.id, noted(call, 'callback-endpoint.removed'));
      return ok(await setupOf(endpoints, call.account.id));
    },

    async enableCallbackEndpoint(call) {
      const enabled = await endpoints.enableEndpoint(call.account.id, noted(call, 'callback-endpoint.enabled'));
      if (!enabled.ok) return refusedBy(enabled.refusal.kind);
      return ok(await setupOf(endpoints, call.account.id));
    },

    async disableCallbackEndpoint(call) {
      const disabled = await endpoints.disableEndpoint(call.account.id, noted(call, 'callback-endpoint.disabled'));
      if (!disabled.ok) return refusedBy(disabled.refusal.kind);
      return ok(await setupOf(endpoints, call.account.id));
    },

    async rotateCallbackSecret(call) {
      const rotated = await endpoints.rotateSecret(
        call.account.id,
        call.body.overlapHours,
        noted(call, 'callback-endpoint.secret-rotated'),
      );
      if (!rotated.ok) return refusedBy(rotated.refusal.kind);
      return ok({ setup: await setupOf(endpoints, call.account.id), secret: rotated.value.secret });
    },

    async testCallbackEndpoint(call) {
      if ((await endpoints.endpointOf(call.account.id)) === null) return refusedBy('no-endpoint');
      // What is posted to others is in no transaction of ours: a line too many is better than one too few.
      await parts.within(call.account.id, noted(call, 'callback-endpoint.tested'));
      const tested = await endpoints.testDelivery(call.account.id);
      if (!tested.ok) return refusedBy(tested.refusal.kind);
      return ok(tested.value);
    },

    async dismissCallbackNotice(call) {
      const isDismissed = await endpoints.dismissNotice(
        call.account.id,
        call.body,
        noted(call, 'callback-endpoint.notice-dismissed'),
      );
      if (!isDismissed) return panelProblem('not-found');
      return ok(await setupOf(endpoints, call.account.id));
    },
  };
};

/** User and password are two fields; everything else is the address's, or what answers there. */
const fieldOf = (kind: string): string => (kind.startsWith('credentials') ? 'credentials' : 'url');

const refusedBy = (kind: 'no-endpoint' | 'no-delivery'): PanelAnswer =>
  kind === 'no-endpoint' ? panelProblem('conflict', { why: 'endpoint-missing' }) : panelProblem('not-found');

async function listOf(endpoints: Endpoints, { account }: Call, id: VerificationId): Promise<CallbackList> {
  const deliveries: CallbackList['deliveries'] = [];
  for (const delivery of await endpoints.deliveriesOf(account.id, id)) {
    const attempts = await endpoints.attemptsOf(delivery);
    const isUnderWay = ['new', 'waiting', 'held'].includes(delivery.state);
    deliveries.push({
      number: delivery.eventNumber,
      webhookId: delivery.webhookId,
      milestone: delivery.milestone,
      happenedAt: delivery.happenedAt.toISOString(),
      state: delivery.state,
      dueAt: isUnderWay ? delivery.dueAt.toISOString() : null,
      settledAt: delivery.settledAt?.toISOString() ?? null,
      attempts: attempts.map(attemptOf),
    });
  }
  return { deliveries };
}

const attemptOf = ({ beganAt, request, ...attempt }: AttemptRecord): CallbackAttempt => ({
  ...attempt,
  beganAt: beganAt.toISOString(),
  request: { ...request, headers: { ...request.headers } },
});

async function setupOf(endpoints: Endpoints, accountId: Call['account']['id']): Promise<CallbackSetup> {
  const [endpoint, notices] = await Promise.all([endpoints.endpointOf(accountId), endpoints.noticesOf(accountId)]);
  return {
    endpoint: endpoint === null ? null : shown(endpoint),
    notices: notices
      .filter(({ dismissedAt }) => dismissedAt === null)
      .map(({ kind, number, raisedAt, latestAt, count }) => ({
        kind,
        number,
        raisedAt: raisedAt.toISOString(),
        latestAt: latestAt.toISOString(),
        count,
      })),
  };
}

const shown = (endpoint: SavedEndpoint): CallbackEndpoint => ({
  url: endpoint.url,
  encoding: endpoint.encoding,
  payload: endpoint.payload,
  user: endpoint.user,
  savedAt: endpoint.savedAt.toISOString(),
  disabled: endpoint.disabled && { reason: endpoint.disabled.reason, since: endpoint.disabled.since.toISOString() },
  failingSince: endpoint.failingSince?.toISOString() ?? null,
  secretSince: endpoint.secretSince.toISOString(),
  previousSecretUntil: endpoint.previousSecretUntil?.toISOString() ?? null,
  waiting: endpoint.waiting,
  dead: endpoint.dead,
});

async function withId(call: Call, run: (id: VerificationId) => Promise<PanelAnswer>): Promise<PanelAnswer> {
  const id = parseVerificationId(call.params['id'] ?? '');
  return id.ok ? run(id.value) : panelProblem('not-found');
}
