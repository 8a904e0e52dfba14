import { Alert, Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { type SignUpAnswer, recoveryCodesAnswer, signUpAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { SecretInput } from '../../parts/secret-input.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useSession } from '../../shell/session.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Entrance } from '../sign-in/entrance.tsx';
import { makePasskey } from '../sign-in/passkey.ts';
import { AuthenticatorCode } from './authenticator-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** From the one-time link: whose it is, then a passkey or a password with an authenticator app. */
export default function SignUp(): ReactNode {
  const { t } = useTexts();
  const [, navigate] = useLocation();
  const { refresh } = useSession();
  const token = useMemo(() => location.hash.slice(1), []);
  const asked = useResource(token, (signal) =>
    call('sign-up', { method: 'POST', body: { token }, answer: signUpAnswer, signal }),
  );
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const enter = (): void => {
    refresh();
    navigate('/', { replace: true });
  };
  if (codes !== null)
    return (
      <Entrance title={t('codes.title')}>
        <RecoveryCodes codes={codes} onKept={enter} done={t('codes.go')} />
      </Entrance>
    );
  return (
    <Entrance title={t('sign-up.title')}>
      {asked.trouble?.problem === 'link-unknown' || asked.trouble?.problem === 'malformed' ? (
        <Alert color="red" role="alert" icon={<Icon name="warning" />}>
          {t('sign-up.link-unknown')}
        </Alert>
      ) : (
        <OfResource resource={asked}>
          {(offered) => <Ways token={token} offered={offered} onPasskey={enter} onCodes={setCodes} />}
        </OfResource>
      )}
    </Entrance>
  );
}

type WaysProps = {
  readonly token: string;
  readonly offered: SignUpAnswer;
  readonly onPasskey: () => void;
  readonly onCodes: (codes: readonly string[]) => void;
};

function Ways({ token, offered, onPasskey, onCodes }: WaysProps): ReactNode {
  const { t } = useTexts();
  const [isByPassword, setByPassword] = useState(offered.passkey === null);
  const byPasskey = useAction(
    async () => {
      const response = await makePasskey(offered.passkey!.options);
      await call('sign-up/passkey', { method: 'POST', body: { token, state: offered.passkey!.state, response } });
      onPasskey();
    },
    { quiet: true },
  );
  return (
    <>
      <p>{t('sign-up.for', { name: offered.name })}</p>
      {!isByPassword && (
        <>
          {byPasskey.trouble !== null && <TroubleShown trouble={byPasskey.trouble} />}
          <p className="quiet">{t('sign-up.passkey.why')}</p>
          <Button
            size="md"
            fullWidth
            leftSection={<Icon name="passkey" />}
            loading={byPasskey.isRunning}
            onClick={() => void byPasskey.run()}
          >
            {t('sign-up.passkey')}
          </Button>
          <button type="button" className="text-button" onClick={() => setByPassword(true)}>
            {t('sign-up.with-password')}
          </button>
        </>
      )}
      {isByPassword && <ByPassword token={token} offered={offered} onCodes={onCodes} />}
      {isByPassword && offered.passkey !== null && (
        <button type="button" className="text-button" onClick={() => setByPassword(false)}>
          {t('sign-up.with-passkey')}
        </button>
      )}
    </>
  );
}

function ByPassword({ token, offered, onCodes }: Omit<WaysProps, 'onPasskey'>): ReactNode {
  const { t } = useTexts();
  const { authenticator, leastPasswordCharacters } = offered;
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isShort = [...password].length < leastPasswordCharacters;
  const sending = useAction(
    async () => {
      const { recoveryCodes } = await call('sign-up/password', {
        method: 'POST',
        body: { token, password, state: authenticator.state, code: code.replace(/\s/g, '') },
        answer: recoveryCodesAnswer,
      });
      onCodes(recoveryCodes);
    },
    { quiet: true },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (!isShort) void sending.run();
  };
  return (
    <form onSubmit={submit}>
      {sending.trouble !== null && <TroubleShown trouble={sending.trouble} />}
      <input type="text" name="username" autoComplete="username" value={offered.name} readOnly hidden />
      <SecretInput
        size="md"
        label={t('sign-up.password')}
        description={t('sign-up.password.why', { least: leastPasswordCharacters })}
        error={isAsked && isShort ? t('sign-up.password.short', { least: leastPasswordCharacters }) : undefined}
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <AuthenticatorCode uri={authenticator.uri} secret={authenticator.secret} />
      <TextInput
        size="md"
        label={t('sign-up.code')}
        description={t('sign-up.code.why')}
        autoComplete="one-time-code"
        inputMode="numeric"
        required
        withAsterisk={false}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Button type="submit" size="md" fullWidth loading={sending.isRunning}>
        {t('sign-up.go')}
      </Button>
    </form>
  );
}
