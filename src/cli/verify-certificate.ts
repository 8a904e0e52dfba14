import { readFileSync } from 'node:fs';
import { verifyCertificate, type Fault, type Note, type VerifyReport } from '../certificate/verify.client.ts';
import { parseCommandLine, UsageError, type Command } from './command.ts';

const help = `cotejo verify-certificate: whether a certificate is whole, who signed it and when

usage: cotejo verify-certificate FILE [--trust CA.pem …] [--at DATE] [--json]

Checks the signature, that it and the time-stamps cover the whole file, the certificates as they stood when they signed, the attached
statement and the pictures; from the file alone, nobody is asked. What has changed is named. With --trust the chains of signature and
time-stamps must end at one of the certificates in CA.pem; without, it is shown at which they end, and whether to trust it is yours to say.
--at checks as if it were another day.

exit code: 0 it holds, 1 it does not, 2 the command was not understood or the file could not be read
`;

export const verifyCertificateCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseCommandLine(
      args,
      { trust: { type: 'string', multiple: true, default: [] }, at: { type: 'string' }, json: { type: 'boolean' } },
      ['FILE'],
    );
    const anchors = values.trust.flatMap(certificatesIn);
    const now = values.at === undefined ? new Date() : new Date(values.at);
    if (Number.isNaN(now.getTime())) throw new UsageError(`--at must be a date like 2026-03-31, not '${values.at}'`);
    const report = await verifyCertificate(fileAt(positionals[0]!), { anchors, now });
    process.stdout.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : text(report));
    return report.isValid ? 0 : 1;
  },
};

function fileAt(name: string): Uint8Array {
  try {
    return readFileSync(name);
  } catch (error) {
    throw new UsageError(`'${name}' cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** The certificates of a PEM file, DER. @throws UsageError when there is none. */
function certificatesIn(name: string): Uint8Array<ArrayBuffer>[] {
  const blocks = Buffer.from(fileAt(name))
    .toString('latin1')
    .matchAll(/-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g);
  const certificates = [...blocks].map(([, base64]) => Uint8Array.from(Buffer.from(base64!, 'base64')));
  if (certificates.length === 0) throw new UsageError(`'${name}' holds no certificate in PEM`);
  return certificates;
}

function text(report: VerifyReport): string {
  const { statement, signer, timeStamps, renewBefore } = report;
  const lines = [
    report.isValid ? 'the certificate holds: it is whole and unchanged' : 'the certificate does NOT hold',
    ...report.faults.map((fault) => `  ✗ ${faultText(fault)}`),
    ...report.notes.map((note) => `  ! ${noteText(note)}`),
    '',
    ...(statement === null
      ? []
      : [
          `verification     ${statement.id}${statement.isTest ? ' (a test: nobody was verified)' : ''}`,
          `asked for by     ${printable(statement.askedBy.name)}`,
          `ruled by         ${statement.ruling.by === 'machine' ? 'a machine' : `a person: ${printable(statement.ruling.operator)}`}`,
        ]),
    ...(signer === null ? [] : [`signed by        ${printable(signer.name)}`]),
    ...(signer === null || signer.rootSha256 === null ? [] : [`its root         sha256:${signer.rootSha256}`]),
    ...timeStamps.map(
      ({ authority, at }, index) =>
        `${index === 0 ? 'signed at       ' : 'stamped at      '} ${at.toISOString()} by ${printable(authority)}`,
    ),
    ...(renewBefore === null ? [] : [`renew before     ${renewBefore.toISOString()}`]),
    ...(report.statementSha256 === null ? [] : [`statement        sha256:${report.statementSha256}`]),
    `file             sha256:${report.sha256}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Names come from the file: nothing in them reaches the terminal but what is seen. */
const printable = (name: string): string => name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');

const faultText = ({ part, fault, which }: Fault): string =>
  `${part}${which === undefined ? '' : ` (${which})`}: ${FAULTS[fault]}`;

const FAULTS: Readonly<Record<Fault['fault'], string>> = {
  'not-a-certificate': 'signed otherwise than certificates are',
  'no-signature': 'there is no signature',
  'file-not-covered': 'bytes stand outside of what the last time-stamp covers',
  'byte-range-wrong': 'its byte range is not what it should be',
  'signature-unreadable': 'it cannot be read',
  'padding-not-empty': 'bytes stand where nothing may stand',
  'signature-wrong': 'the signature is not by this certificate, or what it signs was changed',
  'content-changed': 'changed since it was signed',
  'time-stamp-unreadable': 'it cannot be read',
  'time-stamp-digest-differs': 'something that it covers was changed',
  'time-stamp-signature-wrong': 'its signature is wrong',
  'time-stamp-certificate-not-valid': 'its certificate was not valid for time-stamps then',
  'time-stamps-out-of-order': 'it is older than the one before it',
  'file-unreadable': 'its structure cannot be read',
  'additions-unfamiliar': 'what was added after the signature has a form that certificates do not have',
  'additions-change-what-was-signed': 'what was signed is replaced by an addition',
  'not-vouched-for': 'its chain does not end at a trusted certificate',
  'stray-certificate': 'a certificate travels with it that nobody known has signed',
  'certificate-not-valid-then': 'a certificate of its chain was not valid at that time',
  'issuer-no-authority': 'a certificate of its chain may not issue others',
  'certificate-revoked': 'a certificate of its chain was revoked before',
  'statement-missing': 'it is missing',
  'manifest-unreadable': 'it cannot be read',
  'manifest-not-a-statement': 'it is no statement of a version that is known',
  'manifest-not-canonical': 'it is written otherwise than statements are',
  'statement-digest-differs': 'its digest is not the one that the file gives',
  'picture-differs': 'it is not the one that the statement means',
  'steps-out-of-order': 'its steps are out of order',
  'machine-ruled-against-findings': 'a machine ruled although something spoke against it',
  'reason-without-finding': 'a reason rests on nothing that was measured',
  'verdict-contradicts-line': 'a verdict is not what its figures give',
  'picture-twice': 'it names a picture twice',
};

function noteText(note: Note): string {
  switch (note.note) {
    case 'nobody-trusted-was-named':
      return 'nobody vouches for the signer: compare its root, or name whom you trust with --trust';
    case 'demonstration':
      return 'signed with DEMONSTRATION keys: no legal value';
    case 'revocation-not-proven':
      return `nothing in the file says whether the certificate of ${printable(note.of)} was revoked`;
    case 'renewal-overdue':
      return `the last time-stamp's certificate ended on ${note.since.toISOString().slice(0, 10)}: a further one should have been added before`;
  }
}
