import { chip, emblem, guilloche, paper, rosette, signature, wash } from '../artwork.ts';
import { td1Lines } from '../mrz-lines.ts';
import { spanishCardYears } from './esp-dni-4.ts';
import { dayFirst, idCard, label, mark, series, td1RowPitch, value, type Layout } from './layout.ts';

/** In the manner of the first electronic Spanish identity cards (DNIe 1 and 2, 2006 to 2015). */
export const espDnie: Layout = {
  size: idCard,
  personKind: 'spanish',
  mrz: { side: 'back', format: 'TD1' },
  documentNumber: (random) => series(random, 'A', 2, 6),
  mrzLines: (holder, personNumber) => td1Lines({ ...holder, optional: personNumber ?? '' }),
  validYears: spanishCardYears,

  front(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#dfe9e2');
    wash(sheet, 'w', ['#f2e29a', '#dfeec6', '#c3dcf0', '#d8e6f6']);
    guilloche(sheet, random, { hues: [180, 230], lines: 70, opacity: 0.4, swing: 22 });
    guilloche(sheet, random, { hues: [0, 30], lines: 10, opacity: 0.35, swing: 50 });
    rosette(sheet, 590, 215, 110, 200, 0.4);
    emblem(sheet, 590, 215, 110, '#5c7fc0', 0.35);
    sheet.text(40, 132, 'ESPAÑA', { face: 'sans-bold', size: 38, colour: '#6c3a72' });
    sheet.text(268, 33, 'DOCUMENTO NACIONAL DE IDENTIDAD', {
      face: 'condensed-bold',
      size: 26,
      colour: '#4a4aa0',
      maxWidth: 540,
    });
    chip(sheet, 84, 178, 128, 116);
    const x = 249;
    sheet.text(x, 80, 'PRIMER APELLIDO', label(12));
    sheet.field('surnames', x, 102, holder.surnames[0], value(22, { maxWidth: 330, stretch: 1 }));
    sheet.text(x, 123, 'SEGUNDO APELLIDO', label(12));
    sheet.field('surnames', x, 146, holder.surnames[1] ?? '', value(22, { maxWidth: 330, stretch: 1 }));
    sheet.text(x, 168, 'NOMBRE', label(12));
    sheet.field('givenNames', x, 190, holder.givenNames, value(22, { maxWidth: 330, stretch: 1 }));
    sheet.text(x, 210, 'SEXO', label(12));
    sheet.field('sex', x + 8, 233, holder.sex, value(22, { stretch: 1 }));
    sheet.text(x + 80, 210, 'NACIONALIDAD', label(12));
    sheet.field('nationality', x + 80, 233, holder.nationality, value(22, { stretch: 1 }));
    sheet.text(x, 254, 'FECHA DE NACIMIENTO', label(12));
    sheet.field('birthDate', x, 276, dayFirst(contents.printedBirthDate), value(22, { stretch: 1 }));
    sheet.text(x, 296, 'IDESP', label(11));
    sheet.field('supportNumber', x, 318, contents.documentNumber, value(22, { stretch: 1, opacity: 0.75 }));
    sheet.text(x, 341, 'VALIDO HASTA', label(12));
    sheet.field('expiryDate', x, 364, dayFirst(contents.expiryDate), value(22, { stretch: 1 }));
    signature(sheet, random, 280, 440, 240);
    sheet.text(30, 484, 'DNI NÚM.', { face: 'condensed', size: 20, colour: '#333' });
    sheet.field('documentNumber', 30, 514, contents.personNumber ?? '', {
      face: 'condensed-bold',
      size: 32,
      colour: '#26262e',
    });
    sheet.portrait(606, 250, 230, 262);
    mark(sheet, contents, { x: 520, y: 520 }, { x: 52, y: 170, turn: -42, size: 30, word: 'ESPECIMEN' });
  },

  back(sheet, contents, random) {
    const { holder } = contents;
    paper(sheet, '#e6eef2');
    wash(sheet, 'w', ['#ece0ea', '#dcedf2', '#d8ecf0']);
    guilloche(sheet, random, { hues: [180, 220], lines: 80, opacity: 0.35, swing: 16 });
    rosette(sheet, 556, 305, 80, 180, 0.3);
    const lines: [string, string][] = [
      ['LUGAR DE NACIMIENTO', holder.birthPlace.town],
      ['PROVINCIA/PAÍS', holder.birthPlace.province],
      ['HIJO/A DE', holder.parents],
      ['DOMICILIO', holder.address.street],
      ['LUGAR DE DOMICILIO', holder.address.town],
      ['PROVINCIA/PAÍS', holder.address.province],
    ];
    lines.forEach(([title, text], row) => {
      const y = 38 + row * 42.5;
      sheet.text(46, y, title, label(11.5, { face: 'condensed' }));
      const style = value(20, { maxWidth: 440, stretch: 1 });
      if (row === 0) sheet.field('birthPlace', 46, y + 21, text, style);
      else sheet.text(46, y + 21, text, style);
    });
    sheet.text(576, 277, 'EQUIPO', label(11.5, { face: 'condensed' }));
    sheet.text(576, 303, series(random, '28', 0, 3) + 'A6DK', value(20, { stretch: 1 }));
    sheet.mrz(66, 394, td1RowPitch + 1, contents.mrz, '#2a2a33');
    mark(sheet, contents, { x: 740, y: 26 }, { x: 590, y: 220, turn: -35, size: 34, word: 'ESPECIMEN' });
  },
};
