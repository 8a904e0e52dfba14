import { Kbd, Modal, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { KeyGroup } from './keys.tsx';
import { useTexts } from './text.tsx';

type HelpProps = {
  readonly isOff: boolean;
  readonly groups: ReadonlyMap<symbol, KeyGroup>;
  readonly onClose: () => void;
  readonly onSwitch: (off: boolean) => void;
};

/** The keys of everything that is on the screen now. */
export default function KeysHelp({ isOff, groups, onClose, onSwitch }: HelpProps): ReactNode {
  const { t } = useTexts();
  return (
    <Modal opened onClose={onClose} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {[...groups.values()]
        .filter(({ keys }) => keys.length > 0)
        .map(({ title, keys }) => (
          <section key={title} className="keys-group">
            <h3>{title}</h3>
            <dl className="keys">
              {keys.map(({ key, label }) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((one, at) => (
                      <Kbd key={at}>{KEY_SIGNS[one] ?? one}</Kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      <Switch
        mt="md"
        label={t('keys.on')}
        description={t('keys.on.why')}
        checked={!isOff}
        onChange={(event) => onSwitch(!event.currentTarget.checked)}
      />
    </Modal>
  );
}

const KEY_SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': '␣',
  Enter: '↵',
  Escape: 'Esc',
};
