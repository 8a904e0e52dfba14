import { z } from 'zod';

/**
 * `exhibits.json` as `engine/encode-exhibits.client.ts` keeps it, as far as the desk shows it: what the engine saw, each picture by its name.
 */
const picture = z.object({ picture: z.string(), widthPx: z.number(), heightPx: z.number() });
const quad = z.array(z.tuple([z.number(), z.number()])).length(4);
const side = z.enum(['front', 'back']);
const curve = z.array(z.number().nullable());

export const exhibitsSchema = z.object({
  video: z
    .object({
      facts: z.object({ durationMs: z.number() }),
      frames: z.array(z.object({ atMs: z.number(), quality: z.number(), image: picture })),
      alignedFace: picture.nullable(),
      challenge: z
        .object({
          steps: z.array(
            z.object({
              gesture: z.enum(['turn-left', 'turn-right', 'look-up', 'look-down', 'smile', 'come-closer']),
              fromMs: z.number(),
              toMs: z.number(),
              verdict: z.enum(['followed', 'wrong-gesture-first', 'not-seen', 'not-reached']),
              event: z.object({ gesture: z.string(), fromMs: z.number(), toMs: z.number() }).optional(),
            }),
          ),
          curves: z.object({ atMs: z.array(z.number()), turn: curve, nod: curve, smile: curve, closer: curve }),
        })
        .nullable(),
    })
    .nullable(),
  document: z
    .object({
      sides: z.array(
        z.object({
          side,
          image: picture,
          /** Absent in what was kept before there was this. */
          rectified: z
            .object({ image: picture, toRectified: z.array(z.number()).length(8) })
            .nullable()
            .default(null),
          lines: z.array(z.object({ text: z.string(), quad, confidence: z.number() })),
          fields: z.array(z.object({ name: z.string(), quad })),
          mrzRows: z.array(quad),
        }),
      ),
      /** Absent in what was kept before there was this. */
      readings: z
        .array(z.object({ name: z.string(), inPrint: z.string().nullable(), inZone: z.string().nullable() }))
        .default([]),
      portrait: z
        .object({
          side,
          box: z.object({ x0Px: z.number(), y0Px: z.number(), x1Px: z.number(), y1Px: z.number() }),
          alignedFace: picture,
        })
        .nullable(),
    })
    .nullable(),
});
export type KeptExhibits = z.infer<typeof exhibitsSchema>;
