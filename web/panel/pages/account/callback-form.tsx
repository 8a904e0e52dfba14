import { Button, Checkbox, Radio, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import {
  type CallbackEndpoint,
  type CallbackEndpointBody,
  callbackEncodings,
  callbackPayloads,
} from '../../../../src/panel/callback.schema.ts';
import { SecretInput } from '../../parts/secret-input.tsx';
import { Section } from '../../parts/section.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useNotices } from '../../shell/notices.tsx';
import { useTexts } from '../../shell/text.tsx';
import { useUrlRefusal } from './url-refusal.ts';

type Props = {
  readonly endpoint: CallbackEndpoint | null;
  readonly mayChange: boolean;
  readonly save: (body: CallbackEndpointBody) => Promise<void>;
};

/** The address and how it is spoken to. It is kept once the receiver proved that it wants to be told. */
export function CallbackForm({ endpoint, mayChange, save }: Props): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [encoding, setEncoding] = useState(endpoint?.encoding ?? 'json');
  const [payload, setPayload] = useState(endpoint?.payload ?? 'strings');
  const [hasBasic, setBasic] = useState(endpoint !== null && endpoint.user !== null);
  const [user, setUser] = useState(endpoint?.user ?? '');
  const [password, setPassword] = useState('');
  const refusalOf = useUrlRefusal();
  const saving = useAction(
    async () => {
      await save({ url: url.trim(), encoding, payload, credentials: hasBasic ? { user, password } : null });
      tell({ tone: 'good', text: t('common.saved') });
    },
    { quiet: true },
  );
  const { trouble } = saving;
  const refused = trouble?.problem === 'value-refused' && trouble.at === 'url' ? refusalOf(trouble.why) : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void saving.run();
  };
  return (
    <Section title={t('callbacks.endpoint')} lead={t('callbacks.endpoint.why')}>
      <form className="form" onSubmit={submit}>
        {trouble !== null && refused === null && <TroubleShown trouble={trouble} />}
        <TextInput
          type="url"
          label={t('callbacks.url')}
          description={t('callbacks.url.why')}
          error={refused}
          placeholder="https://"
          required
          withAsterisk={false}
          readOnly={!mayChange}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <div className="side-by-side">
          <Radio.Group
            label={t('callbacks.encoding')}
            value={encoding}
            readOnly={!mayChange}
            onChange={(value) => setEncoding(value as typeof encoding)}
          >
            <div className="choices">
              {callbackEncodings.map((each) => (
                <Radio key={each} value={each} label={t(`callbacks.encoding.${each}`)} />
              ))}
            </div>
          </Radio.Group>
          <Radio.Group
            label={t('callbacks.payload')}
            value={payload}
            readOnly={!mayChange}
            onChange={(value) => setPayload(value as typeof payload)}
          >
            <div className="choices">
              {callbackPayloads.map((each) => (
                <Radio
                  key={each}
                  value={each}
                  label={t(`callbacks.payload.${each}`)}
                  description={t(`callbacks.payload.${each}.why`)}
                />
              ))}
            </div>
          </Radio.Group>
        </div>
        <Checkbox
          label={t('callbacks.basic')}
          description={t('callbacks.basic.why')}
          checked={hasBasic}
          disabled={!mayChange}
          onChange={(event) => setBasic(event.currentTarget.checked)}
        />
        {hasBasic && (
          <div className="side-by-side">
            <TextInput
              label={t('callbacks.basic.user')}
              required
              withAsterisk={false}
              autoComplete="off"
              readOnly={!mayChange}
              value={user}
              onChange={(event) => setUser(event.currentTarget.value)}
            />
            <SecretInput
              label={t('callbacks.basic.password')}
              description={endpoint !== null && endpoint.user !== null ? t('callbacks.basic.again') : undefined}
              required
              withAsterisk={false}
              autoComplete="off"
              readOnly={!mayChange}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          </div>
        )}
        {mayChange && (
          <div className="row">
            <Button type="submit" loading={saving.isRunning}>
              {t('callbacks.save')}
            </Button>
            {saving.isRunning && (
              <span className="quiet" role="status">
                {t('callbacks.proving')}
              </span>
            )}
          </div>
        )}
      </form>
    </Section>
  );
}
