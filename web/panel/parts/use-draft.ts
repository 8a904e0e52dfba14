import { useEffect, useState } from 'react';

export type Draft<Values extends object> = {
  readonly values: Values;
  /** Names of what differs from what is kept. */
  readonly changed: readonly (keyof Values)[];
  put<Name extends keyof Values>(name: Name, value: Values[Name]): void;
  /** Back to what is kept. */
  restore(): void;
};

/** Values being edited over those that are kept. When what is kept changes, unedited values follow. */
export function useDraft<Values extends object>(kept: Values): Draft<Values> {
  const [edits, setEdits] = useState<Partial<Values>>({});
  useEffect(() => {
    setEdits((before) => differing(before, kept));
  }, [kept]);
  const values = { ...kept, ...edits };
  return {
    values,
    changed: Object.keys(differing(edits, kept)) as (keyof Values)[],
    put: (name, value) => setEdits((before) => ({ ...before, [name]: value })),
    restore: () => setEdits({}),
  };
}

const differing = <Values extends object>(edits: Partial<Values>, kept: Values): Partial<Values> =>
  Object.fromEntries(
    Object.entries(edits).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(kept[name as keyof Values]),
    ),
  ) as Partial<Values>;
