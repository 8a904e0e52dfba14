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
      { text: 'REINO DE ESPAÑA', weight: 2 },
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
  frontLayout: {
    texts: [
      { text: 'REINO DE ESPAÑA', x: 274, y: 50 },
      { text: 'DOCUMENTO NACIONAL DE IDENTIDAD', x: 274, y: 76 },
      { text: 'DOCUMENTO NACIONAL DE IDENTIDAD / NATIONAL IDENTITY CARD', x: 328, y: 496 },
    ],
    labels: [
      { x: 338, y: 148 }, // surnames
      { x: 338, y: 222 }, // given names
      { x: 338, y: 271 }, // sex
      { x: 445, y: 271 }, // nationality
      { x: 678, y: 271 }, // birth
      { x: 338, y: 320 }, // issue
      { x: 503, y: 320 }, // expiry
      { x: 338, y: 367 }, // support
      { x: 341, y: 117 }, // DNI
    ],
    values: [
      { format: 'dni', x: 380, y: 110 },
      { format: 'dni', x: 18, y: 114 },
      { format: 'spanish-support', x: 340, y: 389 },
    ],
  },
};
