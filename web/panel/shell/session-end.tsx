import { type ReactNode, Suspense, lazy, useEffect, useRef, useState } from 'react';
import { type SignedInAnswer, sessionAnswer } from '../../../src/panel/session-protocol.schema.ts';
import { call, onCallEnded } from '../api.ts';

const SessionEndWindow = lazy(() => import('./session-end-window.tsx'));

/** How long before it ends somebody is asked whether they are still there (WCAG 2.2.1 wants 20 s at least). */
const WARNED_MS = 120_000;
const LOOKED_EVERY_MS = 5_000;

type Props = {
  readonly signedIn: SignedInAnswer;
  readonly hasEnded: boolean;
  readonly onEnded: () => void;
  readonly onSignInAgain: () => void;
};

/** Says before a session ends that it will, and afterwards that it has. What was being written stays on the page behind it. */
export function SessionEnd({ signedIn, hasEnded, onEnded, onSignInAgain }: Props): ReactNode {
  const [isWarned, setWarned] = useState(false);
  const lastCallAt = useRef(Date.now());
  const { endsAt, idleMinutes } = signedIn;
  const lastsUntil = new Date(endsAt).getTime();
  useEffect(
    () =>
      onCallEnded((trouble) => {
        if (trouble === null) lastCallAt.current = Date.now();
      }),
    [],
  );
  useEffect(() => {
    const timer = setInterval(() => {
      const leftMs = Math.min(lastsUntil, lastCallAt.current + idleMinutes * 60_000) - Date.now();
      if (leftMs <= 0) onEnded();
      else setWarned(leftMs < WARNED_MS);
    }, LOOKED_EVERY_MS);
    return () => clearInterval(timer);
  }, [lastsUntil, idleMinutes]);

  const isLast = lastsUntil - Date.now() < WARNED_MS;
  const stay = async (): Promise<void> => {
    const { signedIn: still } = await call('session', { answer: sessionAnswer });
    if (still === null) onEnded();
    else setWarned(false);
  };
  if (!hasEnded && !isWarned) return null;
  return (
    <Suspense>
      <SessionEndWindow
        is={hasEnded ? 'ended' : isLast ? 'ending-for-good' : 'ending'}
        onStay={() => void stay().catch(() => {})}
        onSignInAgain={onSignInAgain}
      />
    </Suspense>
  );
}
