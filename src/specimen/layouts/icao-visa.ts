import { emblem, guilloche, paper, wash } from '../artwork.ts';
import { countryOf } from '../names.ts';
import { mrvaLines } from '../mrz-lines.ts';
import { dayFirst, label, mark, series, td3RowPitch, type Layout } from './layout.ts';
import type { Ink } from '../sheet.ts';

const text: Ink = { face: 'sans', size: 27, colour: '#20202a', maxWidth: 560 };
const title = label(14, { face: 'sans', colour: '#4a3a6b' });

/** A full-size visa sticker, by the rules of ICAO Doc 9303-7. */
export const icaoVisa: Layout = {
  size: { width: 1200, height: 800 },
  personKind: 'foreign',
  mrz: { side: 'front', format: 'MRVA' },
  documentNumber: (random) => series(random, '', 1, 8),
  mrzLines: (holder) => mrvaLines({ ...holder, documentCode: 'V', issuer: 'ESP' }),
  validYears: () => 1,

  front(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#ece6f2', 12);
    wash(sheet, 'w', ['#e9e0f2', '#e2eef2', '#f0e6ec']);
    guilloche(sheet, random, { hues: [230, 300], lines: 80, swing: 48, opacity: 0.4 });
    emblem(sheet, 980, 330, 190, '#5a4a8c', 0.24);
    sheet.text(60, 66, 'ESPAÑA', { face: 'sans-bold', size: 34, colour: '#3a2c6b' });
    sheet.text(960, 66, 'VISA', { face: 'sans-bold', size: 38, colour: '#3a2c6b' });
    sheet.portrait(60, 120, 300, 380);
    const x = 410;
    sheet.text(x, 118, 'VALID FROM', title);
    sheet.field('issueDate', x, 152, dayFirst(contents.issueDate, '-'), text);
    sheet.text(x + 340, 118, 'UNTIL', title);
    sheet.field('expiryDate', x + 340, 152, dayFirst(contents.expiryDate, '-'), text);
    sheet.text(x, 190, 'TYPE OF VISA', title);
    sheet.text(x, 224, 'C', text);
    sheet.text(x + 340, 190, 'VISA NUMBER', title);
    sheet.field('documentNumber', x + 340, 224, contents.documentNumber, text);
    sheet.text(x, 262, 'SURNAME, NAME', title);
    sheet.field('surnames', x, 296, holder.surnames.join(' '), text);
    sheet.field('givenNames', x, 332, holder.givenNames, text);
    sheet.text(x, 370, 'SEX', title);
    sheet.field('sex', x, 404, holder.sex, text);
    sheet.text(x + 140, 370, 'DATE OF BIRTH', title);
    sheet.field('birthDate', x + 140, 404, dayFirst(contents.printedBirthDate, '-'), text);
    sheet.text(x + 440, 370, 'NATIONALITY', title);
    sheet.field('nationality', x + 440, 404, holder.nationality, text);
    sheet.text(x, 442, 'REMARKS', title);
    sheet.text(x, 476, countryOf(holder.nationality).englishName, text);
    sheet.draw(`<rect y="610" width="${sheet.width}" height="190" fill="#ffffff" fill-opacity="0.55"/>`);
    sheet.mrz(41, 690, td3RowPitch, contents.mrz);
    mark(sheet, contents, { x: 1060, y: 590 }, { x: 640, y: 590, turn: -12, size: 40, word: 'SPECIMEN' });
  },
};
