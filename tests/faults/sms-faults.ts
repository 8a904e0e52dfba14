import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { newAccount } from '../../src/cli/account.ts';
import { openInstallation } from '../../src/cli/installation.ts';
import { startService } from '../../src/cli/start-service.ts';
import { parseConfig } from '../../src/config.ts';
import { openLog } from '../../src/http/log.client.ts';
import type { RetrySchedule } from '../../src/notification/sms/backoff.ts';
import { type GatewayName, openGateway } from '../../src/notification/sms/gateways/index.client.ts';
import { type Behaviour, byChance } from '../counterparts/sms-behaviour.ts';
import { SmsHttp } from '../counterparts/sms-http.ts';
import { Smsc } from '../counterparts/smsc.ts';
import { freshDataFolder } from '../counterparts/postgres.ts';
import { type CallOutcome, callService } from './call-service.ts';
import { type JournalLine, bodyOfCall, phoneOfCall } from './journal-client.ts';
import { judge, settled } from './oracle.ts';

const cotejo = path.join(import.meta.dirname, '../../bin/cotejo');

/** Kinds of faults and their weights: of a hundred submissions, about thirty go wrong somehow. */
const PLAN =
  'accept:70,throttle:5,hang:2,take-and-hang:3,cut:3,take-and-cut:3,answer-and-cut:3,late=300:2,late=900:3,twice:3';
/** Every so manieth telephone is refused for good. */
const REFUSED_EVERY = 31;
/** Whoever sends to the first few has the connection cut, always: they are given up while the others are sent. */
const NEVER_TAKEN = 10;
const CALLS_AT_ONCE = 40;
const PATIENCE_MS = 500;
const PAUSES_MS: RetrySchedule['pausesMs'] = [100, 200, 400, 800];
/** A message that is tried again stands behind all that came meanwhile: only a long queue may not look like a gateway that never takes it. */
const GIVE_UP_AFTER_MS_PER_SEND = 30;

/** A gateway's far end that behaves by chance, its settings with short patience, and what it was asked and took. */
type Counterpart = {
  readonly settings: object;
  readonly submitted: () => readonly { readonly to: string; readonly taken: boolean; readonly behaviour: Behaviour }[];
  readonly close: () => Promise<void>;
};

type Behave = (submission: { readonly to: string }) => Behaviour;

export const counterparts: Record<Exclude<GatewayName, 'outbox'>, (behave: Behave) => Promise<Counterpart>> = {
  async smpp(behave) {
    const smsc = new Smsc({ behave });
    const settings = {
      host: '127.0.0.1',
      port: await smsc.listen(),
      systemId: 'cotejo',
      password: 'secret',
      responseTimeoutMs: PATIENCE_MS,
      waitMs: PATIENCE_MS,
      reconnectFromMs: 10,
      reconnectUpToMs: 100,
      busyRetryMs: 100,
    };
    return { settings, submitted: () => smsc.submissions, close: () => smsc.close() };
  },
  async http(behave) {
    const provider = new SmsHttp({ behave, retryAfter: '0' });
    const settings = {
      url: `http://127.0.0.1:${await provider.listen()}/messages`,
      body: {
        kind: 'json',
        value: { to: '{{to}}', from: '{{sender}}', text: '{{text}}', reference: '{{reference}}' },
      },
      messageIds: 'id',
      timeoutMs: PATIENCE_MS,
      lateAnswerMs: 4 * PATIENCE_MS,
    };
    return { settings, submitted: () => provider.requests, close: () => provider.close() };
  },
};

/** Sends through a faulty gateway and checks what was charged against what was taken. @throws AssertionError when a bar is missed. */
export async function faultySends(
  {
    gateway,
    sends,
    seed,
  }: { readonly gateway: keyof typeof counterparts; readonly sends: number; readonly seed: number },
  print: (line: string) => void,
): Promise<void> {
  const byLot = byChance(PLAN, seed);
  const isRefused = (call: number): boolean => call % REFUSED_EVERY === 0;
  const isNeverTaken = (call: number): boolean => call <= NEVER_TAKEN;
  const counterpart = await counterparts[gateway](({ to }) => {
    const call = Number(to) - Number(phoneOfCall(0));
    if (isRefused(call)) return { kind: 'refuse', status: gateway === 'smpp' ? 0x0b : 400 };
    return isNeverTaken(call) ? { kind: 'cut' } : byLot();
  });
  const folder = await freshDataFolder();
  const config = parseConfig({ COTEJO_DATA: folder }, {});
  assert.ok(config.ok);
  const installation = await openInstallation(config.value, { use: 'service', log: () => {} });
  const log = openLog('error', { isTerminal: false });
  const clock = (): Date => new Date();
  const service = await startService(
    {
      roles: ['api', 'worker'],
      host: '127.0.0.1',
      port: 0,
      https: null,
      publicUrl: 'http://localhost:8080',
      trustedProxies: [],
      isStrictTransport: true,
    },
    {
      installation,
      log,
      clock,
      retries: { pausesMs: PAUSES_MS, giveUpAfterMs: GIVE_UP_AFTER_MS_PER_SEND * sends },
      openGateway: async (onReceipt) => {
        const silent = { info: () => {}, warn: () => {} };
        const opened = openGateway(gateway, counterpart.settings, {
          onReceipt,
          clock,
          log: silent,
          onWaiting: () => {},
        });
        if (!opened.ok) throw new Error(opened.refusal.problems.join('; '));
        return opened.value;
      },
    },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: CALLS_AT_ONCE });
  try {
    const hundredths = 1_000_000_00;
    const { account, ...credentials } = await newAccount(installation, {
      name: 'Test',
      state: 'validated',
      hundredths,
    });
    const { port } = service.server.server.address() as AddressInfo;
    const caller = { url: `http://127.0.0.1:${port}`, ...credentials };
    const beganAt = performance.now();
    const outcomes: CallOutcome[] = [];
    let next = 1;
    const hand = async (): Promise<void> => {
      for (let call = next++; call <= sends; call = next++)
        outcomes[call] = await callService(caller, 'VerificarIdentidad', bodyOfCall(call), { agent });
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, hand));
    const connection = installation.address as pg.ClientConfig;
    const waiting = await settled(account, connection, 240_000);
    const tookMs = performance.now() - beganAt;

    const submitted = counterpart.submitted();
    const sent = submitted.filter(({ taken }) => taken).map(({ to }) => ({ to, reference: null }));
    const verdict = await judge([journalOf(outcomes)], sent, account, connection);
    const ends = await endsOf(account, connection);
    const check = await checked(folder);
    const refused = Array.from({ length: sends }, (_, at) => at + 1).filter(isRefused);
    const neverTaken = Array.from({ length: sends }, (_, at) => at + 1).filter(isNeverTaken);
    const behaved = countsOf(submitted.map(({ behaviour }) => behaviour.kind));
    print(
      `${gateway}: seed ${seed}; ${sends} sends, ${submitted.length} submissions ${JSON.stringify(behaved)}, ${Math.round(tookMs / 1000)} s; waiting ${waiting}; ${JSON.stringify(verdict)}; ${check.summary}`,
    );
    for (const kind of ['throttle', 'hang', 'take-and-hang', 'cut', 'take-and-cut', 'late', 'twice', 'refuse'])
      assert.ok((behaved[kind] ?? 0) > 0, `a run without '${kind}' proves nothing about it`);
    assert.equal(verdict.accepted, sends);
    assert.equal(waiting, 0, 'something waits for ever');
    for (const [fault, count] of Object.entries(verdict.faults)) assert.equal(count, 0, fault);
    for (const call of [...refused, ...neverTaken])
      assert.equal(ends.get(phoneOfCall(call)), 'lapsed undeliverable void', `call ${call}`);
    for (const [phone, end] of ends)
      assert.ok(['invited post', 'lapsed undeliverable void'].includes(end), `${phone}: ${end}`);
    const charged = [...ends.values()].filter((end) => end === 'invited post').length;
    assert.equal(charged, sends - refused.length - neverTaken.length, 'all others were sent');
    assert.ok(check.balances);
    const left = await callService(caller, 'GetCreditos', { Resp: 'JSON' });
    assert.ok('body' in left);
    assert.deepEqual(JSON.parse(left.body), [{ Res: 1, Cred: hundredths / 100 - charged }]);
  } finally {
    agent.destroy();
    await service.stop();
    await installation.close();
    await counterpart.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** State, reason and settlement of each request, by its telephone. */
async function endsOf(account: string, connection: pg.ClientConfig): Promise<Map<string, string>> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ phone: string; end: string }>(
    `select v.phone, concat_ws(' ', v.state, v.lapse_reason, string_agg(e.kind, ' ') filter (where e.kind <> 'reserve')) as end
     from verification v left join credit_entry e using (account_id, verification_id)
     where account_id = $1 group by account_id, v.verification_id, v.phone, v.state, v.lapse_reason`,
    [account],
  );
  await client.end();
  return new Map(rows.map(({ phone, end }) => [phone, end]));
}

/** What the program itself says about the money, asked beside the running service. */
async function checked(folder: string): Promise<{ readonly balances: boolean; readonly summary: string }> {
  const env = { ...process.env, COTEJO_DATA: folder };
  const { stdout } = await promisify(execFile)(cotejo, ['credits', 'check'], { env });
  return { balances: stdout.startsWith('everything balances'), summary: stdout.trim() };
}

function journalOf(outcomes: readonly CallOutcome[]): string {
  const lines = outcomes.flatMap((outcome, call): JournalLine[] => {
    const sent = { kind: 'sent', call, phone: phoneOfCall(call), key: null, atMs: 0 } as const;
    return 'status' in outcome ? [sent, { kind: 'answered', call, ...outcome, atMs: 0 }] : [sent];
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
