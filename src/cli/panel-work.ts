import type { FastifyInstance } from 'fastify';
import type { Transaction } from 'kysely';
import { auditOver } from '../access/audit.store.ts';
import { sha256 } from '../access/secrets.client.ts';
import { usualLink } from '../capture/link.ts';
import { parseDni } from '../contract/dni.ts';
import { parseFecha } from '../contract/fecha.ts';
import { textsOf } from '../contract/texts.ts';
import { balancesOf, enter, statementOf } from '../credits/ledger.store.ts';
import { operatingLines } from '../engine/decision/judge.ts';
import { gestureThresholds } from '../engine/liveness/challenge-response.ts';
import type { EvidenceDesk } from '../evidence/evidence-room.client.ts';
import type { Clock } from '../kernel/instant.ts';
import type { Endpoints } from '../notification/webhook/endpoints.ts';
import { callbackHandlers } from '../panel/callback.route.ts';
import type { MeasuringPoints } from '../panel/case-detail.ts';
import { deskHandlers } from '../panel/desk.route.ts';
import { evidenceHandlers } from '../panel/evidence.route.ts';
import { figureHandlers } from '../panel/figures.route.ts';
import { type Guard, panelRoutes } from '../panel/guard.route.ts';
import type { RequestRules } from '../panel/new-request.ts';
import { requestHandlers } from '../panel/request.route.ts';
import type { DeskParts } from '../panel/work-parts.route.ts';
import { callbackTable, deskTable, evidenceTable, figureTable, requestTable } from '../panel/work-table.ts';
import { rehearsalFor } from '../rehearsal/test-numbers.ts';
import * as notes from '../review/note.store.ts';
import * as overview from '../review/overview.store.ts';
import * as rulings from '../review/ruling.store.ts';
import * as seats from '../review/seat.store.ts';
import { type SettleRuling, settleRuling } from '../review/settle-ruling.job.ts';
import { accountWalls, walledDatabase } from '../storage/account-wall.client.ts';
import type { JobHandler, Queue } from '../storage/queue.client.ts';
import type { Job } from '../verification/jobs.ts';
import { findRound } from '../verification/history.store.ts';
import type { VerificationService } from '../verification/service.ts';
import { type Advance, findVerification } from '../verification/verification.store.ts';
import type { Installation } from './installation.ts';

export type PanelWork = {
  readonly evidence: EvidenceDesk;
  readonly enqueue: Queue<Job>['enqueue'];
  readonly service: VerificationService<Transaction<unknown>>;
  /** The address that links are made of. */
  readonly publicUrl: string;
  readonly endpoints: Endpoints<Transaction<unknown>>;
};

/** What the desk draws beside a curve: from where on the engine counts a gesture. */
const gestures: MeasuringPoints['gestures'] = {
  'turn-left': gestureThresholds.turn,
  'turn-right': -gestureThresholds.turn,
  'look-up': gestureThresholds.lookUp,
  'look-down': gestureThresholds.lookDown,
  smile: gestureThresholds.smile,
  'come-closer': gestureThresholds.comeCloser,
};

/** Registers what people do in the panel once they are in it. */
export async function addPanelWork(
  server: FastifyInstance,
  guard: Guard,
  { evidence, enqueue, service, publicUrl, endpoints }: PanelWork,
): Promise<void> {
  const { database } = guard;
  const desk: DeskParts = {
    database,
    within: accountWalls(database),
    walled: (accountId) => walledDatabase(database, accountId),
    findVerification: (accountId, id) => findVerification(walledDatabase(database, accountId), accountId, id),
    findRound: (place, round) => findRound(walledDatabase(database, place.accountId), place, round),
    enqueue,
    evidence,
    points: { lines: operatingLines, gestures },
    review: { seats, rulings, notes, overview },
  };
  const rules: RequestRules = {
    parseNumber: parseDni,
    parseSchedule: parseFecha,
    rehearsalFor,
    usualMessage: (language) => textsOf[language].invitation,
    usualLink: usualLink(publicUrl),
  };
  await server.register(panelRoutes(guard, requestTable, requestHandlers({ ...desk, service, rules, digest: sha256 })));
  await server.register(panelRoutes(guard, deskTable, deskHandlers(desk)));
  await server.register(panelRoutes(guard, evidenceTable, evidenceHandlers(desk)));
  await server.register(panelRoutes(guard, callbackTable, callbackHandlers({ ...desk, endpoints })));
  await server.register(panelRoutes(guard, figureTable, figureHandlers({ ...desk, balancesOf, statementOf, enter })));
}

/** The handler that carries out what was ruled at the desk. */
export function settlingHandler({
  installation: { database, secrets },
  clock,
  advance,
  enqueue,
}: {
  readonly installation: Pick<Installation, 'database' | 'secrets'>;
  readonly clock: Clock;
  readonly advance: Advance;
  readonly enqueue: Queue<Job>['enqueue'];
}): JobHandler<SettleRuling> {
  const audit = auditOver({ sha256, sealHead: secrets.auditSeal });
  return settleRuling({
    database,
    clock,
    advance,
    enqueue,
    audit: (transaction, { accountId, id, ruling, as, userId }) =>
      audit(transaction, {
        accountId,
        at: clock(),
        who: { kind: 'service' },
        action: 'desk.settled',
        object: `verification ${id}`,
        detail: { ruling, as, ruledBy: userId },
      }),
  });
}
