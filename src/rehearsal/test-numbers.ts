import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Phone } from '../verification/phone.ts';
import type { Rehearsal, RehearsedEnd, TestApplicant } from '../verification/rehearsal.ts';
import { type RejectionReason, rejectionReasons } from '../verification/ruling.ts';

/** Who fits each reason. */
const rejectedFor: Readonly<Record<RejectionReason, TestApplicant>> = {
  'not-the-holder': 'unlike',
  'not-live': 'faceless',
  'document-not-genuine': 'not-valid',
  'document-expired': 'expired',
  'document-unreadable': 'not-valid',
  'document-not-accepted': 'alike',
  'number-not-the-requested': 'other-number',
  'applicant-minor': 'minor',
  'several-persons': 'two-persons',
  'under-pressure': 'alike',
  other: 'alike',
};

/**
 * The telephone numbers that stand for test applicants, in accounts in test mode; elsewhere they are numbers like any other. The last four
 * digits tell: the wire's status where it stops there, 9001 to 9009 for what the engine answers with -1 to -9, 5501 to 5511 for the reasons of
 * a rejection in their order. Numbers keep their meaning for good: companies have them in their own tests.
 */
export const testNumbers: ReadonlyMap<string, Rehearsal> = new Map<string, Rehearsal>([
  ['34600000001', toward('alike', { at: 'invited' })],
  ['34600000002', toward('alike', { at: 'lapsed', after: 'requested', reason: 'undeliverable' })],
  ['34600000003', toward('alike', { at: 'lapsed', after: 'invited', reason: 'expired' })],
  ['34600000004', toward('alike', { at: 'lapsed', after: 'invited', reason: 'cancelled' })],
  ['34600000005', toward('alike', { at: 'lapsed', after: 'opened', reason: 'expired' })],
  ['34600003000', toward('alike', { at: 'opened' })],
  ['34600003001', toward('alike', { at: 'face-asked' })],
  ['34600003002', toward('alike', { at: 'front-asked' })],
  ['34600003003', toward('alike', { at: 'back-asked' })],
  ['34600005000', toward('alike', { at: 'submitted' })],
  ['34600005001', toward('alike', { at: 'assessed' })],
  ['34600005100', toward('alike', { at: 'validated' })],
  ['34600005101', toward('less-alike', { at: 'validated' })],
  ...rejectionReasons.map(
    (reason, index) =>
      [
        `346000055${String(index + 1).padStart(2, '0')}`,
        toward(rejectedFor[reason], { at: 'rejected', reason }),
      ] as const,
  ),
  ['34600009001', toward('less-alike', { at: 'assessed' })],
  ['34600009002', toward('minor', { at: 'assessed' })],
  ['34600009003', toward('other-back', { at: 'assessed' })],
  ['34600009004', toward('two-persons', { at: 'assessed' })],
  ['34600009005', toward('expired', { at: 'assessed' })],
  ['34600009006', toward('faceless', { at: 'assessed' })],
  ['34600009007', toward('backless', { at: 'assessed' })],
  ['34600009008', toward('unlike', { at: 'assessed' })],
  ['34600009018', toward('not-valid', { at: 'assessed' })],
  ['34600009009', toward('other-number', { at: 'assessed' })],
]);

function toward(applicant: TestApplicant, ends: RehearsedEnd): Rehearsal {
  return { applicant, ends };
}

export type TestApplicantRefusal =
  /** No test applicant has this number, and an account in test mode asks for no one else. */
  | { readonly kind: 'phone-not-a-test-applicant' }
  /** This one brings another number than the one that is asked for: one has to be asked for. */
  | { readonly kind: 'test-applicant-needs-number' };

export function rehearsalFor(phone: Phone, requestedNumber: string | null): Result<Rehearsal, TestApplicantRefusal> {
  const rehearsal = testNumbers.get(phone);
  if (rehearsal === undefined) return refuse({ kind: 'phone-not-a-test-applicant' });
  if (rehearsal.applicant === 'other-number' && requestedNumber === null)
    return refuse({ kind: 'test-applicant-needs-number' });
  return ok(rehearsal);
}
