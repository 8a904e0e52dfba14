import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { CaptureProblem, DocumentKind, Side } from '../../src/capture/protocol.schema.ts';
import type { Answer, Api, Place } from './api.ts';
import { type OpenCamera, openCamera } from './camera.ts';
import { accentOf } from './colour.ts';
import { type BrowserSaid, deviceFactsOf, surroundingsOf } from './device.ts';
import { filmFace } from './film-face.ts';
import { firstFlow, progressOf, step } from './flow.ts';
import { type Guide, openGuide } from './guide.ts';
import { type Language, directionOf, languageFor } from './languages.ts';
import { pause } from './until-answered.ts';
import { askPlace } from './place.ts';
import { CameraPrimer, FaceAgain, FaceLater } from './screens/before-face.tsx';
import { Card, type Taken } from './screens/card.tsx';
import { BeforeDocument, ChooseDocument, Review } from './screens/document.tsx';
import { Done, PlaceQuestion, SendingPage } from './screens/end.tsx';
import { Face } from './screens/face.tsx';
import { Following, HandOver } from './screens/hand-over.tsx';
import { Head } from './screens/head.tsx';
import { Note } from './screens/page.tsx';
import { CameraProblem, InApp, Stopped, Unreachable } from './screens/stops.tsx';
import { Declined, Welcome } from './screens/welcome.tsx';
import { type Spoken, SpokenContext, learn } from './spoken.ts';
import { type UploadProgress, pauseAfter, uploadQueue } from './upload.ts';

const POLL_EVERY_MS = 1_200;
const LANGUAGE_KEPT_AS = 'language';

/** The whole page: holds the flow, the camera and what is on its way, and shows the one screen that the flow is at. */
export function App({ api, said }: { readonly api: Api; readonly said: BrowserSaid }) {
  const [flow, tell] = useReducer(step, surroundingsOf(said), firstFlow);
  const [isOffline, setOffline] = useState(false);
  const [progress, setProgress] = useState<UploadProgress>({ sentBytes: 0, totalBytes: 0, isOffline: false });
  const [taken, setTaken] = useState<(Taken & { readonly address: string }) | null>(null);
  const camera = useRef<OpenCamera | null>(null);
  const guide = useRef<Guide | null>(null);
  const filming = useRef<AbortController | null>(null);
  const withoutTurning = useRef(false);
  const { screen, server } = flow;
  const [spoken, choose] = useLanguage(server, said.languages);

  const readState = useCallback(async (): Promise<void> => {
    const answer = await api.state();
    setOffline(answer.is === 'unreachable');
    if (answer.is === 'answer') tell({ is: 'told', state: answer.value });
    else if (answer.is === 'unreachable') tell({ is: 'unreachable', why: answer.why });
    else if (answer.problem.problem === 'link-unknown')
      tell({ is: 'told', state: { at: 'stopped', reason: 'unknown' } });
    else tell({ is: 'unreachable', why: 'busy' });
  }, [api]);

  /** Calls until somebody answers; the person sees meanwhile that the connection is away. What is refused is no longer what is wanted. */
  const persist = useCallback(
    async <Value,>(
      call: () => Promise<Answer<Value>>,
      onRefused: (problem: CaptureProblem) => Promise<void> = readState,
    ): Promise<Value | null> => {
      for (let failures = 1; ; failures += 1) {
        const answer = await call();
        setOffline(answer.is === 'unreachable');
        if (answer.is === 'answer') return answer.value;
        if (answer.is === 'refused' && answer.problem.problem !== 'too-often') {
          await onRefused(answer.problem);
          return null;
        }
        await untilConnected(pauseAfter(failures));
      }
    },
    [readState],
  );

  const queue = useMemo(
    () =>
      uploadQueue({
        pause: untilConnected,
        onProgress: setProgress,
        onArrived: (piece, state) => tell({ is: 'arrived', piece, state }),
        onRefused: async (piece) => {
          const answer = await api.state();
          if (answer.is === 'answer') tell({ is: 'arrived', piece, state: answer.value });
        },
      }),
    [api],
  );

  useEffect(() => void readState(), [readState]);

  // The desk follows the phone; whoever has sent everything waits for the last looks, and hands it in.
  const isWaiting = screen.at === 'hand-over' || screen.at === 'following' || screen.at === 'sending';
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && queue.isEmpty()) void readState();
    }, POLL_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting, queue, readState]);
  const isReadyToSubmit =
    screen.at === 'sending' && server?.at === 'capturing' && server.wanted === 'submit' && flow.queued.length === 0;
  useEffect(() => {
    if (!isReadyToSubmit) return;
    void persist(api.submit).then((state) => {
      if (state !== null) tell({ is: 'told', state });
    });
  }, [isReadyToSubmit, api, persist]);

  // What is filmed with is closed as soon as nobody films.
  const isFilming = screen.at === 'face' || screen.at === 'card';
  useEffect(() => {
    if (isFilming) return;
    filming.current?.abort();
    camera.current?.close();
    camera.current = null;
  }, [isFilming]);
  useEffect(() => {
    const onHidden = (): void => {
      if (document.visibilityState === 'hidden') filming.current?.abort();
    };
    document.addEventListener('visibilitychange', onHidden);
    return () => document.removeEventListener('visibilitychange', onHidden);
  }, []);

  // The mesh is fetched once there is consent, while the person still reads.
  const hasConsented = server?.at === 'capturing' && server.wanted === 'face';
  useEffect(() => {
    if (hasConsented) guide.current ??= openGuide();
  }, [hasConsented]);

  const open = async (subject: 'face' | Side): Promise<void> => {
    camera.current?.close();
    const answer = await openCamera(subject);
    if (!answer.ok) return tell({ is: 'camera-failed', subject, cause: answer.cause });
    camera.current = answer.camera;
    answer.camera.onInterrupted = () => {
      filming.current?.abort();
      tell({ is: 'camera-failed', subject, cause: 'interrupted' });
    };
    tell({ is: 'camera-opened', subject });
  };

  const film = async (view: HTMLVideoElement): Promise<void> => {
    if (camera.current === null || (filming.current !== null && !filming.current.signal.aborted)) return;
    const controller = new AbortController();
    filming.current = controller;
    const filmed = await filmFace({
      api,
      camera: camera.current,
      view,
      withoutTurning: withoutTurning.current,
      onPhase: (phase) => tell({ is: 'face-phase', phase }),
      signal: controller.signal,
    });
    controller.abort();
    if (filmed.is === 'finished') tell({ is: 'face-finished', state: filmed.state });
    else if (filmed.is === 'failed') {
      tell({ is: 'face-failed', trouble: filmed.trouble });
      await readState();
    } else {
      const state = await persist(api.state);
      if (state !== null) tell({ is: 'face-finished', state });
    }
  };

  const showTaken = (next: Taken | null): void =>
    setTaken((before) => {
      if (before !== null) URL.revokeObjectURL(before.address);
      return next === null ? null : { ...next, address: URL.createObjectURL(next.shown) };
    });

  const use = (side: Side): void => {
    if (taken === null) return;
    const { picture } = taken;
    queue.add({
      piece: side,
      byteLength: picture.size,
      send: (onProgress) => api.sendPicture(side, picture, onProgress),
    });
    showTaken(null);
    tell({ is: 'picture-used' });
  };

  const answerPlace = (place: Place): void => {
    queue.add({ piece: 'place', byteLength: 0, send: () => api.sendPlace(place) });
    tell({ is: 'place-answered' });
  };

  /** The state that this page shows came with a key: a browser that does not send it back keeps none. */
  const onStartRefused = async ({ problem }: CaptureProblem): Promise<void> =>
    problem === 'device-without-key' ? tell({ is: 'cookies-refused' }) : readState();

  const kind = server?.at === 'capturing' ? server.documentKind : null;
  const notice = server?.at === 'welcome' ? server.notice : null;
  const retake = server?.at === 'welcome' || server?.at === 'capturing' ? server.retake : null;

  const shown = (() => {
    switch (screen.at) {
      case 'loading':
        return <main class="page" aria-busy="true" />;
      case 'unreachable':
        return <Unreachable why={screen.why} onAgain={() => void readState()} />;
      case 'in-app':
        return <InApp isIos={flow.surroundings.isIos} />;
      case 'hand-over':
        return <HandOver mayFilmHere={screen.mayFilmHere} onFilmHere={() => tell({ is: 'film-here' })} />;
      case 'following':
        return <Following isDone={screen.isDone} />;
      case 'welcome':
        return (
          notice !== null && (
            <Welcome
              notice={notice}
              retake={retake}
              hasAgreed={screen.hasAgreed}
              isBusy={screen.isBusy}
              onAgreed={(hasAgreed) => tell({ is: 'agreed', hasAgreed })}
              onDecline={() => tell({ is: 'declined' })}
              onStart={() => {
                tell({ is: 'busy' });
                const consent = { textVersion: notice.textVersion, language: spoken?.language ?? 'es' };
                void persist(() => api.start(consent, deviceFactsOf(said)), onStartRefused).then((state) => {
                  if (state !== null) tell({ is: 'told', state });
                });
              }}
            />
          )
        );
      case 'declined':
        return <Declined alternative={notice?.alternative ?? null} onBack={() => tell({ is: 'reconsidered' })} />;
      case 'camera-primer':
      case 'face-again': {
        const onOpen = (isWithoutTurning: boolean): void => {
          withoutTurning.current = isWithoutTurning;
          void open('face');
        };
        return screen.at === 'camera-primer' ? (
          <CameraPrimer retake={retake} onOpen={onOpen} />
        ) : (
          <FaceAgain trouble={screen.trouble} onOpen={onOpen} />
        );
      }
      case 'face-later':
        return <FaceLater retryAfterSeconds={screen.retryAfterSeconds} onAgain={() => void readState()} />;
      case 'face':
        return (
          camera.current !== null && (
            <Face
              camera={camera.current}
              guide={(guide.current ??= openGuide())}
              phase={screen.phase}
              onBegin={(view) => void film(view)}
            />
          )
        );
      case 'document-kind':
        return (
          <ChooseDocument
            isBusy={screen.isBusy}
            onChosen={(chosen: DocumentKind) => {
              tell({ is: 'busy' });
              void persist(() => api.chooseDocument(chosen)).then((state) => {
                if (state !== null) tell({ is: 'told', state });
              });
            }}
          />
        );
      case 'document':
        return (
          <BeforeDocument
            key={`${screen.side} ${screen.problem}`}
            side={screen.side}
            kind={kind}
            problem={screen.problem}
            retake={retake}
            onOpen={() => void open(screen.side)}
          />
        );
      case 'card':
        return (
          camera.current !== null && (
            <Card
              camera={camera.current}
              side={screen.side}
              kind={kind}
              onTaken={(next) => {
                showTaken(next);
                tell({ is: 'picture-taken' });
              }}
            />
          )
        );
      case 'review':
        return (
          taken !== null && (
            <Review
              side={screen.side}
              picture={taken.address}
              trouble={taken.trouble}
              onUse={() => use(screen.side)}
              onAgain={() => void open(screen.side)}
            />
          )
        );
      case 'place':
        return (
          <PlaceQuestion
            isAsking={screen.isAsking}
            onNot={() => answerPlace({ declined: true })}
            onShare={() => {
              tell({ is: 'place-asked' });
              void askPlace().then(answerPlace);
            }}
          />
        );
      case 'sending':
        return (
          <SendingPage
            progress={progress}
            isChecking={server?.at === 'capturing' && server.wanted === 'checks'}
            isOffline={progress.isOffline || isOffline}
          />
        );
      case 'done':
        return server?.at === 'sent' && <Done receipt={server.receipt} />;
      case 'camera-problem':
        return (
          <CameraProblem
            cause={screen.cause}
            surroundings={flow.surroundings}
            onAgain={() => void open(screen.subject)}
          />
        );
      case 'stopped':
        return <Stopped reason={screen.reason} />;
    }
  })();

  if (spoken === null) return <main class="page" aria-busy="true" />;
  const asker = server !== null && 'asker' in server ? (server.asker ?? null) : null;
  const accent = accentOf(asker?.accentColour ?? null);
  return (
    <SpokenContext.Provider value={spoken}>
      <div class="whole" style={{ '--accent': accent.fill, '--on-accent': accent.ink }}>
        <Head
          asker={asker}
          isOverCamera={isFilming}
          progress={progressOf(screen, retake?.scope ?? 'all')}
          onLanguage={screen.at === 'loading' || isFilming ? null : choose}
        />
        {isOffline && screen.at !== 'sending' && screen.at !== 'unreachable' && (
          <Note tone="ask">{spoken.say('sending.offline')}</Note>
        )}
        {shown}
      </div>
    </SpokenContext.Provider>
  );
}

/** Resolves after so long, or as soon as the browser says that the connection is back. */
async function untilConnected(durationMs: number): Promise<void> {
  const controller = new AbortController();
  const onBack = (): void => controller.abort();
  addEventListener('online', onBack, { once: true });
  await pause(durationMs, controller.signal);
  removeEventListener('online', onBack);
}

/** The language to speak, learnt as soon as it is known who asks; and a way to choose another. */
function useLanguage(
  server: ReturnType<typeof firstFlow>['server'],
  wished: readonly string[],
): readonly [Spoken | null, (language: Language) => void] {
  const [spoken, setSpoken] = useState<Spoken | null>(null);
  const [chosen, setChosen] = useState<string | null>(() => sessionStorage.getItem(LANGUAGE_KEPT_AS));
  const account = server !== null && 'language' in server ? (server.language ?? null) : null;
  const company = server !== null && 'asker' in server ? (server.asker?.name ?? '') : '';
  const language = languageFor(chosen, wished, account);
  useEffect(() => {
    let isStale = false;
    void learn(language, company).then((next) => {
      if (isStale) return;
      document.documentElement.lang = language;
      document.documentElement.dir = directionOf(language);
      document.title = [next.say('page.title'), company].filter((part) => part !== '').join(' · ');
      setSpoken(next);
    });
    return () => {
      isStale = true;
    };
  }, [language, company]);
  const choose = useCallback((next: Language) => {
    sessionStorage.setItem(LANGUAGE_KEPT_AS, next);
    setChosen(next);
  }, []);
  return [spoken, choose];
}
