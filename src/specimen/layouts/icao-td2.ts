import { emblem, guilloche, paper, signature, wash } from '../artwork.ts';
import { countryOf } from '../names.ts';
import { td2Lines } from '../mrz-lines.ts';
import { dayFirst, id2Card, label, mark, series, td3RowPitch, type Layout } from './layout.ts';
import type { Ink } from '../sheet.ts';

const text: Ink = { face: 'sans', size: 25, colour: '#20202a', maxWidth: 520 };
const title = label(13, { face: 'sans', colour: '#5a4a2c' });

/** A one-sided card of size ID-2 of some other state, by the rules of ICAO Doc 9303-6. */
export const icaoTd2: Layout = {
  size: id2Card,
  personKind: 'foreign',
  mrz: { side: 'front', format: 'TD2' },
  documentNumber: (random) => series(random, '', 1, 8),
  mrzLines: (holder) => td2Lines({ ...holder, documentCode: 'I' }),
  validYears: () => 10,

  front(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#efeadb');
    wash(sheet, 'w', ['#f2ead4', '#e6efe2', '#f0e8da']);
    guilloche(sheet, random, { hues: [40, 90], lines: 76, swing: 42, opacity: 0.42 });
    emblem(sheet, 850, 260, 190, '#7a6a2c', 0.26);
    sheet.text(60, 68, countryOf(holder.nationality).englishName, { face: 'sans-bold', size: 32, colour: '#4a3c1c' });
    sheet.text(420, 68, 'IDENTITY CARD', { face: 'sans-bold', size: 30, colour: '#4a3c1c' });
    sheet.portrait(58, 110, 280, 360);
    const x = 380;
    sheet.text(x, 128, 'Surname / Nom', title);
    sheet.field('surnames', x, 160, holder.surnames.join(' '), text);
    sheet.text(x, 194, 'Given names / Prénoms', title);
    sheet.field('givenNames', x, 226, holder.givenNames, text);
    sheet.text(x, 260, 'Nationality / Nationalité', title);
    sheet.field('nationality', x, 292, holder.nationality, text);
    sheet.text(x + 300, 260, 'Sex / Sexe', title);
    sheet.field('sex', x + 300, 292, holder.sex, text);
    sheet.text(x, 326, 'Date of birth / Date de naissance', title);
    sheet.field('birthDate', x, 358, dayFirst(contents.printedBirthDate, '/'), text);
    sheet.text(x, 392, 'Document No. / No. du document', title);
    sheet.field('documentNumber', x, 424, contents.documentNumber, text);
    sheet.text(x, 458, 'Date of expiry / Date d’expiration', title);
    sheet.field('expiryDate', x, 490, dayFirst(contents.expiryDate, '/'), text);
    signature(sheet, random, 720, 480, 220);
    sheet.draw(`<rect y="560" width="${sheet.width}" height="180" fill="#ffffff" fill-opacity="0.55"/>`);
    sheet.mrz(68, 634, td3RowPitch, contents.mrz);
    mark(sheet, contents, { x: 920, y: 40 }, { x: 700, y: 460, turn: -32, size: 42, word: 'SPECIMEN' });
  },
};
