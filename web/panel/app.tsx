import { MantineProvider } from '@mantine/core';
import { type ReactNode, Suspense, lazy } from 'react';
import { Router, useLocation } from 'wouter';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { KeysProvider } from './shell/keys.tsx';
import { NoticesProvider } from './shell/notices.tsx';
import { Loading } from './parts/loading.tsx';
import { SessionProvider, useSession } from './shell/session.tsx';
import { TextsProvider } from './shell/text.tsx';
import { theme } from './theme.ts';

const Shell = lazy(() => import('./shell/shell.tsx'));
const SignIn = lazy(() => import('./pages/sign-in/sign-in.tsx'));
const SignedOn = lazy(() => import('./pages/sign-in/signed-on.tsx'));
const SignUp = lazy(() => import('./pages/sign-up/sign-up.tsx'));

/** The theme's variables are a file, see `tools/mantine-variables.ts`: nothing writes styles at run time. */
export const App = (): ReactNode => (
  <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <TextsProvider>
      <ErrorBoundary>
        <Router base="/panel">
          <NoticesProvider>
            <KeysProvider>
              <SessionProvider>
                <Suspense fallback={<Loading />}>
                  <Gate />
                </Suspense>
              </SessionProvider>
            </KeysProvider>
          </NoticesProvider>
        </Router>
      </ErrorBoundary>
    </TextsProvider>
  </MantineProvider>
);

/** Who has not signed in sees nothing but how to; the address they came for is kept. */
function Gate(): ReactNode {
  const [location] = useLocation();
  const { signedIn } = useSession();
  if (location === '/sign-up') return <SignUp />;
  if (location === '/sign-in/return') return <SignedOn />;
  return signedIn === null ? <SignIn /> : <Shell signedIn={signedIn} />;
}
