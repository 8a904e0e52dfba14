import type { InvitationProgress } from '../verification/service.ts';
import { type LapseReason, type Milestone, type Verification, milestoneOf } from '../verification/verification.ts';

/** The contract's statuses. */
export type Estado = '3000' | '3001' | '3002' | '3003' | '5000' | '5001' | '5100' | '5500';

/** The status of each milestone; empty where the contract has none. A new one does not compile until it has its word. */
const estadoByMilestone = {
  requested: '',
  invited: '',
  opened: '3000',
  'face-asked': '3001',
  'front-asked': '3002',
  'back-asked': '3003',
  submitted: '5000',
  assessed: '5001',
  // What was assessed stands until something else is: see [Note: Retakes].
  'retake-asked': '5001',
  retaking: '5001',
  retaken: '5001',
  'retake-lapsed': '5001',
  // The certificate is being made: nobody hears of it before it can be fetched.
  approved: '5001',
  validated: '5100',
  rejected: '5500',
} satisfies Record<Exclude<Milestone, 'lapsed'>, Estado | ''>;

/** What ended early keeps the status that it had reached: the contract has none for that. */
export function estadoOf(verification: Verification): Estado | '' {
  if (verification.state !== 'lapsed')
    return estadoByMilestone[milestoneOf(verification) as Exclude<Milestone, 'lapsed'>];
  if (verification.measured !== null) return estadoByMilestone.assessed;
  if (verification.asksFor !== null) return estadoByMilestone[`${verification.asksFor}-asked`];
  return estadoByMilestone[verification.opening === null ? 'invited' : 'opened'];
}

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
