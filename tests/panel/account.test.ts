import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { accountsAnswer, settingsAnswer } from '../../src/panel/settings.schema.ts';
import { auditAnswer, blockedAnswer, tokensAnswer, usersAnswer } from '../../src/panel/session-protocol.schema.ts';
import type { Caller } from '../journeys/caller.ts';
import { BrowserHere } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';

let panel: PanelHere;
before(async () => {
  panel = await PanelHere.open();
});
after(() => panel.remove());

let phones = 600_000_000;
/** Whether a company's call was taken. */
const isTaken = async (caller: Caller): Promise<boolean> =>
  (await caller.call('VerificarIdentidad', { Telefono: String(34_000_000_000 + (phones += 1)) })).fields['Res'] === 1;

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

test('an administrator sets the account, and its log says what was what', async () => {
  const account = await panel.newAccount();
  const { browser } = await panel.signUp('admin-1', 'administrator', account);
  const at = `accounts/${account}`;
  const before = settingsAnswer.parse((await browser.get(`${at}/settings`)).json);
  assert.equal(before.settings.language, 'es');
  assert.match(before.usualTemplate, /\[LINK\]/);

  const changed = await browser.call('PUT', `${at}/settings`, {
    body: {
      language: 'en',
      senders: ['Ejemplo', ' 600000000'],
      defaultSender: 'ejemplo',
      logo: `data:image/jpeg;base64,${PNG}`,
      accentColour: '#0A6E5C',
    },
  });
  assert.equal(changed.status, 200, changed.text);
  const { settings } = settingsAnswer.parse(changed.json);
  assert.deepEqual(settings, {
    ...before.settings,
    language: 'en',
    senders: ['Ejemplo', '600000000'],
    defaultSender: 'ejemplo',
    logo: `data:image/png;base64,${PNG}`,
    accentColour: '#0a6e5c',
  });

  for (const [body, at, why] of [
    [{ defaultSender: 'Otro' }, 'defaultSender', 'sender-not-allowed'],
    [{ senders: ['uno_demasiado_largo'] }, 'senders', 'sender-too-long'],
    [{ senders: ['Otro'] }, 'defaultSender', 'sender-not-allowed'],
    [{ messageTemplate: 'Entra en https://otra.example [LINK]' }, 'messageTemplate', 'message-link'],
    [{ messageTemplate: 'al rev\u202es' }, 'messageTemplate', 'message-characters'],
    [
      { logo: `data:image/png;base64,${Buffer.from('<svg onload=alert(1)>').toString('base64')}` },
      'logo',
      'not-a-picture',
    ],
    [{ logo: `data:image/png;base64,${Buffer.alloc(64_001).toString('base64')}` }, 'logo', 'too-large'],
  ] as const) {
    const refused = await browser.call('PUT', `accounts/${account}/settings`, { body });
    assert.deepEqual([refused.status, refused.json], [422, { problem: 'value-refused', at, why }]);
  }
  for (const body of [
    { evidenceDays: 0 },
    { requestHundredths: 1 },
    { mayLink: true },
    { privacyUrl: 'http://a.example' },
    { accentColour: 'red' },
    { purpose: ' ' },
  ])
    assert.equal((await browser.call('PUT', `${at}/settings`, { body })).status, 400, JSON.stringify(body));
  assert.equal((await browser.call('PUT', `${at}/terms`, { body: { mayLink: true } })).status, 403);
  assert.deepEqual(settingsAnswer.parse((await browser.get(`${at}/settings`)).json).settings, settings);

  const { entries } = auditAnswer.parse((await browser.get(`${at}/audit?action=account.changed`)).json);
  assert.equal(entries.length, 1);
  assert.equal(entries[0]!.who.name, 'admin-1');
  assert.deepEqual(entries[0]!.detail, {
    language: 'en',
    'language before': 'es',
    senders: '["Ejemplo","600000000"]',
    'senders before': 'null',
    defaultSender: 'ejemplo',
    'defaultSender before': 'Cotejo',
    logo: 'a picture',
    'logo before': 'none',
    accentColour: '#0a6e5c',
    'accentColour before': 'null',
  });
});

test('the installer sets the terms of any account and makes new ones, and gets none of their evidence', async () => {
  const account = await panel.newAccount('Otra');
  const { browser } = await panel.signUp('instalador', 'installer', account);
  const { accounts } = accountsAnswer.parse((await browser.get('accounts')).json);
  assert.ok(accounts.some((each) => each.account === String(account) && each.name === 'Otra'));
  const created = await browser.post('accounts', { name: 'Nueva', mode: 'test' });
  assert.equal(created.status, 200, created.text);
  const at = `accounts/${String(created.json['account'])}`;
  const terms = await browser.call('PUT', `${at}/terms`, { body: { requestHundredths: 150, state: 'unvalidated' } });
  assert.deepEqual(settingsAnswer.parse(terms.json).terms, {
    state: 'unvalidated',
    mode: 'test',
    functions: ['request', 'certificate', 'credits'],
    mayLink: false,
    requestHundredths: 150,
    furtherSegmentHundredths: 0,
  });
  assert.deepEqual(
    auditAnswer.parse((await browser.get(`${at}/audit`)).json).entries.map(({ action }) => action),
    ['account.terms-changed', 'account.created'],
  );
  assert.equal((await browser.get(`${at}/requests/123456789/case`)).status === 200, false);
});

test('people are asked in, change their role, are shut out and get a new link; the last administrator stays', async () => {
  const account = await panel.newAccount();
  const other = await panel.newAccount();
  const at = `accounts/${account}`;
  const { browser: admin } = await panel.signUp('admin-2', 'administrator', account);
  const asked = await admin.post(`${at}/users`, { name: 'Operadora-2', role: 'operator', language: 'es' });
  assert.equal(asked.status, 200, asked.text);
  assert.match(asked.json['link'] as string, /^https:\/\/id\.example\/panel\/sign-up#[\w-]{43}$/);
  const again = await admin.post(`${at}/users`, { name: 'operadora-2', role: 'operator', language: 'es' });
  assert.deepEqual([again.status, again.json], [409, { problem: 'conflict', why: 'member-already' }]);
  const { users } = usersAnswer.parse((await admin.get(`${at}/users`)).json);
  assert.deepEqual(
    users.map(({ name, role, state }) => [name, role, state]),
    [
      ['admin-2', 'administrator', 'active'],
      ['operadora-2', 'operator', 'invited'],
    ],
  );
  const [own, invited] = users as [(typeof users)[0], (typeof users)[0]];

  const last = await admin.call('PUT', `${at}/users/${own.id}`, { body: { role: 'auditor', isDisabled: false } });
  assert.deepEqual([last.status, last.json], [409, { problem: 'conflict', why: 'last-administrator' }]);

  const operator = await panel.signUp('op-3', 'operator', account);
  assert.equal((await operator.browser.get(`${at}/users`)).status, 403);
  const { id } = usersAnswer.parse((await admin.get(`${at}/users`)).json).users.find(({ name }) => name === 'op-3')!;
  await admin.call('PUT', `${at}/users/${id}`, { body: { role: 'auditor', isDisabled: false } });
  assert.equal((await operator.browser.get(`${at}/users`)).status, 200, 'the new role counts at once');
  await admin.call('PUT', `${at}/users/${id}`, { body: { role: 'auditor', isDisabled: true } });
  assert.equal((await operator.browser.get(`${at}/users`)).status, 404, 'and so does having none');

  const reset = await admin.post(`${at}/users/${invited.id}/link`);
  assert.equal(reset.status, 200, reset.text);
  const first = await new BrowserHere(panel.url).post('sign-up', {
    token: (asked.json['link'] as string).split('#')[1],
  });
  assert.equal(first.status, 404, 'the link before it ended');

  const { name } = await panel.signUp('of-both', 'operator', account);
  const { browser: otherAdmin } = await panel.signUp('admin-of-other', 'administrator', other);
  const joined = await otherAdmin.post(`accounts/${other}/users`, { name, role: 'operator', language: 'es' });
  assert.deepEqual(joined.json, { link: null, expiresAt: null });
  const both = usersAnswer.parse((await admin.get(`${at}/users`)).json).users.find((each) => each.name === name)!;
  const taken = await admin.post(`${at}/users/${both.id}/link`);
  assert.deepEqual([taken.status, taken.json], [409, { problem: 'conflict', why: 'other-accounts' }]);
  const stranger = await admin.post(`${at}/users/${crypto.randomUUID()}/link`);
  assert.equal(stranger.status, 404);
});

test('the token is rotated in the panel while a client keeps calling: none of its calls is refused', async () => {
  const { account, caller, apiToken } = await panel.newCompany();
  const { browser } = await panel.signUp('admin-3', 'administrator', account);
  const at = `accounts/${account}`;
  let token = apiToken;
  let calls = 0;
  let refused = 0;
  let isOver = false;
  const calling = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const taken = await isTaken(caller.as({ apiToken: token }));
        calls += 1;
        if (!taken) refused += 1;
      }
    }),
  );
  for (let rotation = 0; rotation < 5; rotation += 1) {
    const rotated = await browser.post(`${at}/token`, { overlapHours: 1 });
    assert.equal(rotated.status, 200, rotated.text);
    await new Promise((resolve) => setTimeout(resolve, 150));
    token = rotated.json['apiToken'] as string;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  isOver = true;
  await calling;
  assert.ok(calls > 20, `${calls} calls`);
  assert.equal(refused, 0, `${refused} of ${calls} calls were refused`);
  const { tokens } = tokensAnswer.parse((await browser.get(`${at}/token`)).json);
  assert.deepEqual(
    tokens.map(({ number, validUntil }) => [number, validUntil === null]),
    [
      [6, true],
      [5, false],
    ],
  );
  const now = await browser.post(`${at}/token`, { overlapHours: 0 });
  assert.equal(await isTaken(caller.as({ apiToken: token })), false, 'without an overlap the one before ends at once');
  assert.match(now.json['apiToken'] as string, /^ct_/);
});

test('an address that was blocked is shown and heard again', async () => {
  const { account, caller } = await panel.newCompany();
  const { browser } = await panel.signUp('admin-4', 'administrator', account);
  const at = `accounts/${account}`;
  const wrong = caller.as({ apiToken: 'ct_wrong' });
  for (let attempt = 0; attempt < 10; attempt += 1) await isTaken(wrong);
  assert.equal(await isTaken(caller), false);
  const { blocked } = blockedAnswer.parse((await browser.get(`${at}/blocked`)).json);
  assert.deepEqual(blocked, [{ address: '127.0.0.1', secondsLeft: 300 }]);
  const lifted = await browser.post(`${at}/blocked/lift`, { address: '127.0.0.1' });
  assert.deepEqual(lifted.json, { blocked: [] });
  assert.equal(await isTaken(caller), true);
});
