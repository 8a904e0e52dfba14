import type { Quad, Raster } from '../image/raster.ts';

export type Side = 'front' | 'back';

/** A line of text as located on the picture; `confidence` in [0, 1]. */
export type TextLine = { readonly quad: Quad; readonly text: string; readonly confidence: number };

/** ICAO Doc 9303 formats, visas (MRV-A/B) and the old French card, whose second line is its own. */
export type MrzFormat = 'TD1' | 'TD2' | 'TD3' | 'MRVA' | 'MRVB' | 'IDFRA';

/**
 * A machine readable zone as read. `lines` is the accepted reading; `rawLines` what the glyph reader saw before check
 * digits and grammar had a say. Check digits that pass only because glyphs were repaired are not evidence: `repairedGlyphs`
 * counts those, and `checks[].passedRaw` says which hold on the raw reading.
 */
export type Mrz = {
  readonly format: MrzFormat;
  readonly lines: readonly string[];
  readonly rawLines: readonly string[];
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly passedRaw: boolean }[];
  readonly repairedGlyphs: number;
  /** Log-likelihood (nats) given up to satisfy the check digits; 0 = none, null = they were not satisfied. */
  readonly repairPriceNats: number | null;
  /** Probability of each glyph of `lines` under the glyph reader, 0 … 1. */
  readonly glyphConfidence: readonly (readonly number[])[];
  /** Whether the second reader saw the same: the signal that names can be trusted. */
  readonly agreement: 'both' | 'glyph-reader-only' | 'text-reader-only' | 'differ';
  /** All that the reader asks of itself holds: the caller may rely on `lines`. */
  readonly accepted: boolean;
  /** Where the rows lie, in px of the picture that was read. */
  readonly rows: readonly Quad[];
};

/** The fields that documents share. Dates are ISO `YYYY-MM-DD`; names in capitals as printed, folded where not provable. */
export type FieldName =
  | 'documentNumber' // the number that identifies the holder where there is one (DNI, NIE), else that of the document
  | 'supportNumber' // the number of the physical card (Spanish: número de soporte, IDESP/IXESP)
  | 'surnames'
  | 'givenNames'
  | 'birthDate'
  | 'expiryDate'
  | 'issueDate'
  | 'sex' // 'M' | 'F' | 'X'
  | 'nationality' // three-letter code of ICAO Doc 9303-3
  | 'issuingState'
  | 'birthPlace';

/**
 * A field's value and where it was read. `folded` = accents or Ñ may be missing, because no second reader proved them.
 */
export type Field = {
  readonly text: string;
  readonly from: 'mrz' | 'viz' | 'barcode';
  readonly side: Side;
  readonly confidence: number;
  readonly quad?: Quad;
  readonly folded?: boolean;
};

/** A check between two places of the document, or of a value against its own rule. */
export type CrossCheck = {
  /** Stable slug: 'mrz-check-digits', 'number-letter', 'number-front-back', 'birth-viz-mrz', … */
  readonly name: string;
  readonly holds: boolean | null; // null = could not be checked
  readonly reason?: string; // why null, or what differs, without the values themselves
};

/** What was read of a document. `front` and `back` hold the upright pictures that all quads refer to. */
export type DocumentReading = {
  readonly type: string; // slug of `types/`: 'esp-dni-4', 'icao-td3', 'unknown'
  readonly oneSided: boolean;
  readonly issuingState: string | null;
  readonly fields: Readonly<Partial<Record<FieldName, Field>>>;
  /** What print and zone say of each field on their own, for people who hold one against the other. */
  readonly printed: Readonly<Partial<Record<FieldName, Field>>>;
  readonly inZone: Readonly<Partial<Record<FieldName, Field>>>;
  /** The document number that each side shows on its own; the contract reports both. */
  readonly numberOnFront: string | null;
  readonly numberOnBack: string | null;
  readonly mrz: Mrz | null;
  readonly mrzSide: Side | null;
  readonly barcodes: readonly { readonly side: Side; readonly format: string; readonly text: string }[];
  readonly specimenWords: readonly string[];
  readonly crossChecks: readonly CrossCheck[];
  readonly sides: Readonly<Partial<Record<Side, ReadSide & { readonly card: CardInPicture | null }>>>;
};

export type ReadSide = {
  readonly image: Raster; // upright, scaled for reading
  readonly quarterTurns: 0 | 1 | 2 | 3; // clockwise, from the picture as taken to `image`
  readonly lines: readonly TextLine[];
};

/** Where the document lies in a picture, px of it: its corners as if they were not rounded. */
export type CardInPicture = { readonly quad: Quad; readonly widthMm: number; readonly heightMm: number };
