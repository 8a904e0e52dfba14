import { Button, Checkbox } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { useTexts } from '../../shell/text.tsx';

type Props = {
  readonly codes: readonly string[];
  readonly onKept: () => void;
  /** The word on the button that goes on. */
  readonly done: string;
};

/** Shown this once: who goes on without them has said that they are kept. */
export function RecoveryCodes({ codes, onKept, done }: Props): ReactNode {
  const { t } = useTexts();
  const [isKept, setKept] = useState(false);
  return (
    <>
      <p>{t('codes.why')}</p>
      <ol className="codes" aria-label={t('codes.title')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <CopyButton text={codes.join('\n')} label={t('codes.copy')} />
      <Checkbox
        mt="md"
        label={t('codes.kept')}
        checked={isKept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button size="md" fullWidth disabled={!isKept} onClick={onKept}>
        {done}
      </Button>
      {!isKept && <p className="quiet">{t('codes.first')}</p>}
    </>
  );
}
