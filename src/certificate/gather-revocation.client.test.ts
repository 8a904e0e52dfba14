import assert from 'node:assert/strict';
import test from 'node:test';
import { openCertificateAuthority } from '../../tests/counterparts/pki.ts';
import type { Bytes } from '../kernel/der.ts';
import { gatherRevocation } from './gather-revocation.client.ts';
import type { HttpCall, HttpExchange } from './http-exchange.client.ts';
import { revocationStatus } from './revocation.client.ts';

const now = new Date();
const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
const issue = () =>
  authority.issue({
    commonName: 'Firma',
    profile: 'signer',
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2044-01-01'),
    ocspUrl: 'http://responder.example/',
    crlUrl: 'http://lists.example/root.crl',
  });

/** The authority's two doors; `closed` ones do not answer. */
function doors(closed: readonly string[]): { readonly exchange: HttpExchange; readonly asked: string[] } {
  const asked: string[] = [];
  const exchange = async ({ url, body }: HttpCall): Promise<Bytes> => {
    asked.push(url);
    if (closed.includes(url)) throw new Error('no answer');
    return body === null ? authority.crl(now) : authority.answerOcsp(body);
  };
  return { exchange, asked };
}

test("OpenSSL's responder is understood: good, and revoked since", async () => {
  const issued = issue();
  const statusAt = async (at: Date): Promise<string> => {
    const data = await gatherRevocation([issued.certificate, authority.root], now, doors([]).exchange);
    assert.deepEqual([data.ocsps.length, data.crls.length], [1, 0]);
    return revocationStatus({ certificate: issued.certificate, issuer: authority.root, at }, data);
  };
  assert.equal(await statusAt(now), 'good');
  const revokedAt = new Date(now.getTime() - 60_000);
  authority.revoke(issued, revokedAt);
  assert.equal(await statusAt(now), 'revoked');
  assert.equal(await statusAt(new Date(revokedAt.getTime() - 60_000)), 'good');
});

test('where the responder does not answer the list is taken, and where nobody does nothing is claimed', async () => {
  const issued = issue();
  const path = [issued.certificate, authority.root];
  const one = doors(['http://responder.example/']);
  const data = await gatherRevocation(path, now, one.exchange);
  assert.deepEqual(
    [one.asked, data.ocsps.length, data.crls.length],
    [['http://responder.example/', 'http://lists.example/root.crl'], 0, 1],
  );
  const none = await gatherRevocation(
    path,
    now,
    doors(['http://responder.example/', 'http://lists.example/root.crl']).exchange,
  );
  assert.deepEqual(none, { crls: [], ocsps: [] });
  assert.equal(revocationStatus({ certificate: issued.certificate, issuer: authority.root, at: now }, none), 'unknown');
});

test("another authority's answer says nothing, whatever it says", async () => {
  const issued = issue();
  const other = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
  other.revoke(issued, new Date('2026-02-01'));
  const data = await gatherRevocation([issued.certificate, authority.root], now, async ({ body }) =>
    body === null ? other.crl(now) : other.answerOcsp(body),
  );
  assert.deepEqual(data, { crls: [], ocsps: [] });
});
