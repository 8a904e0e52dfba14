// A small time-stamping authority over HTTP (RFC 3161). As a program: `node tests/counterparts/tsa.ts [PORT] [BEHAVIOUR]` prints its address
// and its root certificate, and stamps until it is interrupted.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bytes } from '../../src/kernel/der.ts';
import * as der from '../../src/kernel/der.ts';
import { childrenOf } from '../../src/kernel/der-reader.ts';
import { digestIdentifier } from '../../src/certificate/algorithms.ts';
import { signingKey } from '../../src/certificate/signer.client.ts';
import { encodeGranted, encodeRejection, makeToken, readQuery } from '../../src/certificate/time-stamp-token.client.ts';
import { drawBytes, openCertificateAuthority, pem, type CertificateAuthority, type Issued } from './pki.ts';

/** What it does with the next queries. */
export const tsaBehaviours = [
  'stamp',
  'down', // 503
  'cut', // the connection is broken off
  'slow', // no answer within any patience
  'reject', // status 2, no token
  'garbage',
  'endless', // more bytes than any token has
  'wrong-nonce',
  'no-nonce',
  'wrong-digest',
  'other-digest', // right, and by another algorithm than it was asked for
  'wrong-policy', // it stamps under another one than it was asked for
  'no-certificate', // none travels along, though it was asked for
  'wrong-certificate', // another one travels along than the one that signed
  'wrong-signature',
  'expired-certificate',
  'wrong-purpose', // a certificate that was not made for time-stamps
  'far-off-clock', // half a year fast
  'slow-clock', // a quarter of an hour behind
] as const;
export type TsaBehaviour = (typeof tsaBehaviours)[number];

export type Tsa = {
  readonly url: string;
  readonly authority: CertificateAuthority;
  /** How many queries came. */
  readonly queries: () => number;
  behave(behaviour: TsaBehaviour): void;
  /** A new certificate from now on, as authorities have every few years. */
  renewCertificate(years?: number): void;
  close(): Promise<void>;
};

const YEAR_MS = 365 * 86_400_000;
const POLICY = '1.3.6.1.4.1.99999.1';

export async function startTsa({
  clock = () => new Date(),
  port = 0,
}: { readonly clock?: () => Date; readonly port?: number } = {}): Promise<Tsa> {
  const from = new Date(clock().getTime() - 2 * YEAR_MS);
  const authority = openCertificateAuthority('Sellos de Ejemplo', from, new Date(from.getTime() + 60 * YEAR_MS));
  let behaviour: TsaBehaviour = 'stamp';
  let queries = 0;
  const issue = (years: number, profile: 'time-stamper' | 'signer', begins: Date): Issued =>
    authority.issue({
      commonName: 'Sellos de Ejemplo TSU',
      profile,
      notBefore: begins,
      notAfter: new Date(begins.getTime() + years * YEAR_MS),
      crlUrl: `${address()}crl`,
    });
  const server: Server = createServer((request, response) => {
    if (request.url === '/crl') return void response.end(authority.crl(clock()));
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      queries += 1;
      if (behaviour === 'slow') return;
      if (behaviour === 'cut') return void response.destroy();
      if (behaviour === 'down') return void response.writeHead(503).end();
      response.setHeader('content-type', 'application/timestamp-reply');
      if (behaviour === 'garbage') return void response.end('<html>moved</html>');
      if (behaviour === 'endless') return void response.end(Buffer.alloc(200_000, 0x30));
      if (behaviour === 'reject') return void response.end(encodeRejection());
      answer(Buffer.concat(parts)).then(
        (token) => response.end(encodeGranted(token)),
        () => response.writeHead(400).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let unit = issue(5, 'time-stamper', new Date(clock().getTime() - 86_400_000));
  const expired = issue(1, 'time-stamper', from);
  const other = issue(5, 'signer', from);

  async function answer(query: Uint8Array): Promise<Bytes> {
    const { imprint, nonce, policy } = readQuery(query);
    const own = behaviour === 'expired-certificate' ? expired : behaviour === 'wrong-purpose' ? other : unit;
    const [algorithm] = childrenOf(imprint);
    const imprints = {
      'wrong-digest': der.sequence(algorithm!.whole, der.octetString(drawBytes(32))),
      'other-digest': der.sequence(digestIdentifier('sha512'), der.octetString(drawBytes(64))),
    } as Record<string, Bytes>;
    const brought = {
      'no-certificate': [authority.root],
      'wrong-certificate': [expired.certificate, authority.root],
    } as Record<string, readonly Bytes[]>;
    const clocks = { 'far-off-clock': YEAR_MS / 2, 'slow-clock': -15 * 60_000 } as Record<string, number>;
    const wrongNonce = der.unsignedInteger(drawBytes(8));
    const nonces = { 'wrong-nonce': wrongNonce, 'no-nonce': null } as Record<string, Bytes | null>;
    const token = await makeToken({
      key: signingKey(own.key, own.certificate),
      certificates: brought[behaviour] ?? [own.certificate, authority.root],
      policy: behaviour === 'wrong-policy' ? `${POLICY}.7` : (policy ?? POLICY),
      imprint: imprints[behaviour] ?? imprint.whole,
      nonce: behaviour in nonces ? nonces[behaviour]! : (nonce?.whole ?? null),
      serial: drawBytes(12),
      at: new Date(clock().getTime() + (clocks[behaviour] ?? 0)),
    });
    // The last bytes are the signature's.
    if (behaviour === 'wrong-signature') token[token.byteLength - 1]! ^= 1;
    return token;
  }

  return {
    url: address(),
    authority,
    queries: () => queries,
    behave: (next) => void (behaviour = next),
    renewCertificate: (years = 5) =>
      void (unit = issue(years, 'time-stamper', new Date(clock().getTime() - 86_400_000))),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

if (import.meta.main) {
  const [port = '0', behaviour = 'stamp'] = process.argv.slice(2);
  const tsa = await startTsa({ port: Number(port) });
  tsa.behave(tsaBehaviours.find((known) => known === behaviour) ?? 'stamp');
  process.stdout.write(`${tsa.url}\n${pem(tsa.authority.root)}`);
}
