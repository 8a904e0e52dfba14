import { Button, Kbd } from '@mantine/core';
import { type ReactNode, useEffect, useReducer } from 'react';
import type { PendingRuling } from '../../../../src/panel/desk.schema.ts';
import { useWork } from '../../work/texts.tsx';
import { type Countdown, isOver, nextChangeMs, secondsLeft, shareLeft } from './countdown.ts';
import { deskKeys } from './shortcuts.ts';

export type Undoable = { readonly pending: PendingRuling; readonly countdown: Countdown };

type Props = {
  readonly undoable: Undoable;
  readonly isRunning: boolean;
  readonly onUndo: () => void;
  readonly onOver: () => void;
};

/** What was just ruled, and the ten seconds in which it can be taken back. Told once when it comes; the seconds are only seen. */
export function UndoBar({ undoable: { pending, countdown }, isRunning, onUndo, onOver }: Props): ReactNode {
  const { w } = useWork();
  const [, again] = useReducer((round: number) => round + 1, 0);
  const now = Date.now();
  const seconds = secondsLeft(countdown, now);
  useEffect(() => {
    const wait = nextChangeMs(countdown, Date.now());
    const timer = setTimeout(() => (isOver(countdown, Date.now()) ? onOver() : again()), wait ?? 0);
    return () => clearTimeout(timer);
  }, [countdown, seconds]);
  const { decision, becomes, id } = pending;
  const what =
    becomes === 'proposed'
      ? w('undo.proposed', { id })
      : decision.decision === 'validate'
        ? w('undo.validated', { id })
        : decision.decision === 'reject'
          ? w('undo.rejected', { id, reason: w(`rejection.${decision.reason}`) })
          : w('undo.retake', { id, reason: w(`retake-reason.${decision.reason}`) });
  return (
    <div className="undo-bar">
      <p role="status">{what}</p>
      <progress aria-hidden max={1} value={shareLeft(countdown, now)} />
      <span className="undo-seconds" aria-hidden>
        {w('undo.seconds', { seconds })}
      </span>
      <Button
        size="xs"
        variant="default"
        onClick={onUndo}
        loading={isRunning}
        rightSection={<Kbd aria-hidden>{deskKeys.undo.toUpperCase()}</Kbd>}
      >
        {w('undo.go')}
      </Button>
    </div>
  );
}
