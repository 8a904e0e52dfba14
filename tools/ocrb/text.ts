import { ALPHABET } from '../../src/engine/document/mrz/alphabet.ts';
import type { Chance } from './chance.ts';

const LETTERS = ALPHABET.slice(10, 36);
const VOWELS = 'AEIOU';
const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ';

/** Text for `length` places: a third anything, the rest in the shapes of an MRZ, with what readers confuse in plenty. */
export function mrzLikeText(chance: Chance, length: number): string {
  const kind = chance.unit();
  if (kind < 0.3) return letters(chance, ALPHABET, length);
  if (kind < 0.42) return letters(chance, 'IK<AC0O1LXYVEFZ<', length);
  if (kind < 0.72) return names(chance, length);
  if (kind < 0.9) return numbers(chance, length);
  return mostlyFillers(chance, length);
}

const letters = (chance: Chance, from: string, count: number): string =>
  Array.from({ length: count }, () => chance.pick(from)).join('');

/** A piece of a name line, from anywhere in it. */
function names(chance: Chance, length: number): string {
  let line = (chance.happens(0.3) ? 'P<' + letters(chance, LETTERS, 3) : '') + word(chance);
  while (line.length < length + 8) {
    line += chance.happens(0.5) ? '<<' : '<';
    if (chance.happens(0.25)) line += '<'.repeat(chance.below(10));
    line += word(chance);
  }
  const from = chance.below(Math.max(1, line.length - length));
  return line.slice(from, from + length);
}

function word(chance: Chance): string {
  if (chance.happens(0.08)) return chance.pick(CONSONANTS);
  let text = '';
  for (let syllable = 1 + chance.below(4); syllable > 0; syllable--) {
    if (!chance.happens(0.15)) text += chance.happens(0.15) ? 'K' : chance.pick(CONSONANTS);
    text += chance.happens(0.25) ? 'I' : chance.pick(VOWELS);
    if (chance.happens(0.3)) text += chance.happens(0.2) ? 'KK' : chance.pick(CONSONANTS);
  }
  return text;
}

function numbers(chance: Chance, length: number): string {
  let line = '';
  while (line.length < length)
    line += chance.happens(0.5)
      ? letters(chance, '0123456789', 1 + chance.below(7))
      : chance.happens(0.5)
        ? letters(chance, LETTERS, 1 + chance.below(3))
        : '<'.repeat(1 + chance.below(6));
  return line.slice(0, length);
}

function mostlyFillers(chance: Chance, length: number): string {
  const line = [...'<'.repeat(length)];
  for (let count = chance.below(4); count > 0; count--) line[chance.below(length)] = chance.pick(ALPHABET);
  return line.join('');
}
