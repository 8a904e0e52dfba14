import { Button, Checkbox, NumberInput, Radio, Switch } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { accountFunctions, accountStates, modes } from '../../../../src/access/account.ts';
import { type AccountTerms, settingsAnswer } from '../../../../src/panel/settings.schema.ts';
import { call } from '../../api.ts';
import { Section } from '../../parts/section.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useDraft } from '../../parts/use-draft.ts';
import { useAccount } from '../../shell/account.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useTexts } from '../../shell/text.tsx';
import { useSettings } from './settings.tsx';

/** What was agreed with the installer: seen by the account, changed by the installer alone. */
export default function Terms(): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const account = useAccount();
  const { kept, onKept } = useSettings();
  const { values, changed, put, restore } = useDraft<AccountTerms>(kept.terms);
  const mayChange = account.may('account.terms');
  const saving = useAction(
    async () => {
      const body = Object.fromEntries(changed.map((name) => [name, values[name]]));
      onKept(await call(account.path('terms'), { method: 'PUT', body, answer: settingsAnswer }));
      tell({ tone: 'good', text: t('common.saved') });
    },
    { quiet: true },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void saving.run();
  };
  const price = (name: 'requestHundredths' | 'furtherSegmentHundredths'): ReactNode => (
    <NumberInput
      label={t(`terms.${name}`)}
      min={name === 'requestHundredths' ? 0.01 : 0}
      decimalScale={2}
      fixedDecimalScale
      readOnly={!mayChange}
      suffix={` ${t('unit.credits')}`}
      value={values[name] / 100}
      onChange={(value) => typeof value === 'number' && put(name, Math.round(value * 100))}
    />
  );
  return (
    <form className="narrow" onSubmit={submit}>
      {!mayChange && <p className="quiet after-parts">{t('terms.read-only')}</p>}
      <Section title={t('terms.state')}>
        <Radio.Group
          aria-label={t('terms.state')}
          value={values.state}
          readOnly={!mayChange}
          onChange={(value) => put('state', value as AccountTerms['state'])}
        >
          <div className="choices">
            {accountStates.map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`terms.state.${each}`)}
                description={t(`terms.state.${each}.why`)}
              />
            ))}
          </div>
        </Radio.Group>
      </Section>
      <Section title={t('terms.mode')}>
        <Radio.Group
          aria-label={t('terms.mode')}
          value={values.mode}
          readOnly={!mayChange}
          onChange={(value) => put('mode', value as AccountTerms['mode'])}
        >
          <div className="choices">
            {modes.map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`terms.mode.${each}`)}
                description={t(`terms.mode.${each}.why`)}
              />
            ))}
          </div>
        </Radio.Group>
      </Section>
      <Section title={t('terms.functions')}>
        <Checkbox.Group
          aria-label={t('terms.functions')}
          value={[...values.functions]}
          readOnly={!mayChange}
          onChange={(chosen) =>
            put(
              'functions',
              accountFunctions.filter((each) => chosen.includes(each)),
            )
          }
        >
          <div className="choices">
            {accountFunctions.map((each) => (
              <Checkbox key={each} value={each} label={t(`terms.function.${each}`)} />
            ))}
          </div>
        </Checkbox.Group>
        <Switch
          mt="md"
          label={t('terms.mayLink')}
          description={t('terms.mayLink.why')}
          checked={values.mayLink}
          disabled={!mayChange}
          onChange={(event) => put('mayLink', event.currentTarget.checked)}
        />
      </Section>
      <Section title={t('terms.prices')}>
        <div className="side-by-side">
          {price('requestHundredths')}
          {price('furtherSegmentHundredths')}
        </div>
      </Section>
      {saving.trouble !== null && <TroubleShown trouble={saving.trouble} />}
      {mayChange && (
        <div className="row">
          <Button type="submit" loading={saving.isRunning} disabled={changed.length === 0}>
            {t('common.save')}
          </Button>
          {changed.length > 0 && (
            <Button variant="default" onClick={restore}>
              {t('settings.restore')}
            </Button>
          )}
          {changed.length === 0 && <span className="quiet">{t('settings.unchanged')}</span>}
        </div>
      )}
    </form>
  );
}
