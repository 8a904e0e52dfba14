import { X509Certificate } from 'node:crypto';
import type { Bytes } from '../kernel/der.ts';
import { sameBytes } from '../kernel/der.ts';
import { revocationStatus, type RevocationData } from './revocation.client.ts';

/** From a certificate to one that is trusted; its own first. */
export type Path = readonly Bytes[];

const LONGEST = 6;

/** The way up from `certificate` to one of `anchors`, through `pool`; null: there is none. Nothing is said of times. */
export function pathTo(anchors: readonly Bytes[], certificate: Bytes, pool: readonly Bytes[]): Path | null {
  const walk = (path: readonly Bytes[]): Path | null => {
    const last = path.at(-1)!;
    if (anchors.some((anchor) => sameBytes(anchor, last))) return path;
    if (path.length >= LONGEST) return null;
    for (const candidate of [...anchors, ...pool]) {
      if (path.some((own) => sameBytes(own, candidate)) || !isIssuedBy(last, candidate)) continue;
      const found = walk([...path, candidate]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk([certificate]);
}

/** The way up as far as it goes, whoever is at its end: what travels with a signature. */
export function chainOf(certificate: Bytes, pool: readonly Bytes[]): Path {
  const chain = [certificate];
  for (let above: Bytes | undefined = certificate; above !== undefined && chain.length < LONGEST;) {
    const last: Bytes = above;
    above = pool.find((candidate) => !chain.some((own) => sameBytes(own, candidate)) && isIssuedBy(last, candidate));
    if (above !== undefined) chain.push(above);
  }
  return chain;
}

/**
 * Those of `brought` that nothing proves: they are not in `known`, and nobody among both signed them. Certificates travel beside a signature
 * and not under it.
 */
export const unproven = (brought: readonly Bytes[], known: readonly Bytes[]): readonly Bytes[] =>
  brought.filter(
    (own) =>
      !known.some((one) => sameBytes(one, own)) && ![...known, ...brought].some((issuer) => isIssuedBy(own, issuer)),
  );

export type PathFault = 'certificate-not-valid-then' | 'issuer-no-authority' | 'certificate-revoked';

/** Whether every certificate of a path below its anchor was good at `at`. `isProven` is false where nobody says whether one was revoked. */
export function judgePath(
  path: Path,
  at: Date,
  revocation: RevocationData,
): { readonly fault: PathFault | null; readonly isProven: boolean } {
  let isProven = true;
  for (const [index, own] of path.slice(0, -1).entries()) {
    const issuer = path[index + 1]!;
    const certificate = new X509Certificate(own);
    if (at < certificate.validFromDate || at > certificate.validToDate)
      return { fault: 'certificate-not-valid-then', isProven };
    if (!new X509Certificate(issuer).ca) return { fault: 'issuer-no-authority', isProven };
    const status = revocationStatus({ certificate: own, issuer, at }, revocation);
    if (status === 'revoked') return { fault: 'certificate-revoked', isProven };
    isProven &&= status === 'good';
  }
  return { fault: null, isProven };
}

function isIssuedBy(own: Bytes, candidate: Bytes): boolean {
  const certificate = new X509Certificate(own);
  const issuer = new X509Certificate(candidate);
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
