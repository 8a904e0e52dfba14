/**
 * Two readings of one value held beside each other, letter by letter: what the machine readable zone says, and what is printed. A zone has
 * no accents and no Ñ (ICAO Doc 9303-3, section 6), so that a letter may be written otherwise without being another one.
 */
export type LetterPair = {
  /** Empty: the other side has a letter more. */
  readonly zone: string;
  readonly print: string;
  /** `same`; `rewritten`: one letter under the rules of the zone; `other`: they differ. */
  readonly is: 'same' | 'rewritten' | 'other';
};

/**
 * The pairs in their order, of the alignment with the fewest differences. Upper and lower case, and the fillers of the zone against
 * blanks and hyphens, are no difference.
 */
export function lettersBeside(zone: string, print: string): readonly LetterPair[] {
  const left = [...zone];
  const right = [...print];
  const cost = costs(left, right);
  const pairs: LetterPair[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const here = cost[i]![j]!;
    const taken = stepsFrom(left, right, i, j).find(
      ({ zoneLetters, printLetters, price }) => cost[i + zoneLetters]![j + printLetters]! + price === here,
    )!;
    pairs.push({
      zone: left.slice(i, i + taken.zoneLetters).join(''),
      print: right.slice(j, j + taken.printLetters).join(''),
      is: taken.is,
    });
    i += taken.zoneLetters;
    j += taken.printLetters;
  }
  return pairs;
}

/** Whether every letter is the same or follows from the other by the rules of the zone. */
export const sayTheSame = (pairs: readonly LetterPair[]): boolean => pairs.every(({ is }) => is !== 'other');

type Pairing = {
  readonly zoneLetters: number;
  readonly printLetters: number;
  readonly price: number;
  readonly is: LetterPair['is'];
};

const REWRITTEN = 0.01;

/** What can stand next, best first. Up to three letters of a zone may stand for one printed letter: ß is SS, Ñ may be NXX. */
function stepsFrom(left: readonly string[], right: readonly string[], i: number, j: number): Pairing[] {
  const steps: Pairing[] = [];
  const printed = right[j];
  if (i < left.length && printed !== undefined) {
    if (plain(left[i]!) === plain(printed)) steps.push({ zoneLetters: 1, printLetters: 1, price: 0, is: 'same' });
    for (const written of rewritings(printed))
      if (
        left
          .slice(i, i + written.length)
          .join('')
          .toUpperCase() === written
      )
        steps.push({ zoneLetters: written.length, printLetters: 1, price: REWRITTEN, is: 'rewritten' });
    steps.push({ zoneLetters: 1, printLetters: 1, price: 1, is: 'other' });
  }
  // A hyphen, an apostrophe or a full stop is left out of a zone.
  if (printed !== undefined && /[-'’.,]/u.test(printed))
    steps.push({ zoneLetters: 0, printLetters: 1, price: REWRITTEN, is: 'rewritten' });
  if (i < left.length) steps.push({ zoneLetters: 1, printLetters: 0, price: 1, is: 'other' });
  if (printed !== undefined) steps.push({ zoneLetters: 0, printLetters: 1, price: 1, is: 'other' });
  return steps.sort((a, b) => a.price - b.price);
}

/** `cost[i][j]`: the least price of what remains from `left[i]` and `right[j]` on. */
function costs(left: readonly string[], right: readonly string[]): number[][] {
  const cost = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length; i >= 0; i--)
    for (let j = right.length; j >= 0; j--) {
      if (i === left.length && j === right.length) continue;
      cost[i]![j] = Math.min(
        ...stepsFrom(left, right, i, j).map(
          ({ zoneLetters, printLetters, price }) => cost[i + zoneLetters]![j + printLetters]! + price,
        ),
      );
    }
  return cost;
}

/** A filler, a blank and a hyphen are all gaps between names. */
const plain = (letter: string): string => (/[<\s-]/u.test(letter) ? ' ' : letter.toUpperCase());

/** Transliterations of ICAO Doc 9303-3, section 6, table A, for the letters of European names; marks are else left out. */
const written: Readonly<Record<string, readonly string[]>> = {
  Ñ: ['N', 'NXX'],
  Ä: ['AE', 'A'],
  Å: ['AA', 'A'],
  Æ: ['AE'],
  Ç: ['C'],
  Ð: ['D'],
  Ö: ['OE', 'O'],
  Ø: ['OE', 'O'],
  Œ: ['OE'],
  Ü: ['UE', 'UXX', 'U'],
  ß: ['SS'],
  ẞ: ['SS'],
  Þ: ['TH'],
  Ł: ['L'],
  Đ: ['D'],
  ı: ['I'],
};

function rewritings(letter: string): readonly string[] {
  const known = written[letter] ?? written[letter.toUpperCase()];
  if (known !== undefined) return known;
  const bare = letter.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return bare === letter.toUpperCase() || bare === '' ? [] : [bare];
}
