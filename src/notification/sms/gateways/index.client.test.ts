import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import type { GatewayPorts } from '../gateway.ts';
import { gateways, gatewayNames, openGateway } from './index.client.ts';

const ports: GatewayPorts = {
  onReceipt: async () => {},
  onWaiting: () => {},
  clock: () => new Date('2026-11-25T10:00:00Z'),
  log: { info: () => {}, warn: () => {} },
};

test('every gateway opens with its least settings, says its name and closes', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateways-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const least = {
    outbox: { folder },
    smpp: { host: '127.0.0.1', port: 1, systemId: 'user', password: 'secret' },
    http: {
      url: 'https://provider.example/messages',
      body: { kind: 'json', value: { to: '{{to}}', text: '{{text}}' } },
    },
  };
  assert.deepEqual(gatewayNames, Object.keys(least));
  for (const name of gatewayNames) {
    const opened = openGateway(name, least[name], ports);
    assert.ok(opened.ok);
    assert.equal(opened.value.name, name);
    await opened.value.close();
  }
});

test('wrong settings are all named, without the values that were given', () => {
  const wrong = {
    outbox: { keepDays: 0, colour: 's3cret' },
    smpp: {
      host: '',
      port: 's3cret',
      systemId: 's3cret-and-longer',
      password: 's3crét',
      tls: 's3cret',
      longMessages: 's3cret',
    },
    http: {
      url: 'http://user:s3cret@provider.example/',
      body: { kind: 's3cret' },
      authentication: { kind: 'bearer', token: 's3cret s3cret' },
    },
  };
  const problems = gatewayNames.map((name) => {
    const opened = openGateway(name, wrong[name], ports);
    assert.equal(opened.ok, false);
    return opened.ok ? [] : opened.refusal.problems;
  });
  assert.deepEqual(
    problems.map((lines) => lines.map((line) => line.split(':')[0])),
    [
      ['folder', 'keepDays', 'outbox'],
      ['host', 'port', 'systemId', 'password', 'tls', 'longMessages'],
      ['url', 'authentication.token', 'body.kind'],
    ],
  );
  assert.equal(JSON.stringify(problems).includes('s3c'), false);
});

test('a certificate authority that cannot be read is a wrong setting', () => {
  const settings = {
    host: '127.0.0.1',
    port: 1,
    systemId: 'u',
    password: 'p',
    tls: true,
    tlsCaFile: '/no/such/file.pem',
  };
  assert.deepEqual(openGateway('smpp', settings, ports), {
    ok: false,
    refusal: { kind: 'gateway-settings', problems: ['smpp: a file that is named cannot be read (ENOENT)'] },
  });
});

test('the settings that the documentation shows are settings', () => {
  const file = path.join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'operations', 'sms.md');
  const shown = [...readFileSync(file, 'utf8').matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, text]) => JSON.parse(text!) as object,
  );
  assert.equal(shown.length, 5);
  for (const settings of shown) {
    const { settings: schema } = 'host' in settings ? gateways.smpp : gateways.http;
    const parsed = schema.safeParse(settings);
    assert.equal(parsed.success, true, JSON.stringify(parsed.error?.issues));
  }
});
