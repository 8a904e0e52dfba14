import { useCallback, useEffect, useRef, useState } from 'react';
import { type Trouble, troubleOf } from '../api.ts';

/** Something that is asked of the service: what is known of it, and how it stands. */
export type Resource<Value> = {
  /** The last that came; kept while it is asked for again. */
  readonly value: Value | null;
  readonly isLoading: boolean;
  readonly trouble: Trouble | null;
  /** Asks again. */
  reload(): void;
  /** Puts in place what an answer to something else already told. */
  replace(value: Value): void;
};

/**
 * Asks when the component is first there, and again whenever the key changes; then the old value is forgotten. Whoever leaves is not waited for.
 * @param key what it is about, as text: everything that `ask` depends on.
 */
export function useResource<Value>(key: string, ask: (signal: AbortSignal) => Promise<Value>): Resource<Value> {
  type Held = { readonly key: string; readonly value: Value | null; readonly trouble: Trouble | null };
  const [held, setHeld] = useState<Held>({ key, value: null, trouble: null });
  const [round, setRound] = useState(0);
  const [isLoading, setLoading] = useState(true);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    const leaving = new AbortController();
    setLoading(true);
    latest.current(leaving.signal).then(
      (value) => {
        if (leaving.signal.aborted) return;
        setHeld({ key, value, trouble: null });
        setLoading(false);
      },
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        setHeld((before) => ({ key, value: before.key === key ? before.value : null, trouble: troubleOf(error) }));
        setLoading(false);
      },
    );
    return () => leaving.abort();
  }, [key, round]);
  const current = held.key === key ? held : { value: null, trouble: null };
  return {
    value: current.value,
    trouble: current.trouble,
    isLoading: isLoading || held.key !== key,
    reload: useCallback(() => setRound((before) => before + 1), []),
    replace: useCallback((value: Value) => setHeld({ key, value, trouble: null }), [key]),
  };
}
