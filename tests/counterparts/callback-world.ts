// Accounts with endpoints and verifications that really take their steps, over a real PostgreSQL: what callbacks are tested in.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { createAccount } from '../../src/access/account.store.ts';
import { defaultSettings } from '../../src/access/account.ts';
import { drawInteger, secretsFrom, sha256 } from '../../src/access/secrets.client.ts';
import { composeOver, endpointsOf, resolveHere } from '../../src/cli/callbacks.ts';
import { enter } from '../../src/credits/ledger.store.ts';
import { parseNetwork } from '../../src/http/client-address-notation.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import type { Clock } from '../../src/kernel/instant.ts';
import { ok, refuse } from '../../src/kernel/result.ts';
import {
  type CallbackNews,
  type CallbackWorker,
  callbackWorker,
} from '../../src/notification/webhook/deliver-callbacks.job.ts';
import { type EgressOptions, openEgress } from '../../src/notification/webhook/egress.client.ts';
import type { Egress } from '../../src/notification/webhook/egress.ts';
import { type EgressRules, strictRules } from '../../src/notification/webhook/egress-rules.ts';
import { writeEndpoint } from '../../src/notification/webhook/endpoint.store.ts';
import {
  type DeliveryName,
  type EndpointSettings,
  type Endpoints,
  webhookIdOf,
} from '../../src/notification/webhook/endpoints.ts';
import { HostLimits } from '../../src/notification/webhook/host-limits.ts';
import { resolveNames } from '../../src/notification/webhook/resolve.client.ts';
import type { SigningSecret } from '../../src/notification/webhook/signature.ts';
import { newSigningSecret } from '../../src/notification/webhook/signing.client.ts';
import { writeDelivery } from '../../src/notification/webhook/tell.store.ts';
import { accountWalls } from '../../src/storage/account-wall.client.ts';
import { type DatabaseAddress, type OpenDatabase, openDatabase } from '../../src/storage/database.client.ts';
import { migrate } from '../../src/storage/migrate.client.ts';
import * as steps from '../../src/verification/steps.ts';
import type { Step } from '../../src/verification/steps.ts';
import type {
  Approved,
  Assessed,
  Capturing,
  Invited,
  Milestone,
  Opened,
  Submitted,
  Verification,
} from '../../src/verification/verification.ts';
import { type Advance, advanceOver } from '../../src/verification/verification.store.ts';
import { sampleVerification } from '../contract/callback-requests.ts';
import { testPostgres } from './postgres.ts';
import { outOfOrder, type Hit } from './webhook-receiver.ts';

const LOOPBACK = [parseNetwork('127.0.0.0/8')!, parseNetwork('::1/128')!];

/** Receivers of this machine, over http and on any port. */
export const loopbackRules: EgressRules = {
  ...strictRules,
  allowsHttp: true,
  ports: 'any',
  internalNetworks: LOOPBACK,
};

const secrets = secretsFrom(sha256('a key of this test'));
export const sealing = { seal: secrets.seal, unseal: secrets.unseal };

/** One verification, by its name. */
export type Line = { readonly accountId: AccountId; readonly id: VerificationId };
export type Company = { readonly accountId: AccountId; readonly secret: SigningSecret };

/** The steps that others are told of, and the one between that nobody is. */
const { opening, assessment } = sampleVerification;
const course: readonly ((before: Verification, now: Date) => Step<Verification> | null)[] = [
  (before, now) =>
    steps.opened(
      before as Invited,
      { consent: opening.consent, device: opening.device, access: opening.accesses[0]! },
      now,
    ),
  (before, now) => steps.askedFor(before as Opened, 'face', now),
  (before, now) => steps.askedFor(before as Capturing, 'front', now),
  (before, now) => steps.askedFor(before as Capturing, 'back', now),
  (before, now) => steps.submitted(before as Capturing, now),
  (before, now) => steps.assessed(before as Submitted, assessment, now),
  (before, now) => steps.approved(before as Assessed, { kind: 'policy' }, now),
  (before, now) => steps.validated(before as Approved, now),
];
/** What a receiver hears of a verification that goes all the way. */
export const wholeCourse = ['3000', '3001', '3002', '3003', '5000', '5001', '5100'];

const courseMilestones: readonly Milestone[] = [
  'opened',
  'face-asked',
  'front-asked',
  'back-asked',
  'submitted',
  'assessed',
  'approved',
  'validated',
];

export type WorkerOptions = Partial<Pick<EgressOptions, 'timeoutMs' | 'limit' | 'elapsedMs' | 'rules'>> & {
  readonly clock?: Clock;
  readonly chance?: () => number;
};

export type WorldWorker = CallbackWorker & {
  readonly news: readonly CallbackNews[];
  readonly outcomes: ReadonlyMap<string, number>;
  readonly errors: readonly unknown[];
  close(): Promise<void>;
};

export class CallbackWorld {
  readonly opened: OpenDatabase;
  readonly address: DatabaseAddress;
  readonly #stopServer: () => Promise<void>;
  readonly #advance: Advance;
  readonly #taken = new Map<string, number>();
  #nextId = 100_000_001;

  private constructor(opened: OpenDatabase, address: DatabaseAddress, stopServer: () => Promise<void>) {
    this.opened = opened;
    this.address = address;
    this.#stopServer = stopServer;
    this.#advance = advanceOver({
      within: accountWalls(opened.database),
      enqueue: () => Promise.resolve(),
      enter,
      tell: writeDelivery,
    });
  }

  static async open(): Promise<CallbackWorld> {
    const postgres = await testPostgres();
    const opened = openDatabase(postgres.connection, { connections: 16 });
    await migrate(opened.database, new Date());
    return new CallbackWorld(opened, postgres.connection, postgres.stop);
  }

  /** The same database, from another process. */
  static join(address: DatabaseAddress): CallbackWorld {
    const opened = openDatabase(address, { connections: 8 });
    return new CallbackWorld(opened, address, () => Promise.resolve());
  }

  get database(): OpenDatabase['database'] {
    return this.opened.database;
  }

  async newAccount(): Promise<AccountId> {
    const account = await createAccount(
      this.database,
      { name: 'Test', state: 'validated', settings: defaultSettings, tokenHmac: sha256(randomUUID()), now: new Date() },
      drawInteger,
    );
    return account.id;
  }

  /** An account with an endpoint, written down without asking the receiver. */
  async newCompany(url: string, settings: Partial<EndpointSettings> = {}): Promise<Company> {
    const accountId = await this.newAccount();
    const secret = newSigningSecret();
    const endpoint = { url, encoding: 'json', payload: 'strings', credentials: null, ...settings } as const;
    await writeEndpoint(this.database, accountId, { ...endpoint, secret, now: new Date() }, sealing.seal);
    return { accountId, secret };
  }

  /** A verification whose message was handed over. */
  async newLine({ accountId }: Pick<Line, 'accountId'>, at = new Date()): Promise<Line> {
    const id = (this.#nextId += 1) as VerificationId;
    await sql`
      insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
        send_at, reserved_hundredths, link_lifetime_hours, invited_at, link_expires_at)
      values (${accountId}, ${id}, 'invited', ${randomUUID()}, ${at}, ${at}, '34600000001', 'Test', '[LINK]', ${at}, 100, 72,
        ${at}, ${new Date(at.getTime() + 1e9)})`.execute(this.database);
    return { accountId, id };
  }

  /** The next step that others are told of. @returns whether there was one. */
  async step(line: Line, now = new Date()): Promise<boolean> {
    const key = `${line.accountId}/${line.id}`;
    const at = this.#taken.get(key) ?? 0;
    const take = course[at];
    if (take === undefined) return false;
    this.#taken.set(key, at + 1);
    const advanced = await this.#advance<Verification, { kind: 'no-step' }>(line.accountId, line.id, (before) => {
      const taken = take(before, now);
      return taken === null ? refuse({ kind: 'no-step' }) : ok(taken);
    });
    assert.ok(advanced.ok, 'a step was refused');
    // Accepting is told to nobody.
    return advanced.value.state === 'approved' ? this.step(line, now) : true;
  }

  /** So many verifications of an account go all the way, some at once. @returns how many changes that were. */
  async fill(company: Pick<Line, 'accountId'>, lines: number, atOnce = 8): Promise<number> {
    let left = lines;
    let steps = 0;
    const hand = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const line = await this.newLine(company);
        while (await this.step(line)) steps += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, hand));
    return steps;
  }

  /**
   * The rows of so many verifications that went all the way, written at once: for tests of what comes after.
   * @returns how many changes are to be told.
   */
  async fillAtOnce(company: Pick<Line, 'accountId'>, lines: number, now = new Date()): Promise<number> {
    const names = await this.fillUntold(company, lines, now);
    await this.tellAtOnce(names, now);
    return names.length;
  }

  /** The same, and nobody is to be told yet. @returns the changes, in the order of each verification. */
  async fillUntold({ accountId }: Pick<Line, 'accountId'>, lines: number, now: Date): Promise<readonly DeliveryName[]> {
    const first = this.#nextId + 1;
    this.#nextId += lines;
    const openingText = JSON.stringify(opening);
    await this.database.transaction().execute(async (transaction) => {
      await sql`
        insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
          send_at, reserved_hundredths, link_lifetime_hours, invited_at, link_expires_at, opening, asks_for, document_kind, submitted_at,
          assessed_at, assessment, ruling, validated_at)
        select ${accountId}, id, 'validated', gen_random_uuid(), ${now}, ${now}, '34600000001', 'Test', '[LINK]', ${now}, 100, 72,
          ${now}, ${now}, ${openingText}::jsonb, 'back', 'id-card', ${now}, ${now}, ${JSON.stringify(assessment)}::jsonb,
          ${JSON.stringify({ ruledAt: now, by: { kind: 'policy' }, rejection: null })}::jsonb, ${now}
        from generate_series(${first}::integer, ${this.#nextId}::integer) id`.execute(transaction);
      await sql`
        insert into verification_event (account_id, verification_id, event_number, state, happened_at, opening)
        select ${accountId}, id, number, state, ${now}::timestamptz, ${openingText}::jsonb
        from generate_series(${first}::integer, ${this.#nextId}::integer) id,
          unnest(${courseMilestones}::text[]) with ordinality as milestone (state, number)`.execute(transaction);
    });
    return Array.from({ length: lines }, (_, number) =>
      courseMilestones.flatMap((milestone, at) =>
        milestone === 'approved' ? [] : [{ accountId, id: (first + number) as VerificationId, eventNumber: at + 1 }],
      ),
    ).flat();
  }

  /** Changes, whosever they are, are to be told from now on: as it is written with a change, for many at once. */
  async tellAtOnce(names: readonly DeliveryName[], at: Date): Promise<void> {
    const rows = JSON.stringify(
      names.map(({ accountId, id, eventNumber }) => ({ c: accountId, v: id, e: eventNumber })),
    );
    await sql`
      insert into callback_delivery (account_id, verification_id, event_number, told_at, state, due_at)
      select c, v, e, ${at}, 'new', ${at} from json_to_recordset(${rows}::json) as told (c bigint, v integer, e integer)`.execute(
      this.database,
    );
  }

  /** A worker as a process has one; it polls when it is told to. */
  worker({
    clock = () => new Date(),
    chance = Math.random,
    rules = loopbackRules,
    limit = { atOnce: 5, perSecond: 100_000 },
    ...egressOptions
  }: WorkerOptions = {}): WorldWorker {
    const egress = openEgress({ rules, limit, resolve: resolveHere(resolveNames()), ...egressOptions });
    const news: CallbackNews[] = [];
    const outcomes = new Map<string, number>();
    const errors: unknown[] = [];
    const worker = callbackWorker({
      database: this.database,
      holder: randomUUID(),
      clock,
      elapsedMs: () => performance.now(),
      chance,
      egress,
      limits: new HostLimits(limit),
      sealing,
      composeFields: composeOver(this.database, (error) => errors.push(error)),
      onAttempt: (outcome) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1),
      onNews: (one) => news.push(one),
      onError: (error) => errors.push(error),
    });
    return {
      ...worker,
      news,
      outcomes,
      errors,
      async close() {
        await worker.stop();
        await egress.close();
      },
    };
  }

  endpoints({ clock = () => new Date(), rules = loopbackRules }: WorkerOptions = {}): Endpoints & {
    readonly egress: Egress;
  } {
    const egress = openEgress({ rules, limit: { atOnce: 5, perSecond: 1_000 }, timeoutMs: 1_000 });
    const parts = { installation: { database: this.database, secrets }, clock, onError: assert.ifError };
    return { ...endpointsOf(egress, parts), egress };
  }

  /** Every change of an account that is to be told, by the ID of its delivery. */
  async toldIds({ accountId }: Pick<Line, 'accountId'>): Promise<ReadonlySet<string>> {
    const { rows } = await sql<{ id: number; event: number }>`
      select verification_id as id, event_number as event from verification_event
      where account_id = ${accountId} and state <> 'approved'`.execute(this.database);
    return new Set(
      rows.map(({ id, event }) => webhookIdOf({ accountId, id: id as VerificationId, eventNumber: event })),
    );
  }

  async states({ accountId }: Pick<Line, 'accountId'>): Promise<Readonly<Record<string, number>>> {
    const { rows } = await sql<{ state: string; count: number }>`
      select state, count(*)::int as count from callback_delivery where account_id = ${accountId} group by 1`.execute(
      this.database,
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  async remove(): Promise<void> {
    await this.opened.close();
    await this.#stopServer();
  }
}

/** What a receiver's journal shows: nothing is missing, nothing came early, each repetition carries the ID of the first. */
export function judgeHits(
  hits: readonly Hit[],
  told: ReadonlySet<string>,
): { readonly missing: number; readonly early: number; readonly strangers: number } {
  const taken = new Set(hits.filter((hit) => hit.taken).map((hit) => hit.webhookId));
  const byChange = Map.groupBy(hits, (hit) => `${hit.verification} ${hit.status}`);
  return {
    missing: [...told].filter((id) => !taken.has(id)).length,
    early: outOfOrder(hits).length,
    strangers:
      hits.filter((hit) => !told.has(hit.webhookId)).length +
      [...byChange.values()].filter((same) => new Set(same.map((hit) => hit.webhookId)).size > 1).length,
  };
}
