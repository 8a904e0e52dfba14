import assert from 'node:assert/strict';
import test from 'node:test';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { ok } from '../kernel/result.ts';
import type { Job } from '../verification/jobs.ts';
import type { Phone } from '../verification/phone.ts';
import type { Rehearsal } from '../verification/rehearsal.ts';
import { type Step, accepted, askedFor, invited, opened, submitted } from '../verification/steps.ts';
import type { Verification } from '../verification/verification.ts';
import { type RunTestApplicantParts, runTestApplicant } from './run-test-applicant.job.ts';

const now = new Date('2026-11-25T10:00:00Z');
const accountId = 1_000_000_001 as AccountId;
const id = 100_000_001 as VerificationId;

const request = (rehearsal: Rehearsal | null) =>
  accepted(
    {
      accountId,
      id,
      phone: '34600005100' as Phone,
      sender: 'Test',
      messageTemplate: '[LINK]',
      sendAt: now,
      sendAtText: null,
      requestedNumber: null,
      reference: null,
      reservedHundredths: rehearsal === null ? 100 : 0,
      linkLifetimeHours: 72,
      rehearsal,
    },
    now,
  ).next;

/** Everything that the job may reach, of which nothing is to be reached but what is named. */
function partsWith(verification: Verification, reachable: Partial<RunTestApplicantParts>): RunTestApplicantParts {
  const never = (): never => assert.fail('this is out of reach');
  const database = {
    transaction: () => ({ execute: (work: (transaction: object) => Promise<void>) => work({}) }),
  } as unknown as RunTestApplicantParts['database'];
  return {
    database,
    clock: () => now,
    pauseMs: 700,
    find: () => Promise.resolve(verification),
    advance: never,
    enqueue: never,
    evidence: { put: never, seal: never },
    noteInvitation: never,
    drawDocument: never,
    drawRecording: never,
    ...reachable,
  };
}

const job = { kind: 'run-test-applicant', accountId, id, at: now } as const;

test('a person is left alone, wherever they are, whatever the job says', async () => {
  const requested = request(null);
  const begun = invited(requested, now).next;
  const device = { browser: 'Chrome 142', system: 'Android 16', display: '412 x 915' };
  const access = { at: now, address: '192.0.2.1', port: null };
  const entered = opened(begun, { consent: { textVersion: '1', language: 'es' }, device, access }, now).next;
  const filming = askedFor(entered, 'face', now)!.next;
  for (const verification of [requested, begun, entered, filming, submitted(filming, now).next])
    await runTestApplicant(partsWith(verification, {}))(job);
});

test('a test is measured when nobody else waits for the engine', async () => {
  const requested = request({ applicant: 'alike', ends: { at: 'assessed' } });
  const verification = { ...requested, state: 'submitted' } as unknown as Verification;
  const queued: Job[] = [];
  const enqueue: RunTestApplicantParts['enqueue'] = async (_, jobs) => void queued.push(...jobs);
  await runTestApplicant(partsWith(verification, { enqueue }))(job);
  assert.deepEqual(queued, [{ kind: 'run-engine', isBulk: true, accountId, id, at: now }]);
});

test('a step that another process took meanwhile is not taken again', async () => {
  const rehearsal = { applicant: 'alike', ends: { at: 'assessed' } } as const;
  const requested = request(rehearsal);
  const steps: (Step<Verification> | string)[] = [];
  const advance: RunTestApplicantParts['advance'] = async (_accountId, _id, step) => {
    for (const before of [invited(requested, now).next, requested]) {
      const taken = step(before);
      steps.push(taken.ok ? taken.value : taken.refusal.kind);
    }
    return ok(requested);
  };
  await runTestApplicant(partsWith(requested, { advance }))(job);
  const [first, second] = steps;
  assert.equal(first, 'moved-on');
  assert.ok(typeof second === 'object' && second.next.state === 'invited');
  assert.deepEqual(second.entries, []);
  assert.deepEqual(
    second.jobs.filter(({ kind }) => kind === 'run-test-applicant'),
    [{ ...job, at: new Date(now.getTime() + 700) }],
  );
});
