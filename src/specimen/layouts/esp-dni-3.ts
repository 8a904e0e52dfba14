import { band, emblem, guilloche, paper, rosette, signature, wash } from '../artwork.ts';
import { td1Lines } from '../mrz-lines.ts';
import { spanishCardBack, spanishCardYears } from './esp-dni-4.ts';
import { dayFirst, idCard, label, mark, series, value, type Layout } from './layout.ts';

/** In the manner of the Spanish identity card of 2015 (DNI 3.0). */
export const espDni3: Layout = {
  size: idCard,
  personKind: 'spanish',
  mrz: { side: 'back', format: 'TD1' },
  documentNumber: (random) => series(random, 'B', 2, 6),
  mrzLines: (holder, personNumber) => td1Lines({ ...holder, optional: personNumber ?? '' }),
  validYears: spanishCardYears,

  front(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#f6ead9');
    wash(sheet, 'w', ['#f3dcc8', '#f8efd8', '#f4e3cf']);
    guilloche(sheet, random, { hues: [8, 40], lines: 70, opacity: 0.42 });
    band(sheet, 560, 70, 160, '#d9705c', 0.28);
    emblem(sheet, 640, 260, 190, '#b9763c', 0.28);
    rosette(sheet, 700, 420, 70, 20, 0.3);
    sheet.text(300, 50, 'ESPAÑA', { face: 'condensed-bold', size: 38, colour: '#8c2b32' });
    sheet.text(300, 76, 'DOCUMENTO NACIONAL DE IDENTIDAD', {
      face: 'condensed',
      size: 20,
      colour: '#8c2b32',
      maxWidth: 430,
    });
    sheet.portrait(24, 96, 250, 326);
    sheet.text(300, 108, 'PRIMER APELLIDO', label(11.5));
    sheet.field('surnames', 300, 132, holder.surnames[0], value(24, { maxWidth: 340 }));
    sheet.text(300, 156, 'SEGUNDO APELLIDO', label(11.5));
    sheet.field('surnames', 300, 180, holder.surnames[1] ?? '', value(24, { maxWidth: 340 }));
    sheet.text(300, 204, 'NOMBRE', label(11.5));
    sheet.field('givenNames', 300, 228, holder.givenNames, value(24, { maxWidth: 340 }));
    sheet.text(300, 252, 'SEXO', label(11.5));
    sheet.field('sex', 302, 276, holder.sex, value(24));
    sheet.text(392, 252, 'NACIONALIDAD', label(11.5));
    sheet.field('nationality', 394, 276, holder.nationality, value(24));
    sheet.text(300, 300, 'FECHA DE NACIMIENTO', label(11.5));
    sheet.field('birthDate', 300, 324, dayFirst(contents.printedBirthDate), value(24));
    sheet.text(300, 348, 'NUM SOPORT', label(11.5));
    sheet.field('supportNumber', 300, 372, contents.documentNumber, value(24));
    sheet.text(476, 348, 'VALIDO HASTA', label(11.5));
    sheet.field('expiryDate', 476, 372, dayFirst(contents.expiryDate), value(24));
    sheet.text(28, 472, 'DNI NUM.', label(14));
    sheet.field('documentNumber', 28, 508, contents.personNumber ?? '', value(37, { stretch: 0.95 }));
    sheet.ghostPortrait(716, 330, 92, 110);
    signature(sheet, random, 330, 456, 220);
    mark(sheet, contents, { x: 740, y: 520 }, { x: 590, y: 320, turn: -36, size: 32, word: 'ESPECIMEN' });
  },

  back(sheet, contents, random) {
    paper(sheet, '#f2dccb');
    wash(sheet, 'w', ['#f1d3c2', '#f6e3bd', '#f3d8c6']);
    guilloche(sheet, random, { hues: [0, 30], lines: 64, opacity: 0.4 });
    band(sheet, 400, 40, 190, '#d9604c', 0.4);
    band(sheet, 330, 90, 170, '#e0b040', 0.3);
    spanishCardBack(sheet, contents, random);
  },
};
