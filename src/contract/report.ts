import type { RejectionReason } from '../verification/ruling.ts';
import type { VerificationReport } from '../verification/service.ts';
import {
  type Access,
  type Device,
  type Place,
  type Verification,
  assessmentOf,
  openingOf,
} from '../verification/verification.ts';
import { hasWrongLetter } from './dni.ts';
import { estadoEnvioOf, estadoOf, type EstadoEnvio } from './estado.ts';
import { spanishMinute, spanishSecond } from './fecha.ts';
import { resultOf } from './resultado.ts';
import { textsOf } from './texts.ts';

/** What a callback says and a report repeats: the contract's fields, spelled and ordered as it prints them, every value a text. */
export type Report = {
  readonly Servicio: 'VERIFICACION_IDENTIDAD';
  readonly ID: string;
  readonly FechaEnvio: string;
  readonly Estado: string;
  readonly UltimaActualizacion: string;
  /** JSON, like the other values that are made of parts; empty as long as there is nothing. */
  readonly Acceso: string;
  readonly Telefono: string;
  readonly DNIAnverso: string;
  readonly DNIReverso: string;
  readonly DNISolicitado: string;
  readonly Posicion: string;
  readonly Dispositivo: string;
  readonly Result: string;
  /** Ours: why it was rejected, as a sentence and as a stable word; see reading 27 of the contract. */
  readonly Motivo?: string;
  readonly MotivoCodigo?: RejectionReason;
  /** Ours: the client's own reference, when it gave one. */
  readonly Referencia?: string;
  /** Ours: a test applicant's. Nobody was verified. */
  readonly Prueba?: 'Si';
};

/** The body of a callback for the state that a verification is in. What is not known yet is empty. */
export function reportOf(verification: Verification): Report {
  const opening = openingOf(verification);
  const assessment = assessmentOf(verification);
  // None are left where the evidence was erased.
  const firstAccess = opening?.accesses[0];
  return {
    Servicio: 'VERIFICACION_IDENTIDAD',
    ID: String(verification.id),
    FechaEnvio: spanishMinute(verification.sendAt),
    Estado: estadoOf(verification),
    UltimaActualizacion: spanishMinute(verification.updatedAt),
    Acceso: firstAccess === undefined ? '' : json(accesoOf(firstAccess)),
    Telefono: verification.phone,
    DNIAnverso: assessment?.document?.numberOnFront ?? '',
    DNIReverso: assessment?.document?.numberOnBack ?? '',
    DNISolicitado: verification.requestedNumber ?? '',
    Posicion:
      opening === null || opening.place === null || opening.place === 'declined' ? '' : json(posicionOf(opening.place)),
    Dispositivo: opening === null ? '' : json(dispositivoOf(opening.device)),
    Result: assessment === null ? '' : json(resultOf(assessment, deviceSummaryOf(opening!.device))),
    ...(verification.state !== 'rejected' || verification.ruling.rejection === null
      ? {}
      : {
          Motivo: textsOf.es.rejections[verification.ruling.rejection],
          MotivoCodigo: verification.ruling.rejection,
        }),
    ...(verification.reference === null ? {} : { Referencia: verification.reference }),
    ...(verification.rehearsal === null ? {} : { Prueba: 'Si' as const }),
  };
}

/** JSON as the contract's sample writes it: a slash inside a text is escaped. */
const json = (value: object): string => JSON.stringify(value).replaceAll('/', '\\/');

/** One access, in Spanish time. */
export const accesoOf = ({ at, address, port }: Access): object => ({
  Fecha: spanishSecond(at),
  IP: address,
  Puerto: port === null ? '' : String(port),
});

/** Longitude and latitude as texts, height and precision as numbers: the sample's way. No address is looked up anywhere. */
const posicionOf = ({ latitude, longitude, altitudeM, accuracyM }: Place): object => ({
  Direccion: '',
  Coordenadas: {
    Longitud: String(longitude),
    Latitud: String(latitude),
    Altura: altitudeM ?? '',
    Precision: accuracyM,
  },
});

const dispositivoOf = ({ browser, system, display }: Device): object => ({
  browser,
  SysOp: system,
  displayResolution: display,
});

/** `Android 11` and `Chrome 92.0` → `Android.v11-Chrome.v92.0`, as the contract's sample sums a device up. */
const deviceSummaryOf = ({ browser, system }: Device): string =>
  [system, browser].map((name) => name.replace(/ (?=\d)/, '.v')).join('-');

/** A report that was asked for: the last callback's body, and what a callback has no place for. */
export type AskedReport = Report & {
  readonly EstadoEnvio: EstadoEnvio;
  /** Something the client should look at: empty, or that the letter of the requested number does not belong to its digits. */
  readonly Aviso: '' | 'DNI_LETRA';
};

export const askedReportOf = ({ verification, invitation }: VerificationReport): AskedReport => ({
  ...reportOf(verification),
  EstadoEnvio: estadoEnvioOf(verification, invitation),
  Aviso: verification.requestedNumber !== null && hasWrongLetter(verification.requestedNumber) ? 'DNI_LETRA' : '',
});
