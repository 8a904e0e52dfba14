import type { RejectionReason } from './ruling.ts';
import type { AskedPiece, LapseReason } from './verification.ts';

/**
 * [Note: Test applicants]
 * An account in test mode asks for applicants that nobody is: each telephone number of a published table stands for one, who brings
 * evidence made here and comes as far as the table says. They go through the same steps, jobs and rooms as everybody, and are marked: a
 * verification that is rehearsed carries what is rehearsed from its acceptance to its certificate. It costs nothing and no message is sent.
 * Whether it is one is settled when it is accepted, by the account's mode at that moment, and never changes.
 */
export type Rehearsal = {
  readonly applicant: TestApplicant;
  readonly ends: RehearsedEnd;
};

/** What is to be found of them, once they are looked at. `rehearsal/` knows what each of them brings. */
export const testApplicants = [
  'alike', // nothing speaks against them
  'less-alike', // not alike enough for a machine to say so
  'minor',
  'other-back', // the back is another document's
  'two-persons', // in the recording
  'expired', // the document
  'faceless', // the recording shows nobody
  'backless', // the back is missing
  'unlike', // the portrait on the document
  'not-valid', // the document
  'other-number', // than the one that was asked for
] as const;
export type TestApplicant = (typeof testApplicants)[number];

/** Where they stop, and why where it is an end. What is asked for stays asked for; what is assessed waits for a person. */
export type RehearsedEnd =
  | { readonly at: 'invited' | 'opened' | `${AskedPiece}-asked` | 'submitted' | 'assessed' | 'validated' }
  | { readonly at: 'rejected'; readonly reason: RejectionReason }
  | { readonly at: 'lapsed'; readonly after: 'requested' | 'invited' | 'opened'; readonly reason: LapseReason };
