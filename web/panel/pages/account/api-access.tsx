import { Anchor, Button, Modal, Radio, Table } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  type TokensAnswer,
  blockedAnswer,
  newTokenAnswer,
  tokensAnswer,
} from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { Section } from '../../parts/section.tsx';
import { StateWord } from '../../parts/state-word.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useTexts } from '../../shell/text.tsx';

/** What programs call with: the API user, its tokens, and who is not heard for a while. */
export function ApiAccess(): ReactNode {
  const account = useAccount();
  return (
    <div className="narrow">
      {account.may('account.read') && <Tokens />}
      {account.may('blocked.read') && <Blocked />}
    </div>
  );
}

function Tokens(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const tokens = useResource(account.account, (signal) =>
    call(account.path('token'), { answer: tokensAnswer, signal }),
  );
  const [isRotating, setRotating] = useState(false);
  const [shown, setShown] = useState<{ readonly apiUser: string; readonly apiToken: string } | null>(null);
  return (
    <Section
      title={t('token.title')}
      lead={
        <>
          {t('token.why')} <Anchor href="/docs">{t('help.reference.link')}</Anchor>
        </>
      }
      actions={
        account.may('token.rotate') && (
          <Button variant="default" onClick={() => setRotating(true)}>
            {t('token.rotate')}
          </Button>
        )
      }
    >
      <OfResource resource={tokens}>
        {(value) => (
          <>
            <Facts
              facts={[
                [
                  t('token.user'),
                  <span key="user" className="row">
                    <code>{value.apiUser}</code>
                    <CopyButton text={value.apiUser} label={t('common.copy', { what: t('token.user') })} compact />
                  </span>,
                ],
              ]}
            />
            <TokenTable tokens={value.tokens} />
          </>
        )}
      </OfResource>
      {isRotating && (
        <RotateToken
          onClose={() => setRotating(false)}
          onRotated={(made) => {
            setRotating(false);
            setShown(made);
            tokens.reload();
          }}
        />
      )}
      {shown !== null && (
        <SecretOnce
          title={t('token.new')}
          text={t('token.new.text')}
          secrets={[
            { name: t('token.user'), value: shown.apiUser },
            { name: t('token.token'), value: shown.apiToken },
          ]}
          onClose={() => setShown(null)}
        />
      )}
    </Section>
  );
}

function TokenTable({ tokens }: Pick<TokensAnswer, 'tokens'>): ReactNode {
  const { t, time } = useTexts();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('token.token')}</Table.Th>
          <Table.Th>{t('token.made')}</Table.Th>
          <Table.Th>{t('token.valid')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map(({ number, createdAt, validUntil }) => (
          <Table.Tr key={number}>
            <Table.Td>{t('token.number', { number })}</Table.Td>
            <Table.Td>{time(createdAt)}</Table.Td>
            <Table.Td>
              <StateWord tone={validUntil === null ? 'good' : 'doubt'}>
                {validUntil === null ? t('token.valid.always') : t('token.valid.until', { until: time(validUntil) })}
              </StateWord>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Hours that both tokens work. 0: whoever has the old one is refused at once, for when it was seen by others. */
const OVERLAPS = [0, 1, 24, 168] as const;

type RotateProps = {
  readonly onClose: () => void;
  readonly onRotated: (made: { readonly apiUser: string; readonly apiToken: string }) => void;
};

function RotateToken({ onClose, onRotated }: RotateProps): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const [hours, setHours] = useState<string>('24');
  const rotating = useAction(
    async () => {
      const body = { overlapHours: Number(hours) };
      onRotated(await call(account.path('token'), { method: 'POST', body, answer: newTokenAnswer }));
    },
    { quiet: true },
  );
  return (
    <Modal opened onClose={onClose} title={t('token.rotate')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="form">
        {rotating.trouble !== null && <TroubleShown trouble={rotating.trouble} />}
        <Radio.Group label={t('token.overlap')} description={t('token.overlap.why')} value={hours} onChange={setHours}>
          <div className="choices">
            {OVERLAPS.map((each) => (
              <Radio key={each} value={String(each)} label={t(`overlap.${each}`)} />
            ))}
          </div>
        </Radio.Group>
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            color={hours === '0' ? 'red' : 'petrol'}
            loading={rotating.isRunning}
            onClick={() => void rotating.run()}
          >
            {t('token.rotate.go')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function Blocked(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const blocked = useResource(account.account, (signal) =>
    call(account.path('blocked'), { answer: blockedAnswer, signal }),
  );
  return (
    <Section
      title={t('blocked.title')}
      lead={t('blocked.why')}
      actions={
        <Button variant="subtle" loading={blocked.isLoading} onClick={blocked.reload}>
          {t('common.reload')}
        </Button>
      }
    >
      <OfResource resource={blocked}>
        {(value) =>
          value.blocked.length === 0 ? (
            <p className="quiet">{t('blocked.none')}</p>
          ) : (
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('blocked.address')}</Table.Th>
                  <Table.Th>{t('blocked.left')}</Table.Th>
                  <Table.Th>
                    <span className="sr-only">{t('common.actions')}</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {value.blocked.map((each) => (
                  <Table.Tr key={each.address}>
                    <Table.Td>
                      <code>{each.address}</code>
                    </Table.Td>
                    <Table.Td>{t('blocked.seconds', { seconds: each.secondsLeft })}</Table.Td>
                    <Table.Td ta="end">
                      {account.may('blocked.lift') && <Lift address={each.address} onLifted={blocked.replace} />}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </OfResource>
    </Section>
  );
}

type LiftProps = {
  readonly address: string;
  readonly onLifted: (value: { blocked: { address: string; secondsLeft: number }[] }) => void;
};

function Lift({ address, onLifted }: LiftProps): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const account = useAccount();
  const lifting = useAction(async () => {
    onLifted(await call(account.path('blocked/lift'), { method: 'POST', body: { address }, answer: blockedAnswer }));
    tell({ tone: 'good', text: t('blocked.lifted', { address }) });
  });
  return (
    <Button variant="default" size="compact-sm" loading={lifting.isRunning} onClick={() => void lifting.run()}>
      {t('blocked.lift')}
      <span className="sr-only"> {address}</span>
    </Button>
  );
}
