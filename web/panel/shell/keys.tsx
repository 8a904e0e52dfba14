import { type ReactNode, Suspense, createContext, lazy, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { keyName } from './key-name.ts';

/** One key, while the component that named it is on the screen. */
export type Key = {
  /** As `KeyboardEvent.key` says it without Caps Lock: `j`, `?`, `ArrowLeft`; two keys one after the other: `g d`. */
  readonly key: string;
  readonly label: string;
  run(): void;
};

export type KeyGroup = { readonly title: string; readonly keys: readonly Key[] };
type Registry = { readonly groups: Map<symbol, KeyGroup>; showHelp(): void };

const KeysHelp = lazy(() => import('./keys-help.tsx'));
const KeysContext = createContext<Registry>({ groups: new Map(), showHelp() {} });

/** Opens the list of keys. */
export const useKeysHelp = (): (() => void) => useContext(KeysContext).showHelp;

const OFF_AS = 'cotejo-keys-off';
const SEQUENCE_MS = 1_200;

/**
 * Names the keys of a part of the page; the list under `?` shows them as long as the part is there.
 * @param title what they are about, as it is headed in that list.
 */
export function useKeys(title: string, keys: readonly Key[]): void {
  const { groups } = useContext(KeysContext);
  const name = useRef(Symbol('keys'));
  useEffect(() => {
    groups.set(name.current, { title, keys });
  });
  useEffect(() => () => void groups.delete(name.current), []);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)));

/** Hears single keys for whatever is inside; nothing while somebody types or a window is open. They can be switched off (WCAG 2.1.4). */
export function KeysProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const registry = useMemo<Registry>(() => ({ groups: new Map(), showHelp: () => setHelpOpen(true) }), []);
  const [isOff, setOff] = useState(() => localStorage.getItem(OFF_AS) === 'yes');
  useEffect(() => {
    let begun: { readonly key: string; readonly at: number } | null = null;
    const heard = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return;
      if (event.key === '?') {
        event.preventDefault();
        return setHelpOpen(true);
      }
      if (isOff) return;
      const pressed = keyName(event);
      const sequence = begun !== null && event.timeStamp - begun.at < SEQUENCE_MS ? `${begun.key} ${pressed}` : null;
      begun = { key: pressed, at: event.timeStamp };
      const keys = [...registry.groups.values()].flatMap((group) => group.keys);
      const meant =
        (sequence === null ? undefined : keys.findLast(({ key }) => key === sequence)) ??
        keys.findLast(({ key }) => key === pressed);
      if (meant === undefined) return;
      event.preventDefault();
      begun = null;
      meant.run();
    };
    document.addEventListener('keydown', heard);
    return () => document.removeEventListener('keydown', heard);
  }, [registry, isOff]);
  return (
    <KeysContext value={registry}>
      {children}
      {isHelpOpen && (
        <Suspense>
          <KeysHelp
            isOff={isOff}
            groups={registry.groups}
            onClose={() => setHelpOpen(false)}
            onSwitch={(off) => {
              localStorage.setItem(OFF_AS, off ? 'yes' : 'no');
              setOff(off);
            }}
          />
        </Suspense>
      )}
    </KeysContext>
  );
}
