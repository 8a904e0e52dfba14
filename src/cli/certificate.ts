import { writeFile } from 'node:fs/promises';
import { findAccount, listAccounts } from '../access/account.store.ts';
import { listAttempts, listCertificates } from '../certificate/certificate.store.ts';
import { eraseCertificate } from '../certificate/erase-certificates.job.ts';
import { CertificateDamaged, type CertificatePlace, type KeptCertificate } from '../certificate/kept-certificate.ts';
import { type OpenedCertificate, openCertificate } from '../certificate/open-certificate.client.ts';
import { renewCertificateFile } from '../certificate/make-certificate.client.ts';
import { renewCertificate } from '../certificate/renew-certificates.job.ts';
import { verifyCertificate } from '../certificate/verify.client.ts';
import type { Config } from '../config.ts';
import { openLog } from '../http/log.client.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { MS_PER_DAY, later } from '../kernel/instant.ts';
import { print } from './account.ts';
import { openSealing, openVault } from './certificates.ts';
import { UsageError, oneOf, parseCommandLine, required, type Command } from './command.ts';
import { accountIdOf, placeOf } from './evidence.ts';
import { type Installation, openInstallation, readConfig } from './installation.ts';

const help = `cotejo certificate: certificates that were issued, also while the service runs

usage: cotejo certificate list ACCOUNT [--json]
       cotejo certificate show ACCOUNT ID [--json]
       cotejo certificate export ACCOUNT ID FILE [--as-issued] [--json]
       cotejo certificate renew ACCOUNT ID [--json]
       cotejo certificate check [--account ACCOUNT] [--json]
       cotejo certificate erase ACCOUNT ID --reason TEXT [--json]

'list' tells what there is and what still waits. 'show' reads one certificate through and checks it like 'cotejo verify-certificate'. 'export'
writes it to a file that is not there yet: with the time-stamps that were added since, or --as-issued, the bytes that the company is handed.
'renew' puts a further time-stamp over it now; the service does so by itself 90 days before the last one's certificate ends.

'check' reads every certificate to the last byte and holds it against its digest. It names each that is missing, changed or cut, and files
that belong to nothing; it ends with exit code 1 when there is any. It is made to run every night.

'erase' destroys the key of a certificate, and then the file. It prints the receipt, which stays. The evidence is another matter: 'cotejo
evidence erase'.
`;

const actions = { list, show, export: exportFile, renew, check, erase };

export const certificateCommand: Command = {
  help,
  async run(args) {
    const [action, ...rest] = args;
    return actions[oneOf(action ?? '', 'what to do', Object.keys(actions) as (keyof typeof actions)[])](rest);
  },
};

type Desk = {
  readonly installation: Installation;
  readonly config: Config;
  readonly vault: ReturnType<typeof openVault>;
};

async function withDesk<Value>(work: (desk: Desk) => Promise<Value>): Promise<Value> {
  const config = await readConfig();
  const installation = await openInstallation(config, { use: 'command', log: () => {}, connections: 4 });
  try {
    return await work({ installation, config, vault: openVault(installation, config) });
  } finally {
    await installation.close();
  }
}

const PAGE = 200;

async function* allOf(
  { installation }: Desk,
  accountId: AccountId,
): AsyncGenerator<KeptCertificate & { readonly id: VerificationId }> {
  for (let after = 0; ;) {
    const page = await listCertificates(installation.database, accountId, { after, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

const day = (at: Date): string => at.toISOString().slice(0, 10);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function list(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json: { type: 'boolean' } }, ['ACCOUNT']);
  const accountId = accountIdOf(positionals[0]!);
  return withDesk(async (desk) => {
    const waiting = await listAttempts(desk.installation.database, accountId);
    const certificates = [];
    for await (const { id, issued, file, renewBefore, renewals, erasedAt } of allOf(desk, accountId))
      certificates.push({
        id,
        issuedAt: issued.at,
        bytes: file.byteLength,
        renewBefore,
        renewals,
        erasedAt,
        sha256: hex(issued.sha256),
      });
    print(values.json, { certificates, waiting }, [
      ...waiting.map(
        ({ id, attempts, begunAt, hindrance }) =>
          `${id}  waits since ${begunAt.toISOString()}: ${attempts} attempts, ${hindrance ?? 'under way'}`,
      ),
      ...certificates.map(({ id, issuedAt, bytes, renewBefore, erasedAt }) =>
        erasedAt === null
          ? `${id}  ${day(issuedAt)}  ${bytes} bytes  renew before ${day(renewBefore)}`
          : `${id}  ${day(issuedAt)}  erased ${day(erasedAt)}`,
      ),
      `${certificates.length} certificates, ${waiting.length} waiting`,
    ]);
    return 0;
  });
}

/** @throws UsageError when there is none. */
async function opened({ installation, vault }: Desk, place: CertificatePlace): Promise<OpenedCertificate> {
  const certificate = await openCertificate({ database: installation.database, vault }, place).catch(
    (error: unknown) => {
      if (error instanceof CertificateDamaged)
        throw new UsageError(`the certificate of ${place.id} is damaged: ${error.message}`);
      throw error;
    },
  );
  if (certificate.ok) return certificate.value;
  throw new UsageError(
    certificate.refusal.kind === 'certificate-erased'
      ? `the certificate of ${place.id} was erased`
      : `verification ${place.id} has no certificate`,
  );
}

async function show(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json: { type: 'boolean' } }, ['ACCOUNT', 'ID']);
  const place = placeOf(positionals[0]!, positionals[1]!);
  return withDesk(async (desk) => {
    const { kept, whole } = await opened(desk, place);
    const report = await verifyCertificate(whole, { anchors: [], now: new Date() });
    const account = await findAccount(desk.installation.database, place.accountId);
    const facts = {
      id: place.id,
      isValid: report.isValid,
      issuedAt: kept.issued.at,
      signer: report.signer?.name ?? null,
      timeStamps: report.timeStamps,
      renewals: kept.renewals,
      renewBefore: kept.renewBefore,
      keptUntil: account === null ? null : later(kept.issued.at, account.settings.certificateDays * MS_PER_DAY),
      bytes: kept.file.byteLength,
      sha256: hex(kept.file.sha256),
      issuedBytes: kept.issued.byteLength,
      issuedSha256: hex(kept.issued.sha256),
    };
    print(values.json, facts, [
      facts.isValid
        ? 'it holds'
        : `it does NOT hold: ${report.faults.map(({ part, fault }) => `${part} ${fault}`).join(', ')}`,
      `signed by      ${facts.signer ?? 'nobody'}`,
      `issued at      ${facts.issuedAt.toISOString()}`,
      ...report.timeStamps.map(({ authority, at }) => `stamped at     ${at.toISOString()} by ${authority}`),
      `renew before   ${day(facts.renewBefore)}`,
      ...(facts.keptUntil === null ? [] : [`kept until     ${day(facts.keptUntil)}`]),
      `as issued      ${facts.issuedBytes} bytes  sha256:${facts.issuedSha256}`,
      `whole          ${facts.bytes} bytes  sha256:${facts.sha256}`,
    ]);
    return facts.isValid ? 0 : 1;
  });
}

async function exportFile(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(
    args,
    { 'as-issued': { type: 'boolean' }, json: { type: 'boolean' } },
    ['ACCOUNT', 'ID', 'FILE'],
  );
  const place = placeOf(positionals[0]!, positionals[1]!);
  const file = positionals[2]!;
  return withDesk(async (desk) => {
    const { issued, whole } = await opened(desk, place);
    const bytes = values['as-issued'] === true ? issued : whole;
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`'${file}' cannot be written: ${error.code ?? 'unknown error'}`);
    });
    print(values.json, { file, bytes: bytes.byteLength }, [`${file}: ${bytes.byteLength} bytes`]);
    return 0;
  });
}

async function renew(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json: { type: 'boolean' } }, ['ACCOUNT', 'ID']);
  const place = placeOf(positionals[0]!, positionals[1]!);
  return withDesk(async ({ installation, config, vault }) => {
    const clock = (): Date => new Date();
    const log = openLog(config.logLevel, { isTerminal: process.stderr.isTTY === true });
    const { sealing, close } = await openSealing(config, { clock, log });
    const renewing = { renew: (pdf: Uint8Array) => renewCertificateFile(pdf, sealing), clock };
    const renewed = await renewCertificate({ database: installation.database, vault, ...renewing }, place);
    await close();
    if (!renewed.ok) {
      const { refusal } = renewed;
      const why =
        refusal.kind === 'no-time-stamp'
          ? `nobody stamps: ${refusal.attempts.map(({ authority, fault }) => `${authority} ${fault}`).join(', ')}`
          : refusal.kind;
      throw new UsageError(`the certificate of ${place.id} was not renewed: ${why}`);
    }
    const { renewBefore } = renewed.value;
    print(values.json, { id: place.id, renewBefore }, [`renewed: the next time before ${day(renewBefore)}`]);
    return 0;
  });
}

async function check(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, { account: { type: 'string' }, json: { type: 'boolean' } });
  const only = values.account === undefined ? null : accountIdOf(values.account);
  return withDesk(async (desk) => {
    const { installation, vault } = desk;
    const accounts = only === null ? (await listAccounts(installation.database)).map(({ id }) => id) : [only];
    const faults: { account: string; id: number; kind: 'damaged' | 'stray' | 'not-cleared'; detail: string }[] = [];
    let certificates = 0;
    for (const accountId of accounts)
      for await (const { id, file, erasedAt } of allOf(desk, accountId)) {
        certificates += 1;
        const place = { accountId, id };
        const fault = (kind: (typeof faults)[number]['kind'], detail: string): void =>
          void faults.push({ account: String(accountId), id, kind, detail });
        for (const name of await vault.list(place))
          if (name !== file.blobName || erasedAt !== null) fault(erasedAt === null ? 'stray' : 'not-cleared', name);
        await openCertificate({ database: installation.database, vault }, place).catch((error: unknown) => {
          if (!(error instanceof CertificateDamaged)) throw error;
          fault('damaged', error.message);
        });
      }
    print(
      values.json,
      { certificates, faults },
      faults.length === 0
        ? [`everything is as it was: ${certificates} certificates`]
        : faults.map(({ account, id, kind, detail }) => `${account} ${id}: ${kind}: ${detail}`),
    );
    return faults.length === 0 ? 0 : 1;
  });
}

async function erase(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { reason: { type: 'string' }, json: { type: 'boolean' } }, [
    'ACCOUNT',
    'ID',
  ]);
  const reason = required(values.reason, '--reason');
  const place = placeOf(positionals[0]!, positionals[1]!);
  return withDesk(async ({ installation, vault }) => {
    const clock = (): Date => new Date();
    const erased = await eraseCertificate({ database: installation.database, vault, clock }, place, reason);
    if (!erased.ok) throw new UsageError(`verification ${place.id} has no certificate`);
    const { erasedAt, sha256, byteLength } = erased.value;
    print(values.json, { account: String(place.accountId), id: place.id, ...erased.value }, [
      `erased at ${erasedAt.toISOString()}: ${erased.value.reason}`,
      `${byteLength} bytes  sha256:${sha256}`,
    ]);
    return 0;
  });
}
