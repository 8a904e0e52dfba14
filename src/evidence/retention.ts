import { MS_PER_DAY, later } from '../kernel/instant.ts';

/** How long an account keeps evidence, in days after everything was sent. */
export type RetentionPolicy = {
  readonly evidenceDays: number;
  /** Of a verification that was refused; null: as long as of any other. */
  readonly refusedEvidenceDays: number | null;
};

/**
 * Policies by name. Years are counted with every leap day that they can have, so that nothing goes early.
 * `etd-465-2021`: qualified certificates in Spain, 15 years, and 5 for a process that ended in suspicion (Orden ETD/465/2021, article 12).
 * It binds whoever issues them; for everybody else data protection law wants the shortest time that will do.
 */
export const retentionProfiles = {
  short: { evidenceDays: 90, refusedEvidenceDays: null },
  'etd-465-2021': { evidenceDays: 15 * 365 + 4, refusedEvidenceDays: 5 * 365 + 2 },
} as const satisfies Record<string, RetentionPolicy>;

/** Evidence of somebody who never sent everything proves nothing to anybody. */
export const UNFINISHED_DAYS = 30;

/** How far a verification has come, as far as its evidence is concerned. */
export type EvidenceStage =
  | { readonly stage: 'sealed'; readonly at: Date; readonly isRefused: boolean }
  /** Nothing more will come of it, and the set is not complete. */
  | { readonly stage: 'abandoned'; readonly at: Date }
  /** The applicant may still come back. */
  | { readonly stage: 'open' };

/** When evidence is to be erased: not before, and not long after. null: not to be said yet. */
export function eraseAt(policy: RetentionPolicy, stage: EvidenceStage): Date | null {
  switch (stage.stage) {
    case 'open':
      return null;
    case 'abandoned':
      return later(stage.at, Math.min(UNFINISHED_DAYS, policy.evidenceDays) * MS_PER_DAY);
    case 'sealed': {
      const days = (stage.isRefused ? policy.refusedEvidenceDays : null) ?? policy.evidenceDays;
      return later(stage.at, days * MS_PER_DAY);
    }
  }
}
