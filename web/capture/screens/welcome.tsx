import { useRef, useState } from 'preact/hooks';
import type { CaptureState } from '../../../src/capture/protocol.schema.ts';
import { useSpoken } from '../spoken.ts';
import { Page, Primary, Secondary } from './page.tsx';
import { CardIcon, FaceIcon, PauseIcon, SendIcon } from './pictures.tsx';

type Notice = Extract<CaptureState, { at: 'welcome' }>['notice'];

export function Welcome(parts: {
  readonly notice: Notice;
  readonly hasAgreed: boolean;
  readonly isBusy: boolean;
  readonly onAgreed: (hasAgreed: boolean) => void;
  readonly onStart: () => void;
  readonly onDecline: () => void;
}) {
  const { notice, hasAgreed, isBusy } = parts;
  const { say } = useSpoken();
  const [wasAsked, setAsked] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const leadToBox = (): void => {
    setAsked(true);
    box.current?.focus();
  };
  return (
    <Page
      title={say('welcome.title')}
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
      <p>{say('welcome.why')}</p>
      {notice.purpose !== null && <p>{notice.purpose}</p>}
      <ol class="steps">
        <li>
          <FaceIcon />
          {say('welcome.step.face')}
        </li>
        <li>
          <CardIcon />
          {say('welcome.step.document')}
        </li>
        <li>
          <SendIcon />
          {say('welcome.step.send')}
        </li>
      </ol>
      <p class="quiet">{say('welcome.have')}</p>
      <WhatHappens notice={notice} />
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
        <dd>{notice.alternative ?? say('consent.alternative')}</dd>
      </dl>
      {notice.privacyContact !== null && (
        <p class="quiet">{say('consent.contact', { contact: notice.privacyContact })}</p>
      )}
      {notice.privacyUrl !== null && (
        <p class="quiet">
          <a href={notice.privacyUrl} target="_blank" rel="noopener noreferrer">
            {say('consent.privacy')}
          </a>
        </p>
      )}
    </section>
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
