import type { RehearsedEnd } from '../verification/rehearsal.ts';
import type { RejectionReason } from '../verification/ruling.ts';
import type { Estado } from './estado.ts';

/** Where a test applicant that is to come to a status stops. */
const endByEstado = {
  '3000': { at: 'opened' },
  '3001': { at: 'face-asked' },
  '3002': { at: 'front-asked' },
  '3003': { at: 'back-asked' },
  '5000': { at: 'submitted' },
  '5001': { at: 'assessed' },
  '5100': { at: 'validated' },
} as const satisfies Record<Exclude<Estado, '5500'>, RehearsedEnd>;

/** The statuses that a test applicant can be brought to, in their order. */
export const rehearsableStatuses = [
  '3000',
  '3001',
  '3002',
  '3003',
  '5000',
  '5001',
  '5100',
  '5500',
] as const satisfies readonly Estado[];

/** @param reason why it is rejected, where the status is that. */
export const rehearsedEndAt = (status: Estado, reason: RejectionReason): RehearsedEnd =>
  status === '5500' ? { at: 'rejected', reason } : endByEstado[status];
