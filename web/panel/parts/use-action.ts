import { useState } from 'react';
import { type Trouble, troubleOf } from '../api.ts';
import { useNotices } from '../shell/notices.tsx';
import { useTroubleText } from '../shell/trouble.ts';

export type Action<Wish extends readonly unknown[]> = {
  readonly isRunning: boolean;
  /** Why the last time came to nothing. */
  readonly trouble: Trouble | null;
  run(...wish: Wish): Promise<boolean>;
  forget(): void;
};

/**
 * Something that is done at the service because somebody asked for it. A second press while it runs does nothing.
 * @param options.quiet the component shows the trouble itself; else a notice tells it.
 * @returns `run` answers whether it was done.
 */
export function useAction<Wish extends readonly unknown[]>(
  act: (...wish: Wish) => Promise<unknown>,
  { quiet = false }: { readonly quiet?: boolean } = {},
): Action<Wish> {
  const [isRunning, setRunning] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const { tell } = useNotices();
  const textOf = useTroubleText();
  return {
    isRunning,
    trouble,
    forget: () => setTrouble(null),
    async run(...wish) {
      if (isRunning) return false;
      setRunning(true);
      setTrouble(null);
      try {
        await act(...wish);
        return true;
      } catch (error) {
        const why = troubleOf(error);
        setTrouble(why);
        if (!quiet) tell({ tone: 'bad', text: textOf(why) });
        return false;
      } finally {
        setRunning(false);
      }
    },
  };
}
