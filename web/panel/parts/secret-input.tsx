import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useState } from 'react';
import { useTexts } from '../shell/text.tsx';

/** A password, which nobody sees as it is typed: so the field says when Caps Lock is on. */
export function SecretInput(props: PasswordInputProps): ReactNode {
  const { t } = useTexts();
  const [isCapsLock, setCapsLock] = useState(false);
  const look = (event: KeyboardEvent | MouseEvent): void => setCapsLock(event.getModifierState('CapsLock'));
  return (
    <div>
      <PasswordInput
        visibilityToggleButtonProps={{ 'aria-label': t('sign-in.show') }}
        {...props}
        onKeyDown={look}
        onKeyUp={look}
        onMouseDown={look}
        onBlur={() => setCapsLock(false)}
      />
      <p className="caps-lock" role="status">
        {isCapsLock ? t('caps-lock') : ''}
      </p>
    </div>
  );
}
