import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CaptureFacts, EvidencePlace } from '../evidence/evidence.ts';
import type { Finding } from '../verification/assessment.ts';
import { type PresentedChallenge, presented } from './challenge.ts';
import { deviceRecord } from '../evidence/device-record.ts';
import { listAttempts } from './face-attempt.store.ts';
import { trackRecord } from './film-face.store.ts';
import { deviceSchema, trackSchema } from './protocol.schema.ts';
import { captureFindings } from './risk.ts';

export type CapturedParts = {
  readonly database: Kysely<unknown>;
  readonly evidence: {
    readRecord(place: EvidencePlace, name: string): Promise<string | null>;
    factsOf(place: EvidencePlace, itemNumber: number): Promise<readonly CaptureFacts[]>;
  };
};

/** How a recording came about: what its applicant was asked to do, as it was shown, and what is odd about device and timing. */
export type Captured = { readonly challenge: PresentedChallenge; readonly findings: readonly Finding[] };

/** @returns a reader; null for a recording that was made under no challenge of ours. */
export const capturedOver =
  ({ database, evidence }: CapturedParts) =>
  async (place: EvidencePlace, itemNumber: number): Promise<Captured | null> => {
    const attempts = await listAttempts(database, place);
    const attempt = attempts.find((candidate) => candidate.itemNumber === itemNumber);
    if (attempt === undefined || attempt.shown === null) return null;
    const [device, camera, facts] = await Promise.all([
      evidence.readRecord(place, deviceRecord(attempt.round)),
      evidence.readRecord(place, trackRecord(attempt.attemptNumber)),
      evidence.factsOf(place, itemNumber),
    ]);
    const findings = captureFindings({
      device: device === null ? null : deviceSchema.parse(JSON.parse(device)),
      track: camera === null ? null : cameraSchema.parse(JSON.parse(camera)).track,
      attempt,
      attempts,
      frameTimesMs: facts.flatMap(({ frameTimesMs }) => timesSchema.safeParse(frameTimesMs).data ?? []),
    });
    return { challenge: presented(attempt.challenge, attempt.shown), findings };
  };

const cameraSchema = z.object({ track: trackSchema });
const timesSchema = z.array(z.number());
