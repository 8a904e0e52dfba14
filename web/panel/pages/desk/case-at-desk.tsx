import { Button, Kbd } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import type { HeldCase, RuleBody } from '../../../../src/panel/desk.schema.ts';
import { noteSchema } from '../../../../src/panel/request.schema.ts';
import { call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useAccount } from '../../shell/account.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';
import { CaseView } from './case-view.tsx';
import { clockText } from './countdown.ts';
import { NoteWindow, OverrideWindow, RejectWindow } from './dialogs.tsx';
import { RetakeWindow } from './retake-window.tsx';
import { deskKeys, isByAccident } from './shortcuts.ts';

type Props = {
  readonly held: HeldCase;
  readonly isRuling: boolean;
  readonly isEscalating: boolean;
  readonly onRule: (body: RuleBody) => void;
  readonly onEscalate: (note: string) => void;
  readonly onLeave: () => void;
  readonly onChanged: (held: HeldCase) => void;
};

const notesSchema = z.object({ notes: z.array(noteSchema) });

/** The case in hand, with what can be said of it at the bottom of the screen wherever one has scrolled to. */
export function CaseAtDesk({ held, isRuling, isEscalating, onRule, onEscalate, onLeave, onChanged }: Props): ReactNode {
  const { w, called, time } = useWork();
  const { path } = useAccount();
  const { tell } = useNotices();
  const [open, setOpen] = useState<'override' | 'reject' | 'retake' | 'escalate' | 'note' | null>(null);
  const { case: found, needsSecondPerson, proposal, escalation, retake } = held;
  const close = (): void => setOpen(null);
  const withNote = (note: string): { note?: string } => (note.trim() === '' ? {} : { note: note.trim() });
  const validate = (): void => (needsSecondPerson ? setOpen('override') : onRule({ decision: 'validate' }));
  const addNote = useAction(async (text: string) => {
    const { notes } = await call(path(`desk/cases/${found.id}/notes`), {
      method: 'POST',
      body: { text },
      answer: notesSchema,
    });
    close();
    onChanged({ ...held, case: { ...found, notes } });
    tell({ tone: 'good', text: w('note.kept') });
  });

  useAccidentsKeptAway();
  useFocusOnCase(found.id);
  useKeys(
    w('keys.case'),
    isRuling
      ? []
      : [
          { key: deskKeys.validate, label: w('desk.validate'), run: validate },
          { key: deskKeys.reject, label: w('desk.reject'), run: () => setOpen('reject') },
          ...(retake === 'possible'
            ? [{ key: deskKeys.retake, label: w('desk.retake'), run: () => setOpen('retake') }]
            : []),
          { key: deskKeys.escalate, label: w('desk.escalate'), run: () => setOpen('escalate') },
          { key: deskKeys.note, label: w('desk.note'), run: () => setOpen('note') },
        ],
  );

  return (
    <>
      <CaseView
        found={found}
        head={<TimeOnCase since={held.openedAt} />}
        banner={
          <>
            {proposal !== null && (
              <p className="banner">
                <Icon name="users" />
                <span>
                  {proposal.by.name === null ? w('person.gone') : <Untrusted text={proposal.by.name} />}{' '}
                  {w('proposal.wants', { at: time(proposal.at) })}
                </span>
              </p>
            )}
            {escalation !== null && (
              <p className="banner">
                <Icon name="warning" />
                <span>
                  {escalation.by.name === null ? w('person.gone') : <Untrusted text={escalation.by.name} />}{' '}
                  {w('escalation.passed-on', { at: time(escalation.at) })}
                </span>
              </p>
            )}
          </>
        }
      />
      <div className="verdict-bar" role="group" aria-label={w('desk.verdict')}>
        <Button
          variant="default"
          className="says-yes"
          loading={isRuling}
          onClick={validate}
          rightSection={<Kbd aria-hidden>A</Kbd>}
          leftSection={<Icon name="good" />}
        >
          {w(proposal !== null ? 'desk.confirm' : needsSecondPerson ? 'desk.propose' : 'desk.validate')}
        </Button>
        <Button
          variant="default"
          className="says-no"
          disabled={isRuling}
          onClick={() => setOpen('reject')}
          rightSection={<Kbd aria-hidden>R</Kbd>}
          leftSection={<Icon name="bad" />}
        >
          {w('desk.reject')}
        </Button>
        {retake === 'possible' && (
          <Button
            variant="default"
            disabled={isRuling}
            onClick={() => setOpen('retake')}
            rightSection={<Kbd aria-hidden>T</Kbd>}
          >
            {w('desk.retake')}
          </Button>
        )}
        <Button
          variant="default"
          disabled={isRuling}
          onClick={() => setOpen('escalate')}
          rightSection={<Kbd aria-hidden>E</Kbd>}
        >
          {w('desk.escalate')}
        </Button>
        <Button
          variant="default"
          disabled={isRuling}
          onClick={() => setOpen('note')}
          rightSection={<Kbd aria-hidden>N</Kbd>}
        >
          {w('desk.note')}
        </Button>
        {needsSecondPerson && <p className="verdict-hint">{w('desk.needs-second')}</p>}
        {retake !== 'possible' && <p className="verdict-hint">{w(`retake-not.${retake}`)}</p>}
        <Button className="verdict-leave" variant="subtle" color="gray" disabled={isRuling} onClick={onLeave}>
          {w('desk.leave')}
        </Button>
      </div>
      {open === 'override' && (
        <OverrideWindow
          isRunning={isRuling}
          onClose={close}
          sentences={found.reasons
            .filter(({ weighs }) => weighs === 'refuse')
            .map(({ slug }) => called('reason', slug) ?? slug)}
          onPropose={(note) => {
            close();
            onRule({ decision: 'validate', ...withNote(note) });
          }}
        />
      )}
      {open === 'reject' && (
        <RejectWindow
          isRunning={isRuling}
          onClose={close}
          onReject={(reason, note) => {
            close();
            onRule({ decision: 'reject', reason, ...withNote(note) });
          }}
        />
      )}
      {open === 'retake' && (
        <RetakeWindow
          isRunning={isRuling}
          onClose={close}
          onAsk={(wanted, note) => {
            close();
            onRule({ decision: 'retake', ...wanted, ...withNote(note) });
          }}
        />
      )}
      {open === 'escalate' && (
        <NoteWindow is="escalate" isRunning={isEscalating} onClose={close} onWrite={onEscalate} />
      )}
      {open === 'note' && (
        <NoteWindow
          is="note"
          isRunning={addNote.isRunning}
          onClose={close}
          onWrite={(text) => void addNote.run(text)}
        />
      )}
    </>
  );
}

/** Deciding keys that are held down, or come before anybody can have seen the case, go no further. */
function useAccidentsKeptAway(): void {
  const shownAt = useRef(performance.now());
  useEffect(() => {
    const heard = (event: KeyboardEvent): void => {
      const isInField = event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
      if (!isInField && isByAccident(event, performance.now() - shownAt.current)) event.stopPropagation();
    };
    window.addEventListener('keydown', heard, { capture: true });
    return () => window.removeEventListener('keydown', heard, { capture: true });
  }, []);
}

/** A new case is told by its heading, and begins at its top. */
function useFocusOnCase(id: string): void {
  const { w } = useWork();
  useEffect(() => {
    document.getElementById('case-title')?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
    document.title = `${w('case.title', { id })} · Cotejo`;
  }, [id]);
}

/** Runs since the case came into this person's hands. */
function TimeOnCase({ since }: { readonly since: string }): ReactNode {
  const { w } = useWork();
  // Counted from when the page saw it: the service's clock may be another. After a reload some of it is missing, never added.
  const [began] = useState(() => Date.now() - Math.min(3_600_000, Math.max(0, Date.now() - Date.parse(since))));
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="time-on-case">
      <span className="quiet">{w('case.time')}</span> {clockText(now - began)}
    </span>
  );
}
