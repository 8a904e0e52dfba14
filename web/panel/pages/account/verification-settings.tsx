import { NumberInput, Radio, Select, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { type OwnSettings, MOST_EVIDENCE_DAYS, MOST_LINK_HOURS } from '../../../../src/panel/settings.schema.ts';
import { type TextKey, languageNames, languages } from '../../languages.ts';
import { Section } from '../../parts/section.tsx';
import { useTexts } from '../../shell/text.tsx';
import { useSettings } from './settings.tsx';

type SwitchName = { [Name in keyof OwnSettings]: OwnSettings[Name] extends boolean ? Name : never }[keyof OwnSettings];

/** How people are verified for this account, who rules, how long evidence is kept, and how the API speaks. */
export default function VerificationSettings(): ReactNode {
  const { t } = useTexts();
  const {
    draft: { values, put },
    mayChange,
  } = useSettings();
  return (
    <div className="narrow">
      <Section title={t('settings.decides')} lead={t('settings.decides.why')}>
        <Radio.Group
          aria-label={t('settings.decides')}
          value={values.decides}
          readOnly={!mayChange}
          onChange={(value) => put('decides', value as OwnSettings['decides'])}
        >
          <div className="choices">
            {(['policy', 'operator'] as const).map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`settings.decides.${each}`)}
                description={t(`settings.decides.${each}.why`)}
              />
            ))}
          </div>
        </Radio.Group>
      </Section>
      <Section title={t('settings.capture')} lead={t('settings.capture.why')}>
        <div className="form">
          <OneSwitch name="asksPlace" />
          <OneSwitch name="mayFilmOnLaptop" />
          <OneSwitch name="flashes" />
          <OneSwitch name="measuresAppearance" />
          <NumberInput
            label={t('settings.linkLifetimeHours')}
            description={t('settings.linkLifetimeHours.why')}
            w={260}
            min={1}
            max={MOST_LINK_HOURS}
            allowDecimal={false}
            readOnly={!mayChange}
            suffix={` ${t('unit.hours')}`}
            value={values.linkLifetimeHours}
            onChange={(value) => typeof value === 'number' && put('linkLifetimeHours', value)}
          />
        </div>
      </Section>
      <Retention />
      <Section title={t('settings.language')} lead={t('settings.language.why')}>
        <div className="side-by-side">
          <Select
            label={t('shell.language')}
            value={values.language}
            readOnly={!mayChange}
            data={languages.map((each) => ({ value: each, label: languageNames[each] }))}
            onChange={(value) => value !== null && put('language', value as OwnSettings['language'])}
          />
          <TextInput
            label={t('settings.countryCallingCode')}
            description={t('settings.countryCallingCode.why')}
            inputMode="numeric"
            maxLength={3}
            leftSection="+"
            readOnly={!mayChange}
            value={values.countryCallingCode}
            error={/^[1-9]\d{0,2}$/.test(values.countryCallingCode) ? null : t('settings.countryCallingCode.refused')}
            onChange={(event) => put('countryCallingCode', event.currentTarget.value.trim())}
          />
        </div>
      </Section>
      <Section title={t('settings.wire')} lead={t('settings.wire.why')}>
        <div className="form">
          <OneSwitch name="strictHttp" />
          <Radio.Group
            label={t('settings.envelope')}
            value={values.envelope}
            readOnly={!mayChange}
            onChange={(value) => put('envelope', value as OwnSettings['envelope'])}
          >
            <div className="choices">
              <Radio value="array" label={t('settings.envelope.array')} />
              <Radio value="object" label={t('settings.envelope.object')} />
            </div>
          </Radio.Group>
        </div>
      </Section>
    </div>
  );
}

function OneSwitch({ name }: { readonly name: SwitchName }): ReactNode {
  const { t } = useTexts();
  const {
    draft: { values, put },
    mayChange,
  } = useSettings();
  return (
    <Switch
      label={t(`settings.${name}`)}
      description={t(`settings.${name}.why`)}
      checked={values[name]}
      disabled={!mayChange}
      onChange={(event) => put(name, event.currentTarget.checked)}
    />
  );
}

const OWN = 'own';

/** A policy by its name, or days of one's own. */
function Retention(): ReactNode {
  const { t } = useTexts();
  const {
    draft: { values, put },
    kept: { retentionProfiles },
    mayChange,
  } = useSettings();
  const { evidenceDays, refusedEvidenceDays } = values;
  const profile = retentionProfiles.find(
    (each) => each.evidenceDays === evidenceDays && each.refusedEvidenceDays === refusedEvidenceDays,
  );
  const textOf = (name: string): readonly [TextKey, TextKey] | null =>
    name === 'short' || name === 'etd-465-2021' ? [`retention.${name}`, `retention.${name}.why`] : null;
  return (
    <Section title={t('retention.title')} lead={t('retention.why')}>
      <div className="form">
        <Radio.Group
          aria-label={t('retention.title')}
          value={profile?.name ?? OWN}
          readOnly={!mayChange}
          onChange={(name) => {
            const chosen = retentionProfiles.find((each) => each.name === name);
            // Days of one's own begin as the profile before, a day longer, so that they are one's own.
            put('evidenceDays', chosen?.evidenceDays ?? evidenceDays + 1);
            put('refusedEvidenceDays', chosen === undefined ? refusedEvidenceDays : chosen.refusedEvidenceDays);
          }}
        >
          <div className="choices">
            {retentionProfiles.map(({ name }) => {
              const texts = textOf(name);
              return (
                <Radio
                  key={name}
                  value={name}
                  label={texts === null ? name : t(texts[0])}
                  description={texts === null ? undefined : t(texts[1])}
                />
              );
            })}
            <Radio value={OWN} label={t('retention.own')} />
          </div>
        </Radio.Group>
        {profile === undefined && (
          <div className="side-by-side">
            <NumberInput
              label={t('retention.evidenceDays')}
              min={1}
              max={MOST_EVIDENCE_DAYS}
              allowDecimal={false}
              readOnly={!mayChange}
              suffix={` ${t('unit.days')}`}
              value={evidenceDays}
              onChange={(value) => typeof value === 'number' && put('evidenceDays', value)}
            />
            <NumberInput
              label={t('retention.refusedEvidenceDays')}
              description={t('retention.refusedEvidenceDays.why')}
              min={1}
              max={MOST_EVIDENCE_DAYS}
              allowDecimal={false}
              readOnly={!mayChange}
              suffix={` ${t('unit.days')}`}
              value={refusedEvidenceDays ?? ''}
              onChange={(value) => put('refusedEvidenceDays', typeof value === 'number' ? value : null)}
            />
          </div>
        )}
        <NumberInput
          label={t('retention.certificateDays')}
          description={t('retention.certificateDays.why')}
          w={260}
          min={1}
          max={MOST_EVIDENCE_DAYS}
          allowDecimal={false}
          readOnly={!mayChange}
          suffix={` ${t('unit.days')}`}
          value={values.certificateDays}
          onChange={(value) => typeof value === 'number' && put('certificateDays', value)}
        />
      </div>
    </Section>
  );
}
