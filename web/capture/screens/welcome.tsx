import { useRef, useState } from 'preact/hooks';
import type { CaptureState, RetakeScope, WantedRetake } from '../../../src/capture/protocol.schema.ts';
import { useSpoken } from '../spoken.ts';
import { Page, Primary, Secondary } from './page.tsx';
import { CardIcon, FaceIcon, PauseIcon, SendIcon } from './pictures.tsx';

type Notice = Extract<CaptureState, { at: 'welcome' }>['notice'];

export function Welcome(parts: {
  readonly notice: Notice;
  /** What is to be taken again; null: it is the first time. */
  readonly retake: WantedRetake | null;
  readonly hasAgreed: boolean;
  readonly isBusy: boolean;
  readonly onAgreed: (hasAgreed: boolean) => void;
  readonly onStart: () => void;
  readonly onDecline: () => void;
}) {
  const { notice, retake, hasAgreed, isBusy } = parts;
  const { say } = useSpoken();
  const [wasAsked, setAsked] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const leadToBox = (): void => {
    setAsked(true);
    box.current?.focus();
  };
  return (
    <Page
      title={say(retake === null ? 'welcome.title' : 'retake.title')}
      foot={
        <>
          {!hasAgreed && (
            <p id="why-not" class={wasAsked ? 'why-not' : 'why-not visually-hidden'} role="status">
              {say('welcome.startNeedsConsent')}
            </p>
          )}
          <Primary
            isBusy={isBusy}
            whyNot={hasAgreed ? null : say('welcome.startNeedsConsent')}
            onTap={() => (hasAgreed ? parts.onStart() : leadToBox())}
          >
            {say('welcome.start')}
          </Primary>
          <Secondary onTap={parts.onDecline}>{say('welcome.decline')}</Secondary>
        </>
      }
    >
      {retake === null ? (
        <>
          <p>{say('welcome.why')}</p>
          {notice.purpose !== null && <p dir="auto">{notice.purpose}</p>}
        </>
      ) : (
        <>
          <p>{say(`retake.why.${retake.reason}`)}</p>
          <p>{say(`retake.scope.${retake.scope}`)}</p>
        </>
      )}
      <ol class="steps">
        {asks('face', retake) && (
          <li>
            <FaceIcon />
            {say('welcome.step.face')}
          </li>
        )}
        {asks('document', retake) && (
          <li>
            <CardIcon />
            {say('welcome.step.document')}
          </li>
        )}
        <li>
          <SendIcon />
          {say('welcome.step.send')}
        </li>
      </ol>
      {retake === null ? (
        <>
          <p class="quiet">{say('welcome.have')}</p>
          <WhatHappens notice={notice} />
        </>
      ) : (
        <WhatHappensAgain notice={notice} />
      )}
      <label class="agree">
        <input
          ref={box}
          type="checkbox"
          checked={hasAgreed}
          onChange={({ currentTarget }) => parts.onAgreed(currentTarget.checked)}
        />
        <span>{say('consent.agree')}</span>
      </label>
    </Page>
  );
}

const asks = (piece: Exclude<RetakeScope, 'all'>, retake: WantedRetake | null): boolean =>
  retake === null || retake.scope === 'all' || retake.scope === piece;

/** Who has read all of it once is told that nothing of it has changed, and what else there is. */
function WhatHappensAgain({ notice }: { readonly notice: Notice }) {
  const { say, duration } = useSpoken();
  return (
    <section class="notice" aria-labelledby="notice-title">
      <h2 id="notice-title">{say('consent.title')}</h2>
      <p>{say('retake.kept', { duration: duration(notice.keptDays, 'day') })}</p>
      <p dir="auto">{notice.alternative ?? say('consent.alternative')}</p>
      <WhomToAsk notice={notice} />
    </section>
  );
}

/** What is kept, what for, how long, who sees it, and what else there is. Open to read, not behind a fold. */
function WhatHappens({ notice }: { readonly notice: Notice }) {
  const { say, duration } = useSpoken();
  return (
    <section class="notice" aria-labelledby="notice-title">
      <h2 id="notice-title">{say('consent.title')}</h2>
      <dl>
        <dt>{say('consent.what.title')}</dt>
        <dd>{say('consent.what')}</dd>
        <dt>{say('consent.why.title')}</dt>
        <dd>{say('consent.why')}</dd>
        <dt>{say('consent.howLong.title')}</dt>
        <dd>{say('consent.howLong', { duration: duration(notice.keptDays, 'day') })}</dd>
        <dt>{say('consent.who.title')}</dt>
        <dd>{say('consent.who')}</dd>
        <dt>{say('consent.alternative.title')}</dt>
        <dd dir="auto">{notice.alternative ?? say('consent.alternative')}</dd>
      </dl>
      <WhomToAsk notice={notice} />
    </section>
  );
}

function WhomToAsk({ notice }: { readonly notice: Notice }) {
  const { say } = useSpoken();
  return (
    <>
      {notice.privacyContact !== null && (
        <p class="quiet" dir="auto">
          {say('consent.contact', { contact: notice.privacyContact })}
        </p>
      )}
      {notice.privacyUrl !== null && (
        <p class="quiet">
          <a href={notice.privacyUrl} target="_blank" rel="noopener noreferrer">
            {say('consent.privacy')}
          </a>
        </p>
      )}
    </>
  );
}

export function Declined({
  alternative,
  onBack,
}: {
  readonly alternative: string | null;
  readonly onBack: () => void;
}) {
  const { say } = useSpoken();
  return (
    <Page
      picture={<PauseIcon />}
      title={say('declined.title')}
      foot={<Primary onTap={onBack}>{say('declined.back')}</Primary>}
    >
      <p>{say('declined.text')}</p>
      {alternative !== null && <p>{alternative}</p>}
    </Page>
  );
}
