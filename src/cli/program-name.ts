import { readFileSync } from 'node:fs';
import path from 'node:path';

/** `cotejo 0.1.0` */
export function programName(): string {
  const text = readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8');
  const { name, version } = JSON.parse(text) as { readonly name: string; readonly version: string };
  return `${name} ${version}`;
}
