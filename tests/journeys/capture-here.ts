import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { changeAccount } from '../../src/access/account.store.ts';
import type { AccountSettings } from '../../src/access/account.ts';
import { newAccount } from '../../src/cli/account.ts';
import { type CallbackSettings, strictCallbacks } from '../../src/cli/callbacks.ts';
import { type Measuring, openEvidence, openMeasuring } from '../../src/cli/applicants.ts';
import { type Installation, openInstallation } from '../../src/cli/installation.ts';
import { type Service, startService } from '../../src/cli/start-service.ts';
import { parseConfig } from '../../src/config.ts';
import type { EvidenceDesk } from '../../src/evidence/evidence-room.client.ts';
import { parseTrustedProxies } from '../../src/http/client-address.ts';
import type { BuiltPages } from '../../src/http/static.route.ts';
import { openLog } from '../../src/http/log.client.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import type { SmsGateway } from '../../src/notification/sms/gateway.ts';
import { Applicant, TurnedClock } from '../counterparts/applicant.ts';
import { freshDataFolder } from '../counterparts/postgres.ts';
import { Caller } from './caller.ts';

const built = (text: string, mediaType: string) => ({ mediaType, bytes: Buffer.from(text), zipped: null });
/** The smallest pages that can be served: for stories without a browser. */
const smallestPages: BuiltPages = {
  page: built('<!doctype html><title>Cotejo</title>', 'text/html; charset=utf-8'),
  assets: new Map([['index.js', built('export {}', 'text/javascript; charset=utf-8')]]),
};

type Opened = {
  readonly trustedProxies?: string;
  /** Near the machine's own time where jobs must be tried again. */
  readonly clock?: TurnedClock;
  readonly pages?: BuiltPages;
};

export type Company = {
  readonly id: AccountId;
  readonly caller: Caller;
  /** Asks for a verification. @returns its ID and the link that the SMS brought. */
  request(parameters?: object): Promise<{ readonly id: string; readonly link: string }>;
  /** Has the message sent once more. @returns its link. */
  resend(id: string): Promise<string>;
  report(id: string): Promise<Readonly<Record<string, unknown>>>;
  set(settings: Partial<AccountSettings>): Promise<void>;
};

/** A service in this process whose clock a story turns, with its applicants' way open and its messages at hand. */
export class CaptureHere {
  readonly clock: TurnedClock;
  readonly installation: Installation;
  readonly evidence: EvidenceDesk;
  readonly folder: string;
  readonly #trustedProxies: string;
  readonly #pages: BuiltPages;
  readonly #messages = new Map<string, string>();
  #sent = 0;
  /** Where it listens: there again after it was started anew. */
  #port = 0;
  #callbacks: CallbackSettings = strictCallbacks;
  #service: Service | null = null;
  url = '';

  private constructor(folder: string, installation: Installation, { trustedProxies, clock, pages }: Required<Opened>) {
    this.clock = clock;
    this.folder = folder;
    this.#trustedProxies = trustedProxies;
    this.#pages = pages;
    this.installation = installation;
    this.evidence = openEvidence(installation, { dataFolder: folder, clock: this.clock.now });
  }

  static async open({
    trustedProxies = '',
    clock = new TurnedClock(new Date('2026-11-25T10:00:00Z')),
    pages = smallestPages,
  }: Opened = {}): Promise<CaptureHere> {
    const folder = await freshDataFolder();
    const config = parseConfig({ COTEJO_DATA: folder });
    if (!config.ok) throw new Error('the settings of the test are wrong');
    const installation = await openInstallation(config.value, { use: 'service', log: () => {} });
    return new CaptureHere(folder, installation, { trustedProxies, clock, pages });
  }

  /** @param measures whether pieces are looked at and sets are assessed, by the real engine. */
  async start({
    measures = false,
    callbacks = this.#callbacks,
  }: { measures?: boolean; callbacks?: CallbackSettings } = {}): Promise<void> {
    this.#callbacks = callbacks;
    const proxies = parseTrustedProxies(this.#trustedProxies);
    if (!proxies.ok) throw new Error('the settings of the test are wrong');
    const gateway: SmsGateway = {
      name: 'here',
      send: ({ to, text }) => {
        this.#messages.set(to, text);
        return Promise.resolve({
          kind: 'accepted',
          gatewayMessageIds: [`message-${(this.#sent += 1)}`],
        });
      },
      close: () => Promise.resolve(),
    };
    const measuring: Measuring | null = measures ? await openMeasuring(this.folder) : null;
    this.#service = await startService(
      {
        roles: ['api', 'worker'],
        host: '127.0.0.1',
        port: this.#port,
        https: null,
        isStrictTransport: false,
        publicUrl: 'https://id.example',
        trustedProxies: proxies.value,
      },
      {
        installation: this.installation,
        log: openLog('error', { isTerminal: false }),
        clock: this.clock.now,
        applicants: { evidence: this.evidence, pages: this.#pages },
        ...(measuring === null ? {} : { measuring }),
        callbacks,
        openGateway: () => Promise.resolve(gateway),
      },
    );
    const { port } = this.#service.server.server.address() as AddressInfo;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Ends the service and begins it anew over the same data. */
  async restart(): Promise<void> {
    await this.#service!.stop();
    await this.start();
  }

  async newCompany(): Promise<Company> {
    const created = await newAccount(this.installation, {
      name: 'Ejemplo, S.A.',
      state: 'validated',
      hundredths: 9_900,
    });
    const caller = new Caller({ url: this.url, ...created });
    const id = Number(created.account) as AccountId;
    return {
      id,
      caller,
      request: async (parameters = {}) => {
        const Telefono = `346${String(100_000_000 + (this.#phones += 1)).slice(1)}`;
        const { fields } = await new Caller({ url: this.url, ...created }).call('VerificarIdentidad', {
          Telefono,
          ...parameters,
        });
        return { id: String(fields['ID']), link: await this.linkTo(Telefono) };
      },
      resend: async (verification) => {
        const { fields } = await new Caller({ url: this.url, ...created }).call('GetReportIdentidad', {
          Id: verification,
        });
        const phone = String(fields['Telefono']);
        this.#messages.delete(phone);
        await new Caller({ url: this.url, ...created }).call('ReenviarIdentidad', { Id: verification });
        return this.linkTo(phone);
      },
      report: async (verification) =>
        (await new Caller({ url: this.url, ...created }).call('GetReportIdentidad', { Id: verification })).fields,
      set: async (settings) => void (await changeAccount(this.installation.database, id, { settings })),
    };
  }
  #phones = 0;

  /**
   * The link of the last message to a telephone, once it is known to have been sent.
   * @param except one that came before.
   */
  async linkTo(phone: string, except: string | null = null): Promise<string> {
    for (let tries = 0; tries < 400; tries += 1) {
      const found = /https:\/\/id\.example(\/i\/\S+)/.exec(this.#messages.get(phone) ?? '');
      const link = except !== null && found !== null && except.endsWith(found[1]!) ? null : found;
      const { rows } = await sql<{ state: string }>`select state from verification where phone = ${phone}`.execute(
        this.installation.database,
      );
      if (link !== null && rows[0]?.state !== 'requested') return `${this.url}${link[1]!}`;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('the message was not sent');
  }

  applicant(link: string): Applicant {
    return new Applicant(link.replace(/^http:\/\/[^/]+/, this.url), this.clock);
  }

  /** What was told of a verification, in its order. */
  async events(id: string): Promise<string[]> {
    const { rows } = await sql<{ state: string }>`
      select state from verification_event where verification_id = ${Number(id)} order by event_number`.execute(
      this.installation.database,
    );
    return rows.map(({ state }) => state);
  }

  async remove(): Promise<void> {
    await this.#service?.stop();
    await this.installation.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
