import type { Clock } from '../kernel/instant.ts';
import { ok, type Result } from '../kernel/result.ts';
import { oids } from './algorithms.ts';
import { chainOf, unproven } from './certificate-path.client.ts';
import type { Bytes } from '../kernel/der.ts';
import { readOnly } from '../kernel/der-reader.ts';
import { gatherRevocation } from './gather-revocation.client.ts';
import type { HttpExchange } from './http-exchange.client.ts';
import { partsTable } from './parts.client.ts';
import { addSignatureField, addValidationData, around, fillSignature } from './pdf-update.client.ts';
import { attribute, digest, makeSignedData } from './signed-data.client.ts';
import type { KnownRevocation, Signer } from './signer.client.ts';
import { readToken } from './time-stamp-token.client.ts';
import { MOST_TOKEN_BYTES, type TimeStampRefusal } from './tsa.client.ts';

/**
 * [Note: Levels]
 * ETSI EN 319 142-1 has four, each with all of the one before: B-B, a signature with its certificate named under it; B-T, with a token over the
 * signature from a time-stamping authority; B-LT, with certificates and revocation data inside; B-LTA, with a document time-stamp over all
 * of it. A certificate is issued at B-LTA: its last time-stamp covers the whole file. Before that time-stamp's certificate ends, it is
 * renewed: the authority's own validation data is added, and a further document time-stamp over everything.
 */
export type Sealing = {
  readonly signer: Signer;
  /** A token that was checked, over what has this SHA-256. */
  readonly stamp: (imprint: Bytes) => Promise<Result<Bytes, TimeStampRefusal>>;
  /** Certificates above those that authorities send along. */
  readonly pool: readonly Bytes[];
  /** What is known of revocation of authorities without asking. */
  readonly knownRevocation: KnownRevocation;
  /** How responders and lists are asked. */
  readonly exchange: HttpExchange;
  readonly clock: Clock;
};

/** Room for the signer's chain and one token. */
const SIGNATURE_BYTES = 26_000;

/** A PDF signed at level B-LTA; a refusal where nobody stamps. Nothing is ever answered without time-stamps. */
export async function seal(
  pdf: Uint8Array,
  reason: string,
  sealing: Sealing,
): Promise<Result<Bytes, TimeStampRefusal>> {
  const signed = await signWithTimeStamp(pdf, reason, sealing);
  if (!signed.ok) return signed;
  const { pdf: atLevelT, token } = signed.value;
  return stampDocument(
    await withValidationData(atLevelT, [sealing.signer.chain, certificatesOf(token)], sealing),
    sealing,
  );
}

/** Level B-T. */
export async function signWithTimeStamp(
  pdf: Uint8Array,
  reason: string,
  { signer, stamp, clock }: Pick<Sealing, 'signer' | 'stamp' | 'clock'>,
): Promise<Result<{ readonly pdf: Bytes; readonly token: Bytes }, TimeStampRefusal>> {
  const unsigned = await addSignatureField(pdf, {
    type: 'Sig',
    subFilter: 'ETSI.CAdES.detached',
    capacityBytes: SIGNATURE_BYTES,
    shown: { name: signer.name, reason, at: clock() },
    privateData: await partsTable(pdf),
  });
  let stamped: Result<Bytes, TimeStampRefusal> | undefined;
  const signature = await makeSignedData({
    key: signer.key,
    certificates: signer.chain,
    content: { detached: around(unsigned) },
    unsigned: async (value) => {
      stamped = await stamp(digest('sha256', value));
      return stamped.ok ? [attribute(oids.timeStampToken, stamped.value)] : [];
    },
  });
  if (stamped?.ok !== true) return stamped!;
  return ok({ pdf: fillSignature(unsigned, signature), token: stamped.value });
}

/** Over a file that holds: what is needed to check its last time-stamp, then a further one over everything. */
export async function renew(
  pdf: Uint8Array,
  lastToken: Bytes,
  sealing: Sealing,
): Promise<Result<Bytes, TimeStampRefusal>> {
  return stampDocument(await withValidationData(pdf, [certificatesOf(lastToken)], sealing), sealing);
}

/**
 * A time-stamp over everything. Where its token brings a certificate that the file does not know and cannot prove, another authority than
 * before stamped, say, that one is added and everything stamped once more.
 */
async function stampDocument(
  { pdf, certificates: known }: { readonly pdf: Bytes; readonly certificates: readonly Bytes[] },
  sealing: Sealing,
  isAgain = false,
): Promise<Result<Bytes, TimeStampRefusal>> {
  const unsigned = await addSignatureField(pdf, {
    type: 'DocTimeStamp',
    subFilter: 'ETSI.RFC3161',
    capacityBytes: MOST_TOKEN_BYTES,
  });
  const token = await sealing.stamp(digest('sha256', around(unsigned)));
  if (!token.ok) return token;
  const stamped = fillSignature(unsigned, token.value);
  const isComplete = unproven(certificatesOf(token.value), known).length === 0;
  if (isComplete || isAgain) return ok(stamped);
  return stampDocument(await withValidationData(stamped, [certificatesOf(token.value)], sealing), sealing, true);
}

const withValidationData = (
  pdf: Uint8Array,
  groups: readonly (readonly Bytes[])[],
  sealing: Sealing,
): ReturnType<typeof addValidationData> =>
  addValidationData(pdf, async (known) => {
    const at = sealing.clock();
    const pool = [...groups.flat(), ...sealing.pool, ...known];
    const own = await Promise.all([sealing.signer.revocation(at), sealing.knownRevocation(at)]);
    const chains = groups.flatMap((group) => (group[0] === undefined ? [] : [chainOf(group[0], pool)]));
    const asked = await Promise.all(chains.map((chain) => gatherRevocation(chain, at, sealing.exchange)));
    const revocation = [...own, ...asked];
    return {
      certificates: [...chains.flat(), ...groups.flat()],
      crls: revocation.flatMap(({ crls }) => crls),
      ocsps: revocation.flatMap(({ ocsps }) => ocsps),
    };
  });

/** The certificates that a token brings, its own first. */
function certificatesOf(token: Bytes): readonly Bytes[] {
  const { signedData, certificate } = readToken(readOnly(token).whole);
  return certificate === null ? [] : [certificate, ...signedData.certificates.filter((other) => other !== certificate)];
}
