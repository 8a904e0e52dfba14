import type { Quad, Raster } from '../../image/raster.ts';
import { markPatches } from './mark-patches.ts';
import { markable, markInput, markProbabilities, marks, type Mark } from './marks.ts';
import type { Glyph } from './recognise.ts';

const combining: Readonly<Record<Exclude<Mark, 'none' | 'other'>, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  tilde: '\u0303',
  diaeresis: '\u0308',
};

/** Letters that names print each mark over, in the languages of Spain and, surer told, in those of others. */
const usual: Readonly<Partial<Record<Mark, string>>> = { acute: 'AEIOU', tilde: 'N', grave: 'AEO', diaeresis: 'UI' };
const foreign: Readonly<Partial<Record<Mark, string>>> = { diaeresis: 'AEO' };

const leastSure = (letter: string, mark: Mark): number => {
  if (usual[mark]?.includes(letter) === true) return mark === 'tilde' ? SURE : SURE_OF_VOWEL;
  return foreign[mark]?.includes(letter) === true ? VERY_SURE : Infinity;
};

const SURE = 0.65; // probability from which a mark, or that there is none, counts as proven
const SURE_OF_VOWEL = 0.95; // small marks look like the foot of a label above, or like waves of the background
const VERY_SURE = 0.97;

export type MarkedText = {
  /** The glyphs with their marks, composed (NFC). */
  readonly text: string;
  /** Some letter may carry a mark that could not be told. */
  readonly folded: boolean;
};

/**
 * The recogniser's alphabet has no Ñ, Á, Í, Ú: it reads the letter and drops the mark. A second reader looks at what stands
 * above each letter that may carry one. Marks that the recogniser did see are kept.
 */
export function withMarks(image: Raster, quad: Quad, glyphs: readonly Glyph[]): MarkedText {
  const patches = markPatches(
    image,
    quad,
    glyphs.map(({ at }) => at),
  );
  let folded = false;
  let text = '';
  glyphs.forEach((glyph, i) => {
    const [letter, ...seen] = glyph.text.toUpperCase().normalize('NFD');
    if (letter === undefined) return;
    if (seen.length > 0 || !markable.includes(letter)) {
      text += letter + seen.join('');
      return;
    }
    const isSmall = glyph.text !== glyph.text.toUpperCase(); // the second reader knows capitals only
    if (patches === null || isSmall) {
      folded = true;
      text += letter;
      return;
    }
    const probabilities = markProbabilities(markInput(patches[i]!, letter));
    const best = probabilities.indexOf(Math.max(...probabilities));
    const mark = marks[best]!;
    const isProven = probabilities[best]! >= (mark === 'none' ? SURE : leastSure(letter, mark));
    if (!isProven) folded = true;
    text += letter + (isProven && mark !== 'none' && mark !== 'other' ? combining[mark] : '');
  });
  return { text: text.normalize('NFC'), folded };
}
