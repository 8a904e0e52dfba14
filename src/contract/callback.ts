import { openingOf, type Verification } from '../verification/verification.ts';
import { spanishMinute } from './fecha.ts';
import { accesoOf, reportOf } from './report.ts';

/** How a receiver wants the values: all of them texts, as the contract's sample has them, or as what they are. */
export const callbackPayloads = ['strings', 'typed'] as const;
export type CallbackPayload = (typeof callbackPayloads)[number];

/** A callback's fields under the contract's names and in its order. */
export type Callback = Readonly<Record<string, string | number | null | object>>;

/**
 * What a receiver is told of the state that a verification is in (readings 19 and 24 of the contract).
 *
 * `strings`: the sample to the letter: the first access alone, and an empty text for what is not known.
 * `typed`: numbers, objects and every access; null for an object that is not known, an empty text for a text.
 * @param verification in a state that has a status: see `estadoOf`.
 */
export function callbackOf(verification: Verification, payload: CallbackPayload): Callback {
  const report = reportOf(verification);
  if (payload === 'strings') return report;
  return {
    ...report,
    Estado: Number(report.Estado),
    Acceso: (openingOf(verification)?.accesses ?? []).map(accesoOf),
    Telefono: Number(report.Telefono),
    Posicion: objectOf(report.Posicion),
    Dispositivo: objectOf(report.Dispositivo),
    Result: objectOf(report.Result),
  };
}

/**
 * A callback about nobody, to try a receiver with: number 0, status 0, nothing known.
 * @param challenge what the receiver is to answer with; null: nothing.
 */
export function testCallback(payload: CallbackPayload, challenge: string | null, now: Date): Callback {
  const typed = payload === 'typed';
  const nothing = typed ? null : '';
  return {
    Servicio: 'VERIFICACION_IDENTIDAD',
    ID: '0',
    FechaEnvio: spanishMinute(now),
    Estado: typed ? 0 : '0',
    UltimaActualizacion: spanishMinute(now),
    Acceso: typed ? [] : '',
    Telefono: typed ? 0 : '',
    DNIAnverso: '',
    DNIReverso: '',
    DNISolicitado: '',
    Posicion: nothing,
    Dispositivo: nothing,
    Result: nothing,
    ...(challenge === null ? {} : { challenge }),
  };
}

const objectOf = (json: string): object | null => (json === '' ? null : (JSON.parse(json) as object));
