import type { DocumentType } from './document-type.ts';
import * as spanish from './spanish-labels.ts';

/** DNI electrónico, first and second series (2006–2015): chip on the front, a label for each surname, support AAA… to AZZ…. */
export const espDnie: DocumentType = {
  slug: 'esp-dnie',
  issuingState: 'ESP',
  oneSided: false,
  languages: ['es'],
  marks: {
    front: [
      { text: 'DOCUMENTO NACIONAL DE IDENTIDAD', weight: 2 },
      { text: 'PRIMER APELLIDO', weight: 2 },
      { text: 'SEGUNDO APELLIDO', weight: 2 },
      { text: 'IDESP', weight: 2 },
      { text: 'VALIDO HASTA', weight: 1 },
      { text: 'FECHA DE NACIMIENTO', weight: 0.5 },
      { text: 'DNI NÚM', weight: 0.5 },
    ],
    back: [...spanish.backMarks, { text: 'LUGAR DE DOMICILIO', weight: 1 }, { text: 'PROVINCIA/PAÍS', weight: 1 }],
  },
  fields: {
    front: [
      spanish.firstSurname,
      spanish.secondSurname,
      spanish.givenNames,
      spanish.sex,
      spanish.nationality,
      spanish.birthDate,
      spanish.supportNumber,
      spanish.expiryDate,
      spanish.dniNumber,
    ],
    back: [spanish.birthPlace],
  },
  mrz: { formats: ['TD1'], documentCode: /^ID$/, issuingState: 'ESP', documentNumber: /^A/ },
  frontLayout: {
    texts: [
      { text: 'DOCUMENTO NACIONAL DE IDENTIDAD', x: 268, y: 24 },
      { text: 'ESPAÑA', x: 40, y: 118 },
    ],
    labels: [
      { x: 249, y: 75 }, // first surname
      { x: 249, y: 119 }, // second surname
      { x: 249, y: 163 }, // given names
      { x: 249, y: 205 }, // sex
      { x: 329, y: 205 }, // nationality
      { x: 249, y: 249 }, // birth
      { x: 249, y: 291 }, // support
      { x: 249, y: 336 }, // expiry
      { x: 30, y: 477 }, // DNI
    ],
    values: [
      { format: 'dni', x: 30, y: 503 },
      { format: 'spanish-support', x: 249, y: 309 },
    ],
  },
};
