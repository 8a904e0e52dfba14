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
  holdersNationality: 'ESP',
};
