/** Keys of the desk. What each does now stands in the list that `?` opens. */
export const deskKeys = {
  validate: 'a',
  reject: 'r',
  retake: 't',
  escalate: 'e',
  note: 'n',
  undo: 'u',
  play: 'k',
  earlierStep: '[',
  laterStep: ']',
  nextFinding: 'j',
  earlierFinding: 'h',
  zoomIn: '+',
  zoomOut: '-',
  whole: '0',
  nextFace: 'f',
  original: 'o',
  nextField: 'd',
} as const;

/** Keys after which a case is no longer as it was. */
const deciding: readonly string[] = [
  deskKeys.validate,
  deskKeys.reject,
  deskKeys.retake,
  deskKeys.escalate,
  deskKeys.undo,
];

/** How long a case has been there before a key may decide it: who presses twice means the first one. */
export const SEEN_MS = 700;

/**
 * Whether a key press must not reach the desk: a deciding key that is held down, or one that comes before anybody can have seen the case.
 * @param shownForMs how long the case has been on the screen; null: there is none.
 */
export const isByAccident = (
  { key, repeat }: { readonly key: string; readonly repeat: boolean },
  shownForMs: number | null,
): boolean =>
  deciding.includes(key.toLowerCase()) &&
  (repeat || (shownForMs !== null && shownForMs < SEEN_MS && key.toLowerCase() !== deskKeys.undo));

/** The row of a numbered list that a key picks, from 0: `1` … `9`, then `0` for the tenth and `.` for the eleventh; null: none. */
export function numberedRow(key: string, rows: number): number | null {
  const row = key === '0' ? 9 : key === '.' ? 10 : /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
  return row >= 0 && row < rows ? row : null;
}

/** The key that picks a row. */
export const keyOfRow = (row: number): string => (row === 9 ? '0' : row === 10 ? '.' : String(row + 1));
