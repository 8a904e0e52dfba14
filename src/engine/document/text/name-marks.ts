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

/** Which marks names print over a letter: Ñ, Á, À, Ä and their like; a tilde over vowels is Portuguese. */
const carries = (letter: string, mark: Mark): boolean =>
  mark !== 'none' && mark !== 'other' && (letter === 'N' ? mark === 'tilde' : markable.includes(letter));

const SURE = 0.65; // probability from which a mark, or that there is none, counts as proven

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
    if (patches === null) {
      folded = true;
      text += letter;
      return;
    }
    const probabilities = markProbabilities(markInput(patches[i]!, letter));
    const best = probabilities.indexOf(Math.max(...probabilities));
    const mark = marks[best]!;
    if (mark !== 'none' && !carries(letter, mark)) folded = true;
    const isSure = probabilities[best]! >= SURE;
    if (!isSure) folded = true;
    text += carries(letter, mark) && isSure ? letter + combining[mark as keyof typeof combining] : letter;
  });
  return { text: text.normalize('NFC'), folded };
}
