import type { PrintedFieldType } from './document-type.ts';

/** Labels that Spanish identity cards share, in the spellings of their generations. */

export const birthDate: PrintedFieldType = {
  name: 'birthDate',
  labels: ['FECHA DE NACIMIENTO', 'NACIMIENTO'],
  format: 'date',
  place: 'either',
};

export const expiryDate: PrintedFieldType = {
  name: 'expiryDate',
  labels: ['VALIDEZ', 'VALIDO HASTA', 'VÁLIDO HASTA', 'FECHA DE VALIDEZ', 'FECHA DE CADUCIDAD', 'CADUCIDAD'],
  format: 'date',
  place: 'either',
};

export const issueDate: PrintedFieldType = {
  name: 'issueDate',
  labels: ['EMISIÓN', 'FECHA DE EMISIÓN', 'FECHA DE EXPEDICIÓN', 'EXPEDICIÓN'],
  format: 'date',
  place: 'either',
};

export const sex: PrintedFieldType = { name: 'sex', labels: ['SEXO'], format: 'sex', place: 'either' };

export const nationality: PrintedFieldType = {
  name: 'nationality',
  labels: ['NACIONALIDAD'],
  format: 'nationality',
  place: 'either',
};

export const givenNames: PrintedFieldType = {
  name: 'givenNames',
  labels: ['NOMBRE'],
  format: 'name',
  place: 'below',
  lines: 2,
};

/** Both surnames under one label (DNI 4.0). */
export const surnames: PrintedFieldType = {
  name: 'surnames',
  labels: ['APELLIDOS'],
  format: 'name',
  place: 'below',
  lines: 2,
};

/** A label for each surname (DNIe, DNI 3.0). */
export const firstSurname: PrintedFieldType = {
  name: 'surnames',
  labels: ['PRIMER APELLIDO'],
  format: 'name',
  place: 'below',
};
export const secondSurname: PrintedFieldType = {
  name: 'surnames',
  labels: ['SEGUNDO APELLIDO'],
  format: 'name',
  place: 'below',
};

export const dniNumber: PrintedFieldType = {
  name: 'documentNumber',
  labels: ['DNI', 'DNI NÚM', 'DNI NUM.', 'NÚM. DNI'],
  format: 'dni',
  place: 'either',
};

export const supportNumber: PrintedFieldType = {
  name: 'supportNumber',
  labels: ['NUM SOPORTE', 'NÚM SOPORT', 'NUM SOPORT', 'NÚMERO DE SOPORTE', 'IDESP', 'SOPORTE'],
  format: 'spanish-support',
  place: 'either',
};

export const birthPlace: PrintedFieldType = {
  name: 'birthPlace',
  labels: ['LUGAR DE NACIMIENTO'],
  format: 'place',
  place: 'below',
};

/** Text on the back of every DNI, front marks of none. */
export const backMarks = [
  { text: 'LUGAR DE NACIMIENTO', weight: 1 },
  { text: 'DOMICILIO', weight: 1 },
  { text: 'HIJO/A DE', weight: 1 },
  { text: 'EQUIPO', weight: 1 },
] as const;
