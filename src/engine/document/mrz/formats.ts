import type { MrzFormat } from '../document.ts';
import { checkDigit } from './check-digit.ts';

/** Glyphs of one line, counted from 1, both ends included: as the standard prints positions. */
export type Span = { readonly line: number; readonly from: number; readonly to: number };

export type CheckName = 'number' | 'birth' | 'expiry' | 'optional' | 'composite';

/** A check digit: what it covers, in order, and where it stands. */
export type CheckRule = {
  readonly name: CheckName;
  readonly over: readonly Span[];
  readonly at: Span;
  /** What the covered glyphs may be: a date is digits or filler. */
  readonly holds: 'any' | 'date';
  /** The digit may be left as filler when the field is empty (the personal number of a passport). */
  readonly blankWhenEmpty?: boolean;
};

export type MrzLayout = {
  readonly format: MrzFormat;
  readonly lines: number;
  readonly lineLength: number;
  /** Letters that the document code may begin with. */
  readonly codeInitials: string;
  readonly documentCode: Span;
  readonly issuingState: Span;
  readonly documentNumber: Span;
  readonly nationality: Span | null;
  readonly birthDate: Span;
  readonly sex: Span;
  readonly expiryDate: Span | null;
  readonly optionalData: readonly Span[];
  /** One span with both names, or two spans (surname, given names). */
  readonly names: readonly Span[];
  readonly checks: readonly CheckRule[];
};

const on = (line: number, from: number, to = from): Span => ({ line, from, to });

/** Second lines of TD2, TD3 and both visas agree up to position 28 (Doc 9303-4, -6, -7). */
const secondLine = {
  documentNumber: on(2, 1, 9),
  nationality: on(2, 11, 13),
  birthDate: on(2, 14, 19),
  sex: on(2, 21),
  expiryDate: on(2, 22, 27),
} as const;

const secondLineChecks: readonly CheckRule[] = [
  { name: 'number', over: [on(2, 1, 9)], at: on(2, 10), holds: 'any' },
  { name: 'birth', over: [on(2, 14, 19)], at: on(2, 20), holds: 'date' },
  { name: 'expiry', over: [on(2, 22, 27)], at: on(2, 28), holds: 'date' },
];

const codeAndState = { documentCode: on(1, 1, 2), issuingState: on(1, 3, 5) } as const;

/** Every format as data. Sources: ICAO Doc 9303 parts 4 (TD3), 5 (TD1), 6 (TD2), 7 (visas); the French card before 2021. */
export const layouts: Readonly<Record<MrzFormat, MrzLayout>> = {
  TD1: {
    format: 'TD1',
    lines: 3,
    lineLength: 30,
    codeInitials: 'IAC',
    ...codeAndState,
    documentNumber: on(1, 6, 14),
    nationality: on(2, 16, 18),
    birthDate: on(2, 1, 6),
    sex: on(2, 8),
    expiryDate: on(2, 9, 14),
    optionalData: [on(1, 16, 30), on(2, 19, 29)],
    names: [on(3, 1, 30)],
    checks: [
      { name: 'number', over: [on(1, 6, 14)], at: on(1, 15), holds: 'any' },
      { name: 'birth', over: [on(2, 1, 6)], at: on(2, 7), holds: 'date' },
      { name: 'expiry', over: [on(2, 9, 14)], at: on(2, 15), holds: 'date' },
      {
        name: 'composite',
        over: [on(1, 6, 30), on(2, 1, 7), on(2, 9, 15), on(2, 19, 29)],
        at: on(2, 30),
        holds: 'any',
      },
    ],
  },
  TD2: {
    format: 'TD2',
    lines: 2,
    lineLength: 36,
    codeInitials: 'IACP',
    ...codeAndState,
    ...secondLine,
    optionalData: [on(2, 29, 35)],
    names: [on(1, 6, 36)],
    checks: [
      ...secondLineChecks,
      { name: 'composite', over: [on(2, 1, 10), on(2, 14, 20), on(2, 22, 35)], at: on(2, 36), holds: 'any' },
    ],
  },
  TD3: {
    format: 'TD3',
    lines: 2,
    lineLength: 44,
    codeInitials: 'P',
    ...codeAndState,
    ...secondLine,
    optionalData: [on(2, 29, 42)],
    names: [on(1, 6, 44)],
    checks: [
      ...secondLineChecks,
      { name: 'optional', over: [on(2, 29, 42)], at: on(2, 43), holds: 'any', blankWhenEmpty: true },
      { name: 'composite', over: [on(2, 1, 10), on(2, 14, 20), on(2, 22, 43)], at: on(2, 44), holds: 'any' },
    ],
  },
  MRVA: {
    format: 'MRVA',
    lines: 2,
    lineLength: 44,
    codeInitials: 'V',
    ...codeAndState,
    ...secondLine,
    optionalData: [on(2, 29, 44)],
    names: [on(1, 6, 44)],
    checks: secondLineChecks,
  },
  MRVB: {
    format: 'MRVB',
    lines: 2,
    lineLength: 36,
    codeInitials: 'V',
    ...codeAndState,
    ...secondLine,
    optionalData: [on(2, 29, 36)],
    names: [on(1, 6, 36)],
    checks: secondLineChecks,
  },
  IDFRA: {
    format: 'IDFRA',
    lines: 2,
    lineLength: 36,
    codeInitials: 'I',
    ...codeAndState,
    documentNumber: on(2, 1, 12),
    nationality: null,
    birthDate: on(2, 28, 33),
    sex: on(2, 35),
    expiryDate: null,
    optionalData: [on(1, 31, 36)],
    names: [on(1, 6, 30), on(2, 14, 27)],
    checks: [
      { name: 'number', over: [on(2, 1, 12)], at: on(2, 13), holds: 'any' },
      { name: 'birth', over: [on(2, 28, 33)], at: on(2, 34), holds: 'date' },
      { name: 'composite', over: [on(1, 1, 36), on(2, 1, 35)], at: on(2, 36), holds: 'any' },
    ],
  },
};

export const spanText = (lines: readonly string[], span: Span): string =>
  (lines[span.line - 1] ?? '').slice(span.from - 1, span.to);

/**
 * Where a document number of more than nine glyphs goes on (Doc 9303-5 and -6, note j): filler at the place of its
 * check digit, then the rest of the number and its check digit at the head of the optional data, then filler.
 */
export function longNumberRule(layout: MrzLayout, lines: readonly string[]): CheckRule | null {
  if (layout.format !== 'TD1' && layout.format !== 'TD2') return null;
  const rule = layout.checks[0]!;
  const optional = layout.optionalData[0]!;
  if (spanText(lines, rule.at) !== '<') return null;
  const length = spanText(lines, optional).indexOf('<');
  if (length < 2) return null;
  return {
    ...rule,
    over: [...rule.over, on(optional.line, optional.from, optional.from + length - 2)],
    at: on(optional.line, optional.from + length - 1),
  };
}

/** The check rules that hold for these lines: those of the format, with a long number's own where there is one. */
export function checkRules(layout: MrzLayout, lines: readonly string[]): readonly CheckRule[] {
  const long = longNumberRule(layout, lines);
  return long === null ? layout.checks : [long, ...layout.checks.slice(1)];
}

/** Each check digit of these lines, and whether it holds. */
export function verifyChecks(
  layout: MrzLayout,
  lines: readonly string[],
): readonly { readonly name: CheckName; readonly holds: boolean }[] {
  return checkRules(layout, lines).map((rule) => {
    const covered = rule.over.map((span) => spanText(lines, span)).join('');
    const digit = spanText(lines, rule.at);
    const blank = rule.blankWhenEmpty === true && digit === '<' && /^<*$/.test(covered);
    return { name: rule.name, holds: blank || checkDigit(covered) === digit };
  });
}
