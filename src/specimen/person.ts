import { seededRandom, type Random } from '../kernel/random.ts';
import { foreignNames, parentNames, spanishGivenNames, spanishSurnames, streets, towns } from './names.ts';

/** A fictitious holder. Names in capitals with their accents, as the documents print them; dates ISO. */
export type Person = {
  /** One or two surnames, each on its own line where the document has two. */
  readonly surnames: readonly [string] | readonly [string, string];
  readonly givenNames: string;
  readonly sex: 'M' | 'F';
  readonly birthDate: string;
  /** Code of ICAO Doc 9303-3. */
  readonly nationality: string;
  readonly birthPlace: { readonly town: string; readonly province: string };
  readonly parents: string;
  readonly address: { readonly street: string; readonly town: string; readonly province: string };
  /** DNI of a Spaniard, NIE of a resident, with its control letter; null for others. */
  readonly number: string | null;
};

export type PersonKind = 'spanish' | 'resident' | 'foreign';

/** The letter that DNI and NIE end in: the number modulo 23 (X, Y, Z of a NIE count as 0, 1, 2). */
export function controlLetter(numberWithoutLetter: string): string {
  const digits = numberWithoutLetter.replace(/^[XYZ]/, (prefix) => String('XYZ'.indexOf(prefix)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23]!;
}

/**
 * @param at ISO date on which the ages hold.
 * @param ages whole years, both ends included.
 */
export function makePerson(
  seed: number,
  { kind, at, ages = [18, 69] }: { kind: PersonKind; at: string; ages?: readonly [number, number] },
): Person {
  const random = seededRandom(seed);
  const sex = random() < 0.5 ? 'M' : 'F';
  const birthDate = birthDateAt(random, at, ages);
  const home = pick(random, towns);
  const origin = pick(random, towns);
  const shared = {
    sex,
    birthDate,
    parents: `${pick(random, parentNames)} / ${pick(random, parentNames)}`,
    address: { street: `${pick(random, streets)} ${1 + whole(random, 98)}`, ...home },
  } as const;
  // Numbers that have not been handed out: eight digits from 80 million on, NIE series from 9 million on.
  if (kind === 'spanish') {
    const digits = String(80_000_000 + whole(random, 20_000_000));
    return {
      ...shared,
      surnames: [pick(random, spanishSurnames), pick(random, spanishSurnames)],
      givenNames: pick(random, spanishGivenNames[sex]),
      nationality: 'ESP',
      birthPlace: origin,
      number: digits + controlLetter(digits),
    };
  }
  const from = pick(random, foreignNames);
  // Spain prints a birth place abroad by its Spanish name, other states by the English one.
  const abroad = kind === 'resident' ? from.country : from.englishName;
  const digits = pick(random, ['X', 'Y', 'Z']) + String(9_000_000 + whole(random, 1_000_000));
  return {
    ...shared,
    surnames: [pick(random, from.surnames)],
    givenNames: pick(random, from[sex]),
    nationality: from.nationality,
    birthPlace: { town: abroad, province: abroad },
    number: kind === 'resident' ? digits + controlLetter(digits) : null,
  };
}

/** Completed years from `birthDate` to `at`, both ISO. */
export function ageAt(birthDate: string, at: string): number {
  const years = Number(at.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return at.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

export const pick = <Item>(random: Random, list: readonly Item[]): Item => list[Math.floor(random() * list.length)]!;

/** A whole number in [0, count). */
export const whole = (random: Random, count: number): number => Math.floor(random() * count);

function birthDateAt(random: Random, at: string, [youngest, oldest]: readonly [number, number]): string {
  const age = youngest + whole(random, oldest - youngest + 1);
  const month = String(1 + whole(random, 12)).padStart(2, '0');
  const day = String(1 + whole(random, 28)).padStart(2, '0');
  const year = Number(at.slice(0, 4)) - age - (at.slice(5) < `${month}-${day}` ? 1 : 0);
  return `${year}-${month}-${day}`;
}
