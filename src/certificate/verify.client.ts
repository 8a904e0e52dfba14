import { X509Certificate } from 'node:crypto';
import { oids } from './algorithms.ts';
import { additionFault, type AdditionFault } from './additions.client.ts';
import { attachedStatement, type StatementFault } from './attached-statement.client.ts';
import { judgePath, pathTo, unproven, type PathFault } from './certificate-path.client.ts';
import type { Bytes } from '../kernel/der.ts';
import { NotAsEncoded, readFirst } from '../kernel/der-reader.ts';
import { changedParts } from './parts.client.ts';
import { validationDataOf, type ValidationData } from './pdf-update.client.ts';
import { readSignedData, type ReadSignedData } from './read-signed-data.ts';
import { digest, signedDataFault } from './signed-data.client.ts';
import { signatureRanges, type RangeFault, type SignatureRange } from './signature-ranges.ts';
import type { Statement } from './statement.ts';
import { commonNameOf, readToken, tokenFault, type ReadToken, type TokenFault } from './time-stamp-token.client.ts';

export type VerifyFault =
  | 'not-a-certificate'
  | 'no-signature'
  /** Bytes stand after what the last signature or time-stamp covers. */
  | 'file-not-covered'
  | RangeFault
  | 'padding-not-empty'
  | 'signature-wrong'
  | 'content-changed'
  | TokenFault
  | 'time-stamps-out-of-order'
  | 'file-unreadable'
  | AdditionFault
  | 'not-vouched-for'
  /** Another certificate travels along that nobody known signed: it was changed, or put there. */
  | 'stray-certificate'
  | PathFault
  | StatementFault;

/** The parts of a file that are spoken of, from the outside in. */
export type FilePart = 'file' | 'pages' | 'statement' | 'pictures' | 'signature' | 'validation data' | 'time-stamp';

export type Fault = {
  readonly part: FilePart;
  readonly fault: VerifyFault;
  /** Which one, where there are several: a name from the table of parts, a picture's, a number from 1. */
  readonly which?: string;
};

/** What holds, and yet should be known. */
export type Note =
  /** Whoever checks named nobody to trust: the file vouches for itself. */
  | { readonly note: 'nobody-trusted-was-named' }
  | { readonly note: 'demonstration' }
  /** No list or responder says whether a certificate was revoked. */
  | { readonly note: 'revocation-not-proven'; readonly of: string }
  /** The certificate of the last time-stamp has ended: a further one should have been added before. */
  | { readonly note: 'renewal-overdue'; readonly since: Date };

export type VerifyReport = {
  readonly isValid: boolean;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
  readonly statement: Statement | null;
  readonly statementSha256: string | null;
  readonly sha256: string;
  /** null: the signature could not be read. */
  readonly signer: { readonly name: string; readonly rootSha256: string | null } | null;
  /** By the time-stamps alone: the signature's first, then those over the file. */
  readonly timeStamps: readonly { readonly authority: string; readonly at: Date }[];
  /** When the certificate of the last time-stamp ends. */
  readonly renewBefore: Date | null;
};

export type VerifyOptions = {
  /** Certificates that who checks trusts; none: those at the top of the file's own chains. */
  readonly anchors: readonly Bytes[];
  readonly now: Date;
};

/** Checks a certificate from its bytes alone; nobody is asked. */
export async function verifyCertificate(pdf: Uint8Array, options: VerifyOptions): Promise<VerifyReport> {
  const faults: Fault[] = [];
  const notes: Note[] = [];
  const sha256 = Buffer.from(digest('sha256', pdf)).toString('hex');
  const ranges = signatureRanges(pdf);
  const signatures = ranges.flatMap((range) => (typeof range === 'string' ? [] : [range]));
  for (const [at, range] of ranges.entries())
    if (typeof range === 'string')
      faults.push({ part: at === 0 ? 'signature' : 'time-stamp', fault: range, which: String(at + 1) });
  const last = signatures.at(-1);
  if (ranges.length === 0) faults.push({ part: 'file', fault: 'no-signature' });
  else if (last?.end !== pdf.byteLength) faults.push({ part: 'file', fault: 'file-not-covered' });

  const opened = await read(() => validationDataOf(pdf));
  if (opened === null) faults.push({ part: 'file', fault: 'file-unreadable' });
  const data = opened ?? { certificates: [], crls: [], ocsps: [] };
  const first =
    signatures[0] === undefined || typeof ranges[0] === 'string' ? null : readSignature(signatures[0], pdf, faults);
  const stamps = readStamps(first, signatures.slice(1), faults);
  if (first !== null && opened !== null) {
    const fault = await additionFault(pdf, signatures[0]!.end).catch(() => 'file-unreadable' as const);
    if (fault !== null) faults.push({ part: 'file', fault });
  }
  const roots = judgePaths({ first, stamps, data, options }, faults, notes);
  const attached = opened === null ? null : await read(() => attachedStatement(pdf));
  for (const { fault, picture } of attached?.faults ?? [])
    faults.push({
      part: picture === undefined ? 'statement' : 'pictures',
      fault,
      ...(picture === undefined ? {} : { which: picture }),
    });
  if (options.anchors.length === 0) notes.push({ note: 'nobody-trusted-was-named' });
  if (attached?.statement?.issuer.isDemonstration === true) notes.push({ note: 'demonstration' });
  const lastCertificate = stamps.at(-1)?.token.certificate ?? null;
  const renewBefore = lastCertificate === null ? null : decoded(() => new X509Certificate(lastCertificate).validToDate);
  const signerCertificate = first?.signerCertificate ?? null;
  const signerName = signerCertificate === null ? null : decoded(() => commonNameOf(signerCertificate));
  if (renewBefore !== null && renewBefore < options.now) notes.push({ note: 'renewal-overdue', since: renewBefore });
  return {
    isValid: faults.length === 0,
    faults,
    notes,
    statement: attached?.statement ?? null,
    statementSha256: attached?.sha256 ?? null,
    sha256,
    signer: signerName === null ? null : { name: signerName, rootSha256: roots[0] ?? null },
    timeStamps: stamps.map(({ token }) => ({ authority: token.authority, at: token.at })),
    renewBefore,
  };
}

/** The signature over the pages; null when it cannot be read at all. */
function readSignature(range: SignatureRange, pdf: Uint8Array, faults: Fault[]): ReadSignedData | null {
  if (range.subFilter !== 'ETSI.CAdES.detached') faults.push({ part: 'signature', fault: 'not-a-certificate' });
  const signature = unpadded(range, () => readSignedData(range.contents), 'signature', faults);
  if (signature === null) return null;
  const fault =
    signature.contentType === oids.data ? known(() => signedDataFault(signature, range.covered)) : 'signature-wrong';
  if (fault === 'digest-differs') {
    const parts = changedParts(pdf.subarray(0, range.end));
    for (const which of parts) faults.push({ part: 'pages', fault: 'content-changed', which });
  } else if (fault !== null) faults.push({ part: 'signature', fault: 'signature-wrong' });
  return signature;
}

type Stamp = { readonly token: ReadToken; readonly which: number };

/** The token over the signature, then the time-stamps over the file, each after the one before. */
function readStamps(first: ReadSignedData | null, ranges: readonly SignatureRange[], faults: Fault[]): Stamp[] {
  const stamps: Stamp[] = [];
  const take = (token: ReadToken | null, bytes: Uint8Array, which: number): void => {
    const fault =
      token === null
        ? 'time-stamp-unreadable'
        : (known(() => tokenFault(token, (name) => digest(name, bytes))) ?? null);
    if (fault === 'signature-wrong')
      faults.push({ part: 'time-stamp', fault: 'time-stamp-signature-wrong', which: String(which) });
    else if (fault !== null) faults.push({ part: 'time-stamp', fault, which: String(which) });
    if (token === null) return;
    if (stamps.length > 0 && token.at < stamps.at(-1)!.token.at)
      faults.push({ part: 'time-stamp', fault: 'time-stamps-out-of-order', which: String(which) });
    stamps.push({ token, which });
  };
  if (first !== null) {
    const attribute = first.unsignedAttribute(oids.timeStampToken);
    take(attribute === null ? null : decoded(() => readToken(attribute.whole)), first.signature, 1);
  }
  for (const [at, range] of ranges.entries()) {
    if (range.subFilter !== 'ETSI.RFC3161')
      faults.push({ part: 'time-stamp', fault: 'not-a-certificate', which: String(at + 2) });
    take(
      unpadded(range, () => readToken(range.contents), 'time-stamp', faults),
      range.covered,
      at + 2,
    );
  }
  return stamps;
}

/** What stands in the room of a signature: one value in DER, and zeros. */
function unpadded<Read>(range: SignatureRange, parse: () => Read, part: FilePart, faults: Fault[]): Read | null {
  const value = decoded(() => readFirst(range.contents));
  if (value === null) {
    if (part === 'signature') faults.push({ part, fault: 'signature-unreadable' });
    return null;
  }
  if (range.contents.subarray(value.whole.byteLength).some((byte) => byte !== 0))
    faults.push({ part, fault: 'padding-not-empty' });
  const parsed = decoded(parse);
  if (parsed === null && part === 'signature') faults.push({ part, fault: 'signature-unreadable' });
  return parsed;
}

/**
 * [Note: Judged at which time]
 * A certificate may end; what it signed while it was good stays good as long as somebody proves that it was signed then (ETSI EN 319 102-1).
 * The signature's certificates are judged at the time of the token over it. A time-stamp's are judged at its own time, and everything before
 * a later time-stamp is covered by it. The last one's certificate should still be good when it is checked; if it is not, that is noted.
 */
function judgePaths(
  {
    first,
    stamps,
    data,
    options,
  }: { first: ReadSignedData | null; stamps: readonly Stamp[]; data: ValidationData; options: VerifyOptions },
  faults: Fault[],
  notes: Note[],
): (string | null)[] {
  const judged: { certificate: Bytes; brought: readonly Bytes[]; at: Date; part: FilePart; which?: string }[] = [];
  if (first !== null && first.signerCertificate !== null && stamps[0] !== undefined)
    judged.push({
      certificate: first.signerCertificate,
      brought: first.certificates,
      at: stamps[0].token.at,
      part: 'signature',
    });
  for (const { token, which } of stamps)
    if (token.certificate !== null)
      judged.push({
        certificate: token.certificate,
        brought: token.signedData.certificates,
        at: token.at,
        part: 'time-stamp',
        which: String(which),
      });
  return judged.map(({ certificate, brought, at, part, which }) => {
    const where = { part, ...(which === undefined ? {} : { which }) };
    const pool = [...data.certificates, ...brought];
    const anchors = options.anchors.length > 0 ? options.anchors : pool.filter(isOwnIssuer);
    const path = decodedOr(() => pathTo(anchors, certificate, pool), null);
    if (path === null) {
      faults.push({ ...where, fault: 'not-vouched-for' });
      return null;
    }
    const strays = decodedOr(() => unproven(brought, [...data.certificates, ...anchors]), brought);
    if (strays.length > 0) faults.push({ ...where, fault: 'stray-certificate' });
    const { fault, isProven } = judgePath(path, at, data);
    if (fault !== null) faults.push({ ...where, fault });
    else if (!isProven) notes.push({ note: 'revocation-not-proven', of: commonNameOf(certificate) });
    return Buffer.from(digest('sha256', path.at(-1)!)).toString('hex');
  });
}

/** A root: signed with its own key. */
function isOwnIssuer(bytes: Bytes): boolean {
  return decodedOr(() => {
    const certificate = new X509Certificate(bytes);
    return certificate.ca && certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
  }, false);
}

const decoded = <Value>(parse: () => Value): Value | null => decodedOr(parse, null);

/** Bytes of a stranger: whatever does not decode is a fault of theirs. OpenSSL's own complaints count as such. */
function decodedOr<Value, Otherwise>(parse: () => Value, otherwise: Otherwise): Value | Otherwise {
  try {
    return parse();
  } catch (error) {
    if (error instanceof NotAsEncoded || isFromOpenSsl(error)) return otherwise;
    throw error;
  }
}

const known = <Value>(check: () => Value): Value | 'signature-wrong' => decodedOr(check, 'signature-wrong' as const);

const isFromOpenSsl = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_OSSL');

/** What the PDF reader makes of a file that may be anything; null: it cannot read it. */
async function read<Value>(open: () => Promise<Value>): Promise<Value | null> {
  try {
    return await open();
  } catch {
    return null;
  }
}
