import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import type { Config } from '../config.ts';
import { capturedOver } from '../capture/captured.store.ts';
import { checkEvidence } from '../engine/check-evidence.job.ts';
import { shippedAttributeModel } from '../engine/face/attributes/attribute-model.ts';
import { challengeSchema } from '../engine/liveness/challenge.ts';
import { readImageHeader } from '../engine/runtime/image-header.ts';
import { imageLimits } from '../engine/runtime/media.ts';
import type { Engine, QuickLook } from '../engine/tasks.ts';
import { type WorkingFolder, openWorkingFolder } from '../engine/working-folder.client.ts';
import { type WorkersState, lookLimits, serviceLimits, workerEngine, workerLook } from '../engine/workers.client.ts';
import { type EvidenceDesk, evidenceRoom } from '../evidence/evidence-room.client.ts';
import type { EvidenceParts } from '../evidence/evidence-tools.client.ts';
import type { Log } from '../http/log.client.ts';
import { type BuiltPages, readBuiltPages } from '../http/static.route.ts';
import type { Metrics } from '../http/metrics.client.ts';
import { type Clock, MS_PER_SECOND } from '../kernel/instant.ts';
import { folderBlobs } from '../storage/folder-blobs.client.ts';
import { lockFolder } from '../storage/folder-lock.client.ts';
import { s3Blobs } from '../storage/s3-blobs.client.ts';
import type { JobHandler, Queue } from '../storage/queue.client.ts';
import type { Job } from '../verification/jobs.ts';
import { findAccount } from '../access/account.store.ts';
import { type Advance, findVerification } from '../verification/verification.store.ts';
import type { Installation } from './installation.ts';
import { testApplicantHandlers } from './test-applicants.ts';

/** Pages, built from their sources where they are not there yet. */
export const openPages = async (name: Parameters<typeof ensureWebBuilt>[0], dataFolder: string): Promise<BuiltPages> =>
  readBuiltPages(await ensureWebBuilt(name, path.join(dataFolder, 'pages')));

/** Where what applicants send is kept: a bucket that the settings name, or a folder of this machine. */
export const evidenceParts = (
  { database, secrets }: Pick<Installation, 'database' | 'secrets'>,
  { dataFolder, evidenceS3, clock }: Pick<Config, 'dataFolder' | 'evidenceS3'> & { readonly clock: Clock },
): EvidenceParts => ({
  database,
  blobs: evidenceS3 === null ? folderBlobs(path.join(dataFolder, 'evidence')) : s3Blobs(evidenceS3),
  wrapKey: secrets.wrapKey,
  unwrapKey: secrets.unwrapKey,
  clock,
  newName: () => randomBytes(16).toString('hex'),
  inspectImage,
});

/** The same in the data folder, as a room. */
export const openEvidence = (
  installation: Pick<Installation, 'database' | 'secrets'>,
  { dataFolder, clock }: { readonly dataFolder: string; readonly clock: Clock },
): EvidenceDesk => evidenceRoom(evidenceParts(installation, { dataFolder, evidenceS3: null, clock }));

function inspectImage(bytes: Uint8Array): 'fine' | 'damaged' | 'too-many-pixels' {
  const header = readImageHeader(bytes);
  if (header.kind !== 'image') return 'damaged';
  return header.widthPx * header.heightPx > imageLimits.maxPixels ? 'too-many-pixels' : 'fine';
}

/** The engine, where this process measures: its workers, and a process of its own for quick looks. */
export type Measuring = {
  readonly engine: Engine;
  readonly engineState: () => WorkersState;
  readonly look: QuickLook;
  readonly workingFolder: WorkingFolder;
  close(): Promise<void>;
};

export async function openMeasuring(dataFolder: string): Promise<Measuring> {
  const workingFolder = await openWorkingFolder(path.join(dataFolder, 'working'), lockFolder);
  const engine = workerEngine(Math.max(1, availableParallelism()), serviceLimits);
  const look = workerLook(lookLimits);
  return {
    engine,
    engineState: engine.state,
    look,
    workingFolder,
    async close() {
      await Promise.all([engine.close(), look.close()]);
      await workingFolder.close();
    },
  };
}

type MeasuringParts = {
  readonly installation: Installation;
  readonly evidence: EvidenceDesk;
  readonly advance: Advance;
  readonly enqueue: Queue<Job>['enqueue'];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'pieceLookedAt' | 'engineRan'>;
};

/** Handlers of what is measured. */
export function measuringHandlers(
  { engine, look, workingFolder }: Measuring,
  { installation: { database }, evidence, advance, enqueue, clock, log, metrics }: MeasuringParts,
): {
  readonly [Kind in 'check-evidence' | 'run-engine' | 'run-test-applicant']: JobHandler<Extract<Job, { kind: Kind }>>;
} {
  const captured = capturedOver({ database, evidence });
  return {
    'check-evidence': checkEvidence({ quickLook: look, workingFolder, evidence, onLook: metrics.pieceLookedAt }),
    ...testApplicantHandlers({
      database,
      clock,
      engine,
      workingFolder,
      attributeModel: shippedAttributeModel,
      evidence,
      find: ({ accountId, id }) => findVerification(database, accountId, id),
      wantsAppearance: async (accountId) =>
        (await findAccount(database, accountId))?.settings.measuresAppearance ?? false,
      async capturedUnder(place, itemNumber) {
        const under = await captured(place, itemNumber);
        return under === null ? null : { ...under, challenge: challengeSchema.parse(under.challenge) };
      },
      advance,
      enqueue,
      onRun({ place, attempt, ended, isFinal, durationMs }) {
        metrics.engineRan(ended, durationMs / MS_PER_SECOND);
        if (ended !== 'assessed')
          log.warn('evidence was not measured as it should', {
            account: place.accountId,
            verification: place.id,
            attempt,
            ended,
            isFinal,
            durationMs,
          });
      },
    }),
  };
}
