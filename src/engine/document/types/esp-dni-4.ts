import type { DocumentType } from './document-type.ts';
import * as spanish from './spanish-labels.ts';

/**
 * DNI 4.0 (since 2021): the EU's flag, date of issue and of expiry side by side, support CAA…. Three numbers beside the
 * fields are none of them: the short date on the small portrait, the card access number, and the support number in relief.
 */
export const espDni4: DocumentType = {
  slug: 'esp-dni-4',
  issuingState: 'ESP',
  oneSided: false,
  languages: ['es', 'en'],
  marks: {
    front: [
      { text: 'REINO DE ESPAÑA', weight: 1 },
      { text: 'DOCUMENTO NACIONAL DE IDENTIDAD', weight: 2 },
      { text: 'NATIONAL IDENTITY CARD', weight: 2 },
      { text: 'APELLIDOS', weight: 1 },
      { text: 'EMISIÓN', weight: 2 },
      { text: 'NUM SOPORTE', weight: 1 },
      { text: 'VALIDEZ', weight: 1 },
    ],
    back: spanish.backMarks,
  },
  fields: {
    front: [
      spanish.surnames,
      spanish.givenNames,
      spanish.sex,
      spanish.nationality,
      spanish.birthDate,
      spanish.issueDate,
      spanish.expiryDate,
      spanish.supportNumber,
      spanish.dniNumber,
    ],
    back: [spanish.birthPlace],
  },
  mrz: { formats: ['TD1'], documentCode: /^ID$/, issuingState: 'ESP', documentNumber: /^[C-Z]/ },
  holdersNationality: 'ESP',
};
