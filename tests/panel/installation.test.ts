// What belongs to the installation and to no account: who runs it, their log, and how it is.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { checkChain } from '../../src/access/audit-check.ts';
import { INSTALLATION_LOG } from '../../src/access/audit.ts';
import { headOf, readAudit } from '../../src/access/audit.store.ts';
import { sha256 } from '../../src/access/secrets.client.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { healthAnswer } from '../../src/panel/health.schema.ts';
import { auditAnswer } from '../../src/panel/session-protocol.schema.ts';
import { knownMigrations } from '../../src/storage/migrate.client.ts';
import { checkAudit } from '../../tools/check-audit.ts';
import { BrowserHere, totpCode } from './browser-here.ts';
import { PanelHere, type Person } from './panel-here.ts';

let panel: PanelHere;
let account: AccountId;
let installer: Person;
before(async () => {
  panel = await PanelHere.open();
  account = await panel.newAccount();
  installer = await panel.signUp('instaladora', 'installer', account);
});
after(() => panel.remove());

const actionsOf = async (path: string): Promise<string[]> => {
  const reply = await installer.browser.get(path);
  assert.equal(reply.status, 200, reply.text);
  return auditAnswer.parse(reply.json).entries.map(({ action }) => action);
};

test('who runs the installation and belongs to no account is written into its own log when they come in', async () => {
  panel.clock.turn(31_000);
  const again = new BrowserHere(panel.url);
  const code = totpCode(installer.secret, panel.clock.now());
  const reply = await again.post('session/password', { name: installer.name, password: installer.password, code });
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(await actionsOf('audit'), ['session.begun', 'session.begun', 'user.signed-up']);
  const entry = auditAnswer.parse((await installer.browser.get('audit')).json).entries[0]!;
  assert.equal(entry.who.name, installer.name);
  assert.deepEqual(entry.detail, { by: 'password' });

  const made = await installer.browser.post('accounts', { name: 'Nueva, S.L.', mode: 'test' });
  assert.equal(made.status, 200, made.text);
  assert.equal((await actionsOf('audit'))[0], 'account.created');
  assert.ok((await actionsOf(`accounts/${String(made.json['account'])}/audit`)).includes('account.created'));
});

test('a person of an account is in its log alone, and the installation’s is not shown to them', async () => {
  const before_ = await actionsOf('audit');
  const auditor = await panel.signUp('auditora', 'auditor', account);
  assert.deepEqual(await actionsOf('audit'), before_);
  assert.ok((await actionsOf(`accounts/${account}/audit`)).includes('session.begun'));
  for (const path of ['audit', 'audit/export', 'health']) {
    const reply = await auditor.browser.get(path);
    assert.deepEqual([reply.status, reply.json], [403, { problem: 'forbidden' }], path);
  }
  for (const log of ['0', '0000000000']) {
    const reply = await installer.browser.get(`accounts/${log}/audit`);
    assert.equal(reply.status, 404, 'it is no account');
  }
});

test('its export is whole for the separate program, and a line that was edited is named', async () => {
  const { text, headers } = await installer.browser.get('audit/export');
  assert.match(headers.get('content-disposition')!, /^attachment; filename="audit-installation-\d+\.ndjson"$/);
  const key = panel.capture.installation.secrets.auditPublicKey;
  const verdict = checkAudit(text, key);
  assert.ok(verdict.isWhole && verdict.account === 'installation', JSON.stringify(verdict));
  const lines = text.split('\n');
  const edited = lines.with(1, lines[1]!.replace('session.begun', 'session.ended')).join('\n');
  assert.deepEqual(checkAudit(edited, key), { isWhole: false, line: 2, why: 'it is not what its hash is of' });
  // The same log under another name is another log.
  const renamed = checkAudit(text.replace('"account":"installation"', `"account":"${account}"`), key);
  assert.equal(renamed.isWhole, false);

  const { database, installation } = { database: panel.database, installation: panel.capture.installation };
  const parts = { sha256, sealHead: installation.secrets.auditSeal };
  const head = await headOf(database, parts, INSTALLATION_LOG);
  assert.equal(
    await checkChain(sha256, INSTALLATION_LOG, readAudit(database, INSTALLATION_LOG, head.number), head),
    null,
  );
});

test('how the installation is: measured, judged, and nothing in it of an account or a person', async (t) => {
  const { caller } = await panel.newCompany('Muy Particular, S.A.');
  const asked = await caller.call('VerificarIdentidad', { Telefono: '34699123456', Referencia: 'muy-particular' });
  assert.equal(asked.fields['Res'], 1, asked.text);
  const reply = await installer.browser.get('health');
  assert.equal(reply.status, 200, reply.text);
  const { checks, queues, processes } = healthAnswer.parse(reply.json);
  const stateOf = Object.fromEntries(checks.map(({ check, state, finding }) => [check, `${state} ${finding}`]));
  t.diagnostic(JSON.stringify(stateOf));
  assert.equal(stateOf['processes'], 'well processes-well');
  assert.equal(stateOf['version'], 'well version-well');
  assert.equal(stateOf['backups'], 'unknown backups-unknown');
  assert.equal(stateOf['engine'], 'act engine-missing', 'this service measures nothing');
  assert.equal(stateOf['clock'], 'act clock-wrong', 'the clock of this story is not the database’s');
  assert.equal(processes.length, 1);
  assert.deepEqual(processes[0]!.roles, ['api', 'worker']);
  assert.ok(queues.some(({ kind }) => kind === 'send-invitation'));
  const figures = checks.flatMap((check) => check.figures);
  assert.equal(figures.find(({ name }) => name === 'migration')!.value, knownMigrations.at(-1));
  assert.ok((figures.find(({ name }) => name === 'size')!.value as number) > 1e6);
  for (const personal of [String(account), 'Particular', 'particular', '699123456', 'instaladora', 'auditora'])
    assert.ok(!reply.text.includes(personal), personal);
});
