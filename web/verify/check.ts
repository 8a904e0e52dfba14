import { additionFault } from '../../src/certificate/additions.client.ts';
import { oids } from '../../src/certificate/algorithms.ts';
import type { Bytes } from '../../src/kernel/der.ts';
import { sameBytes } from '../../src/kernel/der.ts';
import { readFirst, readOid } from '../../src/kernel/der-reader.ts';
import { openForUpdate } from '../../src/certificate/open-pdf.client.ts';
import { namedCertificateOf, readSignedData, type ReadSignedData } from '../../src/certificate/read-signed-data.ts';
import { signatureRanges, type SignatureRange } from '../../src/certificate/signature-ranges.ts';
import { readTimeStampInfo } from '../../src/certificate/time-stamp-info.ts';
import { readAttached, storedCertificates } from './attached.ts';
import type { Checked, Code } from './checked.ts';
import {
  chainTo,
  digestOf,
  hex,
  isIssuedBy,
  readCertificate,
  signatureHolds,
  type Certificate,
} from './certificate.ts';

/** Checks a certificate with what a browser can do. Nothing leaves it. */
export async function checkFile(pdf: Bytes, code: Code | null): Promise<Checked> {
  const sha256 = hex(await digestOf('sha256', pdf));
  const ranges = signatureRanges(pdf);
  const whole = ranges.filter((range): range is SignatureRange => typeof range !== 'string');
  const [first, ...further] = whole;
  const document = await openForUpdate(pdf).catch(() => null);
  const attached = document === null ? null : await readAttached(document).catch(() => null);
  const stored = document === null ? [] : await storedCertificates(document).catch(() => []);
  const signature = first === undefined ? null : await readSigned(first, first.covered);
  const token = signature?.signed.unsignedAttribute(oids.timeStampToken)?.whole ?? null;
  const stamps = [
    signature === null || token === null ? null : await readStamp(token, signature.signed.signature),
    ...(await Promise.all(further.map((range) => readStamp(unpadded(range), range.covered)))),
  ];
  const brought = [signature, ...stamps].flatMap((one) => one?.signed.certificates ?? []);
  const known = [...stored, ...brought].flatMap(readable);
  const chains = await chainsOf(signature, stamps, known);
  const statement = attached?.statement ?? null;
  const results: Checked['results'] = {
    covered:
      first !== undefined &&
      whole.length === ranges.length &&
      further.length > 0 &&
      first.subFilter === 'ETSI.CAdES.detached' &&
      further.every(({ subFilter }) => subFilter === 'ETSI.RFC3161') &&
      whole.every((range) => unpadded(range) !== null) &&
      whole.at(-1)!.end === pdf.byteLength,
    signature: signature?.holds === true && signature.signed.contentType === oids.data,
    additions: first !== undefined && (await additionFault(pdf, first.end).catch(() => 'unreadable')) === null,
    'signature-stamp': stamps[0]?.holds === true,
    'file-stamps': further.length > 0 && stamps.slice(1).every((one) => one?.holds === true) && areInOrder(stamps),
    chains: chains.every((chain) => chain !== null) && (await areProven([signature, ...stamps], stored, known)),
    statement: attached?.holds === true,
    pictures: attached?.hasPictures === true,
    ...(code === null ? {} : { code: statement?.id === code.id && attached?.sha256 === code.statementSha256 }),
  };
  const root = chains[0]?.at(-1) ?? null;
  return {
    results,
    holds: Object.values(results).every(Boolean),
    sha256,
    statement,
    statementSha256: attached?.sha256 ?? null,
    signer: signature === null ? null : await describeSigner(signature, root),
    stamps: stamps.flatMap((one) => (one?.at === undefined ? [] : [{ authority: one.certificate.name, at: one.at }])),
  };
}

type Signed = { readonly signed: ReadSignedData; readonly certificate: Certificate; readonly holds: boolean };
type Stamp = Signed & { readonly at: Date };

/** What stands in the room of a signature: one value in DER and zeros; null: something else does. */
function unpadded({ contents }: SignatureRange): Bytes | null {
  try {
    const { whole } = readFirst(contents);
    return contents.subarray(whole.byteLength).every((byte) => byte === 0) ? whole : null;
  } catch {
    return null;
  }
}

/** null: it cannot be read. */
async function readSigned(range: SignatureRange | Bytes, content: Bytes | null): Promise<Signed | null> {
  try {
    const signed = readSignedData(range instanceof Uint8Array ? range : range.contents);
    if (signed.signerCertificate === null) return null;
    const certificate = readCertificate(signed.signerCertificate);
    const digest = signed.signedAttribute(oids.messageDigest);
    const type = signed.signedAttribute(oids.contentType);
    const named = namedCertificateOf(signed);
    const holds =
      digest !== null &&
      type !== null &&
      named !== null &&
      readOid(type) === signed.contentType &&
      sameBytes(digest.contents, await digestOf(signed.digest, content ?? signed.content!)) &&
      sameBytes(named.hash, await digestOf(named.digest, certificate.whole)) &&
      (await signatureHolds(
        { algorithm: signed.signatureAlgorithm, digest: signed.digest },
        signed.signedAttributes,
        signed.signature,
        certificate,
      ));
    return { signed, certificate, holds };
  } catch {
    return null;
  }
}

/** A time-stamp and whether it holds over `bytes`; null: it cannot be read. */
async function readStamp(token: Bytes | null, bytes: Bytes): Promise<Stamp | null> {
  const signed = token === null ? null : await readSigned(token, null);
  if (signed === null) return null;
  try {
    const { at, digest, imprint } = readTimeStampInfo(signed.signed);
    const isOverBytes = sameBytes(imprint, await digestOf(digest, bytes));
    return { ...signed, at, holds: signed.holds && isOverBytes && signed.certificate.stampsTime };
  } catch {
    return null;
  }
}

const areInOrder = (stamps: readonly (Stamp | null)[]): boolean =>
  stamps.every((one, at) => at === 0 || (one !== null && stamps[at - 1] !== null && one.at >= stamps[at - 1]!.at));

/** The chains of signature and time-stamps, each good at its time; null: not all there, or a certificate had ended. */
const chainsOf = (
  signature: Signed | null,
  stamps: readonly (Stamp | null)[],
  pool: readonly Certificate[],
): Promise<(readonly Certificate[] | null)[]> =>
  Promise.all(
    [signature === null ? null : { ...signature, at: stamps[0]?.at }, ...stamps].map(async (one) => {
      const chain = one === null ? null : await chainTo(one.certificate, pool);
      const at = one?.at;
      const isGood = chain?.every(({ from, until }) => at !== undefined && at >= from && at <= until) === true;
      return isGood ? chain : null;
    }),
  );

/** Whether every certificate that travels beside a signature is stored in the file too, or issued by one that is there: no stray is put in. */
async function areProven(
  signatures: readonly (Signed | null)[],
  stored: readonly Bytes[],
  known: readonly Certificate[],
): Promise<boolean> {
  for (const bytes of signatures.flatMap((one) => one?.signed.certificates ?? [])) {
    if (stored.some((own) => sameBytes(own, bytes))) continue;
    const [certificate] = readable(bytes);
    if (certificate === undefined) return false;
    const issued = await Promise.all(known.map((issuer) => isIssuedBy(certificate, issuer)));
    if (!issued.includes(true)) return false;
  }
  return true;
}

const readable = (bytes: Bytes): Certificate[] => {
  try {
    return [readCertificate(bytes)];
  } catch {
    return [];
  }
};

const describeSigner = async (
  { certificate }: Signed,
  root: Certificate | null,
): Promise<NonNullable<Checked['signer']>> => ({
  name: certificate.name,
  root: root?.name ?? null,
  rootSha256: root === null ? null : hex(await digestOf('sha256', root.whole)),
});
