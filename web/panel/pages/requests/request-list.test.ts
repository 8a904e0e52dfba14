import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { RequestRow } from '../../../../src/panel/request.schema.ts';
import {
  type List,
  filtersFrom,
  isFiltered,
  listOf,
  noFilters,
  searchOf,
  withArrived,
  withChanges,
  withPage,
} from './request-list.ts';

const row = (id: number, changes: Partial<RequestRow> = {}): RequestRow => ({
  id: String(id),
  state: 'invited',
  asksFor: null,
  requestedAt: new Date(Date.UTC(2026, 0, 1) + id * 1000).toISOString(),
  updatedAt: new Date(Date.UTC(2026, 0, 1) + id * 1000).toISOString(),
  phone: '34600000000',
  requestedNumber: null,
  documentNumber: null,
  reference: null,
  outcome: null,
  rejection: null,
  lapseReason: null,
  ...changes,
});
const page = (ids: readonly number[], next: string | null = null) => ({
  requests: ids.map((id) => row(id)),
  next,
  isPartial: false,
  cursor: 'c1',
});
const changes = (requests: RequestRow[], isPartial = false) => ({ requests, cursor: 'c2', isPartial });
const ids = ({ rows }: List): string[] => rows.map(({ id }) => id);

test('pages follow each other, and what moved between two pages is there once', () => {
  const list = withPage(listOf(page([9, 8, 7], 'n')), page([7, 6, 5], null));
  assert.deepEqual(ids(list), ['9', '8', '7', '6', '5']);
  assert.equal(list.next, null);
});

test('a row that changes does so in its place, and the others are the very same', () => {
  const before = listOf(page([9, 8, 7]));
  const after = withChanges(before, changes([row(8, { state: 'rejected' })]), noFilters, {});
  assert.deepEqual(ids(after), ['9', '8', '7']);
  assert.equal(after.rows[1]!.state, 'rejected');
  assert.equal(after.rows[0], before.rows[0]);
  assert.equal(after.cursor, 'c2');
});

test('a change that changes nothing leaves the list as it is', () => {
  const before = listOf(page([9, 8]));
  assert.equal(withChanges(before, changes([row(9)]), noFilters, {}).rows, before.rows);
});

test('new ones wait above until they are asked for', () => {
  const list = withChanges(listOf(page([9, 8])), changes([row(11), row(10)]), noFilters, {});
  assert.deepEqual(ids(list), ['9', '8']);
  assert.deepEqual(
    list.arrived.map(({ id }) => id),
    ['11', '10'],
  );
  assert.deepEqual(ids(withArrived(list)), ['11', '10', '9', '8']);
});

test('what waits above changes too, and an old request that is not shown is not new', () => {
  const waiting = withChanges(listOf(page([9, 8])), changes([row(10)]), noFilters, {});
  const after = withChanges(waiting, changes([row(10, { state: 'opened' }), row(3)]), noFilters, {});
  assert.deepEqual(
    after.arrived.map(({ id, state }) => [id, state]),
    [['10', 'opened']],
  );
});

test('with filters only what they surely find is told as new', () => {
  const states = { ...noFilters, states: ['assessed' as const] };
  const search = searchOf(states, (day) => `${day}T00:00:00.000Z`);
  const list = withChanges(listOf(page([9])), changes([row(10), row(11, { state: 'assessed' })]), states, search);
  assert.deepEqual(
    list.arrived.map(({ id }) => id),
    ['11'],
  );
  const text = { ...noFilters, text: '600' };
  assert.deepEqual(withChanges(listOf(page([9])), changes([row(10)]), text, { text: '600' }).arrived, []);
});

test('a service that cannot tell all that changed makes the list old', () => {
  assert.equal(withChanges(listOf(page([9])), changes([], true), noFilters, {}).isOld, true);
});

test('whatever comes, no request is shown twice and none of those shown is lost', () => {
  const event = fc.oneof(
    fc.record({ is: fc.constant('page' as const), of: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }) }),
    fc.record({ is: fc.constant('changes' as const), of: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }) }),
    fc.record({ is: fc.constant('show' as const), of: fc.constant([] as number[]) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      let list = listOf(page([40, 39, 38]));
      for (const { is, of } of events) {
        const shown = new Set(ids(list));
        const unique = [...new Set(of)];
        if (is === 'page') list = withPage(list, page(unique.sort((a, b) => b - a)));
        else if (is === 'changes') list = withChanges(list, changes(unique.map((id) => row(id))), noFilters, {});
        else list = withArrived(list);
        const all = [...list.rows, ...list.arrived].map(({ id }) => id);
        assert.equal(new Set(all).size, all.length);
        for (const id of shown) assert.ok(ids(list).includes(id));
      }
    }),
  );
});

test('days are asked for whole, both included', () => {
  const startOfDay = (day: string): string => `${day}T00:00:00+01:00`;
  assert.deepEqual(
    searchOf({ ...noFilters, fromDay: '2026-02-27', untilDay: '2026-02-28', text: ' 12 ' }, startOfDay),
    {
      text: '12',
      from: '2026-02-27T00:00:00+01:00',
      until: '2026-03-01T00:00:00+01:00',
    },
  );
  assert.deepEqual(searchOf(noFilters, startOfDay), {});
});

test('what lies in the history and is no filter is none', () => {
  for (const state of [null, undefined, 5, { filters: 7 }, { filters: { text: 3, states: 'x', fromDay: '01/02/26' } }])
    assert.equal(isFiltered(filtersFrom(state)), false);
  const filters = { text: 'a', states: ['assessed' as const], fromDay: '2026-01-01', untilDay: '' };
  assert.deepEqual(filtersFrom({ filters }), filters);
});
