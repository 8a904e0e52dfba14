import type { AssignedField } from './assign-fields.ts';
import type { Field, FieldName, Side } from './document.ts';
import { isSameName, withBlanksOf } from './names.ts';
import { isValueOfNames } from './values.ts';
import type { ZoneFields } from './zone-fields.ts';

export type Fields = Readonly<Partial<Record<FieldName, Field>>>;

/** The fields of one side as printed; values under several labels of one name are joined in their order. */
export function printedFields(assigned: readonly AssignedField[], side: Side): Fields {
  const fields: Partial<Record<FieldName, Field>> = {};
  for (const { field, value, segments, confidence, folded } of assigned) {
    const before = fields[field.name];
    fields[field.name] = {
      text: before === undefined ? value : `${before.text} ${value}`,
      from: 'viz',
      side,
      confidence: Math.min(confidence, before?.confidence ?? 1),
      quad: before?.quad ?? segments[0]!.quad,
      ...(folded === true || before?.folded === true ? { folded: true } : {}),
    };
  }
  return fields;
}

/**
 * One value for each field. Data that a zone protects by check digits comes from the zone when its reader vouches for it or read it more surely; names
 * come from the print, which has their accents, as long as both say the same.
 */
export function mergedFields(printed: Fields, zone: ZoneFields | null, isZoneAccepted: boolean): Fields {
  if (zone === null) return printed;
  const merged: Partial<Record<FieldName, Field>> = { ...printed };
  for (const [key, fromZone] of Object.entries(zone.fields)) {
    const name = key as FieldName;
    const fromPrint = printed[name];
    const isZoneSurer = isZoneAccepted || fromPrint === undefined || fromZone.confidence > fromPrint.confidence;
    merged[name] =
      fromPrint === undefined
        ? fromZone
        : isValueOfNames(name)
          ? mergedName(fromPrint, fromZone, zone.isNameCut, isZoneSurer)
          : isZoneSurer || fromPrint.text === fromZone.text
            ? { ...fromZone, ...placeOf(fromPrint, fromZone) }
            : fromPrint;
  }
  return merged;
}

/** Where people may look the value up: in print, when it says the same there. */
const placeOf = (print: Field, zone: Field): Partial<Pick<Field, 'side' | 'quad'>> =>
  print.quad !== undefined && print.text === zone.text ? { side: print.side, quad: print.quad } : {};

function mergedName(printed: Field, zone: Field, isCut: boolean, isZoneSurer: boolean): Field {
  if (!isSameName(printed.text, zone.text, isCut)) return isZoneSurer ? zone : printed;
  return { ...printed, text: withBlanksOf(printed.text, zone.text) };
}
