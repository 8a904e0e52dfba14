import { digestByOid, signatureKindOf, type DigestName } from './algorithms.ts';
import { sameBytes, nothing } from '../kernel/der.ts';
import { childrenOf, present, readOid, readOnly, type Value } from '../kernel/der-reader.ts';

export type SignatureScheme = { readonly key: 'rsa' | 'rsa-pss' | 'ec'; readonly digest: DigestName };

/**
 * How a signature was made, as its identifier says; null: otherwise than is accepted. Weak digests never are.
 * @param stated the digest that stands beside an identifier which names none.
 */
export function signatureSchemeOf(algorithm: Value, stated?: DigestName): SignatureScheme | null {
  const kind = signatureKindOf(readOid(present(childrenOf(algorithm)[0])));
  if (kind === null) return null;
  const [, parameters] = childrenOf(algorithm);
  if (kind.key === 'rsa-pss') {
    const digest = pssDigest(algorithm);
    return digest === null ? null : { key: 'rsa-pss', digest };
  }
  const isPlain = parameters === undefined || sameBytes(parameters.whole, nothing);
  const digest = kind.digest ?? stated ?? null;
  return !isPlain || digest === null ? null : { key: kind.key, digest };
}

/** The digest that the parameters of RSASSA-PSS name (RFC 4055); their default, SHA-1, is not accepted. */
function pssDigest(algorithm: Value): DigestName | null {
  const parameters = childrenOf(algorithm)[1];
  const named = parameters === undefined ? undefined : childrenOf(parameters).find(({ tag }) => tag === 0xa0);
  return named === undefined ? null : digestByOid(readOid(present(childrenOf(readOnly(named.contents))[0])));
}
