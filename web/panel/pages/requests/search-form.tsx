import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, type Ref, useEffect, useState } from 'react';
import type { RequestState } from '../../../../src/panel/request.schema.ts';
import { Icon } from '../../parts/icon.tsx';
import { useWork } from '../../work/texts.tsx';
import { type Filters, isFiltered, noFilters } from './request-list.ts';

type Props = {
  readonly ref: Ref<HTMLInputElement>;
  readonly filters: Filters;
  readonly onFind: (filters: Filters) => void;
};

/** States that people ask for together. */
const groups = [
  ['requested', 'invited'],
  ['opened', 'capturing', 'submitted'],
  ['assessed'],
  ['retake-asked', 'retaking', 'retaken'],
  ['approved', 'validated'],
  ['rejected'],
  ['lapsed'],
] as const satisfies readonly (readonly RequestState[])[];

/** One field for whatever somebody has at hand; states and days as switches that work at once. */
export function SearchForm({ ref, filters, onFind }: Props): ReactNode {
  const { w } = useWork();
  const [text, setText] = useState(filters.text);
  const [days, setDays] = useState({ fromDay: filters.fromDay, untilDay: filters.untilDay });
  // Going back in the window's history brings other filters; the form stays, and with it the focus.
  useEffect(() => {
    setText(filters.text);
    setDays({ fromDay: filters.fromDay, untilDay: filters.untilDay });
  }, [filters.text, filters.fromDay, filters.untilDay]);
  const asked = { ...filters, text, ...days };
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    onFind(asked);
  };
  const toggle = (group: readonly RequestState[]): void => {
    const isOn = group.every((state) => filters.states.includes(state));
    const others = filters.states.filter((state) => !group.includes(state));
    onFind({ ...asked, states: isOn ? others : [...others, ...group] });
  };
  return (
    <search>
      <form className="search" onSubmit={submitted}>
        <TextInput
          ref={ref}
          className="search-text"
          type="search"
          label={w('search.text')}
          placeholder={w('search.example')}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={w('search.from')}
          max={days.untilDay === '' ? undefined : days.untilDay}
          value={days.fromDay}
          onChange={(event) => setDays({ ...days, fromDay: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={w('search.until')}
          min={days.fromDay === '' ? undefined : days.fromDay}
          value={days.untilDay}
          onChange={(event) => setDays({ ...days, untilDay: event.currentTarget.value })}
        />
        <Button type="submit" leftSection={<Icon name="search" />}>
          {w('search.go')}
        </Button>
        {isFiltered(asked) && (
          <Button variant="subtle" onClick={() => onFind(noFilters)}>
            {w('search.clear')}
          </Button>
        )}
        <fieldset className="state-switches">
          <legend className="visually-hidden">{w('request.state')}</legend>
          {groups.map((group) => (
            <button
              key={group[0]}
              type="button"
              aria-pressed={group.every((state) => filters.states.includes(state))}
              onClick={() => toggle(group)}
            >
              {w(`states.${group[0]}`)}
            </button>
          ))}
        </fieldset>
      </form>
    </search>
  );
}
