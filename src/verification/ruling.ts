/** Why a person rejects. Slugs are stable, never reused; companies read them. Their texts live in `text/`. */
export const rejectionReasons = [
  'not-the-holder', // the face is not the document's
  'not-live', // a picture, a recording, a mask
  'document-not-genuine',
  'document-expired',
  'document-unreadable',
  'document-not-accepted', // of a kind that this check does not take
  'number-not-the-requested',
  'applicant-minor',
  'several-persons',
  'under-pressure', // somebody seems to make the applicant do it
  'other',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** Who rules: the account's policy where everything is green, or a person; two where one overrides a finding that speaks against it. */
export type Ruler =
  | { readonly kind: 'policy' }
  | {
      readonly kind: 'person';
      /** Users of the panel, by their number within the installation. */
      readonly userId: string;
      readonly confirmedByUserId: string | null;
    };

/** What was ruled, once and for all. */
export type Ruling = {
  readonly ruledAt: Date;
  readonly by: Ruler;
  /** null: it was accepted. */
  readonly rejection: RejectionReason | null;
};
