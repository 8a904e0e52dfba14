import type { CaptureState } from '../../../src/capture/protocol.schema.ts';
import { useSpoken } from '../spoken.ts';
import type { UploadProgress } from '../upload.ts';
import { Note, Page, Primary, Secondary, Spinner } from './page.tsx';
import { PlaceIcon, SendIcon } from './pictures.tsx';

export function PlaceQuestion(parts: {
  readonly isAsking: boolean;
  readonly onShare: () => void;
  readonly onNot: () => void;
}) {
  const { say } = useSpoken();
  return (
    <Page
      picture={<PlaceIcon />}
      title={say('place.title')}
      foot={
        <>
          <Primary isBusy={parts.isAsking} onTap={parts.onShare}>
            {say(parts.isAsking ? 'place.asking' : 'place.share')}
          </Primary>
          <Secondary onTap={parts.onNot}>{say('place.not')}</Secondary>
        </>
      }
    >
      <p>{say('place.text')}</p>
    </Page>
  );
}

/** @param isChecking everything is there and being looked at. */
export function SendingPage({
  progress,
  isChecking,
  isOffline,
}: {
  readonly progress: UploadProgress;
  readonly isChecking: boolean;
  readonly isOffline: boolean;
}) {
  const { say, percent } = useSpoken();
  const part = progress.totalBytes === 0 ? 1 : progress.sentBytes / progress.totalBytes;
  const isAllSent = part >= 1;
  return (
    <Page title={say('sending.title')}>
      <p>{say('sending.text')}</p>
      <div
        class="bar"
        role="progressbar"
        aria-label={say('sending.title')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(part * 100)}
      >
        <div class="bar-part" style={{ transform: `scaleX(${part})` }} />
      </div>
      {!isAllSent && (
        <p class="numbers">{say('sending.progress', { percent: percent(Math.floor(part * 100) / 100) })}</p>
      )}
      {isAllSent && !isOffline && (
        <p role="status" class="with-spinner">
          <Spinner />
          {say(isChecking ? 'sending.checking' : 'sending.sealing')}
        </p>
      )}
      {isOffline && <Note tone="ask">{say('sending.offline')}</Note>}
    </Page>
  );
}

type Receipt = Extract<CaptureState, { at: 'sent' }>['receipt'];

const keptKey = {
  'face-video': 'done.kept.face',
  'document-front': 'done.kept.front',
  'document-back': 'done.kept.back',
} as const;

export function Done({ receipt }: { readonly receipt: Receipt }) {
  const { say, date } = useSpoken();
  const how =
    receipt.privacyContact === null
      ? say('done.delete.how')
      : say('done.delete.contact', { contact: receipt.privacyContact });
  const kept = [
    ...receipt.collected.map(({ kind }) => say(keptKey[kind])),
    ...(receipt.placeShared ? [say('done.kept.place')] : []),
  ];
  const save = (): void => {
    const lines = [
      `${say('done.receipt')} · ${say('page.askedBy')}`,
      `${say('done.reference')}: ${receipt.reference}`,
      `${say('done.sentAt')}: ${receipt.submittedAt}`,
      `${say('done.until')}: ${receipt.keptUntil}`,
      `${say('done.delete')}: ${how}`,
      ...receipt.collected.map(
        ({ kind, byteLength, sha256 }) => `${say(keptKey[kind])}: ${byteLength} B, ${say('done.digest')} ${sha256}`,
      ),
      ...(receipt.placeShared ? [say('done.kept.place')] : []),
    ];
    const address = URL.createObjectURL(new Blob([lines.join('\r\n'), '\r\n'], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `${receipt.reference}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  return (
    <Page
      picture={
        <span class="good">
          <SendIcon />
        </span>
      }
      title={say('done.title')}
      foot={<Secondary onTap={save}>{say('done.save')}</Secondary>}
    >
      <p>{say('done.next')}</p>
      <section class="notice" aria-labelledby="receipt-title">
        <h2 id="receipt-title">{say('done.receipt')}</h2>
        <dl>
          <dt>{say('done.reference')}</dt>
          <dd class="numbers">{receipt.reference}</dd>
          <dt>{say('done.sentAt')}</dt>
          <dd>{date(receipt.submittedAt, true)}</dd>
          <dt>{say('done.kept')}</dt>
          <dd>
            <ul>
              {kept.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </dd>
          <dt>{say('done.until')}</dt>
          <dd>{date(receipt.keptUntil, false)}</dd>
          <dt>{say('done.delete')}</dt>
          <dd>{how}</dd>
        </dl>
      </section>
      <p class="quiet">{say('done.kept.nothingElse')}</p>
    </Page>
  );
}
