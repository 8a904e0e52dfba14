import type { DocumentKind } from './verification.ts';

/**
 * [Note: Retakes]
 * Whoever rules may ask for the evidence once more instead: all of it, the face or the document, with a reason that the applicant reads. The
 * request gets a further link, and until somebody comes by it nothing changes for anybody. What was sent first and what comes then are
 * rounds, counted from 1: each is sealed and assessed by itself, none is mixed with another, and a piece that is not asked for again is
 * carried over by reference. The status stays what it was meanwhile. When the further round is assessed that is told anew; when its link runs
 * out, the case waits at the desk again as if nothing had happened, and the desk says that nobody came.
 */

/** What is to be taken again. */
export const retakeScopes = ['all', 'face', 'document'] as const;
export type RetakeScope = (typeof retakeScopes)[number];

/** Why, with what each can be a reason to take again. Slugs are stable; the sentences are the applicant's pages' and the desk's. */
const aboutByReason = {
  'document-blurred': 'document',
  'document-glare': 'document',
  'document-cut-off': 'document', // not all of it is in the picture
  'document-wrong-side': 'document',
  'document-covered': 'document', // by fingers or a case
  'face-covered': 'face',
  'face-not-followed': 'face', // the gestures were not seen
  'other-person': 'face', // somebody else is in the picture
  'too-dark': 'either',
  unclear: 'either',
} as const satisfies Record<string, 'face' | 'document' | 'either'>;
export type RetakeReason = keyof typeof aboutByReason;
export const retakeReasons = Object.keys(aboutByReason) as readonly RetakeReason[] as readonly [
  RetakeReason,
  ...RetakeReason[],
];

/** Whether a reason says anything to somebody who takes that again. */
export function explains(reason: RetakeReason, scope: RetakeScope): boolean {
  const about = aboutByReason[reason];
  return about === 'either' || scope === 'all' || scope === about;
}

/** What a person asks for. */
export type WantedRetake = { readonly scope: RetakeScope; readonly reason: RetakeReason };

/** A retake as it was asked for. */
export type AskedRetake = WantedRetake & {
  readonly askedAt: Date;
  /** A user of the panel. */
  readonly askedBy: string;
  /** The number of the message that brings its link. */
  readonly invitation: number;
};

/** Somebody came by its link and consented. */
export type BegunRetake = AskedRetake & {
  readonly begunAt: Date;
  /** null: not said yet. Where the document is not taken again it is known from the start. */
  readonly documentKind: DocumentKind | null;
};

/** Everything that it asked for has come. */
export type SentRetake = BegunRetake & { readonly submittedAt: Date };

export const retakeEnds = ['assessed', 'expired', 'undeliverable', 'cancelled'] as const;
export type RetakeEnd = (typeof retakeEnds)[number];

/** A retake that is over. */
export type EndedRetake = AskedRetake & {
  readonly ended: { readonly as: RetakeEnd; readonly at: Date };
  /** When the round before it was sent and assessed. */
  readonly before: { readonly submittedAt: Date; readonly assessedAt: Date };
};

/** Enough for a bad moment and an unlucky one, too few to wear anybody down. */
export const MOST_RETAKES = 2;

/** The round that was judged last, by the retakes that went before. */
export const judgedRound = (retakes: readonly EndedRetake[]): number =>
  retakes.findLastIndex(({ ended }) => ended.as === 'assessed') + 2;
