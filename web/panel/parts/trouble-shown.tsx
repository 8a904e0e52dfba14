import { Alert, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Trouble } from '../api.ts';
import { useTexts } from '../shell/text.tsx';
import { useTroubleText } from '../shell/trouble.ts';
import { Icon } from './icon.tsx';

/** Trouble in the place of what it kept away, with the way to ask again where there is one. */
export function TroubleShown({
  trouble,
  onAgain,
}: {
  readonly trouble: Trouble;
  readonly onAgain?: () => void;
}): ReactNode {
  const { t } = useTexts();
  const textOf = useTroubleText();
  return (
    <Alert color="red" variant="light" role="alert" icon={<Icon name="warning" />}>
      {textOf(trouble)}
      {onAgain !== undefined && (
        <div>
          <Button mt="xs" size="xs" variant="default" onClick={onAgain}>
            {t('common.again')}
          </Button>
        </div>
      )}
    </Alert>
  );
}
