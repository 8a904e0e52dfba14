import { type RunEngine, type RunEngineParts, runEngine } from '../engine/run-engine.job.ts';
import type { Raster } from '../engine/image/raster.ts';
import type { EvidenceDesk } from '../evidence/evidence-room.client.ts';
import { recordRehearsed } from '../notification/sms/invitation.store.ts';
import { rehearsalFinding, rehearsedEngine } from '../rehearsal/rehearsed-engine.ts';
import { runTestApplicant } from '../rehearsal/run-test-applicant.job.ts';
import type { DocumentRequest } from '../specimen/document.ts';
import type { JobHandler } from '../storage/queue.client.ts';
import type { Job } from '../verification/jobs.ts';
import type { Advance } from '../verification/verification.store.ts';

/** Long enough to see a test applicant come from one status to the next, short enough to wait for the last. */
const PAUSE_MS = 700;

/** Handlers of what test applicants bring and of how it is measured; people's evidence is measured as ever. */
export function testApplicantHandlers(
  parts: RunEngineParts & { readonly evidence: EvidenceDesk; readonly advance: Advance },
): { readonly [Kind in 'run-engine' | 'run-test-applicant']: JobHandler<Extract<Job, { kind: Kind }>> } {
  const { database, clock, find, evidence, advance, enqueue } = parts;
  // What draws and encodes is loaded for the first test: most services never see one.
  const drawing = once(() => import('../rehearsal/test-evidence.client.ts'));
  const card = once(async () => (await drawing()).drawCard(112, 112));
  return {
    'run-engine': measuringWhoever(parts, card),
    'run-test-applicant': runTestApplicant({
      database,
      clock,
      pauseMs: PAUSE_MS,
      find,
      advance,
      enqueue,
      evidence,
      noteInvitation: (transaction, place, noted) => recordRehearsed(transaction, { ...place, invitation: 1 }, noted),
      drawDocument: rememberingFew(async (request: DocumentRequest) => (await drawing()).drawTestDocument(request)),
      drawRecording: once(async () => (await drawing()).drawTestRecording()),
    }),
  };
}

/** A verification says itself whether it is a test: an account's mode may have changed meanwhile. */
const measuringWhoever =
  (parts: RunEngineParts, card: () => Promise<Raster>) =>
  async (job: RunEngine): Promise<void> => {
    const rehearsal = (await parts.find(job))?.rehearsal ?? null;
    if (rehearsal === null) return runEngine(parts)(job);
    const { applicant } = rehearsal;
    return runEngine({
      ...parts,
      engine: rehearsedEngine(parts.engine, applicant, await card()),
      capturedUnder: () => Promise.resolve({ challenge: { steps: [] }, findings: [rehearsalFinding(applicant)] }),
    })(job);
  };

const FEW = 6;

/** Documents follow from their requests, and the two sides of one are sent one after the other. */
function rememberingFew<Request, Value>(
  make: (request: Request) => Promise<Value>,
): (request: Request) => Promise<Value> {
  const made = new Map<string, () => Promise<Value>>();
  return (request) => {
    const key = JSON.stringify(request);
    const known = made.get(key) ?? once(() => make(request));
    made.delete(key);
    made.set(key, known);
    if (made.size > FEW) made.delete(made.keys().next().value!);
    return known();
  };
}

/** Made when it is first wanted, and again should that have failed. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
