import {
  EvidenceDamaged,
  type EvidenceItem,
  type EvidencePlace,
  type Feedback,
  type OpenRefusal,
} from '../evidence/evidence.ts';
import type { Result } from '../kernel/result.ts';
import type { Job } from '../verification/jobs.ts';
import type { QuickLook } from './tasks.ts';
import type { WorkingFolder } from './working-folder.client.ts';

export type CheckEvidence = Extract<Job, { kind: 'check-evidence' }>;

export type CheckEvidenceParts = {
  readonly quickLook: QuickLook;
  readonly workingFolder: WorkingFolder;
  readonly evidence: {
    open(
      place: EvidencePlace,
      itemNumber: number,
    ): Promise<Result<{ readonly item: EvidenceItem; readonly bytes: AsyncIterable<Uint8Array> }, OpenRefusal>>;
    noteFeedback(place: EvidencePlace, itemNumber: number, feedback: Feedback): Promise<void>;
  };
  readonly onLook: (feedback: Feedback) => void;
};

/** Looks at one piece and writes down what its sender should know. Whoever waits for it is never kept waiting: a look that fails says so. */
export const checkEvidence =
  ({ evidence, quickLook, workingFolder, onLook }: CheckEvidenceParts) =>
  async (job: CheckEvidence): Promise<void> => {
    const place: EvidencePlace = { accountId: job.accountId, id: job.id };
    const opened = await evidence.open(place, job.itemNumber);
    if (!opened.ok || opened.value.item.feedback !== null) return;
    const { item, bytes } = opened.value;
    let feedback: Feedback;
    try {
      feedback = await lookAt(item.kind, bytes);
    } catch (error) {
      if (!(error instanceof EvidenceDamaged)) throw error;
      feedback = 'not-checked';
    }
    onLook(feedback);
    await evidence.noteFeedback(place, item.itemNumber, feedback);

    async function lookAt(kind: EvidenceItem['kind'], media: AsyncIterable<Uint8Array>): Promise<Feedback> {
      if (kind === 'face-video')
        return workingFolder.withFile(media, (faceVideo) => quickLook.look({ kind, faceVideo }));
      const pieces: Uint8Array[] = [];
      for await (const piece of media) pieces.push(piece);
      return quickLook.look({ kind, image: Buffer.concat(pieces) });
    }
  };
