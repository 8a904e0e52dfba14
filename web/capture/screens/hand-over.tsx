import { qrCode } from '../qr.ts';
import { useSpoken } from '../spoken.ts';
import { Page, Secondary, Spinner } from './page.tsx';
import { PhoneIcon, SendIcon } from './pictures.tsx';

/** A desktop shows where to go on: its own address, as a code for the phone's camera. */
export function HandOver({
  mayFilmHere,
  onFilmHere,
}: {
  readonly mayFilmHere: boolean;
  readonly onFilmHere: () => void;
}) {
  const { say } = useSpoken();
  return (
    <Page
      title={say('desk.title')}
      foot={mayFilmHere ? <Secondary onTap={onFilmHere}>{say('desk.here')}</Secondary> : undefined}
    >
      <p>{say('desk.text')}</p>
      <Code address={location.href} label={say('desk.qr')} />
      <p class="with-spinner quiet">
        <Spinner />
        {say('desk.waiting')}
      </p>
    </Page>
  );
}

const QUIET_ZONE = 4;

function Code({ address, label }: { readonly address: string; readonly label: string }) {
  const { size, isDark } = qrCode(address);
  const all = size + 2 * QUIET_ZONE;
  let path = '';
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) if (isDark(x, y)) path += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`;
  return (
    <svg class="code" viewBox={`0 0 ${all} ${all}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={all} height={all} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

export function Following({ isDone }: { readonly isDone: boolean }) {
  const { say } = useSpoken();
  return isDone ? (
    <Page
      picture={
        <span class="good">
          <SendIcon />
        </span>
      }
      title={say('desk.done.title')}
    >
      <p>{say('done.next')}</p>
    </Page>
  ) : (
    <Page picture={<PhoneIcon />} title={say('desk.following.title')}>
      <p>{say('desk.following.text')}</p>
      <p class="with-spinner quiet">
        <Spinner />
        {say('page.loading')}
      </p>
    </Page>
  );
}
