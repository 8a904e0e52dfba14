import type { InvitationProgress } from '../verification/service.ts';
import type { LapseReason, Verification, VerificationState } from '../verification/verification.ts';

/** The contract's statuses. */
export type Estado = '3000' | '3001' | '3002' | '3003' | '5000' | '5001' | '5100' | '5500';

/** The status of each state; empty where the contract has none yet. A new state does not compile until it has its word. */
const estadoByState = {
  requested: '',
  invited: '',
  lapsed: '',
} satisfies Record<VerificationState, Estado | ''>;

export const estadoOf = (verification: Verification): Estado | '' => estadoByState[verification.state];

/** How far the invitation is, in words: ours, beside the contract's statuses, which begin when the applicant comes. */
export type EstadoEnvio = 'En espera' | 'Enviado' | 'Entregado' | 'No entregable' | 'Cancelado' | 'Caducado';

const envioByInvitation = {
  waiting: 'En espera',
  'handed-over': 'Enviado',
  delivered: 'Entregado',
  undeliverable: 'No entregable',
} satisfies Record<InvitationProgress['state'], EstadoEnvio>;

const envioByLapse = {
  cancelled: 'Cancelado',
  undeliverable: 'No entregable',
  expired: 'Caducado',
} satisfies Record<LapseReason, EstadoEnvio>;

export function estadoEnvioOf(verification: Verification, invitation: InvitationProgress | null): EstadoEnvio {
  if (verification.state === 'lapsed') return envioByLapse[verification.lapseReason];
  return invitation === null ? 'En espera' : envioByInvitation[invitation.state];
}
