import type { FieldName, MrzFormat, Side } from '../engine/document/document.ts';
import { seededRandom } from '../kernel/random.ts';
import { layouts, type SpecimenType } from './layouts/index.ts';
import type { Contents, Layout } from './layouts/layout.ts';
import { ageAt, controlLetter, makePerson, whole, type Person } from './person.ts';
import { Sheet, type DrawnSide } from './sheet.ts';
import type { Fonts } from './text.ts';

/**
 * What is wrong with a document on purpose:
 * - `expired`: its last day lies before the day of the assessment;
 * - `minor`: the holder is under 18 on that day;
 * - `wrong-letter`: the DNI or NIE ends in a letter that is not its own, on every side and in the MRZ, under true check digits;
 * - `wrong-check-digit`: one check digit of the MRZ is another;
 * - `birth-differs`: the visual zone shows another date of birth than the MRZ;
 * - `other-person-back`: the back belongs to somebody else's document of the same type;
 * - `one-sided`: the back is not there.
 */
export const flawNames = [
  'expired',
  'minor',
  'wrong-letter',
  'wrong-check-digit',
  'birth-differs',
  'other-person-back',
  'one-sided',
] as const;
export type Flaw = (typeof flawNames)[number];

export type DocumentRequest = {
  readonly type: SpecimenType;
  /** Everything that is not said follows from it: holder, numbers, dates, artwork. */
  readonly seed: number;
  /** ISO date of the assessment that the document is for: holders are adult and documents valid on it. */
  readonly at: string;
  readonly person?: Person;
  /** ISO dates; without them the document was issued in the last years before `at` for its usual time. */
  readonly issueDate?: string;
  readonly expiryDate?: string;
  readonly marked?: 'specimen' | 'none';
  readonly flaws?: readonly Flaw[];
};

/** What a perfect reading would say. Names carry their accents and Ñ; dates are ISO. */
export type DocumentTruth = {
  readonly type: SpecimenType;
  readonly issuingState: string;
  /** Fields that the front and back show in print; of a flawed document, as the front shows them. */
  readonly fields: Readonly<Partial<Record<FieldName, string>>>;
  readonly numberOnFront: string | null;
  readonly numberOnBack: string | null;
  readonly mrz: { readonly side: Side; readonly format: MrzFormat; readonly lines: readonly string[] };
  readonly front: SideTruth;
  readonly back?: SideTruth;
};

/** Where things are on a side, in px of its picture. */
export type SideTruth = Omit<DrawnSide, 'svg'>;

export type DrawnDocument = { readonly front: DrawnSide; readonly back?: DrawnSide; readonly truth: DocumentTruth };

/** Pixels per tenth of a millimetre of a drawn document: 406 dpi, so that an ID-1 card is 1370 px wide. */
export const defaultPxPerUnit = 1.6;

/** Draws a fictitious document. @param portraitHref data URI of the portrait; null draws a placeholder. */
export function drawDocument(
  request: DocumentRequest,
  fonts: Fonts,
  portraitHref: string | null,
  pxPerUnit: number = defaultPxPerUnit,
): DrawnDocument {
  const layout: Layout = layouts[request.type];
  const flaws = new Set(request.flaws ?? []);
  const contents = contentsOf(layout, request, flaws);
  // The other person's document is a sound one of the same type.
  const backContents = flaws.has('other-person-back')
    ? contentsOf(layout, { type: request.type, seed: request.seed + 7_654_321, at: request.at }, new Set())
    : contents;

  // Printers differ in how far ink or laser marks spread; strokes of OCR-B at MRZ size are 3.2 units wide.
  const inkSpread = seededRandom(request.seed ^ 0x1c)() * 1.2;
  const draw = (side: 'front' | 'back', of: Contents): DrawnSide => {
    const sheet = new Sheet(layout.size, fonts, portraitHref, inkSpread);
    layout[side]?.(sheet, of, seededRandom(request.seed ^ (side === 'front' ? 0x0f0f : 0xb0b0)));
    return sheet.finish(pxPerUnit);
  };
  const front = draw('front', contents);
  const back = layout.back === undefined || flaws.has('one-sided') ? undefined : draw('back', backContents);
  return {
    front,
    ...(back === undefined ? {} : { back }),
    truth: truthOf(request.type, layout, contents, backContents, front, back),
  };
}

function contentsOf(layout: Layout, request: DocumentRequest, flaws: ReadonlySet<Flaw>): Contents {
  const random = seededRandom(request.seed ^ 0x5eed);
  const holder =
    request.person ??
    makePerson(request.seed, {
      kind: layout.personKind,
      at: request.at,
      ages: flaws.has('minor') ? [9, 17] : [18, 69],
    });
  const documentNumber = layout.documentNumber(random);
  const { issueDate, expiryDate } = datesOf(layout, request, holder, flaws, random);
  const personNumber = flaws.has('wrong-letter') ? withWrongLetter(holder.number) : holder.number;
  const issuer = issuerOf(layout, holder);
  const lines = layout.mrzLines(
    {
      surnames: holder.surnames.join(' '),
      givenNames: holder.givenNames,
      birthDate: holder.birthDate,
      expiryDate,
      sex: holder.sex,
      nationality: holder.nationality,
      issuer,
      documentCode: 'ID',
      number: documentNumber,
    },
    personNumber,
  );
  return {
    holder,
    personNumber,
    documentNumber,
    issueDate,
    expiryDate,
    printedBirthDate: flaws.has('birth-differs') ? anotherDay(holder.birthDate) : holder.birthDate,
    mrz: flaws.has('wrong-check-digit') ? withWrongCheckDigit(lines, layout.mrz.format) : lines,
    isMarkedSpecimen: request.marked === 'specimen',
  };
}

const issuerOf = (layout: Layout, holder: Person): string =>
  layout.personKind === 'foreign' && layout.mrz.format !== 'MRVA' ? holder.nationality : 'ESP';

function datesOf(
  layout: Layout,
  request: DocumentRequest,
  holder: Person,
  flaws: ReadonlySet<Flaw>,
  random: () => number,
): { issueDate: string; expiryDate: string } {
  const daysAgo = 20 + whole(random, 280);
  const yearsAgo = whole(random, 5);
  const term = (issue: string): number => layout.validYears(ageAt(holder.birthDate, issue));
  let issueDate = request.issueDate ?? addYears(addDays(request.at, -daysAgo), 0);
  // Five years at most lie behind a document of ten, none behind one of one or two.
  if (request.issueDate === undefined) issueDate = addYears(issueDate, -Math.min(yearsAgo, term(issueDate) - 1));
  if (request.issueDate === undefined && flaws.has('expired')) issueDate = addYears(issueDate, -term(issueDate) - 1);
  const expiryDate = request.expiryDate ?? addYears(issueDate, term(issueDate));
  return { issueDate, expiryDate };
}

function truthOf(
  type: SpecimenType,
  layout: Layout,
  contents: Contents,
  backContents: Contents,
  front: DrawnSide,
  back: DrawnSide | undefined,
): DocumentTruth {
  const { holder } = contents;
  const values: Readonly<Partial<Record<FieldName, string>>> = {
    documentNumber: contents.personNumber ?? contents.documentNumber,
    supportNumber: contents.documentNumber,
    surnames: holder.surnames.join(' '),
    givenNames: holder.givenNames,
    birthDate: contents.printedBirthDate,
    expiryDate: contents.expiryDate,
    issueDate: contents.issueDate,
    sex: holder.sex,
    nationality: holder.nationality,
    birthPlace: holder.birthPlace.town,
    issuingState: issuerOf(layout, holder),
  };
  const printed = new Set([...front.fields, ...(back?.fields ?? [])].map((field) => field.name));
  const numberOf = (of: Contents): string => of.personNumber ?? of.documentNumber;
  return {
    type,
    issuingState: issuerOf(layout, holder),
    fields: Object.fromEntries(Object.entries(values).filter(([name]) => printed.has(name as FieldName))),
    numberOnFront: numberOf(contents),
    // What a back says of the number is in its MRZ.
    numberOnBack: back !== undefined && layout.mrz.side === 'back' ? numberOf(backContents) : null,
    mrz: { ...layout.mrz, lines: layout.mrz.side === 'back' ? backContents.mrz : contents.mrz },
    front: placesOf(front),
    ...(back === undefined ? {} : { back: placesOf(back) }),
  };
}

const placesOf = ({ widthPx, heightPx, fields, mrzRows, portrait }: DrawnSide): SideTruth => ({
  widthPx,
  heightPx,
  fields,
  mrzRows,
  portrait,
});

function withWrongLetter(number: string | null): string | null {
  if (number === null) return null;
  const digits = number.slice(0, -1);
  const letters = 'TRWAGMYFPDXBNJZSQVHLCKE';
  return digits + letters[(letters.indexOf(controlLetter(digits)) + 5) % letters.length]!;
}

/** Turns the check digit of the date of birth by three, which the composite digit over it notices as well. */
function withWrongCheckDigit(lines: readonly string[], format: MrzFormat): readonly string[] {
  const place = format === 'TD1' ? 6 : 19;
  return lines.map((line, row) =>
    row === 1 ? line.slice(0, place) + String((Number(line[place]) + 3) % 10) + line.slice(place + 1) : line,
  );
}

/** Another day of the same month: every month has a 1st and a 15th. */
const anotherDay = (iso: string): string => iso.slice(0, 8) + (iso.slice(8) === '15' ? '01' : '15');

function addYears(iso: string, years: number): string {
  const moved = String(Number(iso.slice(0, 4)) + years).padStart(4, '0') + iso.slice(4);
  return moved.endsWith('02-29') ? moved.slice(0, 8) + '28' : moved;
}

const addDays = (iso: string, days: number): string =>
  new Date(Date.parse(`${iso}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
