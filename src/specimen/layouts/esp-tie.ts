import {
  chip,
  chipSymbol,
  band,
  countryField,
  emblem,
  guilloche,
  paper,
  rosette,
  signature,
  wash,
} from '../artwork.ts';
import { td1Lines } from '../mrz-lines.ts';
import { dayFirst, idCard, label, mark, series, td1RowPitch, value, type Layout } from './layout.ts';

/** In the manner of the Spanish residence card for foreigners (TIE, uniform format of Regulation (EU) 2017/1954). */
export const espTie: Layout = {
  size: idCard,
  personKind: 'resident',
  mrz: { side: 'back', format: 'TD1' },
  documentNumber: (random) => series(random, 'E', 0, 8),
  mrzLines: (holder, personNumber) => td1Lines({ ...holder, documentCode: 'IX', optional: personNumber ?? '' }),
  validYears: () => 5,

  front(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#e9e6f0');
    wash(sheet, 'w', ['#f2d9dc', '#dfe6f4', '#f1dde2']);
    guilloche(sheet, random, { hues: [200, 330], lines: 66, opacity: 0.4 });
    band(sheet, 330, 120, 30, '#9fb2dc', 0.22);
    emblem(sheet, 690, 260, 170, '#8c6aa6', 0.28);
    countryField(sheet, 26, 24, 84, 56, '#2f56a8');
    sheet.text(48, 61, 'ES', { face: 'sans-bold', size: 26, colour: '#f4e7a0' });
    sheet.text(132, 46, 'ESPAÑA', { face: 'condensed-bold', size: 26, colour: '#25306b' });
    sheet.text(132, 76, 'PERMISO DE RESIDENCIA', {
      face: 'condensed-bold',
      size: 26,
      colour: '#25306b',
      maxWidth: 400,
    });
    sheet.field('supportNumber', 604, 50, contents.documentNumber, value(32, { stretch: 0.95 }));
    chipSymbol(sheet, 566, 80, '#5a5f8c');
    sheet.portrait(26, 112, 236, 312);
    const x = 286;
    sheet.text(x, 116, 'APELLIDOS', label(11.5));
    sheet.field('surnames', x, 141, holder.surnames[0], value(24, { maxWidth: 360 }));
    sheet.field('surnames', x, 166, holder.surnames[1] ?? '', value(24, { maxWidth: 360 }));
    sheet.text(x, 190, 'NOMBRE', label(11.5));
    sheet.field('givenNames', x, 215, holder.givenNames, value(24, { maxWidth: 360 }));
    sheet.text(x, 240, 'SEXO', label(11.5));
    sheet.field('sex', x + 2, 265, holder.sex, value(24));
    sheet.text(x + 90, 240, 'NACIONALIDAD', label(11.5));
    sheet.field('nationality', x + 92, 265, holder.nationality, value(24));
    sheet.text(x + 250, 240, 'FECHA DE NACIMIENTO', label(11.5));
    sheet.field('birthDate', x + 250, 265, dayFirst(contents.printedBirthDate), value(24));
    sheet.text(x, 290, 'NIE', label(11.5));
    sheet.field('documentNumber', x, 315, contents.personNumber ?? '', value(24));
    sheet.text(x + 250, 290, 'VALIDO HASTA', label(11.5));
    sheet.field('expiryDate', x + 250, 315, dayFirst(contents.expiryDate), value(24));
    sheet.text(x, 340, 'TIPO DE PERMISO', label(11.5));
    sheet.text(x, 365, 'RESIDENCIA TEMPORAL', value(21));
    sheet.text(x, 390, 'OBSERVACIONES', label(11.5));
    sheet.text(x, 412, 'AUTORIZA A TRABAJAR', value(18));
    signature(sheet, random, 560, 420, 200);
    sheet.text(36, 486, series(random, '', 0, 6), value(37, { stretch: 0.95 }));
    sheet.text(330, 506, 'PERMISO DE RESIDENCIA / RESIDENCE PERMIT', { face: 'condensed', size: 15, colour: '#333' });
    mark(sheet, contents, { x: 740, y: 526 }, { x: 610, y: 420, turn: -30, size: 30, word: 'ESPECIMEN' });
  },

  back(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#eee8f0');
    wash(sheet, 'w', ['#f3dde0', '#e0e8f5', '#f2e0e4']);
    guilloche(sheet, random, { hues: [210, 330], lines: 60, opacity: 0.36 });
    rosette(sheet, 700, 160, 90, 280, 0.28);
    chip(sheet, 40, 130, 130, 118);
    sheet.text(230, 40, 'LUGAR DE NACIMIENTO', label(11.5));
    sheet.field('birthPlace', 230, 64, holder.birthPlace.town, value(21, { maxWidth: 380 }));
    sheet.text(230, 96, 'DOMICILIO', label(11.5));
    sheet.text(230, 120, holder.address.street, value(21, { maxWidth: 380 }));
    sheet.text(230, 146, holder.address.town, value(21, { maxWidth: 380 }));
    sheet.text(230, 178, 'HIJO/A DE', label(11.5));
    sheet.text(230, 202, holder.parents, value(21, { maxWidth: 380 }));
    sheet.text(230, 234, 'FECHA DE EXPEDICIÓN', label(11.5));
    sheet.field('issueDate', 230, 258, dayFirst(contents.issueDate), value(21));
    sheet.draw(`<rect y="316" width="${sheet.width}" height="224" fill="#ffffff" fill-opacity="0.55"/>`);
    sheet.mrz(46, 392, td1RowPitch, contents.mrz);
    mark(sheet, contents, { x: 730, y: 28 }, { x: 560, y: 290, turn: -35, size: 34, word: 'ESPECIMEN' });
  },
};
