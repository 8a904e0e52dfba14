import { type ReactNode, createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { type SessionAnswer, type SignedInAnswer, sessionAnswer } from '../../../src/panel/session-protocol.schema.ts';
import { call, onCallEnded } from '../api.ts';
import type { Language } from '../languages.ts';
import { Loading } from '../parts/loading.tsx';
import { TroubleShown } from '../parts/trouble-shown.tsx';
import { useResource } from '../parts/use-resource.ts';
import { SessionEnd } from './session-end.tsx';
import { useTexts } from './text.tsx';

export type Session = {
  readonly signedIn: SignedInAnswer | null;
  /** How one can sign in here. */
  readonly ways: SessionAnswer['ways'];
  /** Takes over what an answer to signing in told. */
  begin(signedIn: SignedInAnswer): void;
  /** Asks again who is signed in: after roles or accounts changed. */
  refresh(): void;
  signOut(): Promise<void>;
  /** Speaks it from now on, and wherever one signs in. */
  speak(language: Language): Promise<void>;
};

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('there is no session around this component');
  return session;
}

/** Asks who is signed in before anything is shown, and says so when that ends. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const asked = useResource('session', (signal) => call('session', { answer: sessionAnswer, signal }));
  const [hasEnded, setEnded] = useState(false);
  const { value, replace, reload } = asked;
  const isSignedIn = value !== null && value.signedIn !== null;
  const { choose } = useTexts();
  const ownLanguage = value?.signedIn?.user.language ?? null;
  useEffect(() => {
    if (ownLanguage !== null) choose(ownLanguage);
    // What was chosen once is theirs at every sign-in; what is chosen meanwhile is told to the service first.
  }, [ownLanguage]);
  useEffect(
    () =>
      onCallEnded((trouble) => {
        if (trouble?.problem === 'not-signed-in' && isSignedIn) setEnded(true);
      }),
    [isSignedIn],
  );
  const begin = useCallback(
    (signedIn: SignedInAnswer) => {
      setEnded(false);
      if (value !== null) replace({ ...value, signedIn });
    },
    [value, replace],
  );
  const signOut = useCallback(async () => {
    await call('session', { method: 'DELETE' });
    if (value !== null) replace({ ...value, signedIn: null });
  }, [value, replace]);
  const speak = useCallback(
    async (language: Language) => {
      choose(language);
      await call('me/language', { method: 'PUT', body: { language } });
      if (value !== null && value.signedIn !== null)
        replace({ ...value, signedIn: { ...value.signedIn, user: { ...value.signedIn.user, language } } });
    },
    [value, replace, choose],
  );
  const session = useMemo<Session | null>(
    () =>
      value === null ? null : { signedIn: value.signedIn, ways: value.ways, begin, refresh: reload, signOut, speak },
    [value, begin, reload, signOut, speak],
  );
  if (session === null)
    return asked.trouble === null ? <Loading /> : <TroubleShown trouble={asked.trouble} onAgain={reload} />;
  return (
    <SessionContext value={session}>
      {children}
      {session.signedIn !== null && (
        <SessionEnd
          signedIn={session.signedIn}
          hasEnded={hasEnded}
          onEnded={() => setEnded(true)}
          onSignInAgain={() => {
            setEnded(false);
            replace({ ways: session.ways, signedIn: null });
          }}
        />
      )}
    </SessionContext>
  );
}
