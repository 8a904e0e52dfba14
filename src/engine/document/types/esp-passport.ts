import type { DocumentType } from './document-type.ts';
import * as spanish from './spanish-labels.ts';

/**
 * Spanish passport, data page. Its own number counts as that of the support; the holder's DNI is printed, and stands without
 * its letter in the personal number of the MRZ.
 */
export const espPassport: DocumentType = {
  slug: 'esp-passport',
  issuingState: 'ESP',
  oneSided: true,
  languages: ['es', 'en', 'fr'],
  marks: {
    front: [
      { text: 'PASAPORTE', weight: 3 },
      { text: 'ESPAÑA', weight: 1 },
    ],
    back: [],
  },
  fields: {
    front: [
      { ...spanish.surnames, labels: ['APELLIDOS', 'APELLIDOS / SURNAME', 'APELLIDOS / SURNAMES', 'SURNAME'] },
      { ...spanish.givenNames, labels: ['NOMBRE', 'NOMBRE / GIVEN NAMES', 'GIVEN NAMES', 'PRENOMS'] },
      { ...spanish.sex, labels: ['SEXO', 'SEXO / SEX', 'SEX'] },
      { ...spanish.nationality, labels: ['NACIONALIDAD', 'NACIONALIDAD / NATIONALITY'] },
      { ...spanish.birthDate, labels: [...spanish.birthDate.labels, 'FECHA DE NACIMIENTO / DATE OF BIRTH'] },
      { ...spanish.issueDate, labels: [...spanish.issueDate.labels, 'FECHA DE EXPEDICIÓN / DATE OF ISSUE'] },
      { ...spanish.expiryDate, labels: [...spanish.expiryDate.labels, 'FECHA DE CADUCIDAD / DATE OF EXPIRY'] },
      {
        name: 'supportNumber',
        labels: ['PASAPORTE N', 'PASAPORTE Nº', 'PASAPORTE NÚM', 'PASSPORT NO', 'PASAPORTE Nº / PASSPORT NO'],
        format: 'spanish-support',
        place: 'either',
      },
      {
        name: 'documentNumber',
        labels: ['DNI', 'DNI NÚM', 'DNI / PERSONAL NO', 'PERSONAL NO'],
        format: 'dni',
        place: 'either',
      },
      spanish.birthPlace,
    ],
    back: [],
  },
  mrz: { formats: ['TD3'], documentCode: /^P/, issuingState: 'ESP' },
};
