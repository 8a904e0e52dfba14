import { Anchor, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { useKeysHelp } from '../../shell/keys.tsx';
import { useTexts } from '../../shell/text.tsx';

const topics = ['states', 'desk', 'reasons', 'callbacks', 'certificate', 'erasure'] as const;

/** Answers to what people ask first, and where the rest is written. */
export default function Help(): ReactNode {
  const { t } = useTexts();
  const showKeys = useKeysHelp();
  return (
    <>
      <PageHead title={t('nav.help')} lead={t('help.lead')} />
      <div className="narrow">
        {topics.map((topic) => (
          <Section key={topic} title={t(`help.${topic}`)}>
            <p>{t(`help.${topic}.text`)}</p>
          </Section>
        ))}
        <Section title={t('help.keys')}>
          <p>{t('help.keys.text')}</p>
          <Button variant="default" onClick={showKeys}>
            {t('keys.title')}
          </Button>
        </Section>
        <Section title={t('help.reference')}>
          <p>
            {t('help.reference.text')} <Anchor href="/docs">{t('help.reference.link')}</Anchor>
          </p>
        </Section>
      </div>
    </>
  );
}
