import type { Transaction } from 'kysely';
import type { VerificationId } from '../kernel/id.ts';
import { parseVerificationId } from '../kernel/id.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Decision } from '../review/decision.ts';
import type { CasePlace, PendingRuling, Reviewer, Seat } from '../review/review.ts';
import { retakeAsked } from '../verification/steps.ts';
import { caseOf } from './case.store.ts';
import type { DeskOverview, HeldCase, RuleBody } from './desk.schema.ts';
import { type PanelAnswer, type PanelCall, type PanelHandlers, panelProblem } from './guard.route.ts';
import { peopleBy } from './people.store.ts';
import type { Conflict } from './protocol.schema.ts';
import type { DeskParts } from './work-parts.route.ts';
import type { deskTable } from './work-table.ts';

type Table = typeof deskTable;
/** What the handlers of one case share. */
type Call = Pick<PanelCall<Table['readDesk']>, 'account' | 'signedIn' | 'now' | 'may' | 'audit' | 'params'>;

/** The desk: [Note: How a case goes over the desk]. What is done there is written down with it, in one transaction. */
export const deskHandlers = (parts: DeskParts): PanelHandlers<Table> => {
  const { database, within, enqueue, evidence } = parts;
  const { seats, rulings, notes, overview } = parts.review;

  async function overviewFor(call: Call): Promise<DeskOverview> {
    const reviewer = reviewerOf(call);
    const { now } = call;
    return within(call.account.id, async (transaction) => {
      const waiting = await overview.waitingAt(transaction, call.account.id, { now, policyRules: policyRules(call) });
      const supervision = call.may('desk.second') ? await overview.supervisionOf(transaction, reviewer) : null;
      const seat = await seats.seatOf(transaction, reviewer);
      const pending = await rulings.pendingOf(transaction, reviewer, now);
      return {
        waiting: { count: waiting.count, ...waiting.byOutcome, oldestAt: isoOf(waiting.oldestAt) },
        supervision: supervision && { ...supervision, oldestAt: isoOf(supervision.oldestAt) },
        inHand: seat === null ? null : { id: String(seat.id), leaseUntil: seat.leaseUntil.toISOString() },
        pending: pending.map(pendingRuling),
        today: await overview.dayOf(transaction, reviewer, now),
      };
    });
  }

  async function held(call: Call, seat: Seat): Promise<PanelAnswer> {
    const walled = parts.walled(call.account.id);
    const [found, standing] = await Promise.all([
      caseOf({ ...parts, database: walled }, seat),
      rulings.standingOf(walled, seat),
    ]);
    if (found === null) return panelProblem('conflict', { why: 'too-late' });
    const { proposal, escalation } = standing;
    const people = await peopleBy(database, [proposal?.userId, escalation?.userId]);
    const by = (of: typeof proposal) => of && { by: people(of.userId), at: of.at.toISOString() };
    return ok({
      case: found,
      queue: seat.queue,
      openedAt: seat.openedAt.toISOString(),
      leaseUntil: seat.leaseUntil.toISOString(),
      proposal: by(proposal),
      escalation: by(escalation),
      needsSecondPerson: found.outcome === 'refuse' && proposal === null,
      retake: await retakeOf(call, seat),
    } satisfies HeldCase);
  }

  /** Whether somebody can be asked once more: the step itself says, as far as it can know. */
  async function retakeOf(call: Call, { accountId, id }: CasePlace): Promise<HeldCase['retake']> {
    const { isErased } = await evidence.list({ accountId, id });
    if (isErased) return 'evidence-erased';
    const verification = await parts.findVerification(accountId, id);
    const wanted = { scope: 'all', reason: 'unclear', askedBy: call.signedIn.user.id } as const;
    const asked = verification === null ? null : retakeAsked(verification, wanted, call.now);
    // What is not assessed any more is in nobody's hands: ruling says so.
    return asked === null || asked.ok || asked.refusal.kind === 'too-late' ? 'possible' : asked.refusal.kind;
  }

  const noted = (transaction: Transaction<unknown>, call: Call, id: VerificationId, text: string) =>
    notes.addNote(
      transaction,
      evidence,
      { accountId: call.account.id, id },
      { userId: call.signedIn.user.id, text, now: call.now },
    );

  return {
    readDesk: async (call) => ok(await overviewFor(call)),

    async nextCase(call) {
      const { queue } = call.body;
      if (queue === 'supervision' && !call.may('desk.second')) return panelProblem('forbidden');
      const seat = await within(call.account.id, async (transaction) => {
        const next = { queue, now: call.now, policyRules: policyRules(call) };
        const claimed = await seats.claimNext(transaction, reviewerOf(call), next);
        if (claimed !== null) await call.audit(transaction, act('desk.case-opened', claimed.id, { queue }));
        return claimed;
      });
      return seat === null ? ok({ case: null }) : held(call, seat);
    },

    async caseInHand(call) {
      const seat = await within(call.account.id, async (transaction) => {
        const own = await seats.seatOf(transaction, reviewerOf(call));
        if (own !== null) await call.audit(transaction, act('case.viewed', own.id));
        return own;
      });
      return seat === null ? ok({ case: null }) : held(call, seat);
    },

    keepCase: (call) =>
      withId(call, async (id) => {
        const leaseUntil = await within(call.account.id, (transaction) =>
          seats.keepSeat(transaction, reviewerOf(call), { id, now: call.now }),
        );
        return leaseUntil === null ? notInHand : ok({ leaseUntil: leaseUntil.toISOString() });
      }),

    leaveCase: (call) =>
      withId(call, async (id) => {
        const left = await within(call.account.id, async (transaction) => {
          const seat = await seats.seatOf(transaction, reviewerOf(call), { held: true });
          if (seat?.id !== id) return false;
          await seats.giveBack(transaction, reviewerOf(call));
          await call.audit(transaction, act('desk.case-left', id));
          return true;
        });
        return left ? ok(await overviewFor(call)) : notInHand;
      }),

    ruleCase: (call) =>
      withId(call, async (id) => {
        const decision = decisionOf(call.body);
        const { note } = call.body;
        const mayRetake =
          decision.decision === 'retake' ? await retakeOf(call, { accountId: call.account.id, id }) : 'possible';
        if (mayRetake !== 'possible') return panelProblem('conflict', { why: mayRetake });
        const ruled = await all<PendingRuling>(within, call, async (transaction) => {
          const pending = await rulings.rule(transaction, reviewerOf(call), { id, decision, now: call.now, enqueue });
          if (!pending.ok) return pending;
          if (note !== undefined && note !== '') {
            const kept = await noted(transaction, call, id, note);
            if (!kept.ok) return kept;
          }
          const { becomes, number } = pending.value;
          const reason = decision.decision === 'validate' ? null : decision.reason;
          const scope = decision.decision === 'retake' ? { scope: decision.scope } : {};
          const detail = { decision: decision.decision, reason, ...scope, becomes, ruling: number };
          await call.audit(transaction, act('desk.ruled', id, detail));
          return pending;
        });
        return ruled.ok
          ? ok({ pending: pendingRuling(ruled.value) })
          : panelProblem('conflict', { why: ruled.refusal.kind });
      }),

    undoRuling: (call) =>
      withId(call, async (id) => {
        const seat = await all<Seat>(within, call, async (transaction) => {
          const undone = await rulings.undo(transaction, reviewerOf(call), { id, now: call.now });
          if (undone.ok) await call.audit(transaction, act('desk.undone', id));
          return undone;
        });
        return seat.ok ? held(call, seat.value) : panelProblem('conflict', { why: seat.refusal.kind });
      }),

    escalateCase: (call) =>
      withId(call, async (id) => {
        const escalated = await all<void>(within, call, async (transaction) => {
          const done = await rulings.escalate(transaction, reviewerOf(call), { id, now: call.now });
          if (!done.ok) return done;
          const kept = await noted(transaction, call, id, call.body.note);
          if (kept.ok) await call.audit(transaction, act('desk.escalated', id));
          return kept;
        });
        return escalated.ok ? ok(await overviewFor(call)) : panelProblem('conflict', { why: escalated.refusal.kind });
      }),

    noteCase: (call) =>
      withId(call, async (id) => {
        const place = { accountId: call.account.id, id };
        const kept = await all<void>(within, call, async (transaction) => {
          const seat = await seats.seatOf(transaction, reviewerOf(call), { held: true });
          if (seat?.id !== id) return refuse({ kind: 'not-in-hand' });
          const done = await noted(transaction, call, id, call.body.text);
          if (done.ok) await call.audit(transaction, act('desk.noted', id));
          return done;
        });
        if (!kept.ok) return panelProblem('conflict', { why: kept.refusal.kind });
        const written = await notes.notesOf(parts.walled(call.account.id), evidence, place);
        const people = await peopleBy(
          database,
          written.map(({ userId }) => userId),
        );
        return ok({
          notes: written.map(({ at, userId, text }) => ({ at: at.toISOString(), by: people(userId), text })),
        });
      }),
  };
};

/** Why something at the desk was not done: a word of `conflicts`. */
type DeskRefusal = { readonly kind: Conflict };

/** A transaction that is given up where what it does is refused. */
async function all<Value>(
  within: DeskParts['within'],
  { account }: Call,
  run: (transaction: Transaction<unknown>) => Promise<Result<Value, DeskRefusal>>,
): Promise<Result<Value, DeskRefusal>> {
  try {
    return await within(account.id, async (transaction) => {
      const result = await run(transaction);
      if (!result.ok) throw new GivenUp(result.refusal);
      return result;
    });
  } catch (error) {
    if (error instanceof GivenUp) return refuse(error.refusal);
    throw error;
  }
}

class GivenUp extends Error {
  override readonly name = 'GivenUp';
  readonly refusal: DeskRefusal;
  constructor(refusal: DeskRefusal) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

const notInHand = panelProblem('conflict', { why: 'not-in-hand' });

const reviewerOf = ({ account, signedIn }: Call): Reviewer => ({ accountId: account.id, userId: signedIn.user.id });

const policyRules = ({ account }: Call): boolean => account.settings.decides === 'policy';

const isoOf = (instant: Date | null): string | null => instant?.toISOString() ?? null;

const act = (action: string, id: VerificationId, detail: Parameters<Call['audit']>[1]['detail'] = {}) => ({
  action,
  object: `verification ${id}`,
  detail,
});

async function withId(call: Call, run: (id: VerificationId) => Promise<PanelAnswer>): Promise<PanelAnswer> {
  const id = parseVerificationId(call.params['id'] ?? '');
  return id.ok ? run(id.value) : notInHand;
}

/** The body without its note. */
function decisionOf({ note: _, ...decision }: RuleBody): Decision {
  return decision;
}

const pendingRuling = ({ id, decision, settlesAt, becomes }: PendingRuling): DeskOverview['pending'][number] => ({
  id: String(id),
  decision,
  settlesAt: settlesAt.toISOString(),
  becomes,
});
