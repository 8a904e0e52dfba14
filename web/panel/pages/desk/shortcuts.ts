/** What a key does on the desk. The same list is shown when somebody asks for it. */
export const deskKeys = {
  validate: 'a',
  reject: 'r',
  escalate: 'e',
  note: 'n',
  retake: 't',
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
  help: '?',
} as const;
export type DeskAction = keyof typeof deskKeys;

export type Pressed = {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
};

const ofKey: ReadonlyMap<string, DeskAction> = new Map(
  (Object.keys(deskKeys) as DeskAction[]).map((action) => [deskKeys[action], action]),
);

/** Actions that a key which is held down may repeat; none that decides. */
const repeatable: readonly DeskAction[] = ['zoomIn', 'zoomOut', 'nextFinding', 'earlierFinding'];

/**
 * The action of a key; null: none. A key with Ctrl, Alt or Meta belongs to the browser or the screen reader.
 * @param isTyping whether the focus is where letters are written or chosen among; there every key is the field's own.
 */
export function actionOf({ key, ctrlKey, metaKey, altKey, repeat }: Pressed, isTyping: boolean): DeskAction | null {
  if (isTyping || ctrlKey || metaKey || altKey) return null;
  const action = ofKey.get(key.length === 1 ? key.toLowerCase() : key) ?? (key === '=' ? 'zoomIn' : null);
  return action !== null && repeat && !repeatable.includes(action) ? null : action;
}

/** The row of a numbered list that a key picks, from 0: `1` … `9`, then `0` for the tenth and `.` for the eleventh; null: none. */
export function numberedRow(key: string, rows: number): number | null {
  const row = key === '0' ? 9 : key === '.' ? 10 : /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
  return row >= 0 && row < rows ? row : null;
}

/** The key that picks a row. */
export const keyOfRow = (row: number): string => (row === 9 ? '0' : row === 10 ? '.' : String(row + 1));

/** Tags and roles that take letters themselves. */
export const takesLetters = (element: {
  readonly tagName: string;
  readonly isContentEditable?: boolean;
  getAttribute(name: string): string | null;
}): boolean =>
  element.isContentEditable === true ||
  ['TEXTAREA', 'SELECT'].includes(element.tagName) ||
  (element.tagName === 'INPUT' &&
    !['checkbox', 'radio', 'button', 'range', 'submit'].includes(element.getAttribute('type') ?? 'text')) ||
  ['textbox', 'combobox', 'searchbox', 'listbox', 'menu'].includes(element.getAttribute('role') ?? '');
