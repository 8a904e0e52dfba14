import type { DocumentType } from './document-type.ts';
import * as spanish from './spanish-labels.ts';

/** DNI 3.0 (2015–2021): chip on the back, no date of issue, support BAA… to BZZ…. */
export const espDni3: DocumentType = {
  slug: 'esp-dni-3',
  issuingState: 'ESP',
  oneSided: false,
  languages: ['es'],
  marks: {
    front: [
      { text: 'DOCUMENTO NACIONAL DE IDENTIDAD', weight: 2 },
      { text: 'PRIMER APELLIDO', weight: 1 },
      { text: 'SEGUNDO APELLIDO', weight: 1 },
      { text: 'NUM SOPORT', weight: 2 },
      { text: 'VALIDO HASTA', weight: 1 },
      { text: 'FECHA DE NACIMIENTO', weight: 1 },
    ],
    back: spanish.backMarks,
  },
  fields: {
    front: [
      spanish.surnames,
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
  mrz: { formats: ['TD1'], documentCode: /^ID$/, issuingState: 'ESP', documentNumber: /^B/ },
  frontLayout: {
    texts: [{ text: 'DOCUMENTO NACIONAL DE IDENTIDAD', x: 300, y: 69 }],
    labels: [
      null, // both surnames under one label
      { x: 300, y: 104 }, // first surname
      { x: 300, y: 152 }, // second surname
      { x: 300, y: 200 }, // given names
      { x: 300, y: 248 }, // sex
      { x: 392, y: 248 }, // nationality
      { x: 300, y: 296 }, // birth
      { x: 300, y: 344 }, // support
      { x: 476, y: 344 }, // expiry
      { x: 28, y: 467 }, // DNI
    ],
    values: [
      { format: 'dni', x: 28, y: 494 },
      { format: 'spanish-support', x: 300, y: 363 },
    ],
  },
};
