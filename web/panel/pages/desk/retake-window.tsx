import { Kbd, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  type RetakeReason,
  type RetakeScope,
  explains,
  retakeReasons,
  retakeScopes,
} from '../../../../src/panel/request.schema.ts';
import { useWork } from '../../work/texts.tsx';
import { DeskWindow, MOST_NOTE } from './dialogs.tsx';
import { keyOfRow, numberedRow } from './shortcuts.ts';

type Props = {
  readonly isRunning: boolean;
  readonly onClose: () => void;
  readonly onAsk: (wanted: { readonly scope: RetakeScope; readonly reason: RetakeReason }, note: string) => void;
};

/** What is to be taken again, and why. What the applicant will read stands there before it goes out. */
export function RetakeWindow({ onAsk, ...common }: Props): ReactNode {
  const { w } = useWork();
  const [scope, setScope] = useState<RetakeScope>('document');
  const [reason, choose] = useState<RetakeReason | null>(null);
  const [note, setNote] = useState('');
  const [isMissing, setMissing] = useState(false);
  const reasons = retakeReasons.filter((each) => explains(each, scope));
  const chosen = reason !== null && explains(reason, scope) ? reason : null;
  const go = (): void => {
    setMissing(chosen === null);
    if (chosen !== null) onAsk({ scope, reason: chosen }, note);
  };
  return (
    <DeskWindow {...common} title={w('retake.title')} go={w('retake.go')} onGo={go}>
      <p>{w('retake.what')}</p>
      <fieldset className="scopes-to-pick">
        <legend>{w('retake.scope')}</legend>
        {retakeScopes.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="scope"
              value={each}
              data-autofocus={each === scope ? true : undefined}
              checked={scope === each}
              onChange={() => setScope(each)}
            />
            <span>{w(`retake-scope.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      <fieldset
        className="reasons-to-pick"
        aria-describedby={isMissing ? 'reason-missing' : undefined}
        onKeyDown={(event) => {
          const row = numberedRow(event.key, reasons.length);
          if (row === null || event.ctrlKey || event.altKey || event.metaKey) return;
          event.preventDefault();
          choose(reasons[row]!);
          event.currentTarget.querySelectorAll('input')[row]?.focus();
        }}
      >
        <legend>{w('retake.why')}</legend>
        {reasons.map((slug, row) => (
          <label key={slug}>
            <input type="radio" name="reason" value={slug} checked={chosen === slug} onChange={() => choose(slug)} />
            <Kbd aria-hidden>{keyOfRow(row)}</Kbd>
            <span>{w(`retake-reason.${slug}`)}</span>
          </label>
        ))}
      </fieldset>
      <p id="reason-missing" role="alert" className={isMissing && chosen === null ? 'mark bad' : 'visually-hidden'}>
        {isMissing && chosen === null ? w('reject.pick') : ''}
      </p>
      <p className="goes-out" aria-live="polite">
        {chosen === null ? (
          <span className="quiet">{w('retake.applicant-reads-nothing')}</span>
        ) : (
          <>
            {w('retake.applicant-reads')} <q>{w(`retake-said.${chosen}`)}</q>
          </>
        )}
      </p>
      <Textarea
        label={w('note.title')}
        description={w('note.stays')}
        autosize={false}
        rows={2}
        maxLength={MOST_NOTE}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </DeskWindow>
  );
}
