import { z } from 'zod';
import { instant, requestId } from './protocol.schema.ts';
import {
  earlierSchema,
  noteSchema,
  openingSchema,
  outcomeSchema,
  retakeSchema,
  rulingSchema,
} from './request.schema.ts';

/**
 * All that a person decides by. Pictures are named here and fetched from `requests/:id/exhibits/:name`; what the applicant sent, from
 * `requests/:id/evidence/:kind`. Each fetch is written down. With `round` all three show an earlier round instead of the last one.
 */
export const roundQuery = z.strictObject({ round: z.coerce.number().int().min(1).max(100).optional() });

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** Four corners as the text reads: top left, top right, bottom right, bottom left. Px. */
const quadSchema = z.array(z.tuple([z.number(), z.number()])).length(4);
/** Px; `x1Px` and `y1Px` are outside. */
const boxSchema = z.object({ x0Px: z.number(), y0Px: z.number(), x1Px: z.number(), y1Px: z.number() });
/**
 * The size that places in it are told in. The JPEG itself may be smaller: scale by the ratio of the widths.
 */
const pictureSchema = z.object({ picture: z.string(), widthPx: z.number(), heightPx: z.number() });

export const findingSchema = z.object({
  /** `liveness/pad-rgb`, `face/comparison`, `document/…`, `evidence/…` */
  check: z.string(),
  /** What was measured; null where it could not be told, and then `inconclusive` says why as a slug. */
  score: z.number().nullable(),
  inconclusive: z.string().nullable(),
  /** What a higher score speaks for; null where nothing was measured. */
  higherMeans: z.string().nullable(),
  /** `name@sha256:…` of the network behind it. */
  model: z.string().nullable(),
  /** Index of the video's stored frame that is meant. */
  frame: z.number().int().nullable(),
  details: z.record(z.string(), z.union([scalar, z.array(scalar)])),
  /** What the score is held against; null: it informs and is held against nothing. */
  line: z.object({ at: z.number(), passes: z.enum(['at-or-above', 'below']), measuredOn: z.string() }).nullable(),
  /** `doubt`: a reason of the outcome rests on it and asks for a person; `fail`: one speaks against the applicant. */
  verdict: z.enum(['pass', 'doubt', 'fail', 'inconclusive', 'informs']),
});
export type CaseFinding = z.infer<typeof findingSchema>;

const curve = z.array(z.number().nullable());

export const caseVideoSchema = z.object({
  /** Of the recording; null: not known. */
  durationMs: z.number().nullable(),
  /** The frames that the comparison rests on, best first, cut around the face. */
  frames: z.array(
    z.object({
      atMs: z.number(),
      image: pictureSchema,
      /** 0 … 1 */
      quality: z.number(),
    }),
  ),
  /** The best face as the comparison sees it. */
  alignedFace: pictureSchema.nullable(),
  challenge: z
    .object({
      /** What was asked for, and what came of it; ms of the recording. */
      steps: z.array(
        z.object({
          gesture: z.enum(['turn-left', 'turn-right', 'look-up', 'look-down', 'smile', 'come-closer']),
          fromMs: z.number(),
          toMs: z.number(),
          verdict: z.enum(['followed', 'wrong-gesture-first', 'not-seen', 'not-reached']),
          /** The gesture that settled it. */
          event: z.object({ gesture: z.string(), fromMs: z.number(), toMs: z.number() }).nullable(),
        }),
      ),
      /**
       * What the face did, against its own neutral moment; null where no face was seen. `turn` is positive towards the applicant's left,
       * `nod` downwards, `smile` and `closer` are ratios around 1.
       */
      curves: z.object({ atMs: z.array(z.number()), turn: curve, nod: curve, smile: curve, closer: curve }),
      /** From where on a gesture counts, on the scale of its curve. */
      thresholds: z.object({
        'turn-left': z.number(),
        'turn-right': z.number(),
        'look-up': z.number(),
        'look-down': z.number(),
        smile: z.number(),
        'come-closer': z.number(),
      }),
    })
    .nullable(),
});
export type CaseVideo = z.infer<typeof caseVideoSchema>;

/**
 * Each field as it is printed and as the machine readable zone has it, to be held against each other letter by letter; null where one of them does not.
 * From `document.readings` of the exhibits; empty for cases measured before those had it.
 */
export const caseReadingSchema = z.object({
  name: z.string(),
  inPrint: z.string().nullable(),
  inZone: z.string().nullable(),
});
export type CaseReading = z.infer<typeof caseReadingSchema>;

export const caseSideSchema = z.object({
  side: z.enum(['front', 'back']),
  /** As it was photographed, turned upright. Places below are px of `image.widthPx` × `image.heightPx`. */
  image: pictureSchema,
  /**
   * The document alone, flat and in its own proportions; null: it was not located. `toRectified` takes a place (x, y) of the picture above to
   * ((a·x + b·y + c) / w, (d·x + e·y + f) / w) of this one, with w = g·x + h·y + 1.
   */
  rectified: z.object({ image: pictureSchema, toRectified: z.array(z.number()).length(8) }).nullable(),
  /** Where the fields stand; names as in `document.fields`. */
  fields: z.array(z.object({ name: z.string(), quad: quadSchema })),
  /** Every line of print that was read; `confidence` in [0, 1]. */
  lines: z.array(z.object({ text: z.string(), quad: quadSchema, confidence: z.number() })),
  mrzRows: z.array(quadSchema),
});
export type CaseSide = z.infer<typeof caseSideSchema>;

export const caseDocumentSchema = z.object({
  type: z.string(),
  size: z.enum(['ID-1', 'ID-2', 'ID-3']).nullable(),
  oneSided: z.boolean(),
  issuingState: z.string().nullable(),
  ageYears: z.number().nullable(),
  isExpired: z.boolean().nullable(),
  numberOnFront: z.string().nullable(),
  numberOnBack: z.string().nullable(),
  sidesAgree: z.boolean().nullable(),
  /** null: none was asked for. */
  requestedNumber: z.string().nullable(),
  isRequestedNumber: z.boolean().nullable(),
  /**
   * `documentNumber`, `supportNumber`, `surnames`, `givenNames`, `birthDate`, `expiryDate`, `issueDate`, `sex`, `nationality`, `issuingState`,
   * `birthPlace`. Dates are `YYYY-MM-DD`.
   */
  fields: z.array(
    z.object({
      name: z.string(),
      text: z.string(),
      from: z.enum(['mrz', 'viz', 'barcode']),
      folded: z.boolean(),
    }),
  ),
  mrz: z
    .object({
      format: z.string(),
      lines: z.array(z.string()),
      /** As read, before repairs. */
      rawLines: z.array(z.string()),
      accepted: z.boolean(),
      repairedGlyphs: z.number(),
      checks: z.array(z.object({ name: z.string(), passed: z.boolean(), passedRaw: z.boolean() })),
    })
    .nullable(),
  /** Zones held against each other; `holds` null: could not be told, with `reason` as a slug. */
  crossChecks: z.array(z.object({ name: z.string(), holds: z.boolean().nullable(), reason: z.string().nullable() })),
});

const attributeSchema = z.object({ answer: z.enum(['yes', 'no', 'not-measurable']), reason: z.string().nullable() });

/** What the face looks like: informs, and is a reason for or against nobody. */
export const caseAttributesSchema = z.object({
  beard: attributeSchema,
  moustache: attributeSchema,
  readingGlasses: attributeSchema,
  sunglasses: attributeSchema,
  sex: z.object({ value: z.enum(['male', 'female']), probabilityPercent: z.number() }).nullable(),
  ageRange: z.object({ fromYears: z.number(), toYears: z.number() }).nullable(),
});

export const caseDetailSchema = z.object({
  id: requestId,
  requestedAt: instant,
  submittedAt: instant,
  assessedAt: instant,
  phone: z.string(),
  reference: z.string().nullable(),
  outcome: outcomeSchema,
  reasons: z.array(z.object({ slug: z.string(), weighs: z.enum(['refuse', 'review']), check: z.string() })),
  /** 0 … 100; 80 is the operating point. */
  similarityPercent: z.number().nullable(),
  livenessPassed: z.boolean(),
  samePersonThroughout: z.boolean().nullable(),
  findings: z.array(findingSchema),
  video: caseVideoSchema.nullable(),
  sides: z.array(caseSideSchema),
  readings: z.array(caseReadingSchema),
  /** Where the portrait stands, px of its side's image. */
  portrait: z.object({ side: z.enum(['front', 'back']), box: boxSchema, alignedFace: pictureSchema }).nullable(),
  document: caseDocumentSchema.nullable(),
  attributes: caseAttributesSchema,
  /** Which of the rounds is shown; the last one is what is ruled on. See [Note: Retakes]. */
  round: z.number().int(),
  /** All that were assessed, in their order. */
  rounds: z.array(z.object({ round: z.number().int(), submittedAt: instant, assessedAt: instant })),
  retakes: z.array(retakeSchema),
  opening: openingSchema,
  /** What the browser said of itself and of its camera: names and values as they came. */
  deviceFacts: z.array(z.object({ name: z.string(), value: z.string() })),
  evidence: z.object({
    isErased: z.boolean(),
    items: z.array(
      z.object({
        kind: z.enum(['face-video', 'front', 'back']),
        mediaType: z.string(),
        byteLength: z.number().int(),
        sha256: z.string(),
      }),
    ),
  }),
  earlier: z.array(earlierSchema),
  notes: z.array(noteSchema),
  ruling: rulingSchema.nullable(),
});
export type CaseDetail = z.infer<typeof caseDetailSchema>;
