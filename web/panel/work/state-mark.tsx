import type { ReactNode } from 'react';
import type { RequestRow } from '../../../src/panel/request.schema.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { type WorkKey, useWork } from './texts.tsx';

type Tone = 'quiet' | 'busy' | 'doubt' | 'good' | 'bad';

const marks: Readonly<Record<RequestRow['state'], { readonly tone: Tone; readonly icon: IconName }>> = {
  requested: { tone: 'quiet', icon: 'next' },
  invited: { tone: 'quiet', icon: 'next' },
  opened: { tone: 'busy', icon: 'person' },
  capturing: { tone: 'busy', icon: 'person' },
  submitted: { tone: 'busy', icon: 'reload' },
  assessed: { tone: 'doubt', icon: 'desk' },
  'retake-asked': { tone: 'quiet', icon: 'next' },
  retaking: { tone: 'busy', icon: 'person' },
  retaken: { tone: 'busy', icon: 'reload' },
  approved: { tone: 'good', icon: 'certificates' },
  validated: { tone: 'good', icon: 'good' },
  rejected: { tone: 'bad', icon: 'bad' },
  lapsed: { tone: 'quiet', icon: 'doubt' },
};

/** How far a request has come, as a sign and a word. */
export function StateMark({
  request,
}: {
  readonly request: Pick<RequestRow, 'state' | 'asksFor' | 'lapseReason'>;
}): ReactNode {
  const { w } = useWork();
  const { tone, icon } = marks[request.state];
  return (
    <span className={`mark ${tone}`}>
      <Icon name={icon} size={14} /> {w(stateKey(request))}
    </span>
  );
}

export function stateKey({
  state,
  asksFor,
  lapseReason,
}: Pick<RequestRow, 'state' | 'asksFor' | 'lapseReason'>): WorkKey {
  if (state === 'capturing' && asksFor !== null) return `state.capturing-${asksFor}`;
  return state === 'lapsed' && lapseReason !== null ? `state.${lapseReason}` : `state.${state}`;
}

const outcomes = {
  pass: { tone: 'good', icon: 'good' },
  review: { tone: 'doubt', icon: 'doubt' },
  refuse: { tone: 'bad', icon: 'bad' },
} as const satisfies Record<string, { readonly tone: Tone; readonly icon: IconName }>;

/** What the engine says of it, as a sign and a word. */
export function OutcomeMark({ outcome }: { readonly outcome: keyof typeof outcomes }): ReactNode {
  const { w } = useWork();
  const { tone, icon } = outcomes[outcome];
  return (
    <span className={`mark ${tone}`}>
      <Icon name={icon} size={14} /> {w(`outcome-short.${outcome}`)}
    </span>
  );
}

const verdicts = {
  pass: { tone: 'good', icon: 'good' },
  doubt: { tone: 'doubt', icon: 'doubt' },
  fail: { tone: 'bad', icon: 'bad' },
  inconclusive: { tone: 'doubt', icon: 'help' },
  informs: { tone: 'quiet', icon: 'next' },
} as const satisfies Record<string, { readonly tone: Tone; readonly icon: IconName }>;

/** How a finding stands to its line, as a sign and a word. */
export function VerdictMark({ verdict }: { readonly verdict: keyof typeof verdicts }): ReactNode {
  const { w } = useWork();
  const { tone, icon } = verdicts[verdict];
  return (
    <span className={`mark ${tone}`}>
      <Icon name={icon} size={14} /> {w(`verdict.${verdict}`)}
    </span>
  );
}
