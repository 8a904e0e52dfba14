import { z } from 'zod';
import { refuse } from '../kernel/result.ts';
import { livenessChecks } from './liveness/checks/index.ts';
import type { DocumentMeasurement, Engine, EngineFailure, VideoMeasurement } from './tasks.ts';

/** A finding as judging may rely on it: a number that is one, or a reason why there is none. */
const findingSchema = z.union([
  z.looseObject({ check: z.string(), score: z.number(), higherMeans: z.string(), durationMs: z.number() }),
  z.looseObject({ check: z.string(), inconclusive: z.string().min(1), durationMs: z.number() }),
]);

/** Vectors that are compared have length 1. */
const isUnitVector = (value: unknown): boolean => {
  if (!(value instanceof Float32Array) || value.length === 0) return false;
  const length = Math.hypot(...value);
  return length > 0.98 && length < 1.02;
};
const templateSchema = z.object({ a: z.custom<Float32Array>(isUnitVector), b: z.custom<Float32Array>(isUnitVector) });

const raster = z.custom((value) => {
  const { widthPx, heightPx, rgb } = (value ?? {}) as Record<string, unknown>;
  return rgb instanceof Uint8Array && rgb.length === Number(widthPx) * Number(heightPx) * 3;
});

const videoSchema = z.looseObject({
  findings: z
    .array(findingSchema)
    .min(1)
    .refine((findings) => livenessChecks.every(({ check }) => findings.some((finding) => finding.check === check))),
  template: templateSchema.nullable(),
  framesCompared: z.int().min(0),
  attributes: z.looseObject({}),
  exhibit: z.looseObject({ frames: z.array(z.looseObject({ image: raster })) }),
});

const documentSchema = z.looseObject({
  reading: z.looseObject({
    type: z.string(),
    oneSided: z.boolean(),
    fields: z.record(z.string(), z.looseObject({ text: z.string() }).optional()),
    sides: z.looseObject({
      front: z.looseObject({ image: raster }).optional(),
      back: z.looseObject({ image: raster }).optional(),
    }),
    crossChecks: z.array(z.looseObject({ name: z.string(), holds: z.boolean().nullable() })),
  }),
  portrait: z
    .looseObject({
      faceHeightPx: z.number().positive(),
      confidence: z.number().min(0).max(1),
      template: templateSchema,
      alignedFace: raster,
    })
    .nullable(),
  rectified: z.looseObject({
    front: z.looseObject({ image: raster }).optional(),
    back: z.looseObject({ image: raster }).optional(),
  }),
});

export const isSoundVideo = (measured: unknown): measured is VideoMeasurement =>
  videoSchema.safeParse(measured).success;

export const isSoundDocument = (measured: unknown): measured is DocumentMeasurement =>
  documentSchema.safeParse(measured).success;

/**
 * The same engine, held to answers that can be ones: every check answered, every score a number, every template a unit vector. A network or a
 * worker gone wrong is a failure of the engine then, never a finding about a person.
 */
export function soundEngine(engine: Engine): Engine {
  const unsound = (evidence: EngineFailure['evidence']) =>
    refuse<EngineFailure>({ kind: 'engine-failed', evidence, detail: 'unsound' });
  const isAnswer = (answer: unknown): boolean => typeof (answer as { ok?: unknown } | null)?.ok === 'boolean';
  return {
    async measureVideo(task) {
      const answer = await engine.measureVideo(task);
      if (!isAnswer(answer) || (answer.ok && !isSoundVideo(answer.value))) return unsound('face-video');
      return answer;
    },
    async measureDocument(task) {
      const answer = await engine.measureDocument(task);
      if (!isAnswer(answer) || (answer.ok && !isSoundDocument(answer.value))) return unsound('front');
      return answer;
    },
    close: () => engine.close(),
  };
}
