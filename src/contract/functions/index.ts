import { cancelarIdentidad } from './cancelar-identidad.ts';
import { getCertificadoIdentidad } from './get-certificado-identidad.ts';
import { getCreditos } from './get-creditos.ts';
import { getReportIdentidad } from './get-report-identidad.ts';
import { reenviarIdentidad } from './reenviar-identidad.ts';
import { verificarIdentidad } from './verificar-identidad.ts';
import type { WireFunction } from './wire-function.ts';

/** Every function of the wire: the contract's, then ours. A new one is its file and its line here. */
export const wireFunctions: readonly WireFunction[] = [
  verificarIdentidad,
  getCertificadoIdentidad,
  getCreditos,
  getReportIdentidad,
  cancelarIdentidad,
  reenviarIdentidad,
];
