import type { WireFields } from '../answer.ts';

/** One answer, and what the encodings differ about. */
export type Encodable = {
  readonly fields: WireFields;
  /** The fields that the oldest format has; what came later is left out there. */
  readonly antFields: readonly string[];
  /** How JSON wraps the answer. */
  readonly envelope: 'array' | 'object';
};

/** A format of answers: what a caller names in `Resp`. */
export type Encoding = {
  readonly name: 'JSON' | 'XML' | 'TXT' | 'ANT';
  readonly contentType: string;
  readonly encode: (answer: Encodable) => string;
};
