// Who may call what: every role on every route, on their own account and on others', with whatever they may name in it.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { permissionsOf, roles } from '../../src/access/roles.ts';
import type { Role } from '../../src/access/roles.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { everyPanelRoute } from '../../src/panel/every-table.ts';
import { type PanelRoute, addressOf } from '../../src/panel/route-table.ts';
import { BrowserHere, type Reply } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';
import { plausibleOf } from './plausible.ts';

/** Stands in everything of the other account: in no answer to anybody of the first may it occur. */
const FOREIGN = 'ajenoajeno';

type Place = { readonly account: AccountId; readonly verification: string; readonly user: string };

let panel: PanelHere;
let own: Place;
let foreign: Place;
let routes: readonly PanelRoute[];
const people = new Map<Role | 'nobody' | 'shut-out' | 'of the other', BrowserHere>();

before(async () => {
  panel = await PanelHere.open();
  own = await place('propio');
  foreign = await place(FOREIGN);
  const registered = await Promise.all(everyPanelRoute.map(isRegistered));
  routes = everyPanelRoute.filter((_, at) => registered[at]);
  for (const role of roles) people.set(role, (await panel.signUp(`rol-${role}`, role, own.account)).browser);
  people.set('nobody', new BrowserHere(panel.url));
  const shutOut = await panel.signUp('rol-shut-out', 'administrator', own.account);
  people.set('shut-out', shutOut.browser);
  people.set('of the other', (await panel.signUp(`${FOREIGN}-admin`, 'administrator', foreign.account)).browser);
  const admin = people.get('administrator')!;
  const { users } = (await admin.get(`accounts/${own.account}/users`)).json as {
    users: { id: string; name: string }[];
  };
  const { id } = users.find(({ name }) => name === 'rol-shut-out')!;
  const body = { role: 'administrator', isDisabled: true };
  assert.equal((await admin.call('PUT', `accounts/${own.account}/users/${id}`, { body })).status, 200);
});
after(() => panel.remove());

/** An account with something of everything, all of it marked. */
async function place(mark: string): Promise<Place> {
  const { account, caller } = await panel.newCompany(`${mark} S.A.`);
  const asked = await caller.call('VerificarIdentidad', {
    Telefono: mark === FOREIGN ? '34699000001' : '34699000002',
    Mensaje: `${mark} [LINK]`,
    Referencia: `${mark}-1`,
  });
  assert.equal(asked.fields['Res'], 1, asked.text);
  const { browser } = await panel.signUp(`${mark}-jefa`, 'administrator', account);
  const set = await browser.call('PUT', `accounts/${account}/settings`, { body: { purpose: `${mark} purpose` } });
  assert.equal(set.status, 200, set.text);
  const { users } = (await browser.get(`accounts/${account}/users`)).json as { users: { id: string }[] };
  return { account, verification: String(asked.fields['ID']), user: users[0]!.id };
}

/** A route of the table that is served: one that is not is told by nobody, not even as refused. */
async function isRegistered(route: PanelRoute): Promise<boolean> {
  const headers = { 'sec-fetch-site': 'cross-site' };
  const { status, json } = await new BrowserHere(panel.url).call(route.method, filled(route, own), { headers });
  assert.ok((status === 403 && json['problem'] === 'cross-site') || status === 404, `${route.path}: ${status}`);
  return status === 403;
}

/** The address of a call. @param account what stands in the place of the account; `named`: whose things it names. */
const filled = (route: PanelRoute, named: Place, account: string | number = named.account): string =>
  addressOf(route)
    .replace(':account', String(account))
    .replace(/users\/:id/, `users/${named.user}`)
    .replace(':id', named.verification)
    .replace(':kind', 'front')
    .replace(':name', 'portrait')
    .replace(':number', '1');

/** Bodies that a route is tried with: none that says anything, and one of its own shape. */
const bodiesOf = ({ method, body }: PanelRoute): readonly unknown[] =>
  method === 'GET' ? [undefined] : body === undefined ? [{}] : [{}, plausibleOf(body)];

type Attempt = { readonly who: string; readonly route: PanelRoute; readonly address: string; readonly body: unknown };

async function callAll(attempts: readonly Attempt[], look: (attempt: Attempt, reply: Reply) => void): Promise<void> {
  const waiting = [...attempts];
  const working = Array.from({ length: 4 }, async () => {
    for (let attempt = waiting.shift(); attempt !== undefined; attempt = waiting.shift()) {
      const { who, route, address, body } = attempt;
      const browser = people.get(who as Role)!;
      look(attempt, await browser.call(route.method, address, body === undefined ? {} : { body }));
    }
  });
  await Promise.all(working);
}

const said = ({ who, route, address }: Attempt, { status, text }: Reply): string =>
  `${who}: ${route.method} ${address} was answered ${status} ${text.slice(0, 200)}`;

const permits = (who: string, route: PanelRoute): boolean => {
  const held = permissionsOf[who as Role] as readonly string[] | undefined;
  if (route.scope === 'installation') return who === 'installer';
  return route.scope === 'own-account' && held !== undefined && held.includes(route.permission);
};

let calls = 0;

test('what a role does not permit, and what is of another account, is refused: no byte of it is told, nothing changes', async (t) => {
  const attempts: Attempt[] = [];
  for (const who of people.keys())
    for (const route of routes)
      for (const body of bodiesOf(route))
        for (const named of [own, foreign]) {
          const add = (account: string | number): void =>
            void attempts.push({ who, route, address: filled(route, named, account), body });
          if (route.scope === 'installation' && !permits(who, route)) add('');
          if (route.scope === 'signed-in' && who === 'nobody') add('');
          if (route.scope !== 'own-account') continue;
          if (who !== 'of the other' && !permits(who, route)) add(own.account);
          if (who === 'of the other') add(own.account);
          if (who === 'installer' && permits(who, route)) continue;
          if (who !== 'of the other') {
            add(foreign.account);
            add(`%3${foreign.account}`); // the same, its first digit escaped
          }
          for (const nowhere of [9_999_999_999, `${own.account}x`]) add(nowhere);
        }
  const before = await panel.contents();
  const answersOf = new Map<string, Set<string>>();
  await callAll(attempts, (attempt, reply) => {
    const { who, route, address } = attempt;
    const isMine = address.includes(`/${who === 'of the other' ? foreign.account : own.account}/`);
    const expected =
      who === 'nobody' ? 401 : route.scope === 'installation' || (isMine && who !== 'shut-out') ? 403 : 404;
    // An installer has something to do with every account, and with none that does not exist.
    const statuses = who === 'installer' && !isMine ? [403, 404] : [expected];
    assert.ok(statuses.includes(reply.status), said(attempt, reply));
    if (who !== 'of the other') assert.ok(!reply.text.includes(FOREIGN), said(attempt, reply));
    assert.ok(!reply.text.includes('propio'), said(attempt, reply));
    if (reply.status === 404) {
      const answers = answersOf.get(who) ?? answersOf.set(who, new Set()).get(who)!;
      answers.add(reply.text);
    }
  });
  // An account of somebody else is told by nothing from one that does not exist.
  for (const [who, answers] of answersOf) assert.deepEqual([...answers], ['{"problem":"not-found"}'], who);
  assert.deepEqual(await panel.contents(), before, 'nothing was changed by what was refused');
  calls += attempts.length;
  assert.ok(calls >= 5000, `${calls} calls`);
  t.diagnostic(`${attempts.length} calls refused`);
});

test('what a role permits is not refused, and of another account it tells and changes nothing, whatever is named', async (t) => {
  const attempts: Attempt[] = [];
  for (const who of roles)
    for (const route of routes)
      for (const body of bodiesOf(route))
        for (const named of [own, foreign])
          if (permits(who, route) && route.scope === 'own-account')
            attempts.push({ who, route, address: filled(route, named, own.account), body });
  const foreignRows = async (): Promise<string[]> =>
    [...(await panel.contents())].flatMap(([table, rows]) =>
      rows
        .split('\n')
        .filter((row) => row.includes(String(foreign.account)))
        .map((row) => `${table}: ${row}`),
    );
  const before = await foreignRows();
  assert.ok(before.length >= 8, `${before.length} rows`);
  await callAll(attempts, (attempt, reply) => {
    assert.ok(![401, 403].includes(reply.status) && reply.status < 500, said(attempt, reply));
    assert.ok(!reply.text.includes(FOREIGN), said(attempt, reply));
  });
  assert.deepEqual(await foreignRows(), before);
  calls += attempts.length;
  t.diagnostic(
    `${attempts.length} calls allowed, ${calls} in all, ${routes.length} of ${everyPanelRoute.length} routes`,
  );
});

test('there is no way to serve anything below the panel’s address but the guard’s', () => {
  const root = path.join(import.meta.dirname, '../..');
  const naming = globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('.schema.ts'))
    .filter((file) => /['"`]\/panel\/api/.test(readFileSync(path.join(root, file), 'utf8')));
  assert.deepEqual(naming, [path.join('src', 'panel', 'route-table.ts')]);
});
