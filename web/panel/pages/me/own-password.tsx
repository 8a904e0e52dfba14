import { Button, Group, Modal, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { meAnswer, recoveryCodesAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { SecretInput } from '../../parts/secret-input.tsx';
import { Section } from '../../parts/section.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useNotices } from '../../shell/notices.tsx';
import { useTexts } from '../../shell/text.tsx';
import { RecoveryCodes } from '../sign-up/recovery-codes.tsx';
import type { Me } from './me.tsx';

/** Password and recovery codes, for whoever signs in that way. Both ask for the password and the app's code once more. */
export function OwnPassword({ me, onMe }: Me): ReactNode {
  const { t } = useTexts();
  const [opened, setOpened] = useState<'password' | 'codes' | null>(null);
  if (!me.hasPassword) return null;
  return (
    <Section
      title={t('me.password')}
      lead={t('me.password.codes-left', { left: me.recoveryCodesLeft })}
      actions={
        <>
          <Button variant="default" onClick={() => setOpened('codes')}>
            {t('me.codes.renew')}
          </Button>
          <Button variant="default" onClick={() => setOpened('password')}>
            {t('me.password.change')}
          </Button>
        </>
      }
    >
      {opened !== null && <Change what={opened} onMe={onMe} onClose={() => setOpened(null)} />}
    </Section>
  );
}

type ChangeProps = {
  readonly what: 'password' | 'codes';
  readonly onMe: Me['onMe'];
  readonly onClose: () => void;
};

function Change({ what, onMe, onClose }: ChangeProps): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const [values, setValues] = useState({ password: '', code: '', newPassword: '' });
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const put = (name: keyof typeof values) => (event: { readonly currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    setValues((before) => ({ ...before, [name]: value }));
  };
  const changing = useAction(
    async () => {
      const { password, newPassword } = values;
      const code = values.code.replace(/\s/g, '');
      if (what === 'codes') {
        const body = { password, code };
        const { recoveryCodes } = await call('me/recovery-codes', {
          method: 'POST',
          body,
          answer: recoveryCodesAnswer,
        });
        setCodes(recoveryCodes);
        onMe(await call('me', { answer: meAnswer }));
        return;
      }
      onMe(await call('me/password', { method: 'PUT', body: { password, code, newPassword }, answer: meAnswer }));
      tell({ tone: 'good', text: t('me.password.changed') });
      onClose();
    },
    { quiet: true },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void changing.run();
  };
  const trouble = changing.trouble;
  return (
    <Modal
      opened
      onClose={codes === null ? onClose : () => {}}
      withCloseButton={codes === null}
      title={t(codes !== null ? 'codes.title' : what === 'codes' ? 'me.codes.renew' : 'me.password.change')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {codes !== null ? (
        <div className="form">
          <RecoveryCodes codes={codes} onKept={onClose} done={t('common.done')} />
        </div>
      ) : (
        <form className="form" onSubmit={submit}>
          {trouble !== null &&
            (trouble.problem === 'value-refused' ? (
              <p role="alert" className="wrong">
                {t('me.password.refused')}
              </p>
            ) : (
              <TroubleShown trouble={trouble} />
            ))}
          {what === 'codes' && <p>{t('me.codes.why')}</p>}
          <SecretInput
            label={t('me.password.now')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={values.password}
            onChange={put('password')}
            data-autofocus
          />
          <TextInput
            label={t('sign-in.code')}
            description={t('sign-in.code.why')}
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            withAsterisk={false}
            value={values.code}
            onChange={put('code')}
          />
          {what === 'password' && (
            <SecretInput
              label={t('me.password.new')}
              autoComplete="new-password"
              required
              withAsterisk={false}
              value={values.newPassword}
              onChange={put('newPassword')}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={changing.isRunning}>
              {t(what === 'codes' ? 'me.codes.renew' : 'me.password.change')}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}
