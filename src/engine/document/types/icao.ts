import type { MrzFormat } from '../document.ts';
import type { DocumentType, PrintedFieldType } from './document-type.ts';

/** Labels of travel documents and cards in the languages that most of them print (Doc 9303-3 asks for English, French or Spanish). */
const fields: readonly PrintedFieldType[] = [
  {
    name: 'surnames',
    labels: ['SURNAME', 'SURNAMES', 'LAST NAME', 'FAMILY NAME', 'NOM', 'APELLIDOS', 'NAME', 'COGNOME', 'NACHNAME'],
    format: 'name',
    place: 'below',
  },
  {
    name: 'givenNames',
    labels: [
      'GIVEN NAMES',
      'GIVEN NAME',
      'FIRST NAME',
      'FORENAMES',
      'PRENOMS',
      'PRENOM',
      'NOMBRE',
      'NOMBRES',
      'NOME',
      'VORNAMEN',
    ],
    format: 'name',
    place: 'below',
  },
  {
    name: 'birthDate',
    labels: ['DATE OF BIRTH', 'DATE DE NAISSANCE', 'FECHA DE NACIMIENTO', 'BIRTH DATE', 'DOB', 'GEBURTSDATUM'],
    format: 'date',
    place: 'either',
  },
  {
    name: 'issueDate',
    labels: ['DATE OF ISSUE', 'DATE DE DELIVRANCE', 'FECHA DE EXPEDICIÓN', 'ISSUE DATE', 'ISSUED'],
    format: 'date',
    place: 'either',
  },
  {
    name: 'expiryDate',
    labels: [
      'DATE OF EXPIRY',
      "DATE D'EXPIRATION",
      'FECHA DE CADUCIDAD',
      'EXPIRY DATE',
      'VALID UNTIL',
      'EXPIRES',
      'EXP',
    ],
    format: 'date',
    place: 'either',
  },
  { name: 'sex', labels: ['SEX', 'SEXE', 'SEXO', 'GENDER'], format: 'sex', place: 'either' },
  {
    name: 'documentNumber',
    labels: ['PASSPORT NO', 'PASSPORT NUMBER', 'DOCUMENT NO', 'DOCUMENT NUMBER', 'CARD NO', 'NO DU PASSEPORT'],
    format: 'document-number',
    place: 'either',
  },
];

const icao = (slug: string, formats: readonly MrzFormat[], oneSided: boolean): DocumentType => ({
  slug,
  issuingState: null,
  oneSided,
  languages: ['en', 'fr', 'es'],
  marks: { front: [], back: [] },
  fields: { front: fields, back: oneSided ? [] : fields },
  mrz: { formats, documentCode: /./, issuingState: null },
});

/** Cards and passports of any state, known by their MRZ alone. */
export const icaoTd1 = icao('icao-td1', ['TD1'], false);
export const icaoTd2 = icao('icao-td2', ['TD2', 'IDFRA'], false);
export const icaoTd3 = icao('icao-td3', ['TD3'], true);
export const icaoVisa = icao('icao-visa', ['MRVA', 'MRVB'], true);

/** A document that nothing tells: only what is labelled in the usual languages is read. */
export const unknownType: DocumentType = { ...icao('unknown', [], false), mrz: null };
