import { Notification } from '@mantine/core';
import { type ReactNode, createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTexts } from './text.tsx';

export type Notice = {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
  /** Such as *Undo*. */
  readonly action?: { readonly label: string; run(): void };
  /** How long it stays; default 6 s, trouble until it is closed. */
  readonly forMs?: number;
};

type Shown = Notice & { readonly id: number };
type Notices = { tell(notice: Notice): void };

const NoticesContext = createContext<Notices>({ tell() {} });
export const useNotices = (): Notices => useContext(NoticesContext);

const USUAL_MS = 6_000;
const MOST_SHOWN = 3;
const colours = { good: 'green', bad: 'red', plain: 'petrol' } as const;

/** Short words at the lower edge about what was just done. Read aloud as they come; whoever reads slowly keeps trouble on the screen. */
export function NoticesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const next = useRef(0);
  const close = useCallback((id: number) => setShown((all) => all.filter((each) => each.id !== id)), []);
  const tell = useCallback((notice: Notice) => {
    const id = (next.current += 1);
    setShown((all) => [...all, { ...notice, id }].slice(-MOST_SHOWN));
  }, []);
  const value = useMemo(() => ({ tell }), [tell]);
  return (
    <NoticesContext value={value}>
      {children}
      <div className="notices" role="log" aria-live="polite">
        {shown.map((notice) => (
          <OneNotice key={notice.id} notice={notice} onClose={() => close(notice.id)} />
        ))}
      </div>
    </NoticesContext>
  );
}

function OneNotice({ notice, onClose }: { readonly notice: Shown; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { tone, text, action } = notice;
  const forMs = notice.forMs ?? (tone === 'bad' ? null : USUAL_MS);
  useEffect(() => {
    if (forMs === null) return undefined;
    const timer = setTimeout(onClose, forMs);
    return () => clearTimeout(timer);
  }, [forMs]);
  return (
    <Notification
      color={colours[tone]}
      onClose={onClose}
      withBorder
      radius="md"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {text}
      {action !== undefined && (
        <button
          type="button"
          className="notice-action"
          onClick={() => {
            action.run();
            onClose();
          }}
        >
          {action.label}
        </button>
      )}
    </Notification>
  );
}
