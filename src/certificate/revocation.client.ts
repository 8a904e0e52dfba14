import { createHash, X509Certificate } from 'node:crypto';
import { oids } from './algorithms.ts';
import type { Bytes } from '../kernel/der.ts';
import { sameBytes } from '../kernel/der.ts';
import {
  childrenOf,
  NotAsEncoded,
  present,
  readOid,
  readOnly,
  readSmallInteger,
  readTime,
  readValues,
  type Value,
} from '../kernel/der-reader.ts';
import { namesOf } from './read-signed-data.ts';
import { signatureHolds } from './signed-data.client.ts';

/** Lists of revoked certificates (RFC 5280) and answers of responders (RFC 6960), DER. */
export type RevocationData = { readonly crls: readonly Bytes[]; readonly ocsps: readonly Bytes[] };

/** What one list or answer says of a certificate: good, or revoked since; and for which time it speaks. */
type Statement = { readonly revokedAt: Date | null; readonly from: Date; readonly until: Date | null };

export type RevocationStatus = 'good' | 'revoked' | 'unknown';

/**
 * Whether `certificate` was revoked at `at`, by what its issuer signed. Data counts that was current at that time, or is younger: a later
 * list still names an earlier revocation.
 */
export function revocationStatus(
  { certificate, issuer, at }: { readonly certificate: Bytes; readonly issuer: Bytes; readonly at: Date },
  { crls, ocsps }: RevocationData,
): RevocationStatus {
  const statements = [
    ...crls.map((crl) => readable(() => statementOfCrl(crl, certificate, issuer))),
    ...ocsps.map((answer) => readable(() => statementOfResponder(answer, certificate, issuer))),
  ].filter((statement) => statement !== null);
  if (statements.some(({ revokedAt }) => revokedAt !== null && revokedAt <= at)) return 'revoked';
  return statements.some(({ from, until }) => from >= at || (until !== null && until >= at)) ? 'good' : 'unknown';
}

function statementOfCrl(crl: Bytes, certificate: Bytes, issuer: Bytes): Statement | null {
  const [body, algorithm, bits] = childrenOf(readOnly(crl));
  const fields = childrenOf(present(body)).filter(({ tag }, at) => !(at === 0 && tag === 0x02));
  const [, name, thisUpdate, ...rest] = fields;
  const { serial, issuer: issuerName } = namesOf(certificate);
  if (!sameBytes(present(name).whole, issuerName)) return null;
  if (!isSigned({ body: present(body), algorithm: present(algorithm), bits: present(bits) }, issuer)) return null;
  const next = rest.find(({ tag }) => tag === 0x17 || tag === 0x18);
  const entries = rest.find(({ tag }) => tag === 0x30);
  const entry = (entries === undefined ? [] : childrenOf(entries))
    .map(childrenOf)
    .find(([number]) => sameBytes(present(number).whole, serial));
  return {
    revokedAt: entry === undefined ? null : readTime(present(entry[1])),
    from: readTime(present(thisUpdate)),
    until: next === undefined ? null : readTime(next),
  };
}

function statementOfResponder(answer: Bytes, certificate: Bytes, issuer: Bytes): Statement | null {
  const [status, wrapped] = childrenOf(readOnly(answer));
  if (readSmallInteger(present(status), 0x0a) !== 0) return null;
  const [type, inside] = childrenOf(readOnly(present(wrapped).contents));
  if (readOid(present(type)) !== oids.basicOcspResponse) return null;
  const [body, algorithm, bits, brought] = childrenOf(readOnly(present(inside).contents));
  const certificates = brought === undefined ? [] : childrenOf(readOnly(brought.contents)).map(({ whole }) => whole);
  const signed = { body: present(body), algorithm: present(algorithm), bits: present(bits) };
  if (![issuer, ...certificates.filter((own) => mayAnswerFor(own, issuer))].some((signer) => isSigned(signed, signer)))
    return null;
  const responses = childrenOf(present(body)).find(({ tag }) => tag === 0x30);
  const { serial } = namesOf(certificate);
  for (const [id, state, thisUpdate, nextUpdate] of childrenOf(present(responses)).map(childrenOf)) {
    const [algorithmOfId, , keyHash, number] = childrenOf(present(id));
    const hash = readOid(present(childrenOf(present(algorithmOfId))[0])) === SHA1 ? 'sha1' : 'sha256';
    if (!sameBytes(present(number).whole, serial) || !sameBytes(present(keyHash).contents, keyHashOf(issuer, hash)))
      continue;
    if (present(state).tag === 0x82) return null; // unknown
    return {
      revokedAt: present(state).tag === 0xa1 ? readTime(present(readValues(present(state).contents)[0])) : null,
      from: readTime(present(thisUpdate)),
      until: nextUpdate?.tag === 0xa0 ? readTime(readOnly(nextUpdate.contents)) : null,
    };
  }
  return null;
}

const SHA1 = '1.3.14.3.2.26';

/** The digest of a certificate's own key bits, as responders name issuers. */
export function keyHashOf(certificate: Bytes, hash: 'sha1' | 'sha256'): Bytes {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return Uint8Array.from(
    createHash(hash)
      .update(present(childrenOf(readOnly(spki))[1]).contents.subarray(1))
      .digest(),
  );
}

/** A responder of its own: its certificate is by the same issuer, and made for that. */
function mayAnswerFor(own: Bytes, issuer: Bytes): boolean {
  const certificate = new X509Certificate(own);
  const by = new X509Certificate(issuer);
  return (
    (certificate.keyUsage as string[] | undefined)?.includes(oids.ocspSigning) === true &&
    certificate.checkIssued(by) &&
    certificate.verify(by.publicKey)
  );
}

const isSigned = (
  { body, algorithm, bits }: { readonly body: Value; readonly algorithm: Value; readonly bits: Value },
  signer: Bytes,
): boolean => signatureHolds({ algorithm }, body.whole, bits.contents.subarray(1), signer);

function readable(read: () => Statement | null): Statement | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotAsEncoded) return null;
    throw error;
  }
}
