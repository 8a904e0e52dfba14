import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

export type Tone = 'good' | 'doubt' | 'bad' | 'plain';
const icons = { good: 'good', doubt: 'doubt', bad: 'bad', plain: null } as const;

/** How something stands: a sign and a word, the colour only besides. */
export function StateWord({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }): ReactNode {
  const icon = icons[tone];
  return (
    <span className="state" data-tone={tone}>
      {icon !== null && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}
