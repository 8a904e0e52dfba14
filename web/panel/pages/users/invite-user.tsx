import { Button, Modal, Radio, Select, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type AccountRole, accountRoles } from '../../../../src/access/roles.ts';
import { signUpLinkAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { type Language, languageNames, languages } from '../../languages.ts';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import type { Account } from '../../shell/account.tsx';
import { roleText } from '../../shell/role-text.ts';
import { useTexts } from '../../shell/text.tsx';
import { useTroubleText } from '../../shell/trouble.ts';
import type { SignUpLinkShown } from './sign-up-link.tsx';

type Props = {
  readonly account: Account;
  readonly onClose: () => void;
  readonly onInvited: (link: SignUpLinkShown) => void;
};

/** A name and a role; the link that comes back is handed over by whatever way people have. */
export function InviteUser({ account, onClose, onInvited }: Props): ReactNode {
  const { t, language: own } = useTexts();
  const textOf = useTroubleText();
  const [name, setName] = useState('');
  const [role, setRole] = useState<AccountRole>('operator');
  const [language, setLanguage] = useState<Language>(own);
  const inviting = useAction(
    async () => {
      const body = { name: name.trim(), role, language };
      const { link, expiresAt } = await call(account.path('users'), { method: 'POST', body, answer: signUpLinkAnswer });
      onInvited({ name: body.name, link, expiresAt });
    },
    { quiet: true },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void inviting.run();
  };
  const { trouble } = inviting;
  const isAboutName = trouble?.problem === 'value-refused' || trouble?.problem === 'conflict';
  const nameTrouble =
    trouble === null || !isAboutName
      ? null
      : trouble.problem === 'value-refused'
        ? t('users.name.refused')
        : textOf(trouble);
  return (
    <Modal opened onClose={onClose} title={t('users.invite')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form className="form" onSubmit={submit}>
        {trouble !== null && nameTrouble === null && <TroubleShown trouble={trouble} />}
        <TextInput
          label={t('users.name')}
          description={t('users.name.why')}
          error={nameTrouble}
          required
          withAsterisk={false}
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Radio.Group label={t('users.role')} value={role} onChange={(value) => setRole(value as AccountRole)}>
          <div className="choices">
            {accountRoles.map((each) => (
              <Radio key={each} value={each} label={t(roleText(each))} description={t(`role.${each}.may`)} />
            ))}
          </div>
        </Radio.Group>
        <Select
          label={t('shell.language')}
          value={language}
          data={languages.map((each) => ({ value: each, label: languageNames[each] }))}
          onChange={(value) => value !== null && setLanguage(value as Language)}
        />
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={inviting.isRunning}>
            {t('users.invite.go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
