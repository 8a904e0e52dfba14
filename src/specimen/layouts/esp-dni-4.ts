import { chip, chipSymbol, band, countryField, emblem, guilloche, paper, signature, wash } from '../artwork.ts';
import { td1Lines } from '../mrz-lines.ts';
import type { Sheet } from '../sheet.ts';
import { dayFirst, idCard, label, mark, series, td1RowPitch, value, type Contents, type Layout } from './layout.ts';

/** In the manner of the Spanish identity card of 2021 (DNI 4.0). */
export const espDni4: Layout = {
  size: idCard,
  personKind: 'spanish',
  mrz: { side: 'back', format: 'TD1' },
  documentNumber: (random) => series(random, 'C', 2, 6),
  mrzLines: (holder, personNumber) => td1Lines({ ...holder, optional: personNumber ?? '' }),
  validYears: spanishCardYears,

  front(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#f7f2e6');
    wash(sheet, 'w', ['#e3ecf6', '#f8f2df', '#f6efdc', '#e6edf4']);
    guilloche(sheet, random, { hues: [30, 60], lines: 64, opacity: 0.5 });
    guilloche(sheet, random, { hues: [200, 240], lines: 20, swing: 60, opacity: 0.3 });
    emblem(sheet, 590, 250, 210, '#c98a4a', 0.28);
    countryField(sheet, 28, 32, 88, 58, '#2f56a8');
    sheet.text(52, 70, 'ES', { face: 'sans-bold', size: 26, colour: '#f4e7a0' });
    chipSymbol(sheet, 764, 28, '#3c4a8c');
    sheet.text(274, 64, 'REINO DE ESPAÑA', { face: 'condensed-bold', size: 39, colour: '#2a4aa0', maxWidth: 384 });
    sheet.text(274, 83, 'DOCUMENTO NACIONAL DE IDENTIDAD', {
      face: 'condensed',
      size: 19,
      colour: '#c03038',
      maxWidth: 384,
    });
    sheet.portrait(18, 134, 305, 372);
    sheet.text(18, 121, contents.personNumber ?? '', value(20));
    sheet.text(341, 124, 'DNI', { face: 'condensed-bold', size: 19, colour: '#1b1b22' });
    sheet.field('documentNumber', 380, 124, contents.personNumber ?? '', value(39, { stretch: 1 }));
    sheet.text(664, 98, contents.documentNumber, { face: 'ocr-b', size: 11, colour: '#555', opacity: 0.8 });

    sheet.text(338, 152, 'APELLIDOS', label(11.5));
    sheet.field('surnames', 338, 176, holder.surnames[0], value(25, { maxWidth: 330 }));
    sheet.field('surnames', 338, 201, holder.surnames[1] ?? '', value(25, { maxWidth: 330 }));
    sheet.text(338, 226, 'NOMBRE', label(11.5));
    sheet.field('givenNames', 338, 250, holder.givenNames, value(25, { maxWidth: 330 }));
    sheet.text(338, 275, 'SEXO', label(11.5));
    sheet.field('sex', 339, 299, holder.sex, value(25));
    sheet.text(445, 275, 'NACIONALIDAD', label(11.5));
    sheet.field('nationality', 447, 299, holder.nationality, value(25));
    sheet.text(678, 275, 'NACIMIENTO', label(11.5));
    sheet.field('birthDate', 678, 299, dayFirst(contents.printedBirthDate), value(25, { maxWidth: 160 }));
    sheet.text(338, 324, 'EMISIÓN', label(11.5));
    sheet.field('issueDate', 338, 348, dayFirst(contents.issueDate), value(25, { maxWidth: 150 }));
    sheet.text(503, 324, 'VALIDEZ', label(11.5));
    sheet.field('expiryDate', 504, 348, dayFirst(contents.expiryDate), value(25, { maxWidth: 150 }));
    sheet.text(338, 371, 'NUM SOPORTE', label(11.5));
    sheet.field('supportNumber', 340, 397, contents.documentNumber, value(23));

    sheet.ghostPortrait(716, 326, 78, 78);
    sheet.text(718, 378, dayFirst(contents.expiryDate, '').slice(0, 4) + contents.expiryDate.slice(2, 4), value(17));
    signature(sheet, random, 400, 456, 190);
    sheet.text(672, 474, series(random, '', 0, 6), value(37, { stretch: 0.95 }));
    sheet.text(328, 503, 'DOCUMENTO NACIONAL DE IDENTIDAD / NATIONAL IDENTITY CARD', {
      face: 'condensed',
      size: 14.5,
      colour: '#333',
      maxWidth: 500,
    });
    mark(sheet, contents, { x: 18, y: 524 }, { x: 598, y: 296, turn: -40, size: 30, word: 'ESPECIMEN' });
  },

  back(sheet, contents, random) {
    paper(sheet, '#f2ece2');
    wash(sheet, 'w', ['#e8eef4', '#f6eede', '#eae6f0']);
    guilloche(sheet, random, { hues: [190, 230], lines: 60, opacity: 0.42 });
    band(sheet, 470, 60, 120, '#d98a7a', 0.3);
    spanishCardBack(sheet, contents, random);
  },
};

/** Royal Decree 255/2025 and its forerunners: two years for small children, five up to thirty, ten from then on. */
export function spanishCardYears(age: number): number {
  return age < 5 ? 2 : age < 30 ? 5 : 10;
}

/** The back that DNI 3.0 and 4.0 share: address, birth place, parents, chip, machine readable zone. */
export function spanishCardBack(sheet: Sheet, contents: Contents, random: () => number): void {
  const { holder } = contents;
  sheet.text(22, 26, 'DOMICILIO', label(11));
  sheet.text(22, 49, holder.address.street, value(22, { maxWidth: 520 }));
  sheet.text(238, 75, holder.address.town, value(22, { maxWidth: 420 }));
  sheet.text(238, 101, holder.address.province, value(22, { maxWidth: 420 }));
  sheet.text(238, 178, 'LUGAR DE NACIMIENTO', label(11));
  sheet.field('birthPlace', 238, 203, holder.birthPlace.town, value(22, { maxWidth: 420 }));
  sheet.text(238, 228, holder.birthPlace.province, value(22, { maxWidth: 420 }));
  sheet.text(238, 281, 'HIJO/A DE', label(11));
  sheet.text(238, 306, holder.parents, value(22, { maxWidth: 420 }));
  sheet.text(16, 296, 'EQUIPO', label(10, { turn: -90 }));
  sheet.text(40, 296, series(random, '28', 1, 5) + 'DK', value(20, { turn: -90 }));
  chip(sheet, 74, 160, 132, 122);
  sheet.draw(`<rect y="322" width="${sheet.width}" height="218" fill="#f4f7f5" fill-opacity="0.62"/>`);
  sheet.mrz(36, 398, td1RowPitch + 2, contents.mrz);
  mark(sheet, contents, { x: 720, y: 26 }, { x: 560, y: 300, turn: -35, size: 34, word: 'ESPECIMEN' });
}
