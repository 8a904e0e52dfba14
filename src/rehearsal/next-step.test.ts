import assert from 'node:assert/strict';
import test from 'node:test';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Assessment, Outcome } from '../verification/assessment.ts';
import type { Phone } from '../verification/phone.ts';
import type { Rehearsal } from '../verification/rehearsal.ts';
import {
  type Step,
  accepted,
  approved,
  askedFor,
  assessed,
  invited,
  lapsed,
  opened,
  rejected,
  submitted,
} from '../verification/steps.ts';
import { type Capturing, type Verification, milestoneOf } from '../verification/verification.ts';
import { type RehearsedStep, nextStep } from './next-step.ts';
import { testNumbers } from './test-numbers.ts';

const now = new Date('2026-11-25T10:00:00Z');
const opening = {
  consent: { textVersion: 'test', language: 'es' },
  device: { browser: 'Chrome 142', system: 'Android 16', display: '412 x 915' },
  access: { at: now, address: '192.0.2.1', port: null },
};
const person = { kind: 'person', userId: 'test', confirmedByUserId: null } as const;

const request = (rehearsal: Rehearsal | null): Verification =>
  accepted(
    {
      accountId: 1_000_000_001 as AccountId,
      id: 100_000_001 as VerificationId,
      phone: '34600000001' as Phone,
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

/** The step itself; nothing is asked of the engine here but its outcome. */
function taken(before: Verification, step: RehearsedStep, outcome: Outcome): Step<Verification> {
  const from = before as never;
  switch (step.kind) {
    case 'invite':
      return invited(from, now);
    case 'open':
      return opened(from, opening, now);
    case 'ask':
      return askedFor(from, step.piece, now)!;
    case 'submit':
      return submitted(before as Capturing, now);
    case 'measure':
      return assessed(from, { outcome } as Assessment, now);
    case 'approve':
      return approved(from, step.by === 'policy' ? { kind: 'policy' } : person, now);
    case 'reject':
      return rejected(from, person, step.reason, now);
    case 'lapse':
      return lapsed(from, step.reason, now);
  }
}

/** Everything that is told of a rehearsal, and what moves money. */
function walked(rehearsal: Rehearsal, outcome: Outcome): { readonly told: string[]; readonly last: Verification } {
  let verification = request(rehearsal);
  const told: string[] = [];
  for (let step = nextStep(verification); step !== null; step = nextStep(verification)) {
    const { next, entries } = taken(verification, step, outcome);
    assert.deepEqual(entries, []);
    verification = next;
    told.push(milestoneOf(verification));
    assert.ok(told.length < 12, 'it comes to an end');
  }
  return { told, last: verification };
}

test('every number walks the whole way to where it ends, and no further', () => {
  const way = ['invited', 'opened', 'face-asked', 'front-asked', 'back-asked', 'submitted', 'assessed'];
  for (const [number, rehearsal] of testNumbers) {
    const { told } = walked(rehearsal, 'pass');
    const { ends } = rehearsal;
    const expected =
      ends.at === 'lapsed'
        ? [...way.slice(0, way.indexOf(ends.after) + 1), 'lapsed']
        : ends.at === 'validated'
          ? [...way, 'approved']
          : ends.at === 'rejected'
            ? [...way, 'rejected']
            : way.slice(0, way.indexOf(ends.at) + 1);
    assert.deepEqual(told, expected, number);
  }
});

test('what is green throughout is let pass by the policy, anything else by a person', () => {
  const ends = { at: 'validated' } as const;
  const rulerAfter = (outcome: Outcome): unknown => {
    const { last } = walked({ applicant: 'alike', ends }, outcome);
    return last.state === 'approved' && last.ruling.by.kind;
  };
  assert.deepEqual((['pass', 'review', 'refuse'] as const).map(rulerAfter), ['policy', 'person', 'person']);
});

test('a person is never taken anywhere', () => {
  let verification = request(null);
  assert.equal(nextStep(verification), null);
  verification = invited(verification as never, now).next;
  assert.equal(nextStep(verification), null);
});

test('a further end leads on from wherever one before it stopped', () => {
  const { last } = walked({ applicant: 'alike', ends: { at: 'front-asked' } }, 'pass');
  const further = { ...last, rehearsal: { applicant: 'alike', ends: { at: 'validated' } } } as Verification;
  assert.deepEqual(nextStep(further), { kind: 'ask', piece: 'back' });
  const earlier = { ...last, rehearsal: { applicant: 'alike', ends: { at: 'opened' } } } as Verification;
  assert.equal(nextStep(earlier), null);
});
