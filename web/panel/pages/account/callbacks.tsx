import { Alert, Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type CallbackSetup, callbackSetupSchema, savedCallbackSchema } from '../../../../src/panel/callback.schema.ts';
import { call } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { Section } from '../../parts/section.tsx';
import { StateWord } from '../../parts/state-word.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';
import { CallbackForm } from './callback-form.tsx';
import { CallbackTestSection } from './callback-test.tsx';
import { RotateCallbackSecret } from './rotate-callback-secret.tsx';

export type SetupProps = {
  readonly setup: CallbackSetup;
  readonly onSetup: (setup: CallbackSetup) => void;
};

/** Where the account's system is told of every change: the address, how it is spoken to, and how it answers. */
export function Callbacks(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const [secret, setSecret] = useState<string | null>(null);
  const setup = useResource(account.account, (signal) =>
    call(account.path('callback-endpoint'), { answer: callbackSetupSchema, signal }),
  );
  return (
    <OfResource resource={setup}>
      {(value) => (
        <div className="narrow">
          <Notices setup={value} onSetup={setup.replace} />
          {value.endpoint !== null && <Standing setup={value} onSetup={setup.replace} />}
          <CallbackForm
            key={value.endpoint?.savedAt ?? 'none'}
            endpoint={value.endpoint}
            mayChange={account.may('callbacks.manage')}
            save={async (body) => {
              const saved = await call(account.path('callback-endpoint'), {
                method: 'POST',
                body,
                answer: savedCallbackSchema,
              });
              setup.replace(saved.setup);
              setSecret(saved.secret);
            }}
          />
          {value.endpoint !== null && account.may('callbacks.manage') && (
            <>
              <CallbackTestSection />
              <RotateCallbackSecret
                endpoint={value.endpoint}
                onRotated={(changed, made) => {
                  setup.replace(changed);
                  setSecret(made);
                }}
              />
              <Remove onSetup={setup.replace} />
            </>
          )}
          {secret !== null && (
            <SecretOnce
              title={t('callbacks.secret.new')}
              text={t('callbacks.secret.text')}
              secrets={[{ name: t('callbacks.secret'), value: secret }]}
              onClose={() => setSecret(null)}
            />
          )}
        </div>
      )}
    </OfResource>
  );
}

function Notices({ setup: { notices }, onSetup }: SetupProps): ReactNode {
  const { t, time } = useTexts();
  const account = useAccount();
  const dismissing = useAction(async (kind: string, number: number) =>
    onSetup(
      await call(account.path('callback-endpoint/dismiss-notice'), {
        method: 'POST',
        body: { kind, number },
        answer: callbackSetupSchema,
      }),
    ),
  );
  return notices.map(({ kind, number, raisedAt, latestAt, count }) => (
    <Alert
      key={`${kind} ${number}`}
      color={kind === 'dead-letter' ? 'yellow' : 'red'}
      icon={<Icon name="warning" />}
      mb="sm"
      title={t(`callbacks.notice.${kind}`)}
    >
      <p>
        {count > 1
          ? t('callbacks.notice.often', { count, from: time(raisedAt), to: time(latestAt) })
          : t('callbacks.notice.once', { at: time(raisedAt) })}{' '}
        {t(`callbacks.notice.${kind}.what`)}
      </p>
      {account.may('callbacks.manage') && (
        <Button
          mt="xs"
          size="xs"
          variant="default"
          disabled={dismissing.isRunning}
          onClick={() => void dismissing.run(kind, number)}
        >
          {t('callbacks.notice.dismiss')}
        </Button>
      )}
    </Alert>
  ));
}

/** How the endpoint stands now, and the switch for when the receiver is down for a while. */
function Standing({ setup: { endpoint }, onSetup }: SetupProps): ReactNode {
  const { t, time } = useTexts();
  const account = useAccount();
  const switching = useAction(async (to: 'enable' | 'disable') =>
    onSetup(
      await call(account.path(`callback-endpoint/${to}`), { method: 'POST', body: {}, answer: callbackSetupSchema }),
    ),
  );
  if (endpoint === null) return null;
  const { disabled, failingSince } = endpoint;
  const to = disabled === null ? 'disable' : 'enable';
  return (
    <Section
      title={t('callbacks.standing')}
      actions={
        account.may('callbacks.manage') && (
          <Button variant="default" loading={switching.isRunning} onClick={() => void switching.run(to)}>
            {t(`callbacks.${to}`)}
          </Button>
        )
      }
    >
      <Facts
        facts={[
          [
            t('callbacks.state'),
            disabled !== null ? (
              <StateWord tone="bad">{t(`callbacks.off.${disabled.reason}`, { since: time(disabled.since) })}</StateWord>
            ) : failingSince !== null ? (
              <StateWord tone="doubt">{t('callbacks.failing', { since: time(failingSince) })}</StateWord>
            ) : (
              <StateWord tone="good">{t('callbacks.fine')}</StateWord>
            ),
          ],
          [t('callbacks.waiting'), endpoint.waiting],
          [t('callbacks.dead'), endpoint.dead],
        ]}
      />
    </Section>
  );
}

function Remove({ onSetup }: Pick<SetupProps, 'onSetup'>): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const removing = useAction(async () =>
    onSetup(
      await call(account.path('callback-endpoint/remove'), { method: 'POST', body: {}, answer: callbackSetupSchema }),
    ),
  );
  return (
    <Section title={t('callbacks.remove.title')} lead={t('callbacks.remove.why')}>
      <Confirm
        title={t('callbacks.remove.ask')}
        text={t('callbacks.remove.text')}
        doIt={t('callbacks.remove')}
        action={removing}
      >
        {(ask) => (
          <Button variant="light" color="red" onClick={ask}>
            {t('callbacks.remove')}
          </Button>
        )}
      </Confirm>
    </Section>
  );
}
