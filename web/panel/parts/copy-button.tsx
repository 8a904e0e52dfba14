import { ActionIcon, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNotices } from '../shell/notices.tsx';
import { useTexts } from '../shell/text.tsx';
import { Icon } from './icon.tsx';

type Props = {
  readonly text: string;
  readonly label: string;
  /** The sign alone; its label is still read. */
  readonly compact?: boolean;
};

/** Puts a text on the clipboard, and says that it did, or that the browser does not let it. */
export function CopyButton({ text, label, compact = false }: Props): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const copy = (): void =>
    void Promise.resolve()
      .then(() => navigator.clipboard.writeText(text))
      .then(
        () => tell({ tone: 'good', text: t('common.copied'), forMs: 2_500 }),
        () => tell({ tone: 'bad', text: t('common.copy-refused') }),
      );
  return compact ? (
    <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={copy}>
      <Icon name="copy" />
    </ActionIcon>
  ) : (
    <Button variant="default" leftSection={<Icon name="copy" />} onClick={copy}>
      {label}
    </Button>
  );
}
