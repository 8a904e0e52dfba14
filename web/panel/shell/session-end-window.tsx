import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from './text.tsx';

type Props = {
  /** `ending`: for want of use, which staying mends; `ending-for-good`: nothing mends it. */
  readonly is: 'ending' | 'ending-for-good' | 'ended';
  readonly onStay: () => void;
  readonly onSignInAgain: () => void;
};

/** Cannot be closed without an answer. */
export default function SessionEndWindow({ is, onStay, onSignInAgain }: Props): ReactNode {
  const { t } = useTexts();
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t(is === 'ended' ? 'session.ended' : 'session.ending')}
    >
      <Text>{t(`session.${is}.why`)}</Text>
      <Group justify="flex-end" mt="md">
        {is === 'ending' ? (
          <Button onClick={onStay}>{t('session.stay')}</Button>
        ) : (
          <Button onClick={onSignInAgain}>{t('session.again')}</Button>
        )}
      </Group>
    </Modal>
  );
}
