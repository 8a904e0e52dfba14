import { z } from 'zod';
import { retakeReasons, retakeScopes } from '../verification/retake.ts';

/**
 * What the applicant's page and the service say to each other: the one file of `src/` that `web/` may import.
 *
 * [Note: The applicant's way]
 * The link of the SMS is `/i/:token`. A GET of it, or a HEAD, or a preview agent's visit, is answered with the page and changes nothing.
 * Everything below is relative to it, `/i/:token/api/…`, so that one cookie with that path names the device.
 * | call | body | answer |
 * |---|---|---|
 * | GET `state` | – | `captureState`; changes nothing, may be polled once a second. With `welcome` comes a cookie with a key for the device |
 * | POST `start` | `startBody` | `captureState`; binds the link to that key. The only call that a person's own gesture must stand behind |
 * | POST `face/begin` | `beginFaceBody` | `begunFace` |
 * | POST `face/:attempt/step` | `stepBody` | `shownStep`: what to ask for now, told when its time has come and not before |
 * | POST `face/:attempt/chunks/:n?toMs=…` | bytes, `application/octet-stream` | `{ received: n + 1 }` |
 * | POST `face/:attempt/finish` | `finishFaceBody` | `captureState` |
 * | POST `document-kind` | `documentKindBody` | `captureState` |
 * | POST `documents/front`, `documents/back` | bytes of a JPEG, PNG or WebP, under its own media type | `captureState` |
 * | POST `place` | `placeBody` | `captureState` |
 * | POST `submit` | `{}` | `captureState` |
 * A call that is refused answers `captureProblem` with a status that is not 2xx. Refused is not lost: `state` always tells what is wanted.
 * A desktop that hands over to a phone shows its own address as a QR code and goes on polling `state`.
 *
 * The page is `index.html` of the built folder, its files lie under `/capture/assets/…`. Those under `/capture/assets/mesh/…` are sent with a
 * policy that lets them compile WebAssembly: a worker started from there may, the page itself may not.
 */

// ——— Words ———

export const documentKinds = ['id-card', 'passport', 'other'] as const;
/** `passport` has one side to photograph; of `other` the back is asked for, as of a card. */
export const documentKindSchema = z.enum(documentKinds);
export type DocumentKind = z.infer<typeof documentKindSchema>;

export const sides = ['front', 'back'] as const;
export type Side = (typeof sides)[number];

/** Directions are the applicant's own: `turn-left` is towards their left shoulder. */
export const gestureSchema = z.enum(['turn-left', 'turn-right', 'look-up', 'look-down', 'smile', 'come-closer']);
export type Gesture = z.infer<typeof gestureSchema>;

/** What a quick look found wrong, so that it is taken again while the person is there. Slugs; sentences are the page's. */
export const pieceProblems = [
  'unreadable-media', // it does not decode, or is no recording of a camera's kind
  'face-not-found',
  'several-faces',
  'face-too-small',
  'face-covered',
  'challenge-not-followed',
  'document-not-found', // nothing that looks like a document
  'document-not-readable', // blurred, in glare or too small: nothing could be read
  'portrait-not-found', // a front without a face on it
  'portrait-too-small',
] as const;
export const pieceProblemSchema = z.enum(pieceProblems);
export type PieceProblem = z.infer<typeof pieceProblemSchema>;

// ——— State ———

/** Colours are sRGB `#rrggbb`; the logo is a `data:` address of a PNG, JPEG or WebP. Null: the page's own look. */
export const askerSchema = z.object({
  name: z.string(),
  accentColour: z.string().nullable(),
  logo: z.string().nullable(),
});

const aboutSchema = {
  asker: askerSchema,
  /** The account's language; the page prefers the browser's where it has it. */
  language: z.string(),
};

/** What the person is told before consenting. Free texts are the account's own and plain text; null: the page's usual sentence. */
const noticeSchema = z.object({
  /** Names the version of the notice; it comes back with the consent, which is stored with it. */
  textVersion: z.string(),
  purpose: z.string().nullable(),
  /** How long the evidence is kept, days. */
  keptDays: z.number().int(),
  /** What a person who does not want this can do instead, and whom to write to about their data. */
  alternative: z.string().nullable(),
  privacyContact: z.string().nullable(),
  privacyUrl: z.string().nullable(),
});

export const pieceStateSchema = z.discriminatedUnion('is', [
  /** Not there yet. */
  z.object({ is: z.literal('missing') }),
  /** There, and being looked at: go on, and come back if it turns out to be no good. */
  z.object({ is: z.literal('checking') }),
  z.object({ is: z.literal('good') }),
  /** There, not good, and it is wanted again. */
  z.object({ is: z.literal('problem'), problem: pieceProblemSchema }),
]);
export type PieceState = z.infer<typeof pieceStateSchema>;

/** What to do next; `checks`: nothing but wait, the last looks are under way. */
export const wantedSchema = z.enum(['face', 'document-kind', 'front', 'back', 'place', 'checks', 'submit']);
export type Wanted = z.infer<typeof wantedSchema>;

/** What a person at the company asks to have taken again, and what should be better; sentences are the page's. */
export const retakeSchema = z.object({ scope: z.enum(retakeScopes), reason: z.enum(retakeReasons) });
export type WantedRetake = z.infer<typeof retakeSchema>;
export type { RetakeReason, RetakeScope } from '../verification/retake.ts';

export const stopReasons = ['unknown', 'expired', 'used', 'cancelled'] as const;

export const captureStateSchema = z.discriminatedUnion('at', [
  /** Nobody has begun. */
  z.object({
    at: z.literal('welcome'),
    ...aboutSchema,
    notice: noticeSchema,
    asksPlace: z.boolean(),
    /** Whether a laptop's own camera will do; else a desktop only hands over. */
    mayFilmOnLaptop: z.boolean(),
    /** null: it is the first time. */
    retake: retakeSchema.nullable(),
    expiresAt: z.iso.datetime(),
  }),
  /** Another device has begun, and it is that one's to finish. A desktop that handed over sees this while the phone is at it. */
  z.object({ at: z.literal('elsewhere'), ...aboutSchema }),
  z.object({
    at: z.literal('stopped'),
    reason: z.enum(stopReasons),
    /** Absent where the link is unknown. */
    asker: askerSchema.optional(),
    language: z.string().optional(),
  }),
  /** This device has begun. */
  z.object({
    at: z.literal('capturing'),
    ...aboutSchema,
    wanted: wantedSchema,
    documentKind: documentKindSchema.nullable(),
    retake: retakeSchema.nullable(),
    /** What a retake leaves as it is, is good. */
    pieces: z.object({
      face: pieceStateSchema,
      front: pieceStateSchema,
      /** Null where the document has one side, or is not known yet. */
      back: pieceStateSchema.nullable(),
    }),
    /** How often the face may still be filmed. At 0 with `face` wanted the person must come back later: `retryAfterSeconds`. */
    faceAttemptsLeft: z.number().int(),
    retryAfterSeconds: z.number().int().nullable(),
    asksPlace: z.boolean(),
  }),
  /** All of it has arrived, from this device. */
  z.object({
    at: z.literal('sent'),
    ...aboutSchema,
    receipt: z.object({
      /** What a person quotes when asking about it. */
      reference: z.string(),
      submittedAt: z.iso.datetime(),
      /** What was collected; digests let anybody show later that it is the same. */
      collected: z.array(
        z.object({
          kind: z.enum(['face-video', 'document-front', 'document-back']),
          byteLength: z.number().int(),
          /** SHA-256, hex. */
          sha256: z.string(),
        }),
      ),
      placeShared: z.boolean(),
      keptUntil: z.iso.datetime(),
      privacyContact: z.string().nullable(),
    }),
  }),
]);
export type CaptureState = z.infer<typeof captureStateSchema>;

// ——— Calls ———

const short = z.string().max(200);

/** What the browser says of itself. Kept for whoever looks at the case; never alone a reason for anything. */
export const deviceSchema = z.strictObject({
  /** Name and version: `Chrome 141.0.7390.54`. */
  browser: short,
  /** `Android 15`. */
  system: short,
  /** CSS pixels, as `412 x 915`. */
  display: short,
  model: short.optional(),
  isMobile: z.boolean().optional(),
  hasTouch: z.boolean().optional(),
  languages: z.array(short).max(10).optional(),
  /** Minutes behind UTC, as `Date#getTimezoneOffset` tells. */
  timezoneOffsetMinutes: z.number().int().min(-1000).max(1000).optional(),
  /** Whether `getUserMedia` is the browser's own code, and whether automation says that it drives. */
  hasNativeCamera: z.boolean().optional(),
  isAutomated: z.boolean().optional(),
});
export type DeviceFacts = z.infer<typeof deviceSchema>;

export const startBody = z.strictObject({
  consent: z.strictObject({ textVersion: short, language: short }),
  device: deviceSchema,
});

/** A `MediaStreamTrack`: its label, `getSettings()` and `getCapabilities()`, as the browser gives them. */
export const trackSchema = z.strictObject({
  label: z.string().max(500),
  settings: z.record(z.string().max(100), z.unknown()),
  capabilities: z.record(z.string().max(100), z.unknown()).nullable(),
  /** How many cameras the browser lists. */
  cameras: z.number().int().min(0).max(100).optional(),
});
export type Track = z.infer<typeof trackSchema>;

/** What a recorder may make, parameters left out. */
export const recordingTypes = ['video/webm', 'video/mp4'] as const;

export const beginFaceBody = z.strictObject({
  /** As the recorder names it, codecs included: `video/mp4;codecs=avc1.42E01E`. */
  mediaType: z
    .string()
    .max(200)
    .regex(/^video\/(webm|mp4)\s*(;|$)/),
  track: trackSchema,
  /** For people who cannot turn their head: other gestures, and colours of the screen. */
  withoutTurning: z.boolean().optional(),
});

/**
 * A fresh challenge. Recording begins at once with a neutral face; its time 0 is where `recorder.start(chunkMs)` reports `start`. All times of
 * the page are ms of the recording.
 */
export const begunFaceSchema = z.object({
  attempt: z.string(),
  /** The neutral beginning. */
  baselineMs: z.number().int(),
  /** How many steps will be asked for. */
  stepCount: z.number().int(),
  /** When to ask for the first step, ms of the recording. */
  firstStepAtMs: z.number().int(),
  chunkMs: z.number().int(),
  /** The attempt is void when it is not finished by then. */
  finishBy: z.iso.datetime(),
});
export type BegunFace = z.infer<typeof begunFaceSchema>;

/** Asks what to show now. Steps are asked for in order from 0; `atMs` is the recording's time when it is asked. */
export const stepBody = z.strictObject({ step: z.number().int().min(0).max(20), atMs: z.number().int().min(0) });

export const shownStepSchema = z.object({
  show: z.discriminatedUnion('kind', [
    /** One gesture, for `forMs`. */
    z.object({ kind: z.literal('gesture'), gesture: gestureSchema, forMs: z.number().int() }),
    /** The whole screen in these colours one after the other, each for `colourMs`, while holding still. `forMs` is all of it. */
    z.object({
      kind: z.literal('flash'),
      colours: z.array(z.string()),
      colourMs: z.number().int(),
      forMs: z.number().int(),
    }),
  ]),
  /** How long after this step began to be shown the next is to be asked for; null: this was the last, `finish` after `forMs`. */
  nextAfterMs: z.number().int().nullable(),
});
export type ShownStep = z.infer<typeof shownStepSchema>;

/** Bytes of one chunk, most. */
export const MOST_CHUNK_BYTES = 4 * 1024 * 1024;
/** Bytes of one picture of a document, most. */
export const MOST_PICTURE_BYTES = 15_000_000;

/**
 * Chunks are numbered from 0 and sent in order, each as soon as the recorder hands it over. `toMs` in the query is the recording's time at its
 * end. One that is sent again after its answer was lost is refused as `chunk-already-here`, which harms nothing.
 */
export const chunkQuery = z.object({ toMs: z.coerce.number().int().min(0).max(120_000) });
export const receivedChunkSchema = z.object({ received: z.number().int() });

export const finishFaceBody = z.strictObject({
  chunks: z.number().int().min(1).max(200),
  /** SHA-256 of all chunks one behind the other, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** When each step was really on the screen, ms of the recording, in their order. */
  shown: z.array(z.strictObject({ fromMs: z.number().int().min(0), toMs: z.number().int().min(0) })).max(20),
  /** Times of the frames that the camera delivered while recording, ms, as `requestVideoFrameCallback` tells; where there is that. */
  frameTimesMs: z.array(z.number().min(0)).max(4000).optional(),
});

export const documentKindBody = z.strictObject({ kind: documentKindSchema });

/** Degrees (WGS 84), metres. */
export const placeBody = z.union([
  z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    altitudeM: z.number().min(-20_000).max(100_000).nullable(),
    accuracyM: z.number().min(0).max(50_000_000),
  }),
  z.strictObject({ declined: z.literal(true) }),
]);

// ——— Refusals ———

/** Why an attempt came to nothing. Another may be begun as long as some are left. */
export const voidReasons = [
  'step-early', // asked for before its time
  'step-late',
  'step-out-of-order',
  'chunk-out-of-order',
  'chunk-differs', // the same number with other bytes
  'chunk-late',
  'chunk-too-fast', // more recorded than time has passed
  'chunks-missing',
  'unreadable-media', // the recording is none
  'digest-differs',
  'windows-do-not-fit', // steps are said to have been shown when they cannot have been
  'too-long',
  'expired',
  'replaced', // another attempt was begun
] as const;

export const captureProblems = {
  'link-unknown': 404,
  'link-stopped': 410, // expired, used or cancelled: `state` tells
  'not-this-device': 403,
  'device-without-key': 409, // the browser has no key, or does not keep cookies: `state` gives one
  'cross-site': 403,
  malformed: 400,
  'text-version-outdated': 409, // the notice has changed: show it again
  'not-now': 409, // the call does not fit what is wanted: read `state`
  'still-checking': 409,
  'attempt-unknown': 404,
  'attempt-void': 409, // with `why`
  'chunk-already-here': 409,
  'no-attempts-left': 409,
  'media-refused': 422, // not a picture or recording that is taken; with `why`
  'too-large': 413,
  'too-often': 429, // with `retryAfterSeconds`
  unavailable: 503,
} as const satisfies Record<string, number>;
export type CaptureProblemSlug = keyof typeof captureProblems;

export const captureProblemSchema = z.object({
  problem: z.enum(Object.keys(captureProblems) as [CaptureProblemSlug, ...CaptureProblemSlug[]]),
  why: z.string().optional(),
  retryAfterSeconds: z.number().int().optional(),
});
export type CaptureProblem = z.infer<typeof captureProblemSchema>;
