import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { requestChangesSchema, requestPageSchema } from '../../../../src/panel/request.schema.ts';
import { call, callForFile, troubleOf } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useWork } from '../../work/texts.tsx';
import { startOfDay } from './days.ts';
import {
  type Filters,
  filtersFrom,
  isFiltered,
  listOf,
  searchOf,
  withArrived,
  withChanges,
  withPage,
} from './request-list.ts';
import { RequestTable } from './request-table.tsx';
import { SearchForm } from './search-form.tsx';

const PAGE = 50;
const LOOK_EVERY_MS = 4_000;

/** The list: kept up to date without moving, and looked through by what somebody has at hand. */
export function RequestsListed(): ReactNode {
  const { w, number } = useWork();
  const { may, path, account } = useAccount();
  const [, navigate] = useLocation();
  const filters = filtersFrom(useHistoryState());
  const search = searchOf(filters, startOfDay);
  const key = JSON.stringify([account, search]);
  const {
    value: list,
    trouble,
    isLoading,
    reload,
    replace,
  } = useResource(key, async (signal) =>
    listOf(
      await call(path('requests/search'), {
        method: 'POST',
        body: { ...search, limit: PAGE },
        answer: requestPageSchema,
        signal,
      }),
    ),
  );
  const more = useAction(async () => {
    if (list === null || list.next === null) return;
    const page = await call(path('requests/search'), {
      method: 'POST',
      body: { ...search, limit: PAGE, after: list.next },
      answer: requestPageSchema,
    });
    replace(withPage(latest.current ?? list, page));
  });
  const latest = useRef(list);
  latest.current = list;
  useEffect(() => {
    let isBusy = false;
    const timer = setInterval(() => {
      const before = latest.current;
      if (isBusy || before === null || before.isOld || document.visibilityState !== 'visible') return;
      isBusy = true;
      call(path('requests/changes'), { query: { since: before.cursor }, answer: requestChangesSchema })
        .then((changes) => {
          const current = latest.current;
          if (current?.cursor === before.cursor) replace(withChanges(current, changes, filters, search));
        })
        .catch((error: unknown) => troubleOf(error)) // the shell says that the service is away
        .finally(() => void (isBusy = false));
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [key, replace]);

  const exporting = useAction(async () => {
    const file = await callForFile(path('requests/export'), { ...search, language: w('language.code') });
    const address = URL.createObjectURL(file);
    const link = Object.assign(document.createElement('a'), { href: address, download: `${w('export.name')}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1_000);
  });
  const searchField = useRef<HTMLInputElement>(null);
  const find = (wanted: Filters): void => navigate('/', { state: { filters: wanted }, replace: true });
  useKeys(w('keys.requests'), [
    { key: '/', label: w('search.text'), run: () => searchField.current?.focus() },
    ...(may('requests.create') ? [{ key: 'n', label: w('new.title'), run: () => navigate('/new') }] : []),
  ]);
  return (
    <>
      <PageHead
        title={w('requests.title')}
        actions={
          <>
            {may('requests.export') && (
              <Button
                variant="default"
                leftSection={<Icon name="download" />}
                loading={exporting.isRunning}
                onClick={() => void exporting.run()}
              >
                {w('requests.export')}
              </Button>
            )}
            {may('requests.create') && (
              <Button component={Link} href="/new" leftSection={<Icon name="add" />}>
                {w('new.title')}
              </Button>
            )}
          </>
        }
      />
      <SearchForm ref={searchField} filters={filters} onFind={find} />
      <div role="status" className="list-status">
        {list !== null && (
          <span className="visually-hidden">{w('requests.shown', { count: number(list.rows.length) })}</span>
        )}
        {list !== null && list.arrived.length > 0 && (
          <button type="button" className="arrived" onClick={() => replace(withArrived(list))}>
            <Icon name="reload" size={16} /> {w('requests.arrived', { count: number(list.arrived.length) })}
          </button>
        )}
        {list?.isOld === true && (
          <button type="button" className="arrived" onClick={reload}>
            <Icon name="reload" size={16} /> {w('requests.old')}
          </button>
        )}
        {list?.isPartial === true && <p className="quiet">{w('requests.partial')}</p>}
      </div>
      {trouble !== null && <TroubleShown trouble={trouble} onAgain={reload} />}
      {list === null ? (
        isLoading && <Loading />
      ) : list.rows.length === 0 ? (
        <p className="empty-list">{w(isFiltered(filters) ? 'requests.none-found' : 'requests.none')}</p>
      ) : (
        <>
          <RequestTable rows={list.rows} />
          <div className="list-foot">
            <span className="quiet">
              {w(list.next === null ? 'requests.all-shown' : 'requests.shown', { count: number(list.rows.length) })}
            </span>
            {list.next !== null && (
              <Button variant="default" loading={more.isRunning} onClick={() => void more.run()}>
                {w('requests.more')}
              </Button>
            )}
          </div>
        </>
      )}
    </>
  );
}
