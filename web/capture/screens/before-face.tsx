import type { WantedRetake } from '../../../src/capture/protocol.schema.ts';
import { explains } from '../../../src/verification/retake.ts';
import type { FaceTrouble } from '../flow.ts';
import { useSpoken } from '../spoken.ts';
import { Note, Page, Primary, Secondary } from './page.tsx';
import { CameraIcon, FaceIcon, PauseIcon } from './pictures.tsx';

type OpensCamera = { readonly onOpen: (withoutTurning: boolean) => void };

export function CameraPrimer({ retake, onOpen }: OpensCamera & { readonly retake: WantedRetake | null }) {
  const { say } = useSpoken();
  return (
    <Page
      picture={<CameraIcon />}
      title={say('primer.title')}
      foot={
        <>
          <Primary onTap={() => onOpen(false)}>{say('primer.open')}</Primary>
          <Secondary onTap={() => onOpen(true)}>{say('face.cannotMove')}</Secondary>
        </>
      }
    >
      {retake !== null && explains(retake.reason, 'face') && (
        <Note tone="ask">{say(`retake.why.${retake.reason}`)}</Note>
      )}
      <p>{say('primer.text')}</p>
      <p>{say('face.alone')}</p>
      <p class="quiet">{say('primer.asks')}</p>
    </Page>
  );
}

export function FaceAgain({ trouble, onOpen }: OpensCamera & { readonly trouble: FaceTrouble }) {
  const { say } = useSpoken();
  return (
    <Page
      picture={<FaceIcon />}
      title={say('again.title')}
      foot={
        <>
          <Primary onTap={() => onOpen(false)}>{say('again.button')}</Primary>
          <Secondary onTap={() => onOpen(true)}>{say('face.cannotMove')}</Secondary>
        </>
      }
    >
      <p>{say(`problem.${trouble}`)}</p>
    </Page>
  );
}

export function FaceLater(parts: { readonly retryAfterSeconds: number | null; readonly onAgain: () => void }) {
  const { say, duration } = useSpoken();
  const { retryAfterSeconds } = parts;
  const minutes = Math.max(1, Math.ceil((retryAfterSeconds ?? 0) / 60));
  return (
    <Page
      picture={<PauseIcon />}
      title={say('later.title')}
      foot={<Primary onTap={parts.onAgain}>{say('stop.again')}</Primary>}
    >
      <p>{say('later.text')}</p>
      {retryAfterSeconds !== null && (
        <p>
          {say('later.wait', {
            duration: minutes < 100 ? duration(minutes, 'minute') : duration(Math.ceil(minutes / 60), 'hour'),
          })}
        </p>
      )}
    </Page>
  );
}
