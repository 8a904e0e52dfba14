import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';

/**
 * [Note: A piece of evidence]
 * Whatever an applicant sends is kept as a piece: of one kind, of a type told by its content, with the SHA-256 of its plain bytes. It lies
 * encrypted under the verification's own key, in one part (a photograph) or in many (a recording, each part on disk before it is
 * acknowledged). Taken again it is a further piece of the same kind; the last one that is whole counts. Sealing fixes which ones count.
 *
 * [Note: Rounds of evidence]
 * Where a person asks for evidence once more, a further round is opened over the sealed set. New pieces are of that round; those that are not
 * taken again are carried over by their numbers, not copied. It is sealed by itself, or closed when nobody comes: the earlier rounds stay what
 * they were. All of them lie under one key, which takes all of them with it.
 */
export const evidenceKinds = ['face-video', 'front', 'back'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

export const mediaTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'video/webm',
  'video/mp4',
  'video/quicktime',
] as const;
export type MediaType = (typeof mediaTypes)[number];

/** Where a piece belongs. */
export type EvidencePlace = { readonly accountId: AccountId; readonly id: VerificationId };

type Scalar = string | number | boolean | null;
/**
 * What the browser tells of how a piece came about: camera, settings, timings, the challenge's attempt. Kept encrypted, as it may tell one
 * person from another; at most `evidenceLimits.factsBytes` of JSON.
 */
export type CaptureFacts = {
  readonly [name: string]: Scalar | readonly Scalar[] | CaptureFacts | readonly CaptureFacts[];
};

/** A piece that is whole and on disk. */
export type EvidenceItem = {
  /** Counts the pieces of a verification from 1, retakes included. */
  readonly itemNumber: number;
  readonly kind: EvidenceKind;
  readonly mediaType: MediaType;
  readonly byteLength: number;
  /** Of the plain bytes, lower-case hex. */
  readonly sha256: string;
  /** When its first byte came, and when it was whole: the server's clock. */
  readonly begunAt: Date;
  readonly receivedAt: Date;
  /** What a quick look said; null while nobody has looked. */
  readonly feedback: Feedback | null;
};

/** A recording under way, or broken off: where to go on. */
export type Recording = {
  readonly itemNumber: number;
  readonly kind: EvidenceKind;
  readonly begunAt: Date;
  readonly byteLength: number;
  /** Parts that are on disk, in their order; the next one is `parts.length + 1`. */
  readonly parts: readonly RecordingPart[];
};

export type RecordingPart = {
  readonly partNumber: number;
  readonly byteLength: number;
  readonly sha256: string;
  /** When the part was whole at the server. */
  readonly receivedAt: Date;
};

/** What a quick look at one piece tells, so that whoever sent it can take it again at once. `good` promises nothing. */
export const feedbacks = [
  'good',
  'unreadable-media', // it does not decode
  'face-not-found',
  'several-faces',
  'face-too-small',
  'document-not-found', // nothing that looks like a document
  'document-not-readable', // blurred, in glare or too small: nothing could be read
  'portrait-not-found', // a front without a face on it
  'portrait-too-small',
  'not-checked', // the look did not come to an end: the piece is taken as it is
] as const;
export type Feedback = (typeof feedbacks)[number];

export const evidenceLimits = {
  imageBytes: 15_000_000,
  videoBytes: 60_000_000,
  partBytes: 8_000_000,
  parts: 400,
  /** Pieces of a verification, retakes and broken off recordings included. */
  items: 60,
  factsBytes: 32_000,
} as const;

export type PutRefusal =
  | { readonly kind: 'evidence-sealed' }
  | { readonly kind: 'evidence-erased' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-many-bytes'; readonly mostBytes: number }
  | { readonly kind: 'too-many-pieces'; readonly most: number }
  /** The content is none of the types that this kind of piece may have. */
  | { readonly kind: 'wrong-type' }
  /** It begins as one of them and does not go on so. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'too-many-pixels' }
  | { readonly kind: 'facts-too-long'; readonly mostBytes: number };

export type PartRefusal =
  | PutRefusal
  | { readonly kind: 'unknown-recording' }
  /** Finished, or another recording of the same kind was begun after it. */
  | { readonly kind: 'recording-closed' }
  | { readonly kind: 'part-out-of-order'; readonly expectedPartNumber: number }
  /** A part of this number is there and has other bytes. */
  | { readonly kind: 'part-differs' };

/** A recording as it was read back: its type is told by its content, its digest is that of all its bytes, hex. */
export type WholeRecording = {
  readonly itemNumber: number;
  readonly byteLength: number;
  readonly mediaType: MediaType;
  readonly sha256: string;
};

export type OpenRefusal = { readonly kind: 'unknown-item' } | { readonly kind: 'evidence-erased' };

export type SealRefusal =
  | { readonly kind: 'evidence-sealed' }
  | { readonly kind: 'evidence-erased' }
  | { readonly kind: 'evidence-incomplete'; readonly missing: readonly EvidenceKind[] };

/** The set that everything after it speaks of. */
export type SealedEvidence = {
  readonly round: number;
  readonly sealedAt: Date;
  readonly items: readonly EvidenceItem[];
  /** SHA-256 over kinds, types, lengths and digests of the items in their order: one number for the whole set. */
  readonly sha256: string;
};

/** Bytes as they arrive or as they are handed out; a photograph may come at once. */
export type Bytes = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * The evidence of verifications: what routes and jobs are handed. A promise that resolves to `ok` means: on disk, and the database knows.
 * @typeParam Transaction the database's, for what belongs in the caller's own.
 */
export type EvidenceRoom<Transaction> = {
  /** A piece in one go. */
  put(
    place: EvidencePlace,
    piece: { readonly kind: EvidenceKind; readonly bytes: Bytes; readonly facts?: CaptureFacts },
  ): Promise<Result<EvidenceItem, PutRefusal>>;

  /** Begins a recording; an unfinished one of the same kind is closed. */
  beginRecording(
    place: EvidencePlace,
    recording: { readonly kind: EvidenceKind; readonly facts?: CaptureFacts },
  ): Promise<Result<Recording, PutRefusal>>;
  /**
   * Adds the next part. The same bytes under a number that is there already are answered as the first time: a repeat after a lost answer.
   * @param partNumber from 1.
   */
  appendPart(
    place: EvidencePlace,
    part: { readonly itemNumber: number; readonly partNumber: number; readonly bytes: Uint8Array },
  ): Promise<Result<RecordingPart, PartRefusal>>;
  /** Reads a whole recording back from where it lies: what is kept later is what was seen to be there. It changes nothing. */
  readBack(
    place: EvidencePlace,
    whole: { readonly itemNumber: number; readonly parts: number },
  ): Promise<Result<WholeRecording, PartRefusal>>;
  /** Keeps a recording that was read back, in the transaction that moves the verification on. Keeping twice answers the same. */
  keepRecording(
    transaction: Transaction,
    place: EvidencePlace,
    whole: WholeRecording,
    facts?: CaptureFacts,
  ): Promise<Result<EvidenceItem, PartRefusal>>;

  /** Where the applicant stands in the round that is open: of each kind the piece that counts, and recordings that are not finished. */
  list(place: EvidencePlace): Promise<{
    readonly items: readonly EvidenceItem[];
    readonly recordings: readonly Recording[];
    /** What was sealed last, also while a further round is open. */
    readonly sealed: SealedEvidence | null;
    readonly isErased: boolean;
  }>;
  /** What was sealed as a certain round; null: no such one was. */
  sealedRound(place: EvidencePlace, round: number): Promise<SealedEvidence | null>;

  /**
   * Opens a further round over what is sealed, in the transaction that moves the verification on.
   * @param carried the kinds that are not taken again.
   */
  openRound(
    transaction: Transaction,
    place: EvidencePlace,
    opened: { readonly round: number; readonly carried: readonly EvidenceKind[] },
  ): Promise<Result<void, { readonly kind: 'evidence-erased' } | { readonly kind: 'not-sealed' }>>;
  /** Nothing more comes of the round that is open; where none is, nothing changes. */
  closeRound(transaction: Transaction, place: EvidencePlace): Promise<void>;
  /** Arrival times of a finished recording's parts too. */
  findRecording(place: EvidencePlace, itemNumber: number): Promise<Recording | null>;
  noteFeedback(place: EvidencePlace, itemNumber: number, feedback: Feedback): Promise<void>;

  /**
   * Fixes the set, in the transaction that moves the verification on: from then on nothing is added or replaced.
   * @param wanted the kinds that must be there.
   */
  seal(
    transaction: Transaction,
    place: EvidencePlace,
    wanted: readonly EvidenceKind[],
  ): Promise<Result<SealedEvidence, SealRefusal>>;

  /**
   * The plain bytes of a piece, part by part; each is authenticated before it is handed out; whoever reads them may be thrown an
   * `EvidenceDamaged`, at the end at the latest.
   */
  open(
    place: EvidencePlace,
    itemNumber: number,
  ): Promise<Result<{ readonly item: EvidenceItem; readonly bytes: AsyncIterable<Uint8Array> }, OpenRefusal>>;
  factsOf(place: EvidencePlace, itemNumber: number): Promise<readonly CaptureFacts[]>;

  /**
   * Keeps a small text (JSON) under the verification's key, so that it is erased with the evidence: facts about the device, a position, an
   * assessment. The last one under a name counts. In the caller's transaction.
   * @param name slug.
   */
  keepRecord(
    transaction: Transaction,
    place: EvidencePlace,
    name: string,
    text: string,
  ): Promise<Result<void, PutRefusal>>;
  /** null: never kept, or erased. */
  readRecord(place: EvidencePlace, name: string): Promise<string | null>;
};

/**
 * A piece whose bytes are not what they were: missing, flipped, cut, or another piece's. The chain of custody is broken, which somebody must
 * look into. It says which one, never what is in it.
 */
export class EvidenceDamaged extends Error {
  override readonly name = 'EvidenceDamaged';
}
