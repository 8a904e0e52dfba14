/** Days of Spain's time, both included: `YYYY-MM-DD`. */
export type Period = { readonly from: string; readonly to: string };

const MS_PER_DAY = 86_400_000;
const MOST_DAYS = 366;

const dayOf = (instant: Date): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: 'Europe/Madrid',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(instant);

/** The last days, today included. */
export function daysBack(days: number, now: Date): Period {
  const to = dayOf(now);
  // From noon on: neither clock change moves it into another day.
  const from = new Date(new Date(`${to}T12:00:00Z`).getTime() - (days - 1) * MS_PER_DAY);
  return { from: from.toISOString().slice(0, 10), to };
}

/** Whether the service would answer it: two days in their order, at most 366. */
export function isPeriod({ from, to }: Period): boolean {
  const length = (Date.parse(to) - Date.parse(from)) / MS_PER_DAY + 1;
  return length >= 1 && length <= MOST_DAYS;
}
