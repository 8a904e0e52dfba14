import { FILLER, FIRST_LETTER, GLYPHS } from './alphabet.ts';

/**
 * The name field (ICAO Doc 9303-3, 4.6): surname, `<<`, given names, each word apart from the next by one `<`, then filler to
 * the end. One state for each place in it.
 */
const places = { start: 0, surname: 1, surnameBreak: 2, separator: 3, given: 4, givenBreak: 5, tail: 6 } as const;
const STATES = 7;

/** Nats that a word of its own costs after a single filler: a stray filler inside a name is likelier than a new word. */
const NEW_WORD_COST = 0.3;
/** Nats for a letter after two fillers that end the names: leaves the grammar, so the glyphs must speak clearly for it. */
const LETTER_IN_TAIL_COST = 5;

type Move = readonly [from: number, to: number, glyph: 'letter' | 'filler', costNats: number];
const moves: readonly Move[] = [
  [places.start, places.surname, 'letter', 0],
  [places.surname, places.surname, 'letter', 0],
  [places.surname, places.surnameBreak, 'filler', 0],
  [places.surnameBreak, places.surname, 'letter', NEW_WORD_COST],
  [places.surnameBreak, places.separator, 'filler', 0],
  [places.separator, places.given, 'letter', 0],
  [places.separator, places.tail, 'filler', 0],
  [places.given, places.given, 'letter', 0],
  [places.given, places.givenBreak, 'filler', 0],
  [places.givenBreak, places.given, 'letter', NEW_WORD_COST],
  [places.givenBreak, places.tail, 'filler', 0],
  [places.tail, places.tail, 'filler', 0],
  [places.tail, places.given, 'letter', LETTER_IN_TAIL_COST],
];

const IMPOSSIBLE = -1e9;

/**
 * The likeliest classes of a name field under its grammar (Viterbi).
 * @param row log-probabilities of the whole row, 37 for each glyph.
 * @param from,length the field's first column, from 0, and its length.
 */
export function decodeNames(
  row: Float32Array,
  from: number,
  length: number,
): { readonly classes: readonly number[]; readonly logLikelihood: number } {
  let scores = new Float64Array(STATES).fill(IMPOSSIBLE);
  scores[places.start] = 0;
  const cameFrom: Int8Array[] = [];
  const letters: number[] = [];
  for (let column = from; column < from + length; column++) {
    const offset = column * GLYPHS;
    const letter = likeliestLetter(row, offset);
    const next = new Float64Array(STATES).fill(IMPOSSIBLE);
    const back = new Int8Array(STATES).fill(-1);
    for (const [source, target, glyph, costNats] of moves) {
      const score = scores[source]! + row[offset + (glyph === 'letter' ? letter : FILLER)]! - costNats;
      if (scores[source]! <= IMPOSSIBLE || score <= next[target]!) continue;
      next[target] = score;
      back[target] = source;
    }
    letters.push(letter);
    cameFrom.push(back);
    scores = next;
  }
  let state = scores.indexOf(Math.max(...scores));
  const logLikelihood = scores[state]!;
  const classes = new Array<number>(length);
  for (let at = length - 1; at >= 0; at--) {
    classes[at] = state === places.surname || state === places.given ? letters[at]! : FILLER;
    state = cameFrom[at]![state]!;
  }
  return { classes, logLikelihood };
}

function likeliestLetter(row: Float32Array, offset: number): number {
  let best = FIRST_LETTER;
  for (let letter = FIRST_LETTER; letter < FILLER; letter++)
    if (row[offset + letter]! > row[offset + best]!) best = letter;
  return best;
}
