import { espDni3 } from './esp-dni-3.ts';
import { espDni4 } from './esp-dni-4.ts';
import { espDnie } from './esp-dnie.ts';
import { espPassport } from './esp-passport.ts';
import { espTie } from './esp-tie.ts';
import { icaoVisa } from './icao-visa.ts';
import { icaoTd1 } from './icao-td1.ts';
import { icaoTd2 } from './icao-td2.ts';
import { icaoTd3 } from './icao-td3.ts';
import type { Layout } from './layout.ts';

/** The kinds of document that can be drawn, by name. */
export const layouts = {
  'esp-dni-4': espDni4,
  'esp-dni-3': espDni3,
  'esp-dnie': espDnie,
  'esp-tie': espTie,
  'esp-passport': espPassport,
  'icao-td1': icaoTd1,
  'icao-td2': icaoTd2,
  'icao-td3': icaoTd3,
  'icao-visa': icaoVisa,
} as const satisfies Record<string, Layout>;

export type SpecimenType = keyof typeof layouts;
export const specimenTypes = Object.keys(layouts) as readonly SpecimenType[];
