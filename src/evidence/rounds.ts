/** A round that was opened or sealed: [Note: Rounds of evidence]. */
export type RoundRow = {
  readonly round: number;
  /** Items of earlier rounds that count in it. */
  readonly carried: readonly number[];
  readonly sealedAt: Date | null;
  readonly sealedSha256: Buffer | null;
  readonly closedAt: Date | null;
};

/** The round that is open, or else the one that was sealed last; before anything was sealed there is only the first. */
export const currentRow = (rounds: readonly RoundRow[]): Pick<RoundRow, 'round' | 'carried'> =>
  rounds.find(({ sealedAt, closedAt }) => sealedAt === null && closedAt === null) ??
  judgedRow(rounds) ?? { round: 1, carried: [] };

/** The round that was sealed last: what the engine looks at, and what everything after it speaks of. null: none was. */
export const judgedRow = (rounds: readonly RoundRow[]): SealedRow | null =>
  rounds.findLast((row): row is SealedRow => row.sealedAt !== null) ?? null;

type SealedRow = RoundRow & { readonly sealedAt: Date; readonly sealedSha256: Buffer };

/** A certain round, where it was sealed. */
export const sealedRow = (rounds: readonly RoundRow[], round: number): SealedRow | null =>
  rounds.find((row): row is SealedRow => row.round === round && row.sealedAt !== null) ?? null;
