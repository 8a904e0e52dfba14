import assert from 'node:assert/strict';
import test from 'node:test';
import { keyFile, openCertificateAuthority, pem } from '../../tests/counterparts/pki.ts';
import { signerFromKeyFile } from './signer.client.ts';

const period = { notBefore: new Date('2026-01-01'), notAfter: new Date('2029-01-01') };
const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
const issued = authority.issue({ commonName: 'Firma de Ejemplo', profile: 'signer', ...period });
const other = authority.issue({ commonName: 'Otra', profile: 'signer', ...period });

const pemFile = (...parts: readonly (string | Buffer)[]): Buffer => Buffer.from(parts.join('\n'));
const plainKey = issued.key.export({ type: 'pkcs8', format: 'pem' });
const lockedKey = issued.key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a password' });

test('keys come as PKCS#12 or as PEM, whole and in any order, with the chain that goes with them', async () => {
  const certificates = [pem(authority.root), pem(other.certificate), pem(issued.certificate)];
  for (const [file, password] of [
    [keyFile(issued, authority.root, 'a password'), 'a password'],
    [pemFile(plainKey, ...certificates), ''],
    [pemFile(...certificates, lockedKey), 'a password'],
  ] as const) {
    const signer = await signerFromKeyFile(file, password);
    assert.ok(signer.ok, JSON.stringify(signer));
    assert.equal(signer.value.name, 'Firma de Ejemplo');
    assert.deepEqual(signer.value.chain, [issued.certificate, authority.root]);
  }
});

test('what is wrong with a key file is told apart', async () => {
  for (const [file, password, refusal] of [
    [keyFile(issued, authority.root, 'a password'), 'another', 'key-file-unreadable'],
    [pemFile(lockedKey, pem(issued.certificate)), 'another', 'key-file-unreadable'],
    [Buffer.from('no key file'), '', 'key-file-unreadable'],
    [pemFile(pem(issued.certificate)), '', 'key-file-incomplete'],
    [pemFile(plainKey, pem(other.certificate)), '', 'key-file-incomplete'],
  ] as const)
    assert.deepEqual(await signerFromKeyFile(file, password), { ok: false, refusal: { kind: refusal } });
});
