import { sql } from 'kysely';
import { inviteInstaller, inviteToAccount } from '../../src/access/invite.store.ts';
import type { AccountRole, Role } from '../../src/access/roles.ts';
import { newAccount } from '../../src/cli/account.ts';
import { inviteParts } from '../../src/cli/user.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import type { TurnedClock } from '../counterparts/applicant.ts';
import { Caller } from '../journeys/caller.ts';
import { CaptureHere } from '../journeys/capture-here.ts';
import { BrowserHere, totpCode } from './browser-here.ts';

export type Person = {
  readonly name: string;
  readonly password: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  readonly browser: BrowserHere;
};

/** What the panel's stories need of a service in this process. */
type Served = Pick<CaptureHere, 'installation' | 'evidence' | 'clock' | 'url' | 'remove'>;

/** A service in this process with its panel, whose clock a story turns. */
export class PanelHere {
  readonly capture: Served;

  private constructor(capture: Served) {
    this.capture = capture;
  }

  static async open({ trustedProxies = '' } = {}): Promise<PanelHere> {
    const capture = await CaptureHere.open({ trustedProxies });
    await capture.start();
    return new PanelHere(capture);
  }

  /** Over a service that was started otherwise. */
  static over(served: Served): PanelHere {
    return new PanelHere(served);
  }

  get url(): string {
    return this.capture.url;
  }

  get clock(): TurnedClock {
    return this.capture.clock;
  }

  get database() {
    return this.capture.installation.database;
  }

  /** An account with a program that calls for it. */
  async newCompany(
    name = 'Ejemplo, S.A.',
  ): Promise<{ readonly account: AccountId; readonly caller: Caller; readonly apiToken: string }> {
    const created = await newAccount(this.capture.installation, { name, state: 'validated', hundredths: 1_000_000 });
    const { account, apiToken } = created;
    return { account: Number(account) as AccountId, caller: new Caller({ url: this.url, ...created }), apiToken };
  }

  async newAccount(name = 'Ejemplo, S.A.'): Promise<AccountId> {
    return (await this.newCompany(name)).account;
  }

  /** The token of somebody's sign-up link. */
  async invite(name: string, role: Role, accountId: AccountId): Promise<string> {
    const parts = inviteParts(this.capture.installation);
    const now = this.clock.now();
    const invited =
      role === 'installer'
        ? await inviteInstaller(parts, { name, language: 'es', now }, async () => {})
        : await inviteToAccount(
            parts,
            { name, language: 'es', accountId, role: role satisfies AccountRole, now },
            async () => {},
          );
    if (!invited.ok || invited.value.signUp === null) throw new Error('the invitation of the test was refused');
    return invited.value.signUp.token;
  }

  /** Somebody with a password and an authenticator app, signed in. */
  async signUp(name: string, role: Role, accountId: AccountId): Promise<Person> {
    const token = await this.invite(name, role, accountId);
    const browser = new BrowserHere(this.url);
    const asked = await browser.post('sign-up', { token });
    const { secret, state } = asked.json['authenticator'] as { secret: string; state: string };
    const password = `una frase larga para ${name.length}`;
    const code = totpCode(secret, this.clock.now());
    const done = await browser.post('sign-up/password', { token, password, state, code });
    if (done.status !== 200) throw new Error(`signing up was answered ${done.status} ${done.text}`);
    return { name, password, secret, recoveryCodes: done.json['recoveryCodes'] as string[], browser };
  }

  /** Every row of every table, but of those that a look alone may write to, and of what the service says of itself. */
  async contents(): Promise<ReadonlyMap<string, string>> {
    const { rows: tables } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'process_report'
      order by 1`.execute(this.database);
    const contents = new Map<string, string>();
    for (const { name } of tables) {
      const { rows } = await sql<{ rows: string }>`
        select coalesce(string_agg(t::text, E'\n' order by t::text), '') as rows from ${sql.table(name)} t`.execute(
        this.database,
      );
      contents.set(name, rows[0]!.rows);
    }
    return contents;
  }

  remove = (): Promise<void> => this.capture.remove();
}
