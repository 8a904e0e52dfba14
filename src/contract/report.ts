import type { VerificationReport } from '../verification/service.ts';
import type { Verification } from '../verification/verification.ts';
import { hasWrongLetter } from './dni.ts';
import { estadoEnvioOf, estadoOf, type EstadoEnvio } from './estado.ts';
import { spanishMinute } from './fecha.ts';

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
  /** Ours: the client's own reference, when it gave one. */
  readonly Referencia?: string;
};

/** The body of a callback for the state that a verification is in. What is not known yet is empty. */
export function reportOf(verification: Verification): Report {
  return {
    Servicio: 'VERIFICACION_IDENTIDAD',
    ID: String(verification.id),
    FechaEnvio: spanishMinute(verification.sendAt),
    Estado: estadoOf(verification),
    UltimaActualizacion: spanishMinute(verification.updatedAt),
    Acceso: '',
    Telefono: verification.phone,
    DNIAnverso: '',
    DNIReverso: '',
    DNISolicitado: verification.requestedNumber ?? '',
    Posicion: '',
    Dispositivo: '',
    Result: '',
    ...(verification.reference === null ? {} : { Referencia: verification.reference }),
  };
}

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
