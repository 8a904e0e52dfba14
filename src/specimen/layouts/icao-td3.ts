import { emblem, guilloche, paper, rosette, signature, wash } from '../artwork.ts';
import { countryOf } from '../names.ts';
import { td3Lines } from '../mrz-lines.ts';
import { label, mark, monthInWords, passportPage, series, td3RowPitch, type Layout } from './layout.ts';
import type { Ink } from '../sheet.ts';

const text: Ink = { face: 'sans', size: 29, colour: '#20202a', maxWidth: 620 };
const title = label(15, { face: 'sans', colour: '#1f5a46' });

/** The data page of some other state's passport, by the rules of ICAO Doc 9303-4. */
export const icaoTd3: Layout = {
  size: passportPage,
  personKind: 'foreign',
  mrz: { side: 'front', format: 'TD3' },
  documentNumber: (random) => series(random, '', 2, 7),
  mrzLines: (holder) => td3Lines({ ...holder, documentCode: 'P' }),
  validYears: () => 10,

  front(sheet, contents, random) {
    const { holder } = contents;
    const { englishName } = countryOf(holder.nationality);
    paper(sheet, '#e6efe6', 20);
    wash(sheet, 'w', ['#dfeee4', '#eef0e2', '#e0eaf0']);
    guilloche(sheet, random, { hues: [120, 190], lines: 84, swing: 55, opacity: 0.42 });
    rosette(sheet, 1030, 430, 180, 150, 0.26);
    emblem(sheet, 1030, 430, 190, '#2c6b4a', 0.24);
    sheet.text(430, 66, englishName, { face: 'sans-bold', size: 34, colour: '#1f5a46' });
    sheet.text(60, 66, 'PASSPORT', { face: 'sans-bold', size: 32, colour: '#1f5a46' });
    sheet.portrait(60, 130, 330, 424);
    const x = 430;
    sheet.text(x, 106, 'Type', title);
    sheet.text(x, 140, 'P', text);
    sheet.text(x + 130, 106, 'Code of issuing State', title);
    sheet.field('issuingState', x + 130, 140, holder.nationality, text);
    sheet.text(x + 440, 106, 'Passport No.', title);
    sheet.field('documentNumber', x + 440, 140, contents.documentNumber, { ...text, size: 32 });
    sheet.text(x, 178, 'Surname', title);
    sheet.field('surnames', x, 214, holder.surnames.join(' '), text);
    sheet.text(x, 252, 'Given names', title);
    sheet.field('givenNames', x, 288, holder.givenNames, text);
    sheet.text(x, 326, 'Nationality', title);
    sheet.text(x, 362, englishName, text);
    sheet.text(x, 400, 'Date of birth', title);
    sheet.field('birthDate', x, 436, monthInWords(contents.printedBirthDate), text);
    sheet.text(x, 474, 'Sex', title);
    sheet.field('sex', x, 510, holder.sex, text);
    sheet.text(x + 130, 474, 'Place of birth', title);
    sheet.field('birthPlace', x + 130, 510, holder.birthPlace.town, text);
    sheet.text(x, 548, 'Date of issue', title);
    sheet.field('issueDate', x, 584, monthInWords(contents.issueDate), text);
    sheet.text(x, 622, 'Date of expiry', title);
    sheet.field('expiryDate', x, 658, monthInWords(contents.expiryDate), text);
    signature(sheet, random, 880, 640, 240);
    sheet.draw(`<rect y="690" width="${sheet.width}" height="190" fill="#ffffff" fill-opacity="0.55"/>`);
    sheet.mrz(62, 766, td3RowPitch, contents.mrz);
    mark(sheet, contents, { x: 1110, y: 40 }, { x: 860, y: 620, turn: -34, size: 50, word: 'SPECIMEN' });
  },
};
