import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Transaction } from 'kysely';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { callbackOf, testCallback } from '../contract/callback.ts';
import { type Network, parseNetwork } from '../http/client-address-notation.ts';
import type { Log } from '../http/log.client.ts';
import type { Clock } from '../kernel/instant.ts';
import { ok } from '../kernel/result.ts';
import {
  type CallbackNews,
  type ComposeFields,
  type Fields,
  callbackWorker,
} from '../notification/webhook/deliver-callbacks.job.ts';
import { oldestWaiting } from '../notification/webhook/delivery.store.ts';
import { type EgressOptions, openEgress } from '../notification/webhook/egress.client.ts';
import type { Egress } from '../notification/webhook/egress.ts';
import { type EgressRules, strictRules } from '../notification/webhook/egress-rules.ts';
import type { Sealing } from '../notification/webhook/endpoint.store.ts';
import { endpointsOver } from '../notification/webhook/endpoints.client.ts';
import { type Endpoints, webhookIdOf } from '../notification/webhook/endpoints.ts';
import { HostLimits, hostLimit } from '../notification/webhook/host-limits.ts';
import { type ResolveName, resolveNames } from '../notification/webhook/resolve.client.ts';
import { type RunningCallbacks, runCallbacks } from '../notification/webhook/run-callbacks.job.ts';
import { writeDelivery } from '../notification/webhook/tell.store.ts';
import { accountWalls } from '../storage/account-wall.client.ts';
import type { Database } from '../storage/database.client.ts';
import { verificationsAt } from '../verification/history.store.ts';
import type { Writers } from '../verification/verification.store.ts';
import { UsageError } from './command.ts';
import type { Installation } from './installation.ts';

/** How receivers are called, as the settings say. */
export type CallbackSettings = Pick<EgressOptions, 'rules' | 'resolve' | 'limit' | 'timeoutMs'>;

/** Public receivers over TLS. */
export const strictCallbacks: CallbackSettings = { rules: strictRules };

const LOOPBACK = ['127.0.0.0/8', '::1/128'].map((text) => parseNetwork(text)!);
const USUAL_PORTS = [443, 8443];
const PLAIN_PORTS = [80, 8080];

/** What the installer allows, and what of this installation nobody may have called. @throws UsageError */
export function callbackSettingsOf({
  callbacks,
  port,
  publicUrl,
  databaseUrl,
}: Pick<Config, 'callbacks' | 'port' | 'publicUrl' | 'databaseUrl'>): CallbackSettings {
  const { allowsLocal, allowsHttp, networks, ports, perSecond, atOnce } = callbacks;
  const usual = allowsHttp ? [...USUAL_PORTS, ...PLAIN_PORTS] : USUAL_PORTS;
  const rules: EgressRules = {
    allowsHttp: allowsHttp || allowsLocal,
    ports: allowsLocal ? 'any' : (ports ?? usual),
    internalNetworks: [...networks.map(networkOf), ...(allowsLocal ? LOOPBACK : [])],
    own: {
      hostNames: publicUrl === null || allowsLocal ? [] : [new URL(publicUrl).hostname],
      networks: ownNetworks(),
      ports: [port, ...[publicUrl, databaseUrl].filter((url) => url !== null).map(portOf)],
    },
  };
  return { rules, limit: { atOnce, perSecond }, ...(allowsLocal ? { resolve: resolveHere(resolveNames()) } : {}) };
}

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (network === null) throw new UsageError(`COTEJO_CALLBACK_NETWORKS: ${text} is no network like 10.20.0.0/16`);
  return network;
}

const portOf = (text: string): number => {
  const url = new URL(text);
  return Number(url.port) || ({ 'https:': 443, 'http:': 80 }[url.protocol] ?? 5432);
};

/** The addresses of this machine. */
const ownNetworks = (): readonly Network[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address, family }) => parseNetwork(`${address.replace(/%.*/, '')}/${family === 'IPv4' ? 32 : 128}`))
    .filter((network) => network !== null);

/** Name servers need not know `localhost`, which everybody tries first. */
export const resolveHere =
  (elsewhere: ResolveName): ResolveName =>
  async (hostName) =>
    hostName === 'localhost' || hostName.endsWith('.localhost') ? ok(['127.0.0.1', '::1']) : elsewhere(hostName);

/** Bodies in the contract's words, as things were when they happened. */
export const composeOver =
  (database: Database, onError: (error: unknown) => void): ComposeFields =>
  async (accountId, events, payload) => {
    const composed = new Map<string, Fields>();
    for (const { id, eventNumber, verification } of await verificationsAt(database, accountId, events))
      try {
        composed.set(webhookIdOf({ accountId, id, eventNumber }), callbackOf(verification, payload));
      } catch (error) {
        onError(error);
      }
    return composed;
  };

export type EndpointParts = {
  readonly installation: Pick<Installation, 'database' | 'secrets'>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

const sealingOf = ({ secrets }: EndpointParts['installation']): Sealing => ({
  seal: secrets.seal,
  unseal: secrets.unseal,
});

/** Endpoints and deliveries, as the command line and the panel handle them. */
export const endpointsOf = (
  egress: Egress,
  { installation, clock, onError }: EndpointParts,
): Endpoints<Transaction<unknown>> =>
  endpointsOver({
    within: accountWalls(installation.database),
    clock,
    egress,
    sealing: sealingOf(installation),
    composeFields: composeOver(installation.database, onError),
    testFields: testCallback,
  });

export type Callbacks = {
  readonly endpoints: Endpoints<Transaction<unknown>>;
  readonly tell: NonNullable<Writers['tell']>;
  /** Begins to deliver, in this process. */
  work(): void;
  stop(): Promise<void>;
};

export type CallbackParts = EndpointParts & { readonly log: Log; readonly registry: Registry };

/** Callbacks of a service: what is written with a change, and what delivers it. */
export function openCallbacks(settings: CallbackSettings, parts: CallbackParts): Callbacks {
  const { installation, clock, onError, log, registry } = parts;
  const { database } = installation;
  const egress = openEgress(settings);
  const attempts = new Counter({
    name: 'cotejo_callback_attempts_total',
    help: 'attempts to deliver a callback by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  });
  let running: RunningCallbacks | null = null;
  return {
    endpoints: endpointsOf(egress, parts),
    async tell(transaction, reached) {
      await writeDelivery(transaction, reached);
      running?.nudge(reached.accountId);
    },
    work() {
      new Gauge({
        name: 'cotejo_callback_oldest_wait_seconds',
        help: 'how long ago the oldest change happened that an enabled endpoint was not told of yet',
        registers: [registry],
        async collect() {
          const oldest = await oldestWaiting(database).catch(() => null);
          this.set(oldest === null ? 0 : Math.max(0, (clock().getTime() - oldest.getTime()) / 1000));
        },
      });
      const worker = callbackWorker({
        database,
        holder: randomUUID(),
        clock,
        elapsedMs: () => performance.now(),
        chance: Math.random,
        egress,
        limits: new HostLimits(settings.limit ?? hostLimit),
        sealing: sealingOf(installation),
        composeFields: composeOver(database, onError),
        onAttempt: (outcome) => attempts.inc({ outcome: labelOf(outcome) }),
        onNews: (news) => tellLog(log, news),
        onError,
      });
      running = runCallbacks(worker, { onError });
    },
    async stop() {
      await running?.stop();
      await egress.close();
    },
  };
}

/** `http-503` → `http-5xx`, `timeout`, `not-connected:ECONNREFUSED` → `not-connected`: few words for many outcomes. */
const labelOf = (outcome: string): string => outcome.replace(/^(http-\d)\d\d$/, '$1xx').replace(/:.*/, '');

const sentences: Readonly<Record<CallbackNews['kind'], string>> = {
  'endpoint-failing': 'an endpoint fails: its callbacks are tried again',
  'endpoint-recovered': 'an endpoint takes callbacks again',
  'endpoint-disabled': 'an endpoint was disabled: its callbacks wait until somebody enables it',
  'dead-letter': 'a callback is not tried again by itself: what follows it waits',
};

function tellLog(log: Log, { kind, accountId, ...more }: CallbackNews): void {
  const facts = {
    account: accountId,
    ...('id' in more ? { verification: more.id } : {}),
    ...('reason' in more ? { reason: more.reason } : {}),
  };
  if (kind === 'endpoint-recovered') log.info(sentences[kind], facts);
  else log.warn(sentences[kind], facts);
}
