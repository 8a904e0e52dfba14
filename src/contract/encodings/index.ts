import { ant } from './ant.ts';
import type { Encoding } from './encoding.ts';
import { json } from './json.ts';
import { txt } from './txt.ts';
import { xml } from './xml.ts';

/** Every format, the recommended one first. A new one is its file and its line here. */
export const encodings = [json, xml, txt, ant] as const satisfies readonly Encoding[];

/** The format that a value of `Resp` names, in whatever case; null when none has that name. */
export function encodingNamed(name: string): Encoding | null {
  const upperCased = name.toUpperCase();
  return encodings.find((encoding) => encoding.name === upperCased) ?? null;
}

/** Where the caller's wish is unknown or unreadable. */
export const preferredEncoding: Encoding = json;

/** Where the caller says nothing: as in old versions. */
export const silentEncoding: Encoding = ant;
