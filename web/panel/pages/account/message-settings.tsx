import { Switch, TagsInput, TextInput, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { Section } from '../../parts/section.tsx';
import { useTexts } from '../../shell/text.tsx';
import { SmsPreview } from './sms-preview.tsx';
import { useSettings } from './settings.tsx';

const MOST_SENDER_CHARACTERS = 11;

/** What an invitation says, and who it says it is from. */
export default function MessageSettings(): ReactNode {
  const { t } = useTexts();
  const {
    draft: { values, put },
    kept,
    mayChange,
    errorOf,
  } = useSettings();
  return (
    <div className="beside">
      <div>
        <Section title={t('message.title')} lead={t('message.why')}>
          <div className="form">
            <Switch
              label={t('message.usual')}
              description={t('message.usual.why')}
              checked={values.messageTemplate === null}
              disabled={!mayChange}
              onChange={(event) => put('messageTemplate', event.currentTarget.checked ? null : kept.usualTemplate)}
            />
            <Textarea
              label={t('message.template')}
              description={t('message.template.why')}
              autosize
              minRows={3}
              maxLength={1_530}
              readOnly={!mayChange || values.messageTemplate === null}
              error={errorOf('messageTemplate')}
              value={values.messageTemplate ?? kept.usualTemplate}
              onChange={(event) => put('messageTemplate', event.currentTarget.value)}
            />
          </div>
        </Section>
        <Section title={t('sender.title')} lead={t('sender.why')}>
          <div className="form">
            <TextInput
              label={t('sender.default')}
              description={t('sender.default.why')}
              maxLength={15}
              w={260}
              readOnly={!mayChange}
              error={errorOf('defaultSender')}
              value={values.defaultSender}
              onChange={(event) => put('defaultSender', event.currentTarget.value)}
            />
            <Switch
              label={t('sender.any')}
              description={t('sender.any.why')}
              checked={values.senders === null}
              disabled={!mayChange}
              onChange={(event) => put('senders', event.currentTarget.checked ? null : [values.defaultSender])}
            />
            {values.senders !== null && (
              <TagsInput
                label={t('sender.allowed')}
                description={t('sender.allowed.why', { most: MOST_SENDER_CHARACTERS })}
                readOnly={!mayChange}
                error={errorOf('senders')}
                value={values.senders}
                onChange={(senders) => put('senders', senders)}
              />
            )}
          </div>
        </Section>
      </div>
      <SmsPreview
        template={values.messageTemplate ?? kept.usualTemplate}
        sender={values.defaultSender}
        mayLink={kept.terms.mayLink}
        hundredths={kept.terms}
      />
    </div>
  );
}
