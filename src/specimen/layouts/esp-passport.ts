import { emblem, guilloche, paper, rosette, signature, wash } from '../artwork.ts';
import { td3Lines } from '../mrz-lines.ts';
import { spanishCardYears } from './esp-dni-4.ts';
import { dayFirst, label, mark, passportPage, series, td3RowPitch, value, type Layout } from './layout.ts';

/** In the manner of the data page of a Spanish passport. The personal number of its MRZ holds the DNI without letter. */
export const espPassport: Layout = {
  size: passportPage,
  personKind: 'spanish',
  mrz: { side: 'front', format: 'TD3' },
  documentNumber: (random) => series(random, 'P', 2, 6),
  mrzLines: (holder, personNumber) =>
    td3Lines({
      ...holder,
      documentCode: 'P',
      ...(personNumber === null ? {} : { optional: `A${personNumber.slice(0, 8)}00` }),
    }),
  validYears: spanishCardYears,

  front(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#f1e4e2', 20);
    wash(sheet, 'w', ['#f3e0dc', '#eef0e6', '#f1e0e0']);
    guilloche(sheet, random, { hues: [340, 380], lines: 84, swing: 50, opacity: 0.4 });
    rosette(sheet, 1000, 420, 190, 10, 0.26);
    emblem(sheet, 1000, 420, 200, '#9c4a4a', 0.22);
    sheet.text(48, 74, 'PASAPORTE', { face: 'condensed-bold', size: 34, colour: '#7a1d2b' });
    sheet.text(48, 108, 'PASSPORT · PASSEPORT', { face: 'condensed', size: 20, colour: '#7a1d2b' });
    sheet.text(440, 74, 'ESPAÑA', { face: 'condensed-bold', size: 38, colour: '#7a1d2b' });
    sheet.portrait(50, 150, 340, 440);
    const title = label(15.5, { colour: '#6b2030' });
    const text = value(31, { face: 'ocr-b', maxWidth: 560 });
    sheet.text(440, 118, 'TIPO/TYPE', title);
    sheet.text(440, 150, 'P', text);
    sheet.text(580, 118, 'CÓDIGO/CODE', title);
    sheet.field('issuingState', 580, 150, 'ESP', text);
    sheet.text(860, 118, 'PASAPORTE Nº/PASSPORT No.', title);
    sheet.field('supportNumber', 860, 152, contents.documentNumber, value(36));
    sheet.text(440, 186, 'APELLIDOS/SURNAME', title);
    sheet.field('surnames', 440, 220, holder.surnames[0], text);
    sheet.field('surnames', 440, 254, holder.surnames[1] ?? '', text);
    sheet.text(440, 288, 'NOMBRE/GIVEN NAMES', title);
    sheet.field('givenNames', 440, 322, holder.givenNames, text);
    sheet.text(440, 356, 'NACIONALIDAD/NATIONALITY', title);
    sheet.text(440, 390, 'ESPAÑOLA', text);
    sheet.text(440, 424, 'FECHA DE NACIMIENTO/DATE OF BIRTH', title);
    sheet.field('birthDate', 440, 458, dayFirst(contents.printedBirthDate, '-'), text);
    sheet.text(860, 356, 'DNI/PERSONAL No.', title);
    sheet.field('documentNumber', 860, 390, contents.personNumber ?? '', text);
    sheet.text(440, 492, 'SEXO/SEX', title);
    sheet.field('sex', 440, 526, holder.sex, text);
    sheet.text(580, 492, 'LUGAR DE NACIMIENTO/PLACE OF BIRTH', title);
    sheet.field('birthPlace', 580, 526, holder.birthPlace.town, text);
    sheet.text(440, 560, 'FECHA DE EXPEDICIÓN/DATE OF ISSUE', title);
    sheet.field('issueDate', 440, 594, dayFirst(contents.issueDate, '-'), text);
    sheet.text(440, 628, 'FECHA DE CADUCIDAD/DATE OF EXPIRY', title);
    sheet.field('expiryDate', 440, 662, dayFirst(contents.expiryDate, '-'), text);
    signature(sheet, random, 880, 650, 240);
    sheet.draw(`<rect y="690" width="${sheet.width}" height="190" fill="#ffffff" fill-opacity="0.55"/>`);
    sheet.mrz(62, 766, td3RowPitch, contents.mrz);
    mark(sheet, contents, { x: 1120, y: 40 }, { x: 860, y: 620, turn: -34, size: 50, word: 'ESPECIMEN' });
  },
};
