import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNotices } from '../shell/notices.tsx';
import { useTexts } from '../shell/text.tsx';
import { Icon } from './icon.tsx';

/** Puts a text on the clipboard, and says that it did, or that the browser does not let it. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const copy = (): void =>
    void Promise.resolve()
      .then(() => navigator.clipboard.writeText(text))
      .then(
        () => tell({ tone: 'good', text: t('common.copied'), forMs: 2_500 }),
        () => tell({ tone: 'bad', text: t('common.copy-refused') }),
      );
  return (
    <Button variant="default" leftSection={<Icon name="copy" />} onClick={copy}>
      {label}
    </Button>
  );
}
