import { type ReactNode, useMemo } from 'react';
import { invitationText } from '../../../../src/notification/sms/message.ts';
import { segmentsOf } from '../../../../src/notification/sms/segments.ts';
import type { AccountTerms } from '../../../../src/panel/settings.schema.ts';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

/** As long as a real one: the service's name, `/i/` and 29 characters. */
const sampleLink = (): string => `${location.origin}/i/${'x'.repeat(29)}`;

type Props = {
  readonly template: string;
  readonly sender: string;
  readonly mayLink: boolean;
  readonly hundredths: Pick<AccountTerms, 'requestHundredths' | 'furtherSegmentHundredths'>;
};

/** The message as a phone shows it, cut where networks cut it, with what it costs. The same code as when it goes out. */
export function SmsPreview({ template, sender, mayLink, hundredths }: Props): ReactNode {
  const { t, number } = useTexts();
  const made = useMemo(() => invitationText({ template, link: sampleLink(), mayLink }), [template, mayLink]);
  const { requestHundredths, furtherSegmentHundredths } = hundredths;
  return (
    <aside className="preview" aria-label={t('sms.title')}>
      <h2>{t('sms.title')}</h2>
      <div className="phone">
        <p className="phone-sender">
          <Untrusted text={sender} />
        </p>
        {made.ok ? (
          segmentsOf(made.value.text).parts.map((part, index) => (
            <p key={index} className="bubble">
              <Untrusted text={part} keepsLines />
            </p>
          ))
        ) : (
          <p className="wrong" role="alert">
            {t(`settings.refused.${made.refusal.kind}`)}
          </p>
        )}
      </div>
      {made.ok && (
        <p className="quiet" role="status">
          {t('sms.segments', {
            segments: made.value.segments,
            characters: [...made.value.text].length,
            alphabet: made.value.encoding === 'gsm-7' ? 'GSM-7' : 'UCS-2',
          })}{' '}
          {made.value.encoding === 'ucs-2' && t('sms.ucs-2')}{' '}
          {t('sms.cost', {
            credits: number((requestHundredths + (made.value.segments - 1) * furtherSegmentHundredths) / 100, {
              minimumFractionDigits: 2,
            }),
          })}
        </p>
      )}
    </aside>
  );
}
