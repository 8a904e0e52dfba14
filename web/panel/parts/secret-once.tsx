import { Button, Modal } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTexts } from '../shell/text.tsx';
import { CopyButton } from './copy-button.tsx';

type Props = {
  readonly title: string;
  /** What it is for, and that it is not shown again. */
  readonly text: string;
  /** What is shown, each with its name. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
  readonly onClose: () => void;
};

/** What is told this once. It does not close by a slip: neither by Escape nor by a press beside it. */
export function SecretOnce({ title, text, secrets, onClose }: Props): ReactNode {
  const { t } = useTexts();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <div className="form">
        <p>{text}</p>
        <dl className="secrets">
          {secrets.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code>
                <CopyButton text={value} label={t('common.copy', { what: name })} compact />
              </dd>
            </div>
          ))}
        </dl>
        <div className="row end">
          <Button onClick={onClose}>{t('common.kept')}</Button>
        </div>
      </div>
    </Modal>
  );
}
