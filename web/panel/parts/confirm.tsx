import { Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../shell/text.tsx';
import type { Action } from './use-action.ts';

type Props = {
  /** What is asked, as a question. */
  readonly title: string;
  /** What follows from it. */
  readonly text: ReactNode;
  /** The word on the button that does it: what it does, never *Yes*. */
  readonly doIt: string;
  readonly isDangerous?: boolean;
  readonly action: Action<[]>;
  /** The button that asks. */
  readonly children: (ask: () => void) => ReactNode;
};

/** Asks before something that cannot be taken back. The way out is what Enter finds first. */
export function Confirm({ title, text, doIt, isDangerous = true, action, children }: Props): ReactNode {
  const { t } = useTexts();
  const [isAsking, setAsking] = useState(false);
  const close = (): void => setAsking(false);
  return (
    <>
      {children(() => setAsking(true))}
      <Modal opened={isAsking} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {typeof text === 'string' ? <p>{text}</p> : text}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button
            color={isDangerous ? 'red' : 'petrol'}
            loading={action.isRunning}
            onClick={() => void action.run().then((isDone) => isDone && close())}
          >
            {doIt}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
