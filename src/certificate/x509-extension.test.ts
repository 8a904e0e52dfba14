import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import test from 'node:test';
import { isForTimeStampsAlone } from './x509-extension.ts';

/** A certificate by OpenSSL, with these extended key usages; empty: none. */
function certificateFor(purposes: string): Uint8Array<ArrayBuffer> {
  const added = purposes === '' ? [] : ['-addext', `extendedKeyUsage=${purposes}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null'];
  const pem = execFileSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=x', '-days', '1', ...added], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Uint8Array.from(new X509Certificate(pem).raw);
}

test('a certificate is for time-stamps when it says so to everybody, and says nothing else', () => {
  const found = Object.fromEntries(
    ['critical,timeStamping', 'timeStamping', 'critical,timeStamping,codeSigning', 'critical,codeSigning', ''].map(
      (purposes) => [purposes, isForTimeStampsAlone(certificateFor(purposes))],
    ),
  );
  assert.deepEqual(found, {
    'critical,timeStamping': true,
    timeStamping: false,
    'critical,timeStamping,codeSigning': false,
    'critical,codeSigning': false,
    '': false,
  });
});
