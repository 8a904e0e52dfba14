import type { FieldName, MrzFormat, Side } from '../document.ts';
import type { ValueFormat } from '../values.ts';

/** A printed field: its label in the spellings that occur, and what stands there. Texts are compared folded. */
export type PrintedFieldType = {
  readonly name: FieldName;
  readonly labels: readonly string[];
  readonly format: ValueFormat;
  /** Where the value stands, seen from its label. */
  readonly place: 'below' | 'right' | 'either';
  /** A value may run over this many lines; 1 unless told. Fields of one name are joined in the order of this list. */
  readonly lines?: number;
};

/** What an MRZ must say to belong to the type. */
export type MrzPattern = {
  readonly formats: readonly MrzFormat[];
  /** The first two glyphs of the first line, filler included. */
  readonly documentCode: RegExp;
  readonly issuingState: string | null;
  /** What the document number must look like, where generations differ by it. */
  readonly documentNumber?: RegExp;
};

/**
 * A kind of document as data: how it is told apart and where its values stand. Positions are relative to labels, not to the
 * card: photographs are bent, cut and tilted, and issuers move their fields between print runs.
 */
export type DocumentType = {
  readonly slug: string;
  readonly issuingState: string | null;
  /** All that identifies the holder is on one side or page. */
  readonly oneSided: boolean;
  /** Languages of the printed labels (ISO 639-1). */
  readonly languages: readonly string[];
  /** Phrases that tell the type, by side, weighed: what several types print weighs little. */
  readonly marks: Readonly<Record<Side, readonly { readonly text: string; readonly weight: number }[]>>;
  readonly fields: Readonly<Record<Side, readonly PrintedFieldType[]>>;
  readonly mrz: MrzPattern | null;
  /** Where the printed zone names no state, whose citizens hold it. */
  readonly holdersNationality?: string;
};
