import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticateOver, findAccount } from '../access/account.store.ts';
import { drawInteger, sameDigest, sha256, sha256Hex } from '../access/secrets.client.ts';
import type { SingleSignOnSettings } from '../access/single-sign-on.client.ts';
import { throttleOver } from '../access/throttle.store.ts';
import { throttleInMemory } from '../access/throttle.ts';
import { captureRoutes } from '../capture/capture.route.ts';
import { guessingInMemory } from '../capture/guessing.ts';
import { newLink } from '../capture/link.store.ts';
import { usualLink } from '../capture/link.ts';
import { contractRoutes } from '../contract/contract.route.ts';
import { referenceRoutes } from '../contract/reference/reference.route.ts';
import { balancesOf, enter, entering, holding } from '../credits/ledger.store.ts';
import type { EvidenceDesk } from '../evidence/evidence-room.client.ts';
import { type TrustedProxies, clientOf, rateKey } from '../http/client-address.ts';
import { clientPortOf, isThroughProxy } from '../http/client-port.ts';
import { healthRoutes } from '../http/health.route.ts';
import { type Log, describeError } from '../http/log.client.ts';
import { openMetrics } from '../http/metrics.client.ts';
import { httpServer } from '../http/server.client.ts';
import { type BuiltPages, sendPage, serveApplication, serveAssets, serveLonePage } from '../http/static.route.ts';
import { type Clock, MS_PER_MINUTE } from '../kernel/instant.ts';
import type { DeliveryReceipt, SmsGateway } from '../notification/sms/gateway.ts';
import { type RetrySchedule, usualRetries } from '../notification/sms/backoff.ts';
import { noteReceipt } from '../notification/sms/invitation.store.ts';
import { sendInvitation } from '../notification/sms/send-invitation.job.ts';
import { accountWalls, walledDatabase } from '../storage/account-wall.client.ts';
import { gathering } from '../storage/batches.client.ts';
import type { CertificateVault } from '../certificate/kept-certificate.ts';
import type { Blobs } from '../storage/blobs.ts';
import { isUnreachable, ping } from '../storage/database.client.ts';
import { missingMigrations } from '../storage/migrate.client.ts';
import { shortTransactions } from '../storage/short-transaction.client.ts';
import { openQueue } from '../storage/queue.client.ts';
import { type Job, jobKinds } from '../verification/jobs.ts';
import { applyPolicy } from '../verification/apply-policy.job.ts';
import { lapseExpired } from '../verification/lapse-expired.job.ts';
import { StoreUnreachable } from '../verification/service.ts';
import { verificationService } from '../verification/service.store.ts';
import { type Writers, advanceOver, findVerification } from '../verification/verification.store.ts';
import { type Measuring, measuringHandlers } from './applicants.ts';
import { type Issuing, certificateHandler, handingOut, startCertificateUpkeep } from './certificates.ts';
import { type CallbackSettings, openCallbacks, strictCallbacks } from './callbacks.ts';
import { startFigureKeeping } from './figures.ts';
import { type ReportGround, addHealth, startReporting, watched } from './health.ts';
import type { Installation } from './installation.ts';
import { addPanelWork, settlingHandler } from './panel-work.ts';
import { addPanel } from './panel.ts';
import { erasureParts, startRetention } from './retention.ts';

export type ServiceSettings = {
  readonly roles: readonly ('api' | 'worker')[];
  readonly host: string;
  readonly port: number;
  readonly https: ServerOptions | null;
  /** The address that links are made of; null: where it turns out to listen. */
  readonly publicUrl: string | null;
  readonly trustedProxies: TrustedProxies;
  /** Whether browsers are told to come by HTTPS only from now on. */
  readonly isStrictTransport: boolean;
  /** Production lets people into the panel by HTTPS only. Default: false. */
  readonly isProduction?: boolean;
  /** Who vouches for people of the panel besides themselves. Default: nobody. */
  readonly singleSignOn?: SingleSignOnSettings | null;
};

export type ServiceParts = {
  readonly installation: Installation;
  readonly log: Log;
  readonly clock: Clock;
  /** Opens the gateway that messages go through; null where nothing is sent from. */
  readonly openGateway: (onReceipt: (receipt: DeliveryReceipt) => Promise<void>) => Promise<SmsGateway>;
  /** When messages are tried again; default: `usualRetries`. */
  readonly retries?: RetrySchedule;
  /** What applicants are shown, and where what they send is kept; without it nobody is let in. */
  readonly applicants?: {
    readonly pages: BuiltPages;
    readonly evidence: EvidenceDesk;
    /** Where evidence is erased on time; absent where nothing is. */
    readonly retention?: { readonly blobs: Blobs };
  };
  /** What operators and customers are shown; without it there is no panel. */
  readonly panelPages?: BuiltPages;
  /** The engine, where this process measures. */
  readonly measuring?: Measuring;
  /** Where certificates are kept; without it nothing is certified. */
  readonly certificates?: {
    readonly vault: CertificateVault;
    /** What signs and stamps, where this process issues. */
    readonly issuing?: Issuing;
    /** The page on which anybody checks a certificate; without it certificates name none. */
    readonly pages?: BuiltPages;
  };
  /** How much room there is for what applicants send, where that lies in a folder. */
  readonly evidenceRoom?: NonNullable<ReportGround['evidence']>;
  /** How receivers of callbacks may be called; default: public ones over TLS. */
  readonly callbacks?: CallbackSettings;
  /** Adds what only this start serves, such as the outbox. */
  readonly addRoutes?: (
    app: FastifyInstance,
    isLocal: (request: FastifyRequest) => boolean,
    keepReceipt: (gatewayName: string, receipt: DeliveryReceipt) => Promise<void>,
  ) => void;
};

export type Service = {
  readonly server: FastifyInstance;
  /** Where it listens: http://127.0.0.1:8080 */
  readonly address: string;
  readonly publicUrl: string;
  /** Takes no new calls, ends what is under way, lets go of everything but the installation. */
  stop(): Promise<void>;
};

const JOB_CONCURRENCY = 2;

/** Wires the rooms to each other and begins to serve. The only place that knows them all. */
export async function startService(settings: ServiceSettings, parts: ServiceParts): Promise<Service> {
  const { installation, log, clock } = parts;
  const { database, secrets } = installation;
  const isWorker = settings.roles.includes('worker');
  const seen = watched(
    openMetrics(() => queue.oldestWaitSeconds()),
    clock,
  );
  const { metrics } = seen;
  const failed = (room: string, error: unknown): void => {
    metrics.failed(room);
    log.error('something failed that should not', { room, ...describeError(error) });
  };
  const queue = await openQueue<Job>({
    address: installation.address,
    kinds: jobKinds,
    concurrency: isWorker ? JOB_CONCURRENCY : 0,
    longKinds: ['run-engine', 'check-evidence'],
    clock,
    onError: (error) => failed('jobs', error),
    onWaiting: (reason, times) => log.warn('jobs wait for the database', { reason, times }),
  });
  const callbacks = openCallbacks(parts.callbacks ?? strictCallbacks, {
    installation,
    clock,
    log,
    registry: metrics.registry,
    onError: (error) => failed('callbacks', error),
  });
  const writers: Writers = {
    database,
    within: accountWalls(database),
    enqueue: queue.enqueue,
    enter,
    tell: callbacks.tell,
  };
  const advance = advanceOver(writers);
  const service = verificationService({
    ...writers,
    ledger: { holding, entering },
    availableHundredths: async (accountId) =>
      (await writers.within(accountId, (transaction) => balancesOf(transaction, accountId))).available,
    openCertificate:
      parts.certificates === undefined
        ? () => Promise.reject(new Error('certificates are not kept here'))
        : handingOut(installation, parts.certificates.vault, { metrics, log }),
    shortTransaction: shortTransactions(database, installation.pool),
    jobStatement: queue.statementFor,
    clock,
    draw: drawInteger,
    newCallId: randomUUID,
    digestOf: sha256Hex,
    isUnreachable,
    gathering,
  });
  const failingLookUp = (error: unknown): Error =>
    isUnreachable(error)
      ? new StoreUnreachable('the database cannot be reached', { cause: error })
      : new Error('an account cannot be looked up', { cause: error });
  const authenticate = authenticateOver({
    database,
    clock,
    tokenHmac: secrets.tokenHmac,
    sameDigest,
    gathering,
    failing: failingLookUp,
  });

  const clientOfRequest = (request: FastifyRequest): ReturnType<typeof clientOf> =>
    clientOf(
      {
        socketAddress: request.raw.socket.remoteAddress,
        isEncrypted: settings.https !== null,
        forwardedFor: headerOf(request, 'x-forwarded-for'),
        forwardedProto: headerOf(request, 'x-forwarded-proto'),
      },
      settings.trustedProxies,
    );
  const isLocal = (request: FastifyRequest): boolean => {
    const { address, isRelayed } = clientOfRequest(request);
    return isLoopback(address) && !isRelayed;
  };

  const server = httpServer({
    https: settings.https,
    logger: log.logger.child({}, { level: 'warn' }),
    // Certificates of our own making are for trying out: a browser must not hold other programs on this machine to them.
    isHttps: (request) => settings.isStrictTransport && clientOfRequest(request).isHttps,
    onAnswer: metrics.answered,
    onError: (error) => failed('http', error),
  });
  let isStopping = false;
  healthRoutes(server, {
    metrics: metrics.registry,
    mayReadMetrics: isLocal,
    async unready() {
      if (isStopping) return ['stopping'];
      try {
        await ping(database);
        const missing = await missingMigrations(database);
        return missing.map((name) => `migration ${name} is missing`);
      } catch {
        return ['the database does not answer'];
      }
    },
  });

  const throttle = throttleOver({
    database,
    clock,
    local: throttleInMemory(clock),
    sha256,
    names: 'api',
    failing: failingLookUp,
  });
  // Links are made of the address, and routes must be there before it listens: a port of 0 is known only afterwards.
  let publicUrl = settings.publicUrl ?? '';
  if (settings.roles.includes('api'))
    await server.register(
      contractRoutes({
        clock,
        service,
        authenticate,
        throttle,
        clientOf: (request) => {
          const { address, isHttps } = clientOfRequest(request);
          return { addressKey: rateKey(address), secure: isHttps || isLocal(request) };
        },
        usualLink: usualLink(settings.publicUrl ?? `http://localhost:${settings.port}`),
        strictHttpForStrangers: false,
        onOutcome: (functionName, res) => metrics.functionAnswered(functionName, res ?? 503),
      }),
    );
  if (settings.roles.includes('api'))
    await server.register(referenceRoutes({ publicUrl: settings.publicUrl ?? `http://localhost:${settings.port}` }));
  const { applicants } = parts;
  if (settings.roles.includes('api')) {
    const guard = await addPanel(server, {
      installation,
      clock,
      publicUrl: settings.publicUrl,
      isProduction: settings.isProduction ?? false,
      singleSignOn: settings.singleSignOn ?? null,
      throttle,
      clientOf(request) {
        const { address, isHttps } = clientOfRequest(request);
        return { address, addressKey: rateKey(address), isHttps, isLocal: isLocal(request) };
      },
    });
    await addHealth(server, guard, queue);
    if (applicants !== undefined)
      await addPanelWork(server, guard, {
        evidence: applicants.evidence,
        enqueue: queue.enqueue,
        service,
        publicUrl: settings.publicUrl ?? `http://localhost:${settings.port}`,
        endpoints: callbacks.endpoints,
      });
  }
  if (applicants !== undefined && settings.roles.includes('api')) {
    const { pages, evidence } = applicants;
    // A link is answered with the page, whoever asks and however: that changes nothing and looks nothing up.
    server.get('/i/:token', (request, reply) => sendPage(request, reply, pages));
    serveAssets(server, '/capture', pages);
    await server.register(
      captureRoutes({
        database,
        clock,
        evidence,
        advance,
        enqueue: queue.enqueue,
        findVerification: (accountId, id) => findVerification(walledDatabase(database, accountId), accountId, id),
        findAccount: (accountId) => findAccount(database, accountId),
        sha256,
        sameDigest,
        chanceBytes: randomBytes,
        draw: drawInteger,
        guessing: guessingInMemory(clock),
        clientOf(request) {
          const client = clientOfRequest(request);
          const { remotePort, remoteAddress } = request.raw.socket;
          const port = clientPortOf(
            { socketPort: remotePort, realPort: headerOf(request, 'x-real-port') },
            isThroughProxy(client, remoteAddress),
          );
          return { address: client.address, addressKey: rateKey(client.address), port, isHttps: client.isHttps };
        },
        isUnreachable,
      }),
    );
  }
  if (parts.certificates?.pages !== undefined && settings.roles.includes('api'))
    serveLonePage(server, '/verify', parts.certificates.pages);
  if (parts.panelPages !== undefined && settings.roles.includes('api'))
    serveApplication(server, '/panel', parts.panelPages);
  parts.addRoutes?.(server, isLocal, keepReceipt);
  let gateway: SmsGateway | null = null;
  let retention: { stop(): Promise<void> } | null = null;
  let reporting: { stop(): Promise<void> } | null = null;
  let certificateUpkeep: { stop(): Promise<void> } | null = null;
  let figureKeeping: { stop(): Promise<void> } | null = null;
  const stop = async (): Promise<void> => {
    isStopping = true;
    await server.close();
    await queue.stop();
    await callbacks.stop();
    await gateway?.close();
    await retention?.stop();
    await certificateUpkeep?.stop();
    await figureKeeping?.stop();
    await parts.measuring?.close();
    await parts.certificates?.issuing?.close();
    await reporting?.stop();
  };
  const address = await begin().catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  /** Begins with what settings can be wrong about, so that nobody is served by half a service. @returns where it listens. */
  async function begin(): Promise<string> {
    const opened: SmsGateway | null = isWorker
      ? await parts.openGateway((receipt) => keepReceipt(opened!.name, receipt))
      : null;
    gateway = opened;
    const listening = await server.listen({ host: settings.host, port: settings.port });
    if (settings.publicUrl === null) publicUrl = listening.replace('//127.0.0.1:', '//localhost:');
    if (opened !== null) await work(opened);
    if (isWorker) callbacks.work();
    if (isWorker) figureKeeping = startFigureKeeping({ database, clock, onError: (error) => failed('figures', error) });
    if (isWorker && applicants?.retention !== undefined)
      retention = startRetention(erasureParts(database, applicants.retention.blobs, clock), {
        onErased: (count) => log.info('evidence was erased, its time had come', { count }),
        onError: (error) => failed('retention', error),
      });
    if (isWorker && parts.certificates !== undefined)
      certificateUpkeep = startCertificateUpkeep({
        installation,
        vault: parts.certificates.vault,
        issuing: parts.certificates.issuing,
        clock,
        log,
        metrics,
        onError: (error) => failed('certificates', error),
      });
    const issuing = parts.certificates?.issuing;
    reporting = startReporting({
      database,
      clock,
      roles: [...settings.roles],
      watched: seen,
      gateway: () => gateway?.name ?? null,
      engine: parts.measuring?.engineState ?? null,
      signer:
        issuing === undefined ? null : { isDemonstration: issuing.signer.isDemonstration, until: issuing.signerUntil },
      evidence: parts.evidenceRoom ?? null,
      onError: (error) => failed('health', error),
    });
    return listening;
  }

  function work(through: SmsGateway): Promise<void> {
    return queue.work({
      'send-invitation': sendInvitation({
        database,
        gateway: through,
        clock,
        chance: Math.random,
        retries: parts.retries ?? usualRetries,
        seal: secrets.seal,
        unseal: secrets.unseal,
        hold: (transaction, accountId, id) => findVerification(transaction, accountId, id, { held: true }),
        newLink: (transaction, verification, now) =>
          newLink({ publicUrl, chanceBytes: randomBytes, sha256 }, transaction, verification, now),
        advance,
        enqueue: queue.enqueue,
        onAttempt({ name, outcome }) {
          metrics.messageAttempted(outcome);
          if (outcome !== 'accepted')
            log.warn('a message was not handed over as it should', {
              outcome,
              account: name.accountId,
              verification: name.id,
              message: name.invitation,
            });
        },
      }),
      'lapse-expired': lapseExpired({
        advance,
        clock,
        closeRound: async (transaction, place) => applicants?.evidence.closeRound(transaction, place),
      }),
      'settle-ruling': settlingHandler({ installation, clock, advance, enqueue: queue.enqueue }),
      'apply-policy': applyPolicy({
        clock,
        find: (accountId, id) => findVerification(walledDatabase(database, accountId), accountId, id),
        findAccount: (accountId) => findAccount(database, accountId),
        advance,
      }),
      ...(parts.certificates?.issuing === undefined || applicants === undefined
        ? {}
        : {
            'issue-certificate': certificateHandler({
              installation,
              vault: parts.certificates.vault,
              issuing: parts.certificates.issuing,
              evidence: applicants.evidence,
              advance,
              enqueue: queue.enqueue,
              checkUrl: () => (parts.certificates?.pages === undefined ? null : `${publicUrl}/verify`),
              clock,
              log,
              metrics,
            }),
          }),
      ...(parts.measuring === undefined || applicants === undefined
        ? {}
        : measuringHandlers(parts.measuring, {
            installation,
            evidence: applicants.evidence,
            advance,
            enqueue: queue.enqueue,
            clock,
            log,
            metrics,
          })),
    });
  }

  /** A receipt may be here before the hand-over is written down: the gateway asks again when it is refused. */
  async function keepReceipt(gatewayName: string, receipt: DeliveryReceipt): Promise<void> {
    if (await noteReceipt(database, gatewayName, receipt)) return;
    if (clock().getTime() - receipt.at.getTime() < MS_PER_MINUTE)
      throw new Error('a receipt for a message not known yet');
  }

  return {
    server,
    address,
    publicUrl,
    stop,
  };
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
