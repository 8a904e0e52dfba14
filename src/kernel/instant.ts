/** Tells the time. Pure code is handed one, or better an instant; only `main.ts` and tests make one. */
export type Clock = () => Date;

export const MS_PER_SECOND = 1000;
export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

export const later = (instant: Date, byMs: number): Date => new Date(instant.getTime() + byMs);
