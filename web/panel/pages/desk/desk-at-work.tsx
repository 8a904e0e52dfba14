import { type ReactNode, useEffect, useState } from 'react';
import {
  type DeskOverview,
  type DeskQueue,
  type HeldCase,
  type RuleBody,
  deskOverviewSchema,
  heldCaseSchema,
  keptSchema,
  maybeHeldCaseSchema,
  ruledSchema,
} from '../../../../src/panel/desk.schema.ts';
import { type Trouble, call, troubleOf } from '../../api.ts';
import { useAction } from '../../parts/use-action.ts';
import { useAccount } from '../../shell/account.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useTroubleText } from '../../shell/trouble.ts';
import { useWork } from '../../work/texts.tsx';
import { CaseAtDesk } from './case-at-desk.tsx';
import { countdownFrom, countdownUntil } from './countdown.ts';
import { DeskStart } from './desk-start.tsx';
import { deskKeys } from './shortcuts.ts';
import { UndoBar, type Undoable } from './undo-bar.tsx';

/** The service keeps a case for whoever says this often that they are still at it. */
const KEEP_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 10_000;

/** Why the applicant cannot be asked once more, where it is that. */
const whyNoRetake = (why: string | undefined) => noRetakes.find((each) => each === why) ?? null;
const noRetakes = heldCaseSchema.shape.retake.options.filter((each) => each !== 'possible');

type Screen =
  { readonly at: 'start'; readonly isEmpty: DeskQueue | null } | { readonly at: 'case'; readonly held: HeldCase };

type Props = { readonly overview: DeskOverview; readonly held: HeldCase | null };

/** One case after the other, none of them chosen; what was ruled can be taken back for ten seconds while the next one is already there. */
export function DeskAtWork({ overview: first, held }: Props): ReactNode {
  const { w } = useWork();
  const { path } = useAccount();
  const { tell } = useNotices();
  const textOf = useTroubleText();
  const [overview, setOverview] = useState(first);
  const [screen, setScreen] = useState<Screen>(held === null ? { at: 'start', isEmpty: null } : { at: 'case', held });
  const [undoable, setUndoable] = useState<readonly Undoable[]>(() =>
    first.pending.map((pending) => ({ pending, countdown: countdownUntil(pending.settlesAt, Date.now()) })),
  );
  const inHand = screen.at === 'case' ? screen.held : null;
  const heldId = inHand?.case.id ?? null;

  const look = async (): Promise<void> => setOverview(await call(path('desk'), { answer: deskOverviewSchema }));
  const toStart = (isEmpty: DeskQueue | null = null): void => {
    setScreen({ at: 'start', isEmpty });
    void look().catch(() => {});
  };
  /** Somebody else has it, or it was ruled otherwise: told, and the desk begins anew. */
  const orBeginAnew = (error: unknown): never | void => {
    const trouble: Trouble = troubleOf(error);
    if (trouble.problem !== 'conflict') throw error;
    const noRetake = whyNoRetake(trouble.why);
    if (noRetake !== null) return tell({ tone: 'bad', text: w(`retake-not.${noRetake}`) });
    tell({ tone: 'bad', text: trouble.why === 'too-late' ? w('desk.too-late') : w('desk.not-in-hand') });
    toStart();
  };

  const next = useAction(async (queue: DeskQueue) => {
    const answer = await call(path('desk/next'), { method: 'POST', body: { queue }, answer: maybeHeldCaseSchema });
    if (answer.case === null) toStart(queue);
    else setScreen({ at: 'case', held: answer });
  });
  const rule = useAction(async (body: RuleBody) => {
    const sentAtMs = Date.now();
    const { case: ruled, queue } = inHand!;
    const answer = await call(path(`desk/cases/${ruled.id}/rule`), { method: 'POST', body, answer: ruledSchema }).catch(
      orBeginAnew,
    );
    if (answer === undefined) return;
    setUndoable((before) => [{ pending: answer.pending, countdown: countdownFrom(sentAtMs) }, ...before]);
    await next.run(queue);
  });
  const undo = useAction(async (id: string) => {
    const back = await call(path(`desk/cases/${id}/undo`), { method: 'POST', body: {}, answer: heldCaseSchema }).catch(
      (error: unknown) => {
        const trouble = troubleOf(error);
        tell({ tone: 'bad', text: trouble.problem === 'conflict' ? w('undo.too-late') : textOf(trouble) });
      },
    );
    setUndoable((before) => before.filter(({ pending }) => pending.id !== id));
    if (back !== undefined) setScreen({ at: 'case', held: back });
  });
  const escalate = useAction(async (note: string) => {
    const { case: escalated, queue } = inHand!;
    const answer = await call(path(`desk/cases/${escalated.id}/escalate`), {
      method: 'POST',
      body: { note },
      answer: deskOverviewSchema,
    }).catch(orBeginAnew);
    if (answer === undefined) return;
    setOverview(answer);
    tell({ tone: 'good', text: w('escalate.done', { id: escalated.id }) });
    await next.run(queue);
  });
  const leave = useAction(async () => {
    const answer = await call(path(`desk/cases/${heldId!}/leave`), {
      method: 'POST',
      body: {},
      answer: deskOverviewSchema,
    }).catch(orBeginAnew);
    if (answer === undefined) return;
    setOverview(answer);
    setScreen({ at: 'start', isEmpty: null });
  });

  useEffect(() => {
    if (heldId === null) {
      const timer = setInterval(
        () => document.visibilityState === 'visible' && void look().catch(() => {}),
        LOOK_EVERY_MS,
      );
      return () => clearInterval(timer);
    }
    const timer = setInterval(() => {
      call(path(`desk/cases/${heldId}/keep`), { method: 'POST', body: {}, answer: keptSchema }).catch(
        (error: unknown) => {
          if (troubleOf(error).problem === 'conflict') orBeginAnew(error);
        },
      );
    }, KEEP_EVERY_MS);
    return () => clearInterval(timer);
  }, [heldId]);

  const latest = undoable[0];
  useKeys(
    w('keys.undo'),
    latest === undefined
      ? []
      : [{ key: deskKeys.undo, label: w('undo.go'), run: () => void undo.run(latest.pending.id) }],
  );
  return (
    <div className="desk">
      {screen.at === 'case' ? (
        <CaseAtDesk
          key={`${screen.held.case.id} ${screen.held.openedAt}`}
          held={screen.held}
          isRuling={rule.isRunning || next.isRunning}
          isEscalating={escalate.isRunning}
          onRule={(body) => void rule.run(body)}
          onEscalate={(note) => void escalate.run(note)}
          onLeave={() => void leave.run()}
          onChanged={(changed) => setScreen({ at: 'case', held: changed })}
        />
      ) : (
        <DeskStart
          overview={overview}
          isEmpty={screen.isEmpty}
          isRunning={next.isRunning}
          onBegin={(queue) => void next.run(queue)}
        />
      )}
      <div className="undo-bars">
        {undoable.slice(0, 3).map((each) => (
          <UndoBar
            key={each.pending.id}
            undoable={each}
            isRunning={undo.isRunning}
            onUndo={() => void undo.run(each.pending.id)}
            onOver={() => setUndoable((before) => before.filter(({ pending }) => pending.id !== each.pending.id))}
          />
        ))}
      </div>
    </div>
  );
}
