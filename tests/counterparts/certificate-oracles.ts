import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { oids } from '../../src/certificate/algorithms.ts';
import { readFirst } from '../../src/kernel/der-reader.ts';
import { signatureRanges, type SignatureRange } from '../../src/certificate/signature-ranges.ts';
import { readSignedData } from '../../src/certificate/read-signed-data.ts';
import { pem } from './pki.ts';

const run = promisify(execFile);

/** Programs of others that certificates are held against; what is missing on this machine is told. */
export const oracles = ['pdfsig', 'qpdf', 'openssl', 'pdfdetach', 'pdftotext'] as const;
export const missingOracles = (): readonly string[] =>
  oracles.filter((program) => spawnSync(program, ['--version']).error !== undefined);

export type Judgement = {
  /** `Signature is Valid.` of the first signature. */
  readonly pdfsig: string;
  readonly coversAll: boolean;
  readonly qpdf: string;
  readonly signatureToken: boolean;
  readonly documentToken: boolean;
};

export const signaturesIn = (pdf: Uint8Array): readonly SignatureRange[] =>
  signatureRanges(pdf).filter((range) => typeof range !== 'string');

/** What pdfsig, qpdf and `openssl ts` say of one certificate. */
export async function judgeByOthers(pdf: Uint8Array, tsaRoot: Uint8Array): Promise<Judgement> {
  const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
  const file = (name: string, bytes: Uint8Array | string): string => {
    const full = path.join(folder, name);
    writeFileSync(full, bytes);
    return full;
  };
  try {
    const certificate = file('certificate.pdf', pdf);
    const root = file('root.pem', pem(tsaRoot));
    const [signature, ...stamps] = signaturesIn(pdf);
    const signedData = readSignedData(signature!.contents);
    const token = signedData.unsignedAttribute(oids.timeStampToken)!.whole;
    const stamp = stamps.at(-1)!;
    const tokenHolds = async (name: string, der: Uint8Array, data: Uint8Array): Promise<boolean> => {
      const args = [
        'ts',
        '-verify',
        '-in',
        file(`${name}.der`, der),
        '-token_in',
        '-data',
        file(`${name}.bin`, data),
        '-CAfile',
        root,
      ];
      return (await said('openssl', args)).includes('Verification: OK');
    };
    const [pdfsig, qpdf, signatureToken, documentToken] = await Promise.all([
      said('pdfsig', ['-nocert', certificate]),
      said('qpdf', ['--check', certificate]),
      tokenHolds('signature', token, signedData.signature),
      tokenHolds('document', readFirst(stamp.contents).whole, stamp.covered),
    ]);
    return {
      pdfsig: /Signature Validation: (.*)/.exec(pdfsig)?.[1] ?? pdfsig,
      coversAll: pdfsig.includes('Total document signed'),
      qpdf: /No syntax or stream encoding errors found/.test(qpdf) && !/WARNING/.test(qpdf) ? 'clean' : qpdf,
      signatureToken,
      documentToken,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Everything that a program prints, whatever its exit code. */
export async function said(program: string, args: readonly string[]): Promise<string> {
  const answer = await run(program, [...args]).catch((error: { stdout?: string; stderr?: string }) => error);
  return `${answer.stdout ?? ''}${answer.stderr ?? ''}`;
}

/** Names of what a PDF could do by itself or lead to; none may be among a certificate's objects. */
export const ACTIVE =
  /\/(JavaScript|JS|Launch|URI|OpenAction|AA|GoToR|GoToE|SubmitForm|ImportData|RichMedia|XFA|Movie|Sound|Rendition|A)\b/g;

/** The file with its streams opened, without what stands in strings and streams: the skeleton that readers act upon. */
export async function activeNames(pdf: Uint8Array): Promise<readonly string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
  try {
    const from = path.join(folder, 'in.pdf');
    writeFileSync(from, pdf);
    const { stdout } = await run('qpdf', ['--json', '--json-stream-data=none', from], { maxBuffer: 64_000_000 });
    const names: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value === 'string') names.push(...(value.startsWith('/') ? (value.match(ACTIVE) ?? []) : []));
      else if (Array.isArray(value)) value.forEach(walk);
      else if (typeof value === 'object' && value !== null)
        for (const [key, member] of Object.entries(value)) {
          names.push(...(key.startsWith('/') ? (key.match(ACTIVE) ?? []) : []));
          walk(member);
        }
    };
    walk((JSON.parse(stdout) as { qpdf: unknown }).qpdf);
    return names;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
