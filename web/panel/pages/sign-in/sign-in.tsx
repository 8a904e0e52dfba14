import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { signedInAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { type Trouble, call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { SecretInput } from '../../parts/secret-input.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useSession } from '../../shell/session.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Entrance } from './entrance.tsx';
import { signInByPasskey } from './passkey.ts';
import { leaveForSingleSignOn } from './single-sign-on.ts';

/** The passkey first: one press, nothing to remember. Password and code at once, so that no answer tells which of them was wrong. */
export default function SignIn(): ReactNode {
  const { t } = useTexts();
  const { ways, begin } = useSession();
  const [isByPassword, setByPassword] = useState(!ways.passkey);
  const [isByRecoveryCode, setByRecoveryCode] = useState(false);
  const [values, setValues] = useState({ name: '', password: '', code: '' });
  const byPasskey = useAction(async () => begin(await signInByPasskey()), { quiet: true });
  const byPassword = useAction(
    async () => begin(await call('session/password', { method: 'POST', body: values, answer: signedInAnswer })),
    { quiet: true },
  );
  const bySingleSignOn = useAction(leaveForSingleSignOn, { quiet: true });
  const trouble: Trouble | null = bySingleSignOn.trouble ?? (isByPassword ? byPassword.trouble : byPasskey.trouble);
  const put = (name: keyof typeof values) => (event: { readonly currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    setValues((before) => ({ ...before, [name]: value }));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void byPassword.run();
  };
  return (
    <Entrance title={t('sign-in.title')}>
      {trouble !== null && <TroubleShown trouble={trouble} />}
      {ways.passkey && (
        <Button
          size="md"
          fullWidth
          variant={isByPassword ? 'default' : 'filled'}
          leftSection={<Icon name="passkey" />}
          loading={byPasskey.isRunning}
          onClick={() => {
            setByPassword(false);
            void byPasskey.run();
          }}
        >
          {t('sign-in.passkey')}
        </Button>
      )}
      {ways.singleSignOn !== null && (
        <Button
          size="md"
          fullWidth
          variant="default"
          loading={bySingleSignOn.isRunning}
          onClick={() => void bySingleSignOn.run()}
        >
          {ways.singleSignOn.label}
        </Button>
      )}
      {isByPassword ? (
        <form onSubmit={submit}>
          <TextInput
            size="md"
            label={t('sign-in.name')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            value={values.name}
            onChange={put('name')}
          />
          <SecretInput
            size="md"
            label={t('sign-in.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={values.password}
            onChange={put('password')}
          />
          <TextInput
            key={isByRecoveryCode ? 'recovery' : 'code'}
            size="md"
            label={t(isByRecoveryCode ? 'sign-in.recovery-code' : 'sign-in.code')}
            description={t(isByRecoveryCode ? 'sign-in.recovery-code.why' : 'sign-in.code.why')}
            autoComplete={isByRecoveryCode ? 'off' : 'one-time-code'}
            inputMode={isByRecoveryCode ? 'text' : 'numeric'}
            required
            withAsterisk={false}
            value={values.code}
            onChange={put('code')}
          />
          <Button type="submit" size="md" fullWidth loading={byPassword.isRunning}>
            {t('sign-in.go')}
          </Button>
          <button type="button" className="text-button" onClick={() => setByRecoveryCode(!isByRecoveryCode)}>
            {t(isByRecoveryCode ? 'sign-in.with-code' : 'sign-in.with-recovery-code')}
          </button>
        </form>
      ) : (
        ways.password && (
          <button type="button" className="text-button" onClick={() => setByPassword(true)}>
            {t('sign-in.with-password')}
          </button>
        )
      )}
      <p className="quiet">{t('sign-in.lost')}</p>
    </Entrance>
  );
}
