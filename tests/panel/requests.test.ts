// What a company sees of its requests: found, read, exported, made, taken back; and nothing of anybody else's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import {
  messagePreviewSchema,
  requestChangesSchema,
  requestDetailSchema,
  requestPageSchema,
} from '../../src/panel/request.schema.ts';
import { creditsStatementSchema, figuresSchema } from '../../src/panel/figures.schema.ts';
import { workTable } from '../../src/panel/work-table.ts';
import { hostileTexts } from '../counterparts/hostile-texts.ts';
import { StepsHere } from './assessed-here.ts';
import type { BrowserHere } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';
import { cellsOf, cutAt, isFormula } from './spreadsheet.ts';

let panel: PanelHere;
let steps: StepsHere;
before(async () => {
  panel = await PanelHere.open();
  steps = await StepsHere.over(panel);
});
after(async () => {
  await steps?.stop();
  await panel?.remove();
});

let names = 0;
const admin = async (account: Parameters<PanelHere['signUp']>[2]): Promise<BrowserHere> =>
  (await panel.signUp(`jefa-${(names += 1)}`, 'administrator', account)).browser;

const search = async (browser: BrowserHere, at: string, body: object = {}) =>
  requestPageSchema.parse((await browser.post(`${at}/requests/search`, body)).json);

test('a request is made in the panel as over the contract, once for one form, and found by whatever is known of it', async () => {
  const { account } = await panel.newCompany();
  const at = `accounts/${account}`;
  const browser = await admin(account);
  const preview = messagePreviewSchema.parse(
    (await browser.post(`${at}/requests/preview`, { message: 'Ñandú: entre en [LINK] y siga los pasos, por favor. ' }))
      .json,
  );
  assert.deepEqual([preview.encoding, preview.parts.length, preview.hundredths], ['ucs-2', 2, 100]);
  assert.equal(preview.parts.join(''), preview.text);
  const form = {
    key: randomUUID(),
    phone: '600 100 001',
    requestedNumber: '00000000-t',
    reference: 'Pedido-1042 Ñ',
    sendAt: '2026-11-27 09:30',
  };
  const made = await browser.post(`${at}/requests`, form);
  assert.equal(made.status, 201, made.text);
  const again = await browser.post(`${at}/requests`, form);
  assert.deepEqual(again.json, made.json);
  const other = await browser.post(`${at}/requests`, { ...form, phone: '600100002' });
  assert.deepEqual(other.json, { problem: 'conflict', why: 'key-reused' });
  const id = made.json['id'] as string;
  for (const text of [
    id,
    '600100001',
    '+34600100001',
    '34 600 10',
    '00000000T',
    '0000-0000',
    'pedido-1042 Ñ',
    'PEDIDO-1',
  ])
    assert.deepEqual(
      (await search(browser, at, { text })).requests.map((row) => row.id),
      [id],
      text,
    );
  for (const text of ['600100002', 'pedido-2', '99999999R'])
    assert.deepEqual((await search(browser, at, { text })).requests, [], text);
  assert.deepEqual((await search(browser, at, { text: id, states: ['validated'] })).requests, []);
  const detail = requestDetailSchema.parse((await browser.get(`${at}/requests/${id}`)).json);
  assert.equal(detail.sendAt, '2026-11-27T08:30:00.000Z');
  assert.deepEqual(
    [detail.request.requestedNumber, detail.mayCancel, detail.mayResend, detail.evidence.is, detail.credits.length],
    ['00000000T', true, false, 'none', 1],
  );
  const cancelled = await browser.post(`${at}/requests/${id}/cancel`);
  assert.deepEqual(requestDetailSchema.parse(cancelled.json).request.lapseReason, 'cancelled');
  const late = await browser.post(`${at}/requests/${id}/cancel`);
  assert.deepEqual([late.status, late.json], [409, { problem: 'conflict', why: 'too-late' }]);
  for (const [change, at_, why] of [
    [{ phone: '12' }, 'phone', 'phone-length'],
    [{ phone: '915000000' }, 'phone', 'phone-not-mobile'],
    [{ sender: 'a.b' }, 'sender', 'sender-characters'],
    [{ message: 'https://example.com' }, 'message', 'message-link'],
    [{ requestedNumber: '--' }, 'requestedNumber', 'number-unreadable'],
    [{ sendAt: 'mañana' }, 'sendAt', 'date-unreadable'],
  ] as const) {
    const refused = await browser.post(`${at}/requests`, { ...form, key: randomUUID(), ...change });
    assert.deepEqual([refused.status, refused.json], [422, { problem: 'value-refused', at: at_, why }], why);
  }
  const { rows } = await sql<{ detail: string }>`
    select detail::text || coalesce(object, '') as detail from audit_entry where account_id = ${account}`.execute(
    panel.database,
  );
  for (const { detail: noted } of rows) assert.ok(!/600\s?100|Pedido|00000000/i.test(noted), noted);
});

test('pages follow each other without a gap or a repetition while others come in, and changes are told', async () => {
  const { account, caller } = await panel.newCompany();
  const at = `accounts/${account}`;
  const browser = await admin(account);
  const ids: string[] = [];
  const ask = async (): Promise<void> => {
    const { fields } = await caller.call('VerificarIdentidad', { Telefono: `346${String(20_000_000 + (names += 1))}` });
    ids.push(String(fields['ID']));
  };
  for (let count = 0; count < 25; count += 1) {
    panel.clock.turn(count % 3 === 0 ? 0 : 1000);
    await ask();
  }
  const known = new Set(ids);
  const seen: string[] = [];
  let page = await search(browser, at, { limit: 7 });
  const { cursor } = page;
  for (;;) {
    seen.push(...page.requests.map(({ id }) => id));
    if (page.next === null) break;
    await ask();
    page = await search(browser, at, { limit: 7, after: page.next });
  }
  assert.deepEqual(new Set(seen), known);
  assert.equal(seen.length, known.size);
  const changes = requestChangesSchema.parse((await browser.get(`${at}/requests/changes?since=${cursor}`)).json);
  assert.equal(changes.isPartial, false);
  const told = new Set(changes.requests.map(({ id }) => id));
  for (const id of ids.filter((one) => !known.has(one))) assert.ok(told.has(id), 'a new request is not told');
  assert.equal((await browser.post(`${at}/requests/search`, { after: "1'--" })).status, 400);
});

/** What a database keeps of them. */
const hostile = hostileTexts.map((text) => text.replaceAll('\0', ''));

test('200 hostile references come out of the export as text: formulas 0, marks of direction 0', async () => {
  const { account, caller } = await panel.newCompany();
  const at = `accounts/${account}`;
  const browser = await admin(account);
  const taken: string[] = [];
  for (const Referenciausuario of hostile) {
    const { fields } = await caller.call('VerificarIdentidad', { Telefono: '34600000001', Referenciausuario });
    if (fields['Res'] === 1) taken.push(Referenciausuario);
    else {
      // What the contract refuses as no plain text is tried past it: the export must not rely on that.
      const ok_ = await caller.call('VerificarIdentidad', { Telefono: '34600000001' });
      await sql`
        update verification set reference = ${Referenciausuario} where account_id = ${account}
          and verification_id = ${Number(ok_.fields['ID'])}`.execute(panel.database);
      taken.push(Referenciausuario);
    }
  }
  assert.equal(taken.length, 200);
  const exported = await browser.post(`${at}/requests/export`, { language: 'es' });
  assert.equal(exported.status, 200);
  assert.match(exported.headers.get('content-type')!, /^text\/csv; charset=utf-8/);
  assert.match(exported.headers.get('content-disposition')!, /^attachment/);
  const lines = exported.text.replace(/^\ufeff/, '').split('\r\n');
  assert.equal(lines.pop(), '');
  assert.equal(lines.length, 201);
  assert.equal(cellsOf(lines[0]!, ',')[0], 'ID');
  let formulas = 0;
  for (const line of lines)
    for (const separator of [',', ';', '\t', '|'])
      for (const cell of [...cellsOf(line, separator), ...cutAt(line, separator)]) if (isFormula(cell)) formulas += 1;
  assert.equal(formulas, 0);
  assert.ok(!/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u200b\u202a-\u202e\u2066-\u2069]/.test(exported.text));
  assert.equal(new Set(lines.map((line) => cellsOf(line, ',').length)).size, 1);
});

function namesIn(headers: Headers): readonly string[] {
  const found: string[] = [];
  headers.forEach((_value, name) => found.push(name));
  return found.sort();
}

test('an account of somebody else answers like none, on every route of the daily work', async () => {
  const own = await panel.newCompany();
  const foreign = await panel.newCompany('Otra, S.L.');
  const id = await steps.assessed(foreign, { outcome: 'review' });
  const supervisor = (await panel.signUp(`supervisora-${(names += 1)}`, 'supervisor', own.account)).browser;
  const boss = await admin(own.account);
  const before_ = await panel.contents();
  let calls = 0;
  for (const route of Object.values(workTable)) {
    const path = route.path
      .replace(':id', String(id))
      .replace(':kind', 'face-video')
      .replace(':name', 'face')
      .replace(':number', '1');
    for (const browser of [supervisor, boss]) {
      const answers = [];
      for (const account of [foreign.account, 1_999_999_999, 'abc'])
        answers.push(
          await browser.call(route.method, `accounts/${account}/${path}`, route.method === 'GET' ? {} : { body: {} }),
        );
      for (const answer of answers) {
        calls += 1;
        assert.deepEqual([answer.status, answer.text], [404, '{"problem":"not-found"}'], `${route.method} ${path}`);
      }
      assert.deepEqual(namesIn(answers[0]!.headers), namesIn(answers[1]!.headers));
    }
  }
  assert.equal(calls, Object.keys(workTable).length * 2 * 3);
  // In the own account, what is another account's is not there either, whatever is asked of it.
  const there = `accounts/${own.account}/requests/${id}`;
  const nowhere = `accounts/${own.account}/requests/${id === (100_000_000 as typeof id) ? 100_000_001 : 100_000_000}`;
  for (const what of ['', '/callbacks', '/certificate', '/evidence/front', '/exhibits/face', '/case']) {
    const [one, none] = [await supervisor.get(there + what), await supervisor.get(nowhere + what)];
    assert.deepEqual([one.status, one.text], [none.status, none.text], what);
    assert.ok(what === '/callbacks' || one.status === 404, what);
  }
  for (const what of ['cancel', 'resend']) assert.equal((await boss.post(`${there}/${what}`)).status, 404, what);
  for (const what of ['keep', 'leave', 'undo', 'rule', 'notes', 'escalate'])
    assert.equal(
      (
        await supervisor.post(`accounts/${own.account}/desk/cases/${id}/${what}`, {
          ...(what === 'rule' ? { decision: 'validate' } : {}),
          ...(what === 'notes' ? { text: 'x' } : {}),
          ...(what === 'escalate' ? { note: 'x' } : {}),
        })
      ).status,
      409,
      what,
    );
  const after_ = await panel.contents();
  for (const name of ['verification', 'review_case', 'review_seat', 'review_ruling', 'review_note', 'evidence_record'])
    assert.equal(after_.get(name), before_.get(name), name);
});

test('the statement and the numbers of an account are its own, and add up', async () => {
  const { account, caller } = await panel.newCompany();
  const at = `accounts/${account}`;
  const browser = await admin(account);
  const company = { account, caller };
  // What passes is not to be ruled by policy in the meantime, however long it takes to look.
  await sql`update account set settings = settings || '{"decides": "operator"}' where account_id = ${account}`.execute(
    panel.database,
  );
  await steps.assessed(company, { outcome: 'refuse' });
  await steps.assessed(company, { outcome: 'pass' });
  const { fields } = await caller.call('VerificarIdentidad', { Telefono: '34600000009', Fecha: '2027-01-01 10:00' });
  await caller.call('CancelarIdentidad', { Id: String(fields['ID']) });
  const statement = creditsStatementSchema.parse((await browser.get(`${at}/credits`)).json);
  assert.deepEqual(
    [statement.availableHundredths, statement.spentHundredths, statement.reservedHundredths],
    [999_800, 200, 0],
  );
  assert.equal(statement.entries[0]!.kind, 'void');
  const day = panel.clock.now().toISOString().slice(0, 10);
  const figures = figuresSchema.parse((await browser.get(`${at}/figures?from=2026-11-01&to=2026-12-31`)).json);
  assert.equal(figures.days.length, 61);
  assert.deepEqual(
    figures.days.find((one) => one.day === day),
    { day, requested: 3, validated: 0, rejected: 0, lapsed: 1 },
  );
  assert.deepEqual(
    figures.funnel.map(({ count }) => count),
    [3, 2, 2, 2, 2, 2, 0],
  );
  assert.deepEqual(figures.lapses, [{ reason: 'cancelled', count: 1 }]);
  assert.deepEqual(figures.reasons, [{ slug: 'portrait-very-different', count: 1 }]);
  assert.equal((await browser.get(`${at}/figures?from=2026-01-01&to=2027-12-31`)).status, 422);
  assert.equal((await browser.post(`${at}/credits/top-up`, { hundredths: 100, note: 'x' })).status, 403);
  const installer = (await panel.signUp(`instaladora-${(names += 1)}`, 'installer', account)).browser;
  const topped = await installer.post(`${at}/credits/top-up`, { hundredths: 12_300, note: 'Factura 7' });
  assert.equal(creditsStatementSchema.parse(topped.json).availableHundredths, 1_012_100);
});
