import type { DocumentType, PrintedFieldType } from './document-type.ts';
import * as spanish from './spanish-labels.ts';

const number: PrintedFieldType = {
  name: 'documentNumber',
  labels: ['NIE', 'N.I.E.', 'NÚMERO DE IDENTIDAD DE EXTRANJERO', 'NIE / FOREIGNER NUMBER'],
  format: 'nie',
  place: 'either',
};

/** Tarjeta de identidad de extranjero: residence permits in the EU's uniform format and cards of EU citizens' relatives. */
export const espTie: DocumentType = {
  slug: 'esp-tie',
  issuingState: 'ESP',
  oneSided: false,
  languages: ['es', 'en'],
  marks: {
    front: [
      { text: 'PERMISO DE RESIDENCIA', weight: 3 },
      { text: 'TARJETA DE RESIDENCIA', weight: 3 },
      { text: 'TARJETA DE IDENTIDAD DE EXTRANJERO', weight: 3 },
      { text: 'RESIDENCE PERMIT', weight: 2 },
      { text: 'TIPO DE PERMISO', weight: 2 },
      { text: 'TIPO DE TARJETA', weight: 2 },
      { text: 'NIE', weight: 1 },
    ],
    back: [
      { text: 'LUGAR DE NACIMIENTO', weight: 1 },
      { text: 'DOMICILIO', weight: 1 },
      { text: 'OBSERVACIONES', weight: 1 },
    ],
  },
  fields: {
    front: [
      { ...spanish.surnames, labels: ['APELLIDOS', 'APELLIDOS / SURNAMES', 'APELLIDO(S)', 'SURNAME'] },
      { ...spanish.givenNames, labels: ['NOMBRE', 'NOMBRE(S)', 'NOMBRE / FORENAMES', 'NOMBRE / GIVEN NAMES', 'NAME'] },
      { ...spanish.sex, labels: ['SEXO', 'SEXO / SEX', 'SEX'] },
      { ...spanish.nationality, labels: ['NACIONALIDAD', 'NACIONALIDAD / NATIONALITY', 'NATIONALITY'] },
      { ...spanish.birthDate, labels: [...spanish.birthDate.labels, 'FECHA DE NACIMIENTO / DATE OF BIRTH'] },
      { ...spanish.issueDate, labels: [...spanish.issueDate.labels, 'DATE OF ISSUE'] },
      {
        ...spanish.expiryDate,
        labels: [...spanish.expiryDate.labels, 'FECHA DE EXPIRACIÓN', 'VÁLIDO HASTA / VALID UNTIL', 'DATE OF EXPIRY'],
      },
      { ...spanish.supportNumber, labels: [...spanish.supportNumber.labels, 'IXESP', 'NÚMERO DE TARJETA'] },
      number,
    ],
    back: [spanish.birthPlace],
  },
  mrz: { formats: ['TD1'], documentCode: /^I[A-Z<]$/, issuingState: 'ESP', documentNumber: /^E\d{8}$/ },
  frontLayout: {
    texts: [
      { text: 'PERMISO DE RESIDENCIA', x: 132, y: 67 },
      { text: 'ESPAÑA', x: 132, y: 37 },
      { text: 'TIPO DE PERMISO', x: 286, y: 336 },
      { text: 'OBSERVACIONES', x: 286, y: 386 },
      { text: 'PERMISO DE RESIDENCIA / RESIDENCE PERMIT', x: 330, y: 501 },
    ],
    labels: [
      { x: 286, y: 112 }, // surnames
      { x: 286, y: 186 }, // given names
      { x: 286, y: 236 }, // sex
      { x: 376, y: 236 }, // nationality
      { x: 536, y: 236 }, // birth
      null, // issue: on the back
      { x: 536, y: 286 }, // expiry
      { x: 604, y: 16 }, // support, unlabelled: above its value
      { x: 286, y: 286 }, // NIE
    ],
    values: [
      { format: 'nie', x: 286, y: 306 },
      { format: 'spanish-support', x: 604, y: 38 },
    ],
  },
};
