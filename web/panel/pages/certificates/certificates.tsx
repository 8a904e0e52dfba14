import { Button, Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { type RequestPage, requestPageSchema } from '../../../../src/panel/request.schema.ts';
import { addressOf, call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

const TYPING_MS = 300;
/** Below that the service finds nothing by a beginning. */
const LEAST_CHARACTERS = 4;

/** Every certificate of the account, the newest first, and how anybody checks one. */
export default function Certificates(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const [wanted, setWanted] = useState('');
  const [typed] = useDebouncedValue(wanted.trim(), TYPING_MS);
  const text = typed.length < LEAST_CHARACTERS ? '' : typed;
  const ask = (after: string | null, signal?: AbortSignal): Promise<RequestPage> =>
    call(account.path('requests/search'), {
      method: 'POST',
      body: { states: ['validated'], ...(text === '' ? {} : { text }), ...(after === null ? {} : { after }) },
      answer: requestPageSchema,
      signal,
    });
  const first = useResource(`${account.account} ${text}`, (signal) => ask(null, signal));
  const [older, setOlder] = useState<readonly RequestPage[]>([]);
  useEffect(() => setOlder([]), [first.value]);
  const reading = useAction(async (after: string) => {
    const page = await ask(after);
    setOlder((all) => [...all, page]);
  });
  return (
    <>
      <PageHead title={t('nav.certificates')} lead={t('certificates.lead')} />
      <TextInput
        label={t('certificates.search')}
        description={t('certificates.search.why')}
        maw={360}
        mb="md"
        leftSection={<Icon name="search" size={16} />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <OfResource resource={first}>
        {(page) => {
          const pages = [page, ...older];
          const next = pages.at(-1)!.next;
          const found = pages.flatMap(({ requests }) => requests);
          return found.length === 0 ? (
            <p className="quiet">{t('certificates.none')}</p>
          ) : (
            <>
              <Found requests={found} />
              {next !== null && (
                <Button mt="md" variant="default" loading={reading.isRunning} onClick={() => void reading.run(next)}>
                  {t('common.more')}
                </Button>
              )}
            </>
          );
        }}
      </OfResource>
      <Section title={t('certificates.check')}>
        <p>{t('certificates.check.how')}</p>
        <pre tabIndex={0}>cotejo verify-certificate certificado.pdf</pre>
      </Section>
    </>
  );
}

function Found({ requests }: Pick<RequestPage, 'requests'>): ReactNode {
  const { t, time } = useTexts();
  const account = useAccount();
  return (
    <Table className="wide">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('certificates.request')}</Table.Th>
          <Table.Th>{t('certificates.reference')}</Table.Th>
          <Table.Th>{t('certificates.validated')}</Table.Th>
          <Table.Th>
            <span className="sr-only">{t('common.actions')}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {requests.map(({ id, reference, updatedAt }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Link href={`~/panel/${account.account}/requests/${id}`}>{id}</Link>
            </Table.Td>
            <Table.Td>{reference !== null && <Untrusted text={reference} />}</Table.Td>
            <Table.Td>{time(updatedAt)}</Table.Td>
            <Table.Td ta="end">
              <Button
                component="a"
                href={addressOf(account.path(`requests/${id}/certificate`))}
                download
                variant="subtle"
                size="compact-sm"
                leftSection={<Icon name="download" size={16} />}
              >
                PDF<span className="sr-only"> {id}</span>
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
