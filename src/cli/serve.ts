import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { sameDigest, sha256 } from '../access/secrets.client.ts';
import { type Config, settingsSchema } from '../config.ts';
import { preferredLanguage } from '../contract/accept-language.ts';
import { firstCall } from '../contract/first-call.ts';
import { parseTrustedProxies } from '../http/client-address.ts';
import { type LocalAuthority, openLocalAuthority } from '../http/local-authority.client.ts';
import { type Log, openLog } from '../http/log.client.ts';
import { type Tls, openTls } from '../http/tls.client.ts';
import { answerPlainHttp } from '../http/tls-plain-http.client.ts';
import type { DeliveryReceipt, SmsGateway } from '../notification/sms/gateway.ts';
import { type GatewayName, gatewayNames, openGateway } from '../notification/sms/gateways/index.client.ts';
import { listOutbox } from '../notification/sms/gateways/outbox.client.ts';
import { RECEIPTS_PATH, receiptRoute } from '../notification/sms/receipt.route.ts';
import { type ReceiptSettings, httpSettings } from '../notification/sms/gateways/http-settings.ts';
import { openQrWriter } from '../notification/sms/qr.client.ts';
import { outboxRoute } from '../notification/sms/outbox.route.ts';
import { firstAccount } from './account.ts';
import { openIssuing, openVault } from './certificates.ts';
import { evidenceParts, openMeasuring, openPages } from './applicants.ts';
import { roomAt } from './health.ts';
import { evidenceRoom } from '../evidence/evidence-room.client.ts';
import { callbackSettingsOf } from './callbacks.ts';
import { UsageError, oneOf, parseCommandLine, type Command } from './command.ts';
import { type Installation, openInstallation, readConfig } from './installation.ts';
import { type Service, startService } from './start-service.ts';
import { firstUserHint } from './user.ts';

const help = `cotejo serve: runs the service

usage: cotejo serve [--role api,worker] [--tls local]

Everything it needs is embedded: PostgreSQL under COTEJO_DATA (default ./data), listening on this machine alone. The first start creates an
account and prints its API token once. Settings come from the environment, or from the JSON file that COTEJO_CONFIG names:

${Object.entries(settingsSchema.shape)
  .map(([name, schema]) => `  ${name.padEnd(22)} ${schema.description ?? ''}`)
  .join('\n')}
`;

const roles = ['api', 'worker'] as const;
type Role = (typeof roles)[number];

export const serveCommand: Command = {
  help,
  async run(args) {
    const { values } = parseCommandLine(args, {
      role: { type: 'string', default: 'api,worker' },
      tls: { type: 'string' },
    });
    const chosen = values.role.split(',').map((role) => oneOf(role.trim(), '--role', roles));
    if (values.tls !== undefined) oneOf(values.tls, '--tls', ['local']);
    const config = await readConfig(
      values.tls === undefined ? process.env : { ...process.env, COTEJO_TLS: values.tls },
    );
    await serve(config, chosen);
    return 0;
  },
};

/** Serves until it is told to stop, and then stops in order. */
async function serve(config: Config, chosen: readonly Role[]): Promise<void> {
  const log = openLog(config.logLevel, { isTerminal: process.stderr.isTTY === true });
  const installation = await openInstallation(config, { use: 'service', log: (sentence) => log.info(sentence) });
  const stopping = stopSignal(log);
  try {
    const certificates = await openCertificates(config, log);
    const { service, hangUpOnSilent } = await start(config, chosen, { installation, log, certificates });
    if (chosen.includes('api')) await welcome(config, installation, service, certificates);
    log.info('ready', { address: service.address, roles: chosen.join(',') });
    await stopping;
    hangUpOnSilent();
    await service.stop();
    certificates?.stop();
  } finally {
    await installation.close();
  }
  log.info('stopped');
}

type Certificates = {
  readonly tls: Tls;
  /** The authority of `--tls local`; null: certificates of the installer's own. */
  readonly authority: LocalAuthority | null;
  stop(): void;
};

/** The certificates that the settings name; null: plain HTTP. */
async function openCertificates(config: Config, log: Log): Promise<Certificates | null> {
  if (config.tls.kind === 'none') return null;
  const said = (sentence: string): void => log.info(sentence);
  const now = (): Date => new Date();
  let authority: LocalAuthority | null = null;
  if (config.tls.kind === 'local') {
    const names = config.publicUrl === null ? [] : [new URL(config.publicUrl).hostname];
    const opened = await openLocalAuthority({ folder: path.join(config.dataFolder, 'tls'), names, now, log: said });
    if (!opened.ok)
      throw new UsageError(`COTEJO_PUBLIC_URL: ${opened.refusal.name} cannot be certified (${opened.refusal.kind})`);
    authority = opened.value;
  }
  const files = authority ?? (config.tls as Extract<Config['tls'], { kind: 'files' }>);
  const tls = await openTls({ certificateFile: files.certificateFile, keyFile: files.keyFile, now, log: said });
  if (!tls.ok) throw new UsageError(`COTEJO_TLS_CERT, COTEJO_TLS_KEY: ${tls.refusal.detail}`);
  return {
    tls: tls.value,
    authority,
    stop() {
      tls.value.stop();
      authority?.stop();
    },
  };
}

type Ground = { readonly installation: Installation; readonly log: Log; readonly certificates: Certificates | null };

async function start(
  config: Config,
  chosen: readonly Role[],
  { installation, log, certificates }: Ground,
): Promise<{ readonly service: Service; readonly hangUpOnSilent: () => void }> {
  const proxies = parseTrustedProxies(config.trustedProxies.join(','));
  if (!proxies.ok) throw new UsageError(`COTEJO_TRUSTED_PROXIES: ${proxies.refusal.text}: ${proxies.refusal.kind}`);
  if (!chosen.includes('api') && config.publicUrl === null)
    throw new UsageError('COTEJO_PUBLIC_URL: a worker by itself has to be told the address that links are made of');
  const publicUrl = publicUrlOf(config, certificates);
  const linkPrefix = publicUrl === null ? null : `${publicUrl}/i/`;
  const receipts = receiptSettingsOf(config);
  const qr = openQrWriter();
  const outbox = { folder: path.join(config.dataFolder, 'outbox'), linkPrefix };
  const isWorker = chosen.includes('worker');
  const clock = (): Date => new Date();
  const { dataFolder } = config;
  const kept = evidenceParts(installation, { ...config, clock });
  const applicants = {
    pages: await openPages('capture', dataFolder),
    evidence: evidenceRoom(kept),
    retention: { blobs: kept.blobs },
  };
  const proofs = {
    vault: openVault(installation, config),
    pages: await openPages('verify', dataFolder),
    ...(isWorker ? { issuing: await openIssuing(config, { clock, log }) } : {}),
  };
  const measuring = isWorker ? await openMeasuring(dataFolder) : undefined;
  const service = await startService(
    {
      roles: chosen,
      host: config.host ?? (certificates === null ? 'localhost' : '0.0.0.0'),
      port: config.port,
      https: certificates?.tls.options ?? null,
      publicUrl,
      trustedProxies: proxies.value,
      isStrictTransport: config.tls.kind !== 'local',
      isProduction: config.isProduction,
      singleSignOn: config.singleSignOn,
    },
    {
      installation,
      log,
      clock,
      applicants,
      panelPages: await openPages('panel', dataFolder),
      ...(measuring === undefined ? {} : { measuring }),
      certificates: proofs,
      ...(config.evidenceS3 === null ? { evidenceRoom: () => roomAt(dataFolder) } : {}),
      callbacks: callbackSettingsOf(config),
      openGateway: async (onReceipt) => gatewayOf(config, { onReceipt, log, outbox }),
      addRoutes(app, isLocal, keepReceipt) {
        if (config.smsGateway === 'outbox')
          void app.register(
            outboxRoute({
              list: (limit) => listOutbox(outbox, limit),
              isLocal,
              languageOf: preferredLanguage,
              qrSvg: (text) => qr.svg(text),
              timeZone: 'Europe/Madrid',
            }),
          );
        if (receipts !== null)
          void app.register(
            receiptRoute({
              settings: receipts,
              isSecret: (text) => sameDigest(sha256(text), sha256(installation.secrets.receiptSecret)),
              keep: (receipt) => keepReceipt('http', receipt),
              clock: () => new Date(),
            }),
          );
        if (certificates?.authority) addAuthority(app, certificates.authority.authorityDerFile);
      },
    },
  ).catch((error: NodeJS.ErrnoException) => {
    const why = cannotListen[error.code ?? ''];
    throw why === undefined
      ? error
      : new UsageError(`COTEJO_HOST, COTEJO_PORT: ${config.host ?? ''}:${config.port} ${why}`);
  });
  if (certificates === null) return { service, hangUpOnSilent: () => {} };
  const server = service.server.server as unknown as Server;
  certificates.tls.follow(server);
  return { service, ...answerPlainHttp(server, `This port speaks HTTPS. Use ${service.publicUrl}`) };
}

const cannotListen: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'is not for this user: ports below 1024 take more rights',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is not an address of this machine',
};

type GatewayGround = {
  readonly onReceipt: (receipt: DeliveryReceipt) => Promise<void>;
  readonly log: Log;
  readonly outbox: { readonly folder: string; readonly linkPrefix: string | null };
};

/** How the provider's receipts look, where there is one that sends them. Wrong settings are named when the gateway is opened. */
function receiptSettingsOf({ smsGateway, smsSettings }: Config): ReceiptSettings | null {
  const parsed = smsGateway === 'http' ? httpSettings.safeParse(smsSettings) : null;
  return parsed?.data?.receipts ?? null;
}

function gatewayOf(config: Config, { onReceipt, log, outbox }: GatewayGround): SmsGateway {
  const name: GatewayName = oneOf(config.smsGateway, 'COTEJO_SMS_GATEWAY', gatewayNames);
  const settings = name === 'outbox' ? { ...outbox, ...config.smsSettings } : config.smsSettings;
  const opened = openGateway(name, settings, {
    onReceipt,
    clock: () => new Date(),
    log: log.logger,
    onWaiting({ terminalQr }) {
      log.info('one message waiting', { outbox: '/outbox' });
      if (terminalQr !== null && process.stderr.isTTY) process.stderr.write(`${terminalQr}\n`);
    },
  });
  if (opened.ok) return opened.value;
  throw new UsageError(`COTEJO_SMS_SETTINGS: ${opened.refusal.problems.join('; ')}`);
}

/** What links are made of: as set, or where phones in the same network find this machine. */
function publicUrlOf(config: Config, certificates: Certificates | null): string | null {
  if (config.publicUrl !== null || config.port === 0) return config.publicUrl;
  if (certificates === null) return `http://localhost:${config.port}`;
  const address = certificates.authority
    ?.names()
    .find((name) => /^\d+\.\d+\.\d+\.\d+$/.test(name) && !name.startsWith('127.'));
  return `https://${address ?? 'localhost'}:${config.port}`;
}

/** Where a phone gets the authority it is to trust; its fingerprint is on the terminal, to compare. */
function addAuthority(app: FastifyInstance, file: string): void {
  app.get('/cotejo-ca.cer', async (_request, reply) =>
    reply
      .type('application/x-x509-ca-cert')
      .header('content-disposition', 'attachment; filename="cotejo-ca.cer"')
      .send(await readFile(file)),
  );
}

/** Resolves at the first signal to stop. A second one ends the process at once. */
function stopSignal(log: Log): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        log.info('stopping: calls under way are ended', { signal });
        resolve();
      });
  });
}

/** What the first start tells, once, and each start tells shortly. */
async function welcome(
  config: Config,
  installation: Installation,
  { publicUrl }: Service,
  certificates: Certificates | null,
): Promise<void> {
  const lines = ['', `  Cotejo serves at   ${publicUrl}`, `  reference          ${publicUrl}/docs`];
  lines.push(`  certificates       ${publicUrl}/verify checks one`);
  if (config.signer === null || config.timeStampers.length === 0)
    lines.push('                     made with DEMONSTRATION keys: no legal value (COTEJO_SIGNER_FILE, COTEJO_TSA)');
  if (config.smsGateway === 'outbox') lines.push(`  SMS outbox         ${publicUrl}/outbox`);
  if (receiptSettingsOf(config) !== null)
    lines.push(`  SMS receipts       ${publicUrl}${RECEIPTS_PATH}/${installation.secrets.receiptSecret}`);
  if (certificates?.authority)
    lines.push(
      `  on a phone         ${publicUrl}/cotejo-ca.cer, once, to trust this service's certificates`,
      `  its fingerprint    ${certificates.authority.fingerprint}`,
    );
  const created = await firstAccount(installation);
  if (created !== null) {
    const curlOptions = certificates?.authority ? [`--cacert ${certificates.authority.authorityFile}`] : [];
    lines.push(
      '',
      '  The first account, with 100 credits. Its token is shown this once:',
      '',
      `  API user           ${created.apiUser}`,
      `  API token          ${created.apiToken}`,
      '',
      '  Ask for somebody to be verified:',
      '',
      `  ${firstCall({ publicUrl, ...created, curlOptions })}`,
    );
  }
  lines.push(...(await firstUserHint(installation, publicUrl)));
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
