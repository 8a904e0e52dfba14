import type { ReactNode } from 'react';
import type { OwnSettings } from '../../../../src/panel/settings.schema.ts';
import { accentOf } from '../../../capture/colour.ts';
import { filled } from '../../../capture/languages.ts';
import english from '../../../capture/text/en.json';
import spanish from '../../../capture/text/es.json';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

type Props = { readonly name: string; readonly settings: OwnSettings };

/** The first page that an applicant sees, with the same sentences and the same rule of colours as the page itself. */
export function ApplicantPreview({ name, settings }: Props): ReactNode {
  const { t } = useTexts();
  const texts = settings.language === 'es' ? spanish : english;
  const say = (key: keyof typeof spanish, values: Readonly<Record<string, string>> = {}): string =>
    filled(texts[key], { company: name, ...values });
  const accent = accentOf(settings.accentColour);
  const kept = new Intl.NumberFormat(settings.language, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(
    settings.evidenceDays,
  );
  return (
    <aside className="preview" aria-label={t('branding.preview')}>
      <h2>{t('branding.preview')}</h2>
      <div className="applicant" lang={settings.language}>
        <p className="applicant-head">
          {settings.logo === null ? <Untrusted text={name} /> : <img src={settings.logo} alt={name} />}
        </p>
        <p className="applicant-title">{say('welcome.title')}</p>
        <p>{say('welcome.why')}</p>
        {settings.purpose !== null && (
          <p>
            <Untrusted text={settings.purpose} keepsLines />
          </p>
        )}
        <ol>
          <li>{say('welcome.step.face')}</li>
          <li>{say('welcome.step.document')}</li>
          <li>{say('welcome.step.send')}</li>
        </ol>
        <div className="applicant-notice">
          <b>{say('consent.title')}</b>
          <dl>
            <dt>{say('consent.howLong.title')}</dt>
            <dd>{say('consent.howLong', { duration: kept })}</dd>
            <dt>{say('consent.alternative.title')}</dt>
            <dd>
              <Untrusted text={settings.alternative ?? say('consent.alternative')} keepsLines />
            </dd>
          </dl>
          {settings.privacyContact !== null && (
            <p>
              <Untrusted text={say('consent.contact', { contact: settings.privacyContact })} />
            </p>
          )}
          {settings.privacyUrl !== null && <p className="applicant-link">{say('consent.privacy')}</p>}
        </div>
        <p className="applicant-button" style={{ background: accent.fill, color: accent.ink }}>
          {say('welcome.start')}
        </p>
      </div>
      <p className="quiet">{t('branding.preview.why')}</p>
    </aside>
  );
}
