// The second wall between companies: what is left when no statement of the program names the account it is for.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type pg from 'pg';
import { auditOver } from '../../src/access/audit.store.ts';
import { sha256 } from '../../src/access/secrets.client.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { everyPanelRoute } from '../../src/panel/every-table.ts';
import { type PanelRoute, addressOf } from '../../src/panel/route-table.ts';
import type { Caller } from '../journeys/caller.ts';
import { StepsHere } from './assessed-here.ts';
import type { BrowserHere } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';
import { plausibleOf } from './plausible.ts';

/** Stands in everything of the other company. */
const FOREIGN = 'ajenoajeno';

type Place = { readonly account: AccountId; readonly caller: Caller; readonly id: string; readonly phone: string };

let panel: PanelHere;
let steps: StepsHere;
let own: Place;
let foreign: Place;
let administrator: BrowserHere;
let supervisor: BrowserHere;

/** While it is down, statements find rows of any account. */
let isFirstWallDown = false;
let forgetful = 0;

before(async () => {
  panel = await PanelHere.open();
  steps = await StepsHere.over(panel);
  own = await place('propio', '34699000102');
  foreign = await place(FOREIGN, '34699000101');
  administrator = (await panel.signUp('muro-jefa', 'administrator', own.account)).browser;
  supervisor = (await panel.signUp('muro-mando', 'supervisor', own.account)).browser;
  takeFirstWallDown(panel.capture.installation.pool);
});
after(async () => {
  isFirstWallDown = false;
  await steps?.stop();
  await panel?.remove();
});

async function place(mark: string, phone: string): Promise<Place> {
  const { account, caller } = await panel.newCompany(`${mark} S.A.`);
  const id = await steps.assessed({ account, caller }, { outcome: 'review', phone, reference: `${mark}-1` });
  const audit = auditOver({ sha256, sealHead: panel.capture.installation.secrets.auditSeal });
  const line = {
    accountId: account,
    at: panel.clock.now(),
    who: { kind: 'service' },
    action: mark,
    object: null,
  } as const;
  await panel.database.transaction().execute((transaction) => audit(transaction, { ...line, detail: {} }));
  return { account, caller, id: String(id), phone };
}

/**
 * Who calls is looked up before it is known for whom, in tables of accounts, tokens and sessions; the account is what the look-up is by. All
 * other statements of the program are made to forget theirs.
 */
const FINDS_WHO_CALLS =
  /\b(?:from|update|into) (?:account|api_token|membership|panel_user|panel_session|caller_attempt)\b/;

function takeFirstWallDown(pool: pg.Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
  const forget = (text: string): string => {
    if (!isFirstWallDown || FINDS_WHO_CALLS.test(text)) return text;
    const without = text.replace(/((?:\b\w+\.)?\baccount_id) = (\$\d+|\d{10})/g, '($1 = $2 or true)');
    if (without !== text) forgetful += 1;
    return without;
  };
  const changed = new WeakMap<pg.PoolClient, pg.PoolClient>();
  const changedOf = (client: pg.PoolClient): pg.PoolClient =>
    new Proxy({} as pg.PoolClient, {
      get(_target, name) {
        const value = Reflect.get(client, name) as unknown;
        if (typeof value !== 'function') return value;
        const method = value.bind(client) as (...given: readonly unknown[]) => unknown;
        if (name !== 'query') return method;
        return (first: string | { readonly text: string; readonly name?: string }, ...rest: readonly unknown[]) =>
          typeof first === 'string'
            ? method(forget(first), ...rest)
            : method({ ...first, name: `${first.name} ${isFirstWallDown}`, text: forget(first.text) }, ...rest);
      },
    });
  Object.defineProperty(pool, 'connect', {
    async value() {
      const client = await connect();
      const known = changed.get(client) ?? changedOf(client);
      changed.set(client, known);
      return known;
    },
  });
}

/** What the other company has, row by row. */
const foreignRows = async (): Promise<readonly string[]> =>
  [...(await panel.contents())].flatMap(([table, rows]) =>
    rows
      .split('\n')
      .filter((row) => row.includes(String(foreign.account)))
      .map((row) => `${table}: ${row}`),
  );

async function withoutFirstWall(work: () => Promise<void>): Promise<void> {
  const before = await foreignRows();
  assert.ok(before.length >= 8, `${before.length} rows`);
  isFirstWallDown = true;
  forgetful = 0;
  try {
    await work();
  } finally {
    isFirstWallDown = false;
  }
  assert.ok(forgetful > 0, 'no statement was made to forget its account: the test does not reach them');
  assert.deepEqual(await foreignRows(), before, 'nothing of the other company has changed');
}

const tellsNothing = (text: string, where: string): void => {
  for (const mark of [FOREIGN, foreign.phone, String(foreign.account)])
    assert.ok(!text.includes(mark), `${where}: ${mark} in ${text.slice(0, 300)}`);
};

test('the contract’s functions find nothing of another company though their statements ask for any', async (t) => {
  let calls = 0;
  await withoutFirstWall(async () => {
    for (const name of ['GetReportIdentidad', 'GetCertificadoIdentidad', 'CancelarIdentidad', 'ReenviarIdentidad'])
      for (const Id of [foreign.id, Number(foreign.id)]) {
        const { fields, text } = await own.caller.call(name, { Id });
        assert.equal(fields['Res'], -4, `${name}: ${text}`);
        tellsNothing(text, name);
        calls += 1;
      }
    assert.equal((await own.caller.call('GetReportIdentidad', { Id: own.id })).fields['Telefono'], own.phone);
    assert.equal((await own.caller.call('GetCreditos')).fields['Res'], 1);
    const asked = await own.caller.call('VerificarIdentidad', { Telefono: '34699000103' });
    assert.equal(asked.fields['Res'], 1, asked.text);
  });
  t.diagnostic(`${calls} calls, ${forgetful} statements without their account, foreign bytes 0`);
});

test('no route of the panel tells or changes anything of another company though its statements ask for any', async (t) => {
  const routes = everyPanelRoute.filter(({ scope }) => scope === 'own-account');
  let calls = 0;
  await withoutFirstWall(async () => {
    for (const browser of [administrator, supervisor])
      for (const route of routes) {
        const address = filled(route);
        const body = route.body === undefined ? {} : { body: plausibleOf(route.body) };
        const { text } = await browser.call(route.method, address, route.method === 'GET' ? {} : body);
        tellsNothing(text, `${route.method} ${address}`);
        calls += 1;
      }
  });
  t.diagnostic(`${calls} calls, ${forgetful} statements without their account, foreign bytes 0`);
});

const filled = (route: PanelRoute): string =>
  addressOf(route)
    .replace(':account', String(own.account))
    .replace(':id', foreign.id)
    .replace(':kind', 'front')
    .replace(':name', 'portrait')
    .replace(':number', '1');
