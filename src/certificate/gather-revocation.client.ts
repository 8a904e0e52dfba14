import { createHash, X509Certificate } from 'node:crypto';
import { oids } from './algorithms.ts';
import type { Path } from './certificate-path.client.ts';
import * as der from '../kernel/der.ts';
import type { Bytes } from '../kernel/der.ts';
import { childrenOf, NotAsEncoded, present, readOid, type Value } from '../kernel/der-reader.ts';
import type { HttpExchange } from './http-exchange.client.ts';
import { keyHashOf, revocationStatus, type RevocationData } from './revocation.client.ts';
import { namesOf } from './read-signed-data.ts';
import { extensionOf } from './x509-extension.ts';

const TIMEOUT_MS = 10_000;
const MOST_CRL_BYTES = 5_000_000;
const MOST_OCSP_BYTES = 20_000;

/**
 * What issuers say of the certificates of a path today, from the addresses that the certificates name: the responder first, for its answer is
 * small. Where nobody answers, nothing is added: the signature holds, and it is told that revocation was not proven.
 */
export async function gatherRevocation(path: Path, at: Date, exchange: HttpExchange): Promise<RevocationData> {
  const crls: Bytes[] = [];
  const ocsps: Bytes[] = [];
  for (const [index, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[index + 1]!;
    const settles = (data: RevocationData): boolean =>
      revocationStatus({ certificate, issuer, at }, data) !== 'unknown';
    const { responders, lists } = addressesOf(certificate);
    const answer = await firstThat(
      responders.map(
        (url) => () =>
          exchange({
            url,
            headers: { 'content-type': 'application/ocsp-request' },
            body: ocspQuery(certificate, issuer),
            timeoutMs: TIMEOUT_MS,
            mostBytes: MOST_OCSP_BYTES,
          }),
      ),
      (ocsp) => settles({ crls: [], ocsps: [ocsp] }),
    );
    if (answer !== null) {
      ocsps.push(answer);
      continue;
    }
    const list = await firstThat(
      lists.map((url) => () => exchange({ url, body: null, timeoutMs: TIMEOUT_MS, mostBytes: MOST_CRL_BYTES })),
      (crl) => settles({ crls: [crl], ocsps: [] }),
    );
    if (list !== null) crls.push(list);
  }
  return { crls, ocsps };
}

async function firstThat(
  asks: readonly (() => Promise<Bytes>)[],
  serves: (bytes: Bytes) => boolean,
): Promise<Bytes | null> {
  for (const ask of asks) {
    const bytes = await ask().catch(() => null);
    if (bytes !== null && serves(bytes)) return bytes;
  }
  return null;
}

/** OCSPRequest (RFC 6960, 4.1.1) for one certificate; issuers are named by SHA-1, which every responder knows. */
function ocspQuery(certificate: Bytes, issuer: Bytes): Bytes {
  const { issuer: name, serial } = namesOf(certificate);
  const nameHash = Uint8Array.from(createHash('sha1').update(name).digest());
  const id = der.sequence(
    der.sequence(der.objectIdentifier('1.3.14.3.2.26'), der.nothing),
    der.octetString(nameHash),
    der.octetString(keyHashOf(issuer, 'sha1')),
    serial,
  );
  return der.sequence(der.sequence(der.sequence(der.sequence(id))));
}

/** Where a certificate says that its status is told: http and https alone. */
export function addressesOf(certificate: Bytes): {
  readonly responders: readonly string[];
  readonly lists: readonly string[];
} {
  const url = ({ contents }: Value): string => Buffer.from(contents).toString('latin1');
  const isWeb = (address: string): boolean => /^https?:\/\//.test(address) && URL.canParse(address);
  const access =
    new X509Certificate(certificate).infoAccess === undefined
      ? []
      : membersOf(certificate, oids.authorityInformationAccess);
  return {
    responders: access
      .map(childrenOf)
      .filter(([method]) => readOid(present(method)) === oids.ocsp)
      .map(([, place]) => url(present(place)))
      .filter(isWeb),
    lists: membersOf(certificate, oids.crlDistributionPoints).flatMap(addressesWithin).filter(isWeb),
  };

  /** `[6]` is an address wherever it stands within a distribution point. */
  function addressesWithin(value: Value): string[] {
    if (value.tag === 0x86) return [url(value)];
    return (value.tag & 0x20) === 0 ? [] : childrenOf(value).flatMap(addressesWithin);
  }
}

/** The members of an extension that is a SEQUENCE; none where it is not there, or cannot be read. */
function membersOf(certificate: Bytes, oid: string): Value[] {
  try {
    const extension = extensionOf(certificate, oid);
    return extension === null ? [] : childrenOf(extension.value);
  } catch (error) {
    if (error instanceof NotAsEncoded) return [];
    throw error;
  }
}
