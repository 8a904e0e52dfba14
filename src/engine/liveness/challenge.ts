import { z } from 'zod';

/**
 * Directions are the applicant's own: `turn-left` is towards their left shoulder, which in an unmirrored recording is the
 * right side of the picture.
 */
export const gestures = ['turn-left', 'turn-right', 'look-up', 'look-down', 'smile', 'come-closer'] as const;
export type Gesture = (typeof gestures)[number];

const windowMs = { fromMs: z.number().int().min(0), toMs: z.number().int().min(1) };

/**
 * A challenge as drawn and as shown: gestures in order, each with the window in which it must begin, in ms of the recording; a
 * first second of neutral baseline; and, where the screen flashed, its colours. Slugs and times only: it holds nobody's data.
 */
export const challengeSchema = z.strictObject({
  baseline: z.strictObject(windowMs).optional(),
  steps: z.array(z.strictObject({ gesture: z.enum(gestures), ...windowMs })).max(8),
  flash: z
    .strictObject({
      fromMs: z.number().int().min(0),
      stepMs: z.number().int().min(100).max(2000),
      /** sRGB of the whole screen, one after the other. */
      colours: z
        .array(z.string().regex(/^#[0-9a-f]{6}$/))
        .min(5)
        .max(32),
    })
    .optional(),
});

export type Challenge = z.infer<typeof challengeSchema>;
