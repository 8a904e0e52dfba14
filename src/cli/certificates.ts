import { X509Certificate, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { Agent } from 'undici';
import { findAccount, listAccounts } from '../access/account.store.ts';
import type { Account } from '../access/account.ts';
import type { CertificateFacts } from '../certificate/compile-statement.ts';
import { openDemonstrationAuthority } from '../certificate/demonstration-authority.client.ts';
import { eraseDueCertificates } from '../certificate/erase-certificates.job.ts';
import { addressesOf } from '../certificate/gather-revocation.client.ts';
import { type HttpExchange, exchangeThrough, httpExchange } from '../certificate/http-exchange.client.ts';
import { type Hindrance, issueCertificate } from '../certificate/issue-certificate.job.ts';
import { CertificateDamaged, type CertificatePlace, type CertificateVault } from '../certificate/kept-certificate.ts';
import { type Maker, makerProcess } from '../certificate/maker.client.ts';
import { openCertificate } from '../certificate/open-certificate.client.ts';
import type { Sealing } from '../certificate/pades.client.ts';
import { renewDueCertificates } from '../certificate/renew-certificates.job.ts';
import { type KeyFileRefusal, type Signer, signerFromKeyFile } from '../certificate/signer.client.ts';
import { type TimeStampAuthority, httpAuthority, stamp } from '../certificate/tsa.client.ts';
import type { Config } from '../config.ts';
import { operatingLines } from '../engine/decision/judge.ts';
import { readImageHeader } from '../engine/runtime/image-header.ts';
import type { EvidenceDesk } from '../evidence/evidence-room.client.ts';
import { EvidenceDamaged } from '../evidence/evidence.ts';
import { once } from '../evidence/screen.ts';
import { sealedBlobs } from '../evidence/sealed-blobs.client.ts';
import { gathered, newDataKey } from '../evidence/sealed-stream.client.ts';
import type { Log } from '../http/log.client.ts';
import type { Metrics } from '../http/metrics.client.ts';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { connectorFor } from '../notification/webhook/connect.client.ts';
import { strictRules } from '../notification/webhook/egress-rules.ts';
import { resolveNames } from '../notification/webhook/resolve.client.ts';
import { type Blobs, within } from '../storage/blobs.ts';
import { folderBlobs } from '../storage/folder-blobs.client.ts';
import type { JobHandler, Queue } from '../storage/queue.client.ts';
import { s3Blobs } from '../storage/s3-blobs.client.ts';
import type { Job } from '../verification/jobs.ts';
import { type Advance, findVerification } from '../verification/verification.store.ts';
import { UsageError } from './command.ts';
import type { Installation } from './installation.ts';
import { programName } from './program-name.ts';
import { type Rounds, startRounds } from './rounds.ts';

/** Where the times on certificates are told: the service is for Spain. */
const TIME_ZONE = 'Europe/Madrid';
const FOLDER = 'certificates';

/** Certificates lie beside the evidence: in a folder of the same machine, or in the same bucket. */
const blobsFor = ({ dataFolder, evidenceS3 }: Pick<Config, 'dataFolder' | 'evidenceS3'>): Blobs =>
  evidenceS3 === null ? folderBlobs(path.join(dataFolder, FOLDER)) : within(s3Blobs(evidenceS3), FOLDER);

export function openVault(
  { secrets }: Pick<Installation, 'secrets'>,
  config: Pick<Config, 'dataFolder' | 'evidenceS3'>,
): CertificateVault {
  const blobs = blobsFor(config);
  const files = sealedBlobs(blobs, () => randomBytes(16).toString('hex'));
  const folderOf = ({ accountId, id }: CertificatePlace): string => `${accountId}/${id}/`;
  const contextOf = ({ accountId, id }: CertificatePlace): string => `certificate/${accountId}/${id}`;
  return {
    newKey(place) {
      const key = newDataKey();
      return { key, wrappedKey: secrets.wrapKey(key, contextOf(place)) };
    },
    openKey: (place, wrappedKey) => secrets.unwrapKey(wrappedKey, contextOf(place)),
    write: (place, key, pdf) => files.write(place, key, once(pdf)),
    async read(key, { blobName, byteLength, sha256 }) {
      const part = { partNumber: 1, blobName, byteLength, sha256: Buffer.from(sha256), receivedAt: new Date(0) };
      try {
        return Uint8Array.from(await gathered(files.read(key, 1, [part])));
      } catch (error) {
        if (!(error instanceof EvidenceDamaged)) throw error;
        throw new CertificateDamaged('its file is missing, or is not what was written', { cause: error });
      }
    },
    remove: blobs.remove,
    list: (place) => blobs.list(folderOf(place)),
    clear: (place) => blobs.clear(folderOf(place)),
  };
}

type IssuingConfig = Pick<Config, 'dataFolder' | 'signer' | 'timeStampers'>;
type IssuingGround = { readonly clock: Clock; readonly log: Pick<Log, 'warn'> };

/** Who makes certificates, where this process issues. */
export type Issuing = {
  readonly maker: Maker;
  readonly signer: CertificateFacts['signer'];
  /** When the certificate that signs ends. */
  readonly signerUntil: Date;
  close(): Promise<void>;
};

/** Keys and authorities stay here; what computes is a process of its own. See [Note: Who makes certificates]. */
export async function openIssuing(config: IssuingConfig, ground: IssuingGround): Promise<Issuing> {
  const { sealing, signer, signerUntil, close } = await openSealing(config, ground);
  const maker = makerProcess(sealing);
  return {
    maker,
    signer,
    signerUntil,
    async close() {
      await maker.close();
      await close();
    },
  };
}

/** What signs and stamps. */
export type OpenSealing = Pick<Issuing, 'signer' | 'signerUntil' | 'close'> & { readonly sealing: Sealing };

/** The keys and authorities that the settings name; where they name none, the demonstration authority, and the log says so. */
export async function openSealing(
  { dataFolder, signer: keyFile, timeStampers }: IssuingConfig,
  { clock, log }: IssuingGround,
): Promise<OpenSealing> {
  const draw = (bytes: number): Uint8Array<ArrayBuffer> => Uint8Array.from(randomBytes(bytes));
  const demonstration =
    keyFile === null || timeStampers.length === 0
      ? openDemonstrationAuthority(path.join(dataFolder, 'demonstration'), { clock, draw })
      : null;
  const signer = keyFile === null ? demonstration!.signer : await openSigner(keyFile);
  const authorities: readonly TimeStampAuthority[] =
    timeStampers.length === 0
      ? [demonstration!.timeStamping]
      : timeStampers.map(({ url, user, password, policy }) =>
          httpAuthority(
            {
              url,
              ...(user === undefined ? {} : { user }),
              ...(password === undefined ? {} : { password }),
              ...(policy === undefined ? {} : { policy }),
            },
            httpExchange,
          ),
        );
  if (demonstration !== null)
    log.warn('certificates are made with DEMONSTRATION keys: they have no legal value', {
      signature: keyFile === null ? 'demonstration' : 'own',
      timeStamps: timeStampers.length === 0 ? 'demonstration' : 'own',
      settings: 'COTEJO_SIGNER_FILE, COTEJO_TSA',
    });
  const revocation = revocationExchange(signer, timeStampers);
  return {
    sealing: {
      signer,
      stamp: (imprint) => stamp({ authorities, drawNonce: () => draw(8), clock }, imprint),
      pool: demonstration === null ? [] : [demonstration.root],
      knownRevocation: (at) => demonstration?.signer.revocation(at) ?? { crls: [], ocsps: [] },
      exchange: revocation.exchange,
      clock,
    },
    signer: { name: signer.name, isDemonstration: demonstration !== null },
    signerUntil: new X509Certificate(signer.chain[0]!).validToDate,
    close: revocation.close,
  };
}

async function openSigner({ file, password }: NonNullable<Config['signer']>): Promise<Signer> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`COTEJO_SIGNER_FILE: cannot read ${file} (${error.code ?? 'unknown error'})`);
  });
  const signer = await signerFromKeyFile(bytes, password);
  if (!signer.ok) throw new UsageError(`COTEJO_SIGNER_FILE: ${file} ${KEY_FILE_PROBLEMS[signer.refusal.kind]}`);
  return signer.value;
}

const KEY_FILE_PROBLEMS: Readonly<Record<KeyFileRefusal['kind'], string>> = {
  'key-file-unreadable':
    'is neither PKCS#12 nor PEM, is encrypted as before OpenSSL 3 (write it anew with openssl pkcs12), or COTEJO_SIGNER_PASSWORD is not its password',
  'key-file-incomplete': 'holds no private key with the certificate that belongs to it',
  'key-not-suitable': 'holds a key that is neither RSA of 2048 bits or more nor elliptic on P-256, P-384 or P-521',
};

const REVOCATION_TIMEOUT_MS = 10_000;

/**
 * How lists and responders are asked. The addresses come from certificates: those of the signer's own chain and of the authorities in the
 * settings are as good as settings; whatever else a time-stamp brings along may lead to public addresses only.
 */
function revocationExchange(
  signer: Signer,
  timeStampers: Config['timeStampers'],
): { readonly exchange: HttpExchange; readonly close: () => Promise<void> } {
  const ownUrls = signer.chain.map(addressesOf).flatMap(({ responders, lists }) => [...responders, ...lists]);
  const trustedHosts = new Set([...ownUrls, ...timeStampers.map(({ url }) => url)].map((url) => new URL(url).host));
  const agent = new Agent({
    connect: connectorFor({
      rules: { ...strictRules, allowsHttp: true, ports: [80, 443] },
      resolve: resolveNames(),
      timeoutMs: REVOCATION_TIMEOUT_MS,
    }),
  });
  return {
    exchange: (call) => exchangeThrough(trustedHosts.has(new URL(call.url).host) ? undefined : agent, call),
    close: () => agent.close(),
  };
}

/** The certificate that a company is handed: as it was issued, held against its digest. What is damaged is told, and never handed out. */
export const handingOut =
  (
    installation: Pick<Installation, 'database'>,
    vault: CertificateVault,
    { metrics, log }: { readonly metrics: Metrics; readonly log: Log },
  ) =>
  async (
    accountId: CertificatePlace['accountId'],
    id: CertificatePlace['id'],
  ): Promise<Result<Uint8Array, { readonly kind: 'certificate-erased' }>> => {
    const opened = await openCertificate({ ...installation, vault }, { accountId, id }).catch((error: unknown) => {
      if (error instanceof CertificateDamaged) {
        metrics.certificateAttempted('damaged');
        log.error('a certificate is damaged: it is not handed out', { account: accountId, verification: id });
      }
      throw error;
    });
    if (opened.ok) return ok(opened.value.issued);
    if (opened.refusal.kind === 'certificate-erased') return refuse(opened.refusal);
    throw new Error('a validated verification without a certificate');
  };

export type CertificateParts = {
  readonly installation: Pick<Installation, 'database'>;
  readonly vault: CertificateVault;
  readonly issuing: Pick<Issuing, 'maker' | 'signer'>;
  readonly evidence: EvidenceDesk;
  readonly advance: Advance;
  readonly enqueue: Queue<Job>['enqueue'];
  /** Where anybody checks a certificate in their browser. */
  readonly checkUrl: () => string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** The handler that makes certificates. */
export function certificateHandler({
  installation: { database },
  vault,
  issuing,
  evidence,
  advance,
  enqueue,
  checkUrl,
  clock,
  log,
  metrics,
}: CertificateParts): JobHandler<Extract<Job, { kind: 'issue-certificate' }>> {
  return issueCertificate({
    database,
    clock,
    chance: Math.random,
    find: (accountId, id) => findVerification(database, accountId, id),
    findAccount: (accountId) => findAccount(database, accountId),
    advance,
    enqueue,
    sources: {
      evidence,
      sizeOf(jpeg) {
        const header = readImageHeader(jpeg);
        return header.kind === 'image' && header.format === 'jpeg' ? header : null;
      },
      operatorOf: async (userId) => ({ name: userId, role: 'operator' }),
      lines: operatingLines,
      signer: issuing.signer,
      software: programName(),
      checkUrl,
      timeZone: TIME_ZONE,
    },
    logoOf: (account) => logoOf(account, log),
    make: issuing.maker.make,
    vault,
    onAttempt({ place, number, hindrance, againAt, durationMs }) {
      metrics.certificateAttempted(hindrance === null ? 'issued' : hindrance.kind);
      if (hindrance === null) return;
      const fields = {
        account: place.accountId,
        verification: place.id,
        attempt: number,
        hindrance: wordsOf(hindrance),
        againAt: againAt === null ? null : againAt.toISOString(),
        durationMs,
      };
      if (againAt === null) log.error('a certificate cannot be made: its verification stays as it is', fields);
      else
        log.warn('a certificate waits: nobody is told that the verification is validated before it is there', fields);
    },
  });
}

/** `no-time-stamp: tsa.example.com no-answer, tsa.example.org nonce-differs` */
function wordsOf(hindrance: Hindrance): string {
  switch (hindrance.kind) {
    case 'no-time-stamp':
      return `${hindrance.kind}: ${hindrance.attempts.map(({ authority, fault }) => `${authority} ${fault}`).join(', ')}`;
    case 'maker-failed':
      return `${hindrance.kind}: ${hindrance.detail}`;
    default:
      return hindrance.kind;
  }
}

const LOGO_BOX = { width: 900, height: 230, fit: 'inside', withoutEnlargement: true } as const;

/** An account's logo as every PDF reader shows it: without transparency, at the size of print. */
async function logoOf({ id, settings: { logo } }: Account, log: Pick<Log, 'warn'>): Promise<Uint8Array | null> {
  if (logo === null) return null;
  try {
    const bytes = Buffer.from(logo.slice(logo.indexOf(',') + 1), 'base64');
    return await sharp(bytes).flatten({ background: '#fff' }).resize(LOGO_BOX).jpeg({ quality: 90 }).toBuffer();
  } catch {
    log.warn('the logo of an account cannot be shown on its certificates', { account: id });
    return null;
  }
}

type UpkeepParts = Pick<CertificateParts, 'vault' | 'clock' | 'log' | 'metrics'> & {
  readonly installation: Pick<Installation, 'database'>;
  /** Without it certificates are erased here, and renewed by others. */
  readonly issuing: Pick<Issuing, 'maker'> | undefined;
  readonly onError: (error: unknown) => void;
};

/** Every hour: certificates that are kept no longer are erased, those whose last time-stamp is about to end get a further one. */
export function startCertificateUpkeep({
  installation: { database },
  vault,
  issuing,
  clock,
  log,
  metrics,
  onError,
}: UpkeepParts): Rounds {
  return startRounds(async (isStopping) => {
    const accounts = async () =>
      (await listAccounts(database)).map(({ id, settings: { certificateDays } }) => ({ id, certificateDays }));
    const count = await eraseDueCertificates({ database, vault, clock, accounts, onError, isStopping });
    if (count > 0) log.info('certificates were erased, their time had come', { count });
    if (issuing === undefined) return;
    await renewDueCertificates({
      database,
      vault,
      renew: issuing.maker.renew,
      clock,
      accounts,
      onError,
      isStopping,
      onRenewal({ accountId, id }, refusal) {
        metrics.certificateAttempted(refusal === null ? 'renewed' : `renewal-${refusal.kind}`);
        if (refusal?.kind !== 'no-time-stamp' && refusal?.kind !== 'maker-failed') return;
        log.warn('a certificate cannot be renewed before its last time-stamp ends', {
          account: accountId,
          verification: id,
          hindrance: wordsOf(refusal),
        });
      },
    });
  }, onError);
}
