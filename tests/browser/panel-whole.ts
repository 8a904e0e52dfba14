import { rm } from 'node:fs/promises';
import { inviteInstaller, inviteToAccount } from '../../src/access/invite.store.ts';
import type { AccountRole, Role } from '../../src/access/roles.ts';
import { newAccount } from '../../src/cli/account.ts';
import { openEvidence, openMeasuring } from '../../src/cli/applicants.ts';
import { callbackSettingsOf } from '../../src/cli/callbacks.ts';
import { openIssuing, openVault } from '../../src/cli/certificates.ts';
import { type Installation, openInstallation } from '../../src/cli/installation.ts';
import { type Service, type ServiceSettings, startService } from '../../src/cli/start-service.ts';
import { inviteParts } from '../../src/cli/user.ts';
import { parseConfig } from '../../src/config.ts';
import { parseTrustedProxies } from '../../src/http/client-address.ts';
import { openLog } from '../../src/http/log.client.ts';
import { readBuiltPages } from '../../src/http/static.route.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import { freshDataFolder } from '../counterparts/postgres.ts';
import { Caller } from '../journeys/caller.ts';

/** The service itself with all of its pages, at a name that browsers let have passkeys, for stories in a browser. */
export class PanelWhole {
  readonly installation: Installation;
  readonly #folder: string;
  readonly #service: Service;
  readonly #messages: Map<string, string>;

  private constructor(folder: string, installation: Installation, service: Service, messages: Map<string, string>) {
    this.#folder = folder;
    this.installation = installation;
    this.#service = service;
    this.#messages = messages;
  }

  /**
   * @param environment settings of the service besides those of every test.
   * @param options.measures whether the engine measures what comes, and certificates are made of what is validated.
   */
  static async open(
    environment: Readonly<Record<string, string>> = {},
    {
      measures = false,
      singleSignOn = null,
    }: { readonly measures?: boolean; readonly singleSignOn?: ServiceSettings['singleSignOn'] | null } = {},
  ): Promise<PanelWhole> {
    const folder = await freshDataFolder();
    const config = parseConfig({ COTEJO_DATA: folder, ...environment });
    const proxies = parseTrustedProxies('');
    if (!config.ok || !proxies.ok) throw new Error('the settings of the test are wrong');
    const clock = (): Date => new Date();
    const installation = await openInstallation(config.value, { use: 'service', log: () => {} });
    const messages = new Map<string, string>();
    const log = openLog('error', { isTerminal: false });
    const service = await startService(
      {
        roles: ['api', 'worker'],
        host: 'localhost',
        port: 0,
        https: null,
        isStrictTransport: false,
        publicUrl: null,
        trustedProxies: proxies.value,
        ...(singleSignOn === null ? {} : { singleSignOn }),
      },
      {
        installation,
        log,
        clock,
        applicants: {
          evidence: openEvidence(installation, { dataFolder: folder, clock }),
          pages: await readBuiltPages(await ensureWebBuilt('capture')),
        },
        panelPages: await readBuiltPages(await ensureWebBuilt('panel')),
        callbacks: callbackSettingsOf(config.value),
        ...(measures
          ? {
              measuring: await openMeasuring(folder),
              certificates: {
                vault: openVault(installation, config.value),
                issuing: await openIssuing(config.value, { clock, log }),
              },
            }
          : {}),
        openGateway: async () => ({
          name: 'here',
          async send({ to, text }) {
            messages.set(to, text);
            return { kind: 'accepted', gatewayMessageIds: [`message-${messages.size}`] };
          },
          close: async () => {},
        }),
      },
    );
    return new PanelWhole(folder, installation, service, messages);
  }

  get origin(): string {
    return this.#service.publicUrl;
  }

  async newCompany(name: string): Promise<{ readonly account: AccountId; readonly caller: Caller }> {
    const created = await newAccount(this.installation, { name, state: 'validated', hundredths: 100_000 });
    return { account: Number(created.account) as AccountId, caller: new Caller({ url: this.origin, ...created }) };
  }

  /** The address that somebody is sent to begin with. */
  async signUpLink(name: string, role: Role, accountId: AccountId): Promise<string> {
    const parts = inviteParts(this.installation);
    const now = new Date();
    const invited =
      role === 'installer'
        ? await inviteInstaller(parts, { name, language: 'es', now }, async () => {})
        : await inviteToAccount(
            parts,
            { name, language: 'es', accountId, role: role satisfies AccountRole, now },
            async () => {},
          );
    if (!invited.ok || invited.value.signUp === null) throw new Error('the invitation of the test was refused');
    return `${this.origin}/panel/sign-up#${invited.value.signUp.token}`;
  }

  /** Asks for a verification. @returns the link that its SMS brought. */
  async linkFor(caller: Caller, phone: string): Promise<string> {
    await caller.call('VerificarIdentidad', { Telefono: phone });
    for (const until = Date.now() + 20_000; Date.now() < until; await new Promise((wait) => setTimeout(wait, 50))) {
      const link = /https?:\/\/\S+\/i\/[\w-]+/.exec(this.#messages.get(phone) ?? '')?.[0];
      if (link !== undefined) return link;
    }
    throw new Error('the message did not come');
  }

  async close(): Promise<void> {
    await this.#service.stop();
    await this.installation.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
