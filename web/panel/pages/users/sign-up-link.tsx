import type { ReactNode } from 'react';
import { Button, Modal } from '@mantine/core';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { useTexts } from '../../shell/text.tsx';

export type SignUpLinkShown = {
  readonly name: string;
  readonly link: string | null;
  readonly expiresAt: string | null;
};

/** The link that lets somebody in for the first time, told once; or that none is needed. */
export function SignUpLink({
  shown: { name, link, expiresAt },
  onClose,
}: {
  readonly shown: SignUpLinkShown;
  readonly onClose: () => void;
}): ReactNode {
  const { t, time } = useTexts();
  if (link === null)
    return (
      <Modal opened onClose={onClose} title={t('users.added')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <p>{t('users.added.text', { name })}</p>
        <div className="row end">
          <Button onClick={onClose}>{t('common.done')}</Button>
        </div>
      </Modal>
    );
  return (
    <SecretOnce
      title={t('users.link.title', { name })}
      text={t('users.link.text', { until: expiresAt === null ? '' : time(expiresAt) })}
      secrets={[{ name: t('users.link.name'), value: link }]}
      onClose={onClose}
    />
  );
}
