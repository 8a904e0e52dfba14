import assert from 'node:assert/strict';
import test from 'node:test';
import { clientOf, parseTrustedProxies } from './client-address.ts';
import { clientPortOf, isThroughProxy } from './client-port.ts';

test('a client’s port is that of its own connection, or what a trusted proxy says; anybody else’s word counts nothing', () => {
  const trusted = parseTrustedProxies('127.0.0.1, ::1');
  assert.ok(trusted.ok);
  const portOf = (socketAddress: string, forwardedFor: string | undefined, realPort: string | undefined) => {
    const client = clientOf({ socketAddress, isEncrypted: false, forwardedFor }, trusted.value);
    return clientPortOf({ socketPort: 50_000, realPort }, isThroughProxy(client, socketAddress));
  };
  assert.equal(portOf('192.0.2.1', undefined, undefined), 50_000);
  assert.equal(portOf('192.0.2.1', '198.51.100.7', '11892'), 50_000, 'a stranger passes for a proxy');
  assert.equal(portOf('::ffff:192.0.2.1', undefined, '11892'), 50_000);
  assert.equal(portOf('127.0.0.1', '198.51.100.7', '11892'), 11_892);
  for (const realPort of [undefined, '', '0', '65536', '-1', '1e3', '11892, 1'])
    assert.equal(portOf('127.0.0.1', '198.51.100.7', realPort), null, String(realPort));
});
