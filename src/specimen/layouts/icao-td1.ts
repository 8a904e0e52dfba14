import { chip, chipSymbol, emblem, guilloche, paper, signature, wash } from '../artwork.ts';
import { countryOf } from '../names.ts';
import { td1Lines } from '../mrz-lines.ts';
import { dayFirst, idCard, label, mark, series, td1RowPitch, type Layout } from './layout.ts';
import type { Ink } from '../sheet.ts';

const text: Ink = { face: 'sans', size: 22, colour: '#20202a', maxWidth: 400 };

/** An identity card of some other state, both sides, by the rules of ICAO Doc 9303-5. */
export const icaoTd1: Layout = {
  size: idCard,
  personKind: 'foreign',
  mrz: { side: 'back', format: 'TD1' },
  documentNumber: (random) => series(random, '', 2, 7),
  mrzLines: (holder) => td1Lines({ ...holder, documentCode: 'I' }),
  validYears: () => 10,

  front(sheet, contents, random) {
    const { holder } = contents;
    const title = label(11.5, { face: 'sans', colour: '#2c5a6b' });
    paper(sheet, '#e2eef0');
    wash(sheet, 'w', ['#d8ecef', '#f0f3e4', '#dfe6f2']);
    guilloche(sheet, random, { hues: [160, 210], lines: 66, opacity: 0.42 });
    emblem(sheet, 720, 200, 150, '#2c6b6b', 0.3);
    chipSymbol(sheet, 32, 26, '#2c5a6b');
    sheet.text(112, 52, countryOf(holder.nationality).englishName, { face: 'sans-bold', size: 26, colour: '#1f4a5a' });
    sheet.text(430, 52, 'IDENTITY CARD', { face: 'sans-bold', size: 24, colour: '#1f4a5a' });
    sheet.portrait(32, 96, 240, 310);
    const x = 300;
    sheet.text(x, 112, 'Surname', title);
    sheet.field('surnames', x, 140, holder.surnames.join(' '), text);
    sheet.text(x, 168, 'Given names', title);
    sheet.field('givenNames', x, 196, holder.givenNames, text);
    sheet.text(x, 224, 'Sex', title);
    sheet.field('sex', x, 252, holder.sex, text);
    sheet.text(x + 100, 224, 'Nationality', title);
    sheet.field('nationality', x + 100, 252, holder.nationality, text);
    sheet.text(x + 240, 224, 'Date of birth', title);
    sheet.field('birthDate', x + 240, 252, dayFirst(contents.printedBirthDate, '.'), text);
    sheet.text(x, 280, 'Document No.', title);
    sheet.field('documentNumber', x, 310, contents.documentNumber, { ...text, size: 26 });
    sheet.text(x + 240, 280, 'Date of expiry', title);
    sheet.field('expiryDate', x + 240, 310, dayFirst(contents.expiryDate, '.'), text);
    sheet.text(x, 340, 'Date of issue', title);
    sheet.field('issueDate', x, 368, dayFirst(contents.issueDate, '.'), text);
    signature(sheet, random, 560, 460, 200);
    mark(sheet, contents, { x: 32, y: 520 }, { x: 570, y: 440, turn: -30, size: 34, word: 'SPECIMEN' });
  },

  back(sheet, contents, random) {
    const { holder } = contents;
    const title = label(11.5, { face: 'sans', colour: '#2c5a6b' });
    paper(sheet, '#e6eff0');
    wash(sheet, 'w', ['#dfeef0', '#eef0e6']);
    guilloche(sheet, random, { hues: [150, 200], lines: 60, opacity: 0.36 });
    chip(sheet, 80, 120, 124, 114);
    sheet.text(300, 60, 'Place of birth', title);
    sheet.field('birthPlace', 300, 88, holder.birthPlace.town, text);
    sheet.text(300, 130, 'Authority', title);
    sheet.text(300, 158, 'MINISTRY OF MODELS', text);
    sheet.draw(`<rect y="316" width="${sheet.width}" height="224" fill="#ffffff" fill-opacity="0.55"/>`);
    sheet.mrz(47, 392, td1RowPitch, contents.mrz);
    mark(sheet, contents, { x: 720, y: 30 }, { x: 560, y: 290, turn: -35, size: 34, word: 'SPECIMEN' });
  },
};
