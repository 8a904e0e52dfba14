import type { CameraFailure } from '../camera-failure.ts';
import type { Surroundings } from '../device.ts';
import type { StopReason } from '../flow.ts';
import { useSpoken } from '../spoken.ts';
import { CopyLink, Page, Primary } from './page.tsx';
import { BrokenLinkIcon, CameraIcon, PauseIcon, PhoneIcon, SendIcon } from './pictures.tsx';

export function Stopped({ reason }: { readonly reason: StopReason }) {
  const { say } = useSpoken();
  const icon = {
    unknown: BrokenLinkIcon,
    expired: PauseIcon,
    used: SendIcon,
    cancelled: PauseIcon,
    elsewhere: PhoneIcon,
    'no-cookies': PhoneIcon,
  };
  const Icon = icon[reason];
  return (
    <Page
      picture={<Icon />}
      title={say(`stop.${reason}.title`)}
      foot={reason === 'no-cookies' ? <CopyLink label={say('inApp.copy')} /> : undefined}
    >
      <p>{say(`stop.${reason}.text`)}</p>
    </Page>
  );
}

export function Unreachable({ why, onAgain }: { readonly why: 'offline' | 'busy'; readonly onAgain: () => void }) {
  const { say } = useSpoken();
  return (
    <Page
      picture={<PauseIcon />}
      title={say(`stop.${why}.title`)}
      foot={<Primary onTap={onAgain}>{say('stop.again')}</Primary>}
    >
      <p>{say(`stop.${why}.text`)}</p>
    </Page>
  );
}

export function InApp({ isIos }: { readonly isIos: boolean }) {
  const { say } = useSpoken();
  return (
    <Page picture={<PhoneIcon />} title={say('inApp.title')} foot={<CopyLink label={say('inApp.copy')} />}>
      <p>{say('inApp.text', { browser: say(isIos ? 'inApp.browser.ios' : 'inApp.browser.other') })}</p>
      <p class="quiet">{say('inApp.menu')}</p>
    </Page>
  );
}

/** What another device has to solve: no trying again here. */
const NEEDS_ANOTHER_DEVICE = new Set<CameraFailure>(['none', 'insecure', 'unsupported', 'overconstrained']);

export function CameraProblem(parts: {
  readonly cause: CameraFailure;
  readonly surroundings: Surroundings;
  readonly onAgain: () => void;
}) {
  const { cause, surroundings, onAgain } = parts;
  const { say } = useSpoken();
  const where = surroundings.isIos ? 'ios' : surroundings.isDesk ? 'desk' : 'android';
  return (
    <Page
      picture={<CameraIcon />}
      title={say(`camera.${cause}.title`)}
      foot={
        NEEDS_ANOTHER_DEVICE.has(cause) ? (
          <CopyLink label={say('copy.link')} />
        ) : (
          <Primary onTap={onAgain}>{say('primer.again')}</Primary>
        )
      }
    >
      <p>{say(`camera.${cause}.text`)}</p>
      {cause === 'denied' && <p>{say(`camera.denied.how.${where}`)}</p>}
    </Page>
  );
}
