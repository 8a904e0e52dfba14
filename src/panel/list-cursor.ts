/** Where a page of a list ends: the next one begins after it. Lists go by time, the newest first, then by ID. */
export type ListPlace = { readonly at: Date; readonly id: number };

export const cursorOf = ({ at, id }: ListPlace): string => `${at.getTime()}-${id}`;

/** @returns null: it is none of ours. */
export function placeOf(cursor: string): ListPlace | null {
  const [, ms, id] = /^(\d{1,15})-(\d{1,10})$/.exec(cursor) ?? [];
  return ms === undefined || id === undefined ? null : { at: new Date(Number(ms)), id: Number(id) };
}
