import type { DocumentType } from './document-type.ts';
import { espDnie } from './esp-dnie.ts';
import { espDni3 } from './esp-dni-3.ts';
import { espDni4 } from './esp-dni-4.ts';
import { espPassport } from './esp-passport.ts';
import { espTie } from './esp-tie.ts';
import { icaoTd1, icaoTd2, icaoTd3, icaoVisa } from './icao.ts';

/** Every known type; where an MRZ fits several, the first one counts. */
export const documentTypes: readonly DocumentType[] = [
  espDnie,
  espDni3,
  espDni4,
  espTie,
  espPassport,
  icaoTd1,
  icaoTd2,
  icaoTd3,
  icaoVisa,
];
