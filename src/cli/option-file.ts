import { readFile } from 'node:fs/promises';
import { parseAttributeModel, type AttributeModel } from '../engine/face/attributes/attribute-model.ts';
import { UsageError } from './command.ts';

/** The JSON of a file that an option names. @throws UsageError that names the option. */
export async function readJson(file: string, option: string): Promise<unknown> {
  const text = await readText(file, option);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${option}: ${file} is not JSON`);
  }
}

/** Weights as 'cotejo calibrate attributes' writes them. @throws UsageError that names the option. */
export async function readAttributeModel(file: string, option: string): Promise<AttributeModel> {
  const parsed = parseAttributeModel(await readJson(file, option));
  if (!parsed.ok) throw new UsageError(`${option}: ${parsed.refusal.detail}`);
  return parsed.value;
}

async function readText(file: string, option: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${option}: cannot read ${file} (${error.code ?? 'unknown error'})`);
  });
}
