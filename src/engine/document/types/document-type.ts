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
  /** Where print stands on the front, for ID-1 cards whose design is known. */
  readonly frontLayout?: CardLayout;
};

/** A place on the card, in tenths of a millimetre from its top left: left end and middle of the height of a line of print. */
export type CardPlace = { readonly x: number; readonly y: number };

/**
 * Where things are printed on a side. It is used when labels cannot be read: what can be read says where the card lies, and the
 * card says where the labels are.
 */
export type CardLayout = {
  /** Fixed texts that are large or long enough to be read when labels are not. */
  readonly texts: readonly (CardPlace & { readonly text: string })[];
  /** Labels, in the order of the type's fields of this side; null where a field is not on this layout. */
  readonly labels: readonly (CardPlace | null)[];
  /** Values that are known by their shape alone. */
  readonly values: readonly (CardPlace & { readonly format: ValueFormat })[];
};
