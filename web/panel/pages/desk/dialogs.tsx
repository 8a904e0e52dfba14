import { Button, Group, Kbd, Modal, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { rejectionReasons, type RejectionReason } from '../../../../src/panel/request.schema.ts';
import { useTexts } from '../../shell/text.tsx';
import { useWork } from '../../work/texts.tsx';
import { keyOfRow, numberedRow } from './shortcuts.ts';

type Common = { readonly isRunning: boolean; readonly onClose: () => void };

/** A window of the desk: closed by Escape, and Enter in it does what its button says. */
export function DeskWindow({
  title,
  isRunning,
  onClose,
  onGo,
  go,
  tone,
  children,
}: Common & {
  readonly title: string;
  readonly go: string;
  readonly tone?: 'no' | undefined;
  readonly onGo: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useTexts();
  const { w } = useWork();
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    onGo();
  };
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form className="desk-window" noValidate onSubmit={submitted}>
        {children}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {w('desk.not-yet')}
          </Button>
          <Button
            type="submit"
            loading={isRunning}
            {...(tone === undefined ? {} : { variant: 'default', className: 'says-no' })}
          >
            {go}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

export const MOST_NOTE = 2000;

/** A reason is picked, not typed. What the company will read stands there before it goes out. */
export function RejectWindow({
  onReject,
  ...common
}: Common & { readonly onReject: (reason: RejectionReason, note: string) => void }): ReactNode {
  const { w } = useWork();
  const [reason, choose] = useState<RejectionReason | null>(null);
  const [note, setNote] = useState('');
  const [isMissing, setMissing] = useState(false);
  const go = (): void => {
    setMissing(reason === null);
    if (reason !== null) onReject(reason, note);
  };
  return (
    <DeskWindow {...common} title={w('reject.title')} go={w('reject.go')} tone="no" onGo={go}>
      <fieldset
        className="reasons-to-pick"
        aria-describedby={isMissing ? 'reason-missing' : undefined}
        onKeyDown={(event) => {
          const row = numberedRow(event.key, rejectionReasons.length);
          if (row === null || event.ctrlKey || event.altKey || event.metaKey) return;
          event.preventDefault();
          choose(rejectionReasons[row]!);
          event.currentTarget.querySelectorAll('input')[row]?.focus();
        }}
      >
        <legend>{w('reject.why')}</legend>
        {rejectionReasons.map((slug, row) => (
          <label key={slug}>
            <input
              type="radio"
              name="reason"
              value={slug}
              data-autofocus={row === 0 ? true : undefined}
              checked={reason === slug}
              onChange={() => choose(slug)}
            />
            <Kbd aria-hidden>{keyOfRow(row)}</Kbd>
            <span>{w(`rejection.${slug}`)}</span>
          </label>
        ))}
      </fieldset>
      <p id="reason-missing" role="alert" className={isMissing && reason === null ? 'mark bad' : 'visually-hidden'}>
        {isMissing && reason === null ? w('reject.pick') : ''}
      </p>
      <p className="goes-out" aria-live="polite">
        {reason === null ? (
          <span className="quiet">{w('reject.company-reads-nothing')}</span>
        ) : (
          <>
            {w('reject.company-reads')} <q>{w(`rejection.${reason}`)}</q> <code>{reason}</code>
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

/** Validating what a finding speaks against: said to need a second person before anything is sent. */
export function OverrideWindow({
  sentences,
  onPropose,
  ...common
}: Common & {
  /** What speaks against it. */
  readonly sentences: readonly string[];
  readonly onPropose: (note: string) => void;
}): ReactNode {
  const { w } = useWork();
  const [note, setNote] = useState('');
  return (
    <DeskWindow {...common} title={w('override.title')} go={w('override.go')} onGo={() => onPropose(note)}>
      <p>{w('override.against')}</p>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p>
        <strong>{w('override.second-person')}</strong> {w('override.what-follows')}
      </p>
      <Textarea
        label={w('override.why')}
        description={w('note.stays')}
        rows={3}
        maxLength={MOST_NOTE}
        value={note}
        data-autofocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </DeskWindow>
  );
}

/** For the supervisors, or only to be kept: the one needs words, and so does the other. */
export function NoteWindow({
  is,
  onWrite,
  ...common
}: Common & { readonly is: 'escalate' | 'note'; readonly onWrite: (text: string) => void }): ReactNode {
  const { w } = useWork();
  const [text, setText] = useState('');
  const [isMissing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const go = (): void => {
    const isEmpty = text.trim() === '';
    setMissing(isEmpty);
    if (isEmpty) field.current?.focus();
    else onWrite(text.trim());
  };
  return (
    <DeskWindow {...common} title={w(`${is}.title`)} go={w(`${is}.go`)} onGo={go}>
      <p>{w(`${is}.what`)}</p>
      <Textarea
        ref={field}
        label={w(`${is}.label`)}
        description={w('note.stays')}
        error={isMissing ? w('note.missing') : undefined}
        rows={4}
        required
        withAsterisk={false}
        maxLength={MOST_NOTE}
        value={text}
        data-autofocus
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </DeskWindow>
  );
}
