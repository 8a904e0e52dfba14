import { z } from 'zod';

/**
 * [Note: The statement]
 * What a certificate says, as a value: the page is laid out from it, and it is attached to the page as it is. Everything that a reader sees
 * is in here, and everything in here is seen or bound by a digest that is. Texts of people and browsers stand in it as they were given;
 * the page shows them cleaned. Times are UTC instants. A further version gets a further number; old ones stay readable.
 */
export const STATEMENT_SCHEMA = 'cotejo/certificate-statement/1';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime();
const text = z.string().max(2000);
const scalar = z.union([z.string().max(2000), z.number(), z.boolean(), z.null()]);

/** The way of a verification, in the order in which steps happen. */
export const stepNames = [
  'requested',
  'invited',
  'opened',
  'returned', // the applicant came back to it, perhaps from another network
  'face-received',
  'front-received',
  'back-received',
  'submitted',
  'assessed',
  'retake-asked', // a person asked for evidence once more; what followed is a further round
  'retake-missed', // and nobody came
  'ruled',
] as const;

const stepSchema = z.strictObject({
  name: z.enum(stepNames),
  at: instant,
  /** From where, as far as the trusted proxies tell; null where the step is the service's own. */
  address: z.string().max(64).nullable(),
  port: z.int().min(0).max(65_535).nullable(),
});

const documentSchema = z.strictObject({
  type: text,
  size: z.enum(['ID-1', 'ID-2', 'ID-3']).nullable(),
  issuingState: text.nullable(),
  /** As read; `folded`: accents or Ñ may be missing. */
  fields: z
    .array(
      z.strictObject({
        name: z.string().max(100),
        text,
        from: z.enum(['mrz', 'viz', 'barcode']),
        folded: z.boolean(),
      }),
    )
    .max(100),
  ageYears: z.number().nullable(),
  isExpired: z.boolean().nullable(),
  sidesAgree: z.boolean().nullable(),
  isRequestedNumber: z.boolean().nullable(),
});

/** How a finding stands to the line it is held against; `not-judged`: it is information alone. */
export const verdicts = ['passes', 'doubt', 'fails', 'not-judged', 'inconclusive'] as const;

const findingSchema = z.strictObject({
  check: z.string().max(200),
  score: z.number().nullable(),
  /** A slug; null where there is a score. */
  inconclusive: z.string().max(200).nullable(),
  higherMeans: text.nullable(),
  /** `name@sha256:…` */
  model: z.string().max(300).nullable(),
  line: z.strictObject({ at: z.number(), passes: z.enum(['at-or-above', 'below']), measuredOn: text }).nullable(),
  verdict: z.enum(verdicts),
  details: z.record(z.string().regex(/^[a-z][\w-]{0,99}$/i), z.union([scalar, z.array(scalar).max(500)])),
});

/** Pictures on the certificate. Their bytes are JPEG, put into the PDF as they are, so that the digests can be checked from the file alone. */
export const pictureNames = ['face', 'front', 'back', 'portrait', 'compared-face', 'compared-portrait'] as const;
export type PictureName = (typeof pictureNames)[number];

const pictureSchema = z.strictObject({
  name: z.enum(pictureNames),
  sha256,
  byteLength: z.int().positive(),
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
});

const evidenceItemSchema = z.strictObject({
  kind: z.string().max(100),
  mediaType: z.string().max(100),
  byteLength: z.int().nonnegative(),
  sha256,
  receivedAt: instant,
});

export const statementSchema = z.strictObject({
  schema: z.literal(STATEMENT_SCHEMA),
  /** The verification's ID, as the contract's functions know it. */
  id: z.int().positive(),
  language: z.enum(['es', 'en']),
  /** IANA name of the zone in which the pages show times. */
  timeZone: z.string().max(64),
  /** A test applicant's: nobody was verified. */
  isTest: z.boolean(),
  issuer: z.strictObject({
    /** Who signs, as its certificate says. */
    signer: text,
    /** The keys are the installation's own demonstration. */
    isDemonstration: z.boolean(),
    /** Program and version: `cotejo 0.1.0`. */
    software: text,
    /** Where anybody can check a certificate in their browser; null where the installation shows no such page. */
    checkUrl: z
      .url({ protocol: /^https?$/ })
      .max(300)
      .nullable(),
    issuedAt: instant,
  }),
  askedBy: z.strictObject({ accountId: z.string().max(20), name: text }),
  request: z.strictObject({
    at: instant,
    phone: z.string().max(32),
    requestedNumber: text.nullable(),
    reference: text.nullable(),
  }),
  outcome: z.strictObject({
    /** What followed from the findings, before anybody ruled. */
    assessed: z.enum(['pass', 'review', 'refuse']),
    reasons: z
      .array(z.strictObject({ slug: z.string().max(100), weighs: z.enum(['refuse', 'review']), check: text }))
      .max(100),
    similarityPercent: z.number().min(0).max(100).nullable(),
    livenessPassed: z.boolean(),
    samePersonThroughout: z.boolean().nullable(),
  }),
  ruling: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('machine'), at: instant, policy: text }),
    z.strictObject({ by: z.literal('person'), at: instant, role: text, operator: text, remark: text.nullable() }),
  ]),
  document: documentSchema.nullable(),
  steps: z.array(stepSchema).max(200),
  consent: z.strictObject({ textVersion: text, language: z.string().max(20) }).nullable(),
  device: z.strictObject({ browser: text, system: text, display: text }).nullable(),
  /** Degrees (WGS 84), metres; null: nobody asked. */
  place: z
    .union([
      z.literal('declined'),
      z.strictObject({
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
        altitudeM: z.number().nullable(),
        accuracyM: z.number().nonnegative(),
      }),
    ])
    .nullable(),
  findings: z.array(findingSchema).max(300),
  evidence: z.strictObject({
    /** Which round was judged, where evidence was asked for more than once; earlier rounds are not part of it. Absent: the first. */
    round: z.int().min(2).optional(),
    sealedAt: instant,
    /** Over the whole set, as it was sealed. */
    sha256,
    items: z.array(evidenceItemSchema).max(100),
  }),
  pictures: z.array(pictureSchema).max(12),
});

export type Statement = z.infer<typeof statementSchema>;
export type StatementStep = Statement['steps'][number];
export type StatementFinding = Statement['findings'][number];
export type Verdict = (typeof verdicts)[number];

/** A picture to put on the page: what the statement says of it, and its JPEG. */
export type StatementPicture = { readonly name: PictureName; readonly jpeg: Uint8Array };

/** The networks behind the findings, each once: `name` and the SHA-256 of its weights. */
export function modelsOf({ findings }: Statement): readonly { readonly name: string; readonly sha256: string }[] {
  const models = new Set(findings.flatMap(({ model }) => (model === null ? [] : [model])));
  return [...models].sort().map((model) => {
    const [name, digest] = model.split('@sha256:');
    return { name: name!, sha256: digest ?? '' };
  });
}
