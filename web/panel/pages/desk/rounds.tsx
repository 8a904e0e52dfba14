import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type CaseDetail, caseDetailSchema } from '../../../../src/panel/case.schema.ts';
import { call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useAccount } from '../../shell/account.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

/** What was asked for once more, and what came of it. */
export function RetakesTold({ retakes }: { readonly retakes: CaseDetail['retakes'] }): ReactNode {
  const { w, time } = useWork();
  return retakes.map(({ scope, reason, askedAt, by, ended }) => (
    <p className="banner" key={askedAt}>
      <Icon name="reload" />
      <span>
        {by.name === null ? w('person.gone') : <Untrusted text={by.name} />}{' '}
        {w('retake.was-asked', {
          at: time(askedAt),
          scope: w(`retake-scope.${scope}`),
          reason: w(`retake-reason.${reason}`),
        })}{' '}
        <strong>{ended === null ? w('retake.is-open') : w(`retake-ended.${ended.as}`, { at: time(ended.at) })}</strong>
      </span>
    </p>
  ));
}

/** The round that is looked at: the last one, unless an earlier one is asked for. */
export function useRounds(found: CaseDetail): {
  readonly shown: CaseDetail;
  readonly isRunning: boolean;
  show(round: number): void;
} {
  const { path } = useAccount();
  const [earlier, setEarlier] = useState<CaseDetail | null>(null);
  const look = useAction(async (round: number) =>
    setEarlier(await call(path(`requests/${found.id}/case?round=${round}`), { answer: caseDetailSchema })),
  );
  return {
    shown: earlier ?? found,
    isRunning: look.isRunning,
    show: (round) => (round === found.round ? setEarlier(null) : void look.run(round)),
  };
}

/** Which of the rounds is shown, where there are several. */
export function RoundSwitch({
  found,
  shown,
  isRunning,
  onShow,
}: {
  readonly found: CaseDetail;
  readonly shown: CaseDetail;
  readonly isRunning: boolean;
  readonly onShow: (round: number) => void;
}): ReactNode {
  const { w, time } = useWork();
  if (found.rounds.length < 2) return null;
  return (
    <div className="rounds" role="group" aria-label={w('rounds.title')}>
      {/* Buttons, not radios: in a field the keys of the desk are letters. */}
      <Button.Group>
        {found.rounds.map(({ round, submittedAt }, index) => (
          <Button
            key={round}
            size="compact-sm"
            variant={round === shown.round ? 'light' : 'default'}
            aria-pressed={round === shown.round}
            disabled={isRunning}
            onClick={() => onShow(round)}
          >
            {w(round === found.round ? 'rounds.last' : 'rounds.earlier', { number: index + 1, at: time(submittedAt) })}
          </Button>
        ))}
      </Button.Group>
      {shown.round !== found.round && (
        <p className="mark doubt" role="status">
          {w('rounds.not-the-last')}
        </p>
      )}
    </div>
  );
}
