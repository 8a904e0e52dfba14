import { Button, Modal, Radio } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  type CallbackEndpoint,
  type CallbackSetup,
  savedCallbackSchema,
} from '../../../../src/panel/callback.schema.ts';
import { call } from '../../api.ts';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/section.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';

/** Hours that both secrets sign. */
const OVERLAPS = [0, 1, 24, 168] as const;

type Props = {
  readonly endpoint: CallbackEndpoint;
  readonly onRotated: (setup: CallbackSetup, secret: string | null) => void;
};

/** The secret that signs callbacks. The one before may go on signing beside it, so that the receiver is never without one it knows. */
export function RotateCallbackSecret({ endpoint, onRotated }: Props): ReactNode {
  const { t, time } = useTexts();
  const account = useAccount();
  const [isAsking, setAsking] = useState(false);
  const [hours, setHours] = useState('24');
  const rotating = useAction(
    async () => {
      const { setup, secret } = await call(account.path('callback-endpoint/rotate-secret'), {
        method: 'POST',
        body: { overlapHours: Number(hours) },
        answer: savedCallbackSchema,
      });
      setAsking(false);
      onRotated(setup, secret);
    },
    { quiet: true },
  );
  return (
    <Section
      title={t('callbacks.secret')}
      lead={t('callbacks.secret.why')}
      actions={
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('callbacks.secret.rotate')}
        </Button>
      }
    >
      <Facts
        facts={[
          [t('callbacks.secret.since'), time(endpoint.secretSince)],
          endpoint.previousSecretUntil === null
            ? null
            : [t('callbacks.secret.before'), time(endpoint.previousSecretUntil)],
        ]}
      />
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={t('callbacks.secret.rotate')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <div className="form">
          {rotating.trouble !== null && <TroubleShown trouble={rotating.trouble} />}
          <Radio.Group
            label={t('callbacks.secret.overlap')}
            description={t('callbacks.secret.overlap.why')}
            value={hours}
            onChange={setHours}
          >
            <div className="choices">
              {OVERLAPS.map((each) => (
                <Radio key={each} value={String(each)} label={t(`overlap.${each}`)} />
              ))}
            </div>
          </Radio.Group>
          <div className="row end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('common.cancel')}
            </Button>
            <Button loading={rotating.isRunning} onClick={() => void rotating.run()}>
              {t('callbacks.secret.rotate.go')}
            </Button>
          </div>
        </div>
      </Modal>
    </Section>
  );
}
