import { oids } from './algorithms.ts';
import { type Bytes, isTrue, sameBytes } from '../kernel/der.ts';
import { childrenOf, NotAsEncoded, present, readOid, readOnly, type Value } from '../kernel/der-reader.ts';

/** An extension of a certificate (RFC 5280, 4.2): its value as it was encoded. */
export type X509Extension = { readonly isCritical: boolean; readonly value: Value };

/** null: the certificate has none of this name. @throws NotAsEncoded where it is no certificate, or the value no value. */
export function extensionOf(certificate: Bytes, oid: string): X509Extension | null {
  const fields = childrenOf(present(childrenOf(readOnly(certificate))[0]));
  const wrapped = fields.find(({ tag }) => tag === 0xa3);
  if (wrapped === undefined) return null;
  const found = childrenOf(readOnly(wrapped.contents))
    .map(childrenOf)
    .find(([name]) => readOid(present(name)) === oid);
  if (found === undefined) return null;
  const isCritical = found.length === 3 && sameBytes(present(found[1]).whole, isTrue);
  return { isCritical, value: readOnly(present(found.at(-1)).contents) };
}

/** Made for time-stamps and for nothing else, and says so to everybody (RFC 3161, 2.3): others do not accept a token by any other. */
export function isForTimeStampsAlone(certificate: Bytes): boolean {
  try {
    const purposes = extensionOf(certificate, oids.extendedKeyUsage);
    if (purposes === null || !purposes.isCritical) return false;
    const named = childrenOf(purposes.value).map(readOid);
    return named.length === 1 && named[0] === oids.timeStamping;
  } catch (error) {
    if (error instanceof NotAsEncoded) return false;
    throw error;
  }
}
