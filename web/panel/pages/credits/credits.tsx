import { Button, NumberInput, Table, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { type CreditsStatement, creditsStatementSchema } from '../../../../src/panel/figures.schema.ts';
import { call } from '../../api.ts';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

/** What the account has, what is reserved, and every movement. */
export default function Credits(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const first = useResource(account.account, (signal) =>
    call(account.path('credits'), { answer: creditsStatementSchema, signal }),
  );
  const [older, setOlder] = useState<readonly CreditsStatement[]>([]);
  useEffect(() => setOlder([]), [first.value]);
  const reading = useAction(async (before: number) => {
    const page = await call(account.path('credits'), { query: { before }, answer: creditsStatementSchema });
    setOlder((all) => [...all, page]);
  });
  return (
    <>
      <PageHead title={t('nav.credits')} lead={t('credits.lead')} />
      <OfResource resource={first}>
        {(page) => {
          const pages = [page, ...older];
          const next = pages.at(-1)!.next;
          return (
            <>
              <Balances statement={page} />
              {account.may('credits.top-up') && <TopUp onToppedUp={first.replace} />}
              <Section title={t('credits.movements')}>
                <Movements entries={pages.flatMap((each) => each.entries)} />
                {next !== null && (
                  <Button mt="md" variant="default" loading={reading.isRunning} onClick={() => void reading.run(next)}>
                    {t('common.more')}
                  </Button>
                )}
              </Section>
            </>
          );
        }}
      </OfResource>
    </>
  );
}

/** @returns credits with two decimals, as the reader's language writes them. */
function useCredits(): (hundredths: number) => string {
  const { number } = useTexts();
  return (hundredths) => number(hundredths / 100, { minimumFractionDigits: 2 });
}

function Balances({ statement }: { readonly statement: CreditsStatement }): ReactNode {
  const { t } = useTexts();
  const credits = useCredits();
  return (
    <dl className="tiles">
      {(['available', 'reserved', 'spent'] as const).map((book) => (
        <div key={book}>
          <dt>{t(`credits.${book}`)}</dt>
          <dd>{credits(statement[`${book}Hundredths`])}</dd>
        </div>
      ))}
    </dl>
  );
}

function Movements({ entries }: Pick<CreditsStatement, 'entries'>): ReactNode {
  const { t, time } = useTexts();
  const credits = useCredits();
  const { account } = useAccount();
  if (entries.length === 0) return <p className="quiet">{t('credits.none')}</p>;
  return (
    <Table className="wide">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('credits.at')}</Table.Th>
          <Table.Th>{t('credits.kind')}</Table.Th>
          <Table.Th>{t('credits.request')}</Table.Th>
          <Table.Th>{t('credits.note')}</Table.Th>
          <Table.Th ta="end">{t('credits.amount')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.number}>
            <Table.Td>{time(entry.at, 'second')}</Table.Td>
            <Table.Td>{t(`credits.kind.${entry.kind}`)}</Table.Td>
            <Table.Td>
              {entry.requestId !== null && (
                <Link href={`~/panel/${account}/requests/${entry.requestId}`}>{entry.requestId}</Link>
              )}
            </Table.Td>
            <Table.Td>{entry.note !== null && <Untrusted text={entry.note} />}</Table.Td>
            <Table.Td ta="end">{credits(entry.hundredths)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function TopUp({ onToppedUp }: { readonly onToppedUp: (statement: CreditsStatement) => void }): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const account = useAccount();
  const credits = useCredits();
  const [amount, setAmount] = useState<number | string>('');
  const [note, setNote] = useState('');
  const adding = useAction(
    async () => {
      const hundredths = Math.round(Number(amount) * 100);
      const body = { hundredths, note: note.trim() };
      onToppedUp(await call(account.path('credits/top-up'), { method: 'POST', body, answer: creditsStatementSchema }));
      tell({ tone: 'good', text: t('credits.added', { credits: credits(hundredths) }) });
      setAmount('');
      setNote('');
    },
    { quiet: true },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void adding.run();
  };
  return (
    <Section title={t('credits.top-up')} lead={t('credits.top-up.why')}>
      {adding.trouble !== null && <TroubleShown trouble={adding.trouble} />}
      <form className="row bottom" onSubmit={submit}>
        <NumberInput
          label={t('credits.amount')}
          min={0.01}
          max={1_000_000_000}
          decimalScale={2}
          hideControls
          required
          withAsterisk={false}
          w={140}
          value={amount}
          onChange={setAmount}
        />
        <TextInput
          label={t('credits.note')}
          placeholder={t('credits.note.example')}
          required
          withAsterisk={false}
          maxLength={200}
          w={320}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button type="submit" loading={adding.isRunning}>
          {t('credits.top-up.go')}
        </Button>
      </form>
    </Section>
  );
}
