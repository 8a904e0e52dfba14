const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** The letter that a DNI (eight digits) or NIE (X, Y or Z and seven digits) must end in; null for another shape. */
export function controlLetter(withoutLetter: string): string | null {
  if (!/^(\d{8}|[XYZ]\d{7})$/.test(withoutLetter)) return null;
  const digits = withoutLetter.replace(/^[XYZ]/, (initial) => String('XYZ'.indexOf(initial)));
  return LETTERS[Number(digits) % 23]!;
}

/** Whether the text is a DNI or NIE with the right letter; null when it has the shape of neither. */
export function hasRightLetter(number: string): boolean | null {
  const letter = controlLetter(number.slice(0, -1));
  return letter === null || !/[A-Z]$/.test(number) ? null : letter === number.at(-1);
}

/**
 * The DNI inside the personal number of a Spanish passport (`A`, eight digits, `00`), with the letter that belongs to it;
 * null where there is none.
 */
export function dniOfPassport(personalNumber: string): string | null {
  const digits = /^A?(\d{8})(?:00)?$/.exec(personalNumber)?.[1];
  return digits === undefined ? null : digits + controlLetter(digits)!;
}

/** Whether two writings are one number: case, blanks, dots and hyphens do not count. */
export const sameNumber = (a: string, b: string): boolean => bare(a) === bare(b);

const bare = (number: string): string => number.toUpperCase().replace(/[^A-Z0-9]/g, '');
