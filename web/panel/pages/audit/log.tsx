import { Button, Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useEffect, useState } from 'react';
import { type AuditAnswer, auditAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { addressOf, call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

type Entry = AuditAnswer['entries'][number];
type Props = {
  readonly title: string;
  readonly lead: string;
  /** Where its calls lie: entries there, the export below. */
  readonly path: string;
  readonly mayExport: boolean;
};

const TYPING_MS = 300;

/** Every act, the newest first; each line holds the hash of the one before it. */
export function Log({ title, lead, path, mayExport }: Props): ReactNode {
  const { t } = useTexts();
  const [wanted, setWanted] = useState('');
  const [action] = useDebouncedValue(wanted.trim(), TYPING_MS);
  const first = useResource(`${path} ${action}`, (signal) =>
    call(path, { query: { action }, answer: auditAnswer, signal }),
  );
  const [older, setOlder] = useState<readonly AuditAnswer[]>([]);
  useEffect(() => setOlder([]), [first.value]);
  const reading = useAction(async (before: number) => {
    const page = await call(path, { query: { action, before }, answer: auditAnswer });
    setOlder((all) => [...all, page]);
  });
  return (
    <>
      <PageHead
        title={title}
        lead={lead}
        actions={
          mayExport && (
            <Button
              component="a"
              href={addressOf(`${path}/export`)}
              download
              variant="default"
              leftSection={<Icon name="download" />}
            >
              {t('audit.export')}
            </Button>
          )
        }
      />
      <div className="row">
        <TextInput
          label={t('audit.action')}
          description={t('audit.action.why')}
          w={280}
          leftSection={<Icon name="search" size={16} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      <OfResource resource={first}>
        {(page) => {
          const pages = [page, ...older];
          const entries = pages.flatMap((each) => each.entries);
          const last = entries.at(-1);
          return (
            <>
              <Entries entries={entries} />
              {entries.length === 0 && <p className="quiet">{t('audit.none')}</p>}
              {last !== undefined && !pages.at(-1)!.isEnd && (
                <Button
                  mt="md"
                  variant="default"
                  loading={reading.isRunning}
                  onClick={() => void reading.run(last.number)}
                >
                  {t('common.more')}
                </Button>
              )}
            </>
          );
        }}
      </OfResource>
    </>
  );
}

function Entries({ entries }: { readonly entries: readonly Entry[] }): ReactNode {
  const { t, time } = useTexts();
  return (
    <Table className="audit" mt="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('audit.number')}</Table.Th>
          <Table.Th>{t('audit.at')}</Table.Th>
          <Table.Th>{t('audit.who')}</Table.Th>
          <Table.Th>{t('audit.action')}</Table.Th>
          <Table.Th>{t('audit.what')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.number}>
            <Table.Td>{entry.number}</Table.Td>
            <Table.Td>{time(entry.at, 'second')}</Table.Td>
            <Table.Td>
              <Who who={entry.who} />
            </Table.Td>
            <Table.Td>
              <code>{entry.action}</code>
            </Table.Td>
            <Table.Td>
              {entry.object !== null && (
                <div>
                  <Untrusted text={entry.object} />
                </div>
              )}
              <Detail detail={entry.detail} />
              <small className="quiet" title={entry.hash}>
                <code>{entry.hash.slice(0, 16)}…</code>
              </small>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Who({ who }: Pick<Entry, 'who'>): ReactNode {
  const { t } = useTexts();
  if (who.kind !== 'user') return t(`audit.who.${who.kind}`);
  return who.name === null ? t('audit.who.gone') : <Untrusted text={who.name} />;
}

const Detail = ({ detail }: Pick<Entry, 'detail'>): ReactNode =>
  Object.keys(detail).length > 0 && (
    <div className="quiet">
      {Object.entries(detail).map(([name, value], at) => (
        <span key={name}>
          {at > 0 && ' · '}
          {name}: <Untrusted text={Array.isArray(value) ? value.join(', ') : String(value)} />
        </span>
      ))}
    </div>
  );
