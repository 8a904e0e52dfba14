import type {
  RequestChanges,
  RequestPage,
  RequestRow,
  RequestState,
  SearchBody,
} from '../../../../src/panel/request.schema.ts';

/** What is looked for. Texts may name people: they travel in bodies, and are kept in the history of the window, never in its address. */
export type Filters = {
  readonly text: string;
  readonly states: readonly RequestState[];
  /** Days `YYYY-MM-DD`, both included; empty: open. */
  readonly fromDay: string;
  readonly untilDay: string;
};

export const noFilters: Filters = { text: '', states: [], fromDay: '', untilDay: '' };

export const isFiltered = ({ text, states, fromDay, untilDay }: Filters): boolean =>
  text.trim() !== '' || states.length > 0 || fromDay !== '' || untilDay !== '';

/** As the service asks for it. @param startOfDay the instant at which a day begins where days are told. */
export function searchOf(
  { text, states, fromDay, untilDay }: Filters,
  startOfDay: (day: string) => string,
): SearchBody {
  return {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(states.length === 0 ? {} : { states: [...states] }),
    ...(fromDay === '' ? {} : { from: startOfDay(fromDay) }),
    ...(untilDay === '' ? {} : { until: startOfDay(dayAfter(untilDay)) }),
  };
}

export const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** The list as it is shown. Rows stay where they are until whoever reads them asks for more. */
export type List = {
  readonly rows: readonly RequestRow[];
  /** Where the next page begins; null: all is here. */
  readonly next: string | null;
  readonly isPartial: boolean;
  /** Where changes are asked from. */
  readonly cursor: string;
  /** Came meanwhile and belong above the list: shown when asked for. */
  readonly arrived: readonly RequestRow[];
  /** So much has changed that the list must be asked for again. */
  readonly isOld: boolean;
};

export const listOf = ({ requests, next, isPartial, cursor }: RequestPage): List => ({
  rows: requests,
  next,
  isPartial,
  cursor,
  arrived: [],
  isOld: false,
});

/** With one page more. A row that is there already, because the list moved under the reader, stays where it is. */
export function withPage(list: List, page: RequestPage): List {
  const known = new Set([...list.rows, ...list.arrived].map(({ id }) => id));
  return {
    ...list,
    rows: [...list.rows, ...page.requests.filter(({ id }) => !known.has(id))],
    next: page.next,
    isPartial: list.isPartial || page.isPartial,
  };
}

/**
 * With what changed. Rows that are shown change in their place, and also stay when they are no longer what was looked for: nothing jumps
 * under the pointer. New ones wait above. Which of those a text would find only the service can say: with a text nothing new is told.
 */
export function withChanges(list: List, changes: RequestChanges, filters: Filters, search: SearchBody): List {
  const changed = new Map(changes.requests.map((row) => [row.id, row]));
  const replaced = (row: RequestRow): RequestRow => {
    const other = changed.get(row.id);
    changed.delete(row.id);
    return other === undefined || JSON.stringify(other) === JSON.stringify(row) ? row : other;
  };
  const rows = list.rows.map(replaced);
  const arrived = list.arrived.map(replaced);
  const newest = rows[0]?.requestedAt ?? '';
  const fresh =
    filters.text.trim() === ''
      ? [...changed.values()].filter((row) => row.requestedAt >= newest && isWanted(row, search))
      : [];
  return {
    ...list,
    rows: rows.some((row, at) => row !== list.rows[at]) ? rows : list.rows,
    arrived: [...fresh, ...arrived].sort(newestFirst),
    cursor: changes.cursor,
    isOld: list.isOld || changes.isPartial,
  };
}

/** What came meanwhile put above the rest. */
export const withArrived = (list: List): List => ({
  ...list,
  rows: [...list.arrived, ...list.rows].sort(newestFirst),
  arrived: [],
});

const isWanted = (row: RequestRow, { states, from, until }: SearchBody): boolean =>
  (states === undefined || states.includes(row.state)) &&
  (from === undefined || row.requestedAt >= from) &&
  (until === undefined || row.requestedAt < until);

const newestFirst = (a: RequestRow, b: RequestRow): number =>
  a.requestedAt === b.requestedAt ? Number(b.id) - Number(a.id) : a.requestedAt < b.requestedAt ? 1 : -1;

/** Filters as they lie in the history of the window; anything else that lies there is none. */
export function filtersFrom(state: unknown): Filters {
  const kept = (state as { filters?: unknown } | null)?.filters as Partial<Record<keyof Filters, unknown>> | undefined;
  if (typeof kept !== 'object' || kept === null) return noFilters;
  const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '');
  const day = (value: unknown): string => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : '');
  return {
    text: text(kept.text),
    states: Array.isArray(kept.states)
      ? kept.states.filter((state): state is RequestState => typeof state === 'string')
      : [],
    fromDay: day(kept.fromDay),
    untilDay: day(kept.untilDay),
  };
}
