import type { DocumentType, PrintedFieldType } from './document-type.ts';
import * as spanish from './spanish-labels.ts';

const number: PrintedFieldType = {
  name: 'documentNumber',
  labels: ['NIE', 'N.I.E.', 'NÚMERO DE IDENTIDAD DE EXTRANJERO', 'NIE / FOREIGNER NUMBER'],
  format: 'spanish-number',
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
};
