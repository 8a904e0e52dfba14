import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from './command.ts';

/** What labelled folders hold, by what is evaluated on them: the words of their `manifest.json`. */
export const facesManifest = z.object({ items: z.array(z.object({ identity: z.string(), file: z.string() })).min(2) });
const movement = z.object({ movement: z.string(), from_s: z.number(), to_s: z.number() });
export const livenessManifest = z.object({
  videos: z.array(
    z.object({
      file: z.string(),
      person: z.string().optional(),
      kind: z.string(),
      note: z.string().optional(),
      movements: z.array(movement).default([]),
    }),
  ),
  stills: z
    .array(z.object({ file: z.string(), person: z.string().optional(), kind: z.string(), note: z.string().optional() }))
    .default([]),
});
export const documentsManifest = z.object({
  items: z.array(
    z.object({
      file: z.string(),
      docType: z.string(),
      country: z.string().nullish(),
      condition: z.string().nullish(),
      mrzFormat: z.string().nullish(),
      mrz: z.array(z.string()).nullish(),
      mrzCheckDigitsValid: z.boolean().nullish(),
      viz: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/**
 * The manifest of a folder, or of the folder `part` inside it, and where it was found.
 * @throws UsageError when there is none, it is not JSON, or naming the place in it that is wrong.
 */
export async function readManifest<Schema extends z.ZodType>(
  folder: string,
  part: string,
  schema: Schema,
): Promise<{ folder: string; manifest: z.infer<Schema> }> {
  const holding = await manifestFolder(folder, part);
  const parsed = schema.safeParse(await readJson(path.join(holding, 'manifest.json')));
  if (parsed.success) return { folder: holding, manifest: parsed.data };
  const issue = parsed.error.issues[0]!;
  throw new UsageError(`manifest.json: ${issue.path.join('.') || 'file'}: ${issue.message}`);
}

async function manifestFolder(folder: string, part: string): Promise<string> {
  for (const candidate of [path.join(folder, part), folder])
    if (await isThere(path.join(candidate, 'manifest.json'))) return candidate;
  throw new UsageError(`${folder} holds no manifest.json, and no folder ${part} that does`);
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} is not readable JSON`);
  }
}
