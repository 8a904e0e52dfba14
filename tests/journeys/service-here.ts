import { rm } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { newAccount } from '../../src/cli/account.ts';
import { openEvidence, openMeasuring } from '../../src/cli/applicants.ts';
import { openIssuing, openVault } from '../../src/cli/certificates.ts';
import { type Installation, openInstallation } from '../../src/cli/installation.ts';
import { type Service, startService } from '../../src/cli/start-service.ts';
import { parseConfig } from '../../src/config.ts';
import { parseTrustedProxies } from '../../src/http/client-address.ts';
import { openLog } from '../../src/http/log.client.ts';
import type { Clock } from '../../src/kernel/instant.ts';
import type { SmsGateway } from '../../src/notification/sms/gateway.ts';
import { freshDataFolder } from '../counterparts/postgres.ts';
import { Caller } from './caller.ts';

export type ServiceHere = { readonly service: Service; readonly url: string };

export type StartHere = {
  readonly clock?: Clock;
  readonly https?: ServerOptions | null;
  readonly trustedProxies?: string;
  /** Sends what is due through this gateway; without one nothing is sent. */
  readonly gateway?: SmsGateway;
  /** Settings by which it makes certificates; without them it makes none. */
  readonly certifying?: Readonly<Record<string, string>>;
  /** Whether it measures what applicants send, by the real engine; where it makes certificates. */
  readonly measures?: boolean;
};

const page = { mediaType: 'text/html; charset=utf-8', bytes: Buffer.from('<!doctype html>'), zipped: null };

/** An installation with the whole service over it, in this process: for stories that need to hold its clock. */
export class InstallationHere {
  readonly folder: string;
  readonly installation: Installation;
  readonly #services: Service[] = [];

  private constructor(folder: string, installation: Installation) {
    this.folder = folder;
    this.installation = installation;
  }

  /** @param prepare statements that the server runs before the service opens its connections. */
  static async open(...prepare: readonly string[]): Promise<InstallationHere> {
    const folder = await freshDataFolder();
    const config = parseConfig({ COTEJO_DATA: folder });
    if (!config.ok) throw new Error('the settings of the test are wrong');
    const open = (): Promise<Installation> => openInstallation(config.value, { use: 'service', log: () => {} });
    let installation = await open();
    if (prepare.length > 0) {
      for (const statement of prepare) await sql.raw(statement).execute(installation.database);
      await installation.close();
      installation = await open();
    }
    return new InstallationHere(folder, installation);
  }

  /** One more process of the installation, as far as one process can be several. */
  async start({
    clock = () => new Date(),
    https = null,
    trustedProxies = '',
    gateway,
    certifying,
    measures = false,
  }: StartHere = {}): Promise<ServiceHere> {
    const proxies = parseTrustedProxies(trustedProxies);
    if (!proxies.ok) throw new Error('the settings of the test are wrong');
    const log = openLog('error', { isTerminal: false });
    const config = parseConfig({ COTEJO_DATA: this.folder, ...certifying });
    if (!config.ok) throw new Error('the settings of the test are wrong');
    const service = await startService(
      {
        roles: gateway === undefined ? ['api'] : ['api', 'worker'],
        host: '127.0.0.1',
        port: 0,
        https,
        isStrictTransport: false,
        publicUrl: 'http://localhost:8080',
        trustedProxies: proxies.value,
      },
      {
        installation: this.installation,
        log,
        clock,
        ...(certifying === undefined
          ? {}
          : {
              applicants: {
                evidence: openEvidence(this.installation, { dataFolder: this.folder, clock }),
                pages: { page, assets: new Map() },
              },
              certificates: {
                vault: openVault(this.installation, config.value),
                pages: { page, assets: new Map() },
                issuing: await openIssuing(config.value, { clock, log }),
              },
            }),
        ...(measures ? { measuring: await openMeasuring(this.folder) } : {}),
        openGateway: () => Promise.resolve(gateway!),
      },
    );
    this.#services.push(service);
    const { port } = service.server.server.address() as AddressInfo;
    return { service, url: `${https === null ? 'http' : 'https'}://127.0.0.1:${port}` };
  }

  async newCaller(
    url: string,
    credits = 10_000,
  ): Promise<Caller & { readonly apiUser: string; readonly apiToken: string }> {
    const created = await newAccount(this.installation, {
      name: 'Ejemplo',
      state: 'validated',
      hundredths: credits * 100,
    });
    return Object.assign(new Caller({ url, ...created }), created);
  }

  async remove(): Promise<void> {
    for (const service of this.#services) await service.stop();
    await this.installation.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
