// How many requests the service accepts for good in a second, against how many times a bare client commits the same rows on the same
// PostgreSQL in the same minute; and the same again when a million requests are stored.
import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { connectToRunning } from '../../src/storage/embedded-postgres.client.ts';
import { RunningService } from '../../tests/faults/running-service.ts';

const CALLERS = 32;
const SECONDS = 6;
const ACCOUNTS = 8;
const STORED = 1_000_000;

type Account = { readonly account: string; readonly apiUser: string; readonly apiToken: string };
type Round = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

export async function apiBench(rounds: number): Promise<void> {
  const service = await RunningService.create();
  try {
    // Only the accepting half: messages wait, as they do in the bare client's rows.
    await service.start(['--role', 'api']);
    const accounts = await Promise.all(Array.from({ length: ACCOUNTS }, () => service.createAccount(100_000_000)));
    const running = (await connectToRunning(service.folder))!;
    const pool = new pg.Pool({ ...running.connection, max: CALLERS });
    try {
      await compare('one account', service, pool, accounts.slice(0, 1), rounds);
      await compare(`${ACCOUNTS} accounts`, service, pool, accounts, rounds);
      await grown(service, pool, accounts[0]!, rounds);
      console.log(`memory of the service: ${rssMb(service.pid)} MB resident`);
    } finally {
      await pool.end();
      await running.close();
    }
  } finally {
    await service.remove();
  }
}

async function compare(
  title: string,
  service: RunningService,
  pool: pg.Pool,
  accounts: readonly Account[],
  rounds: number,
): Promise<void> {
  await serviceRound(service, accounts, 2);
  const pairs: { served: Round; bare: Round }[] = [];
  for (let round = 0; round < rounds; round += 1)
    pairs.push({
      served: await serviceRound(service, accounts, SECONDS),
      bare: await bareRound(pool, accounts, SECONDS),
    });
  const ratios = pairs.map(({ served, bare }) => served.perSecond / bare.perSecond);
  console.log(
    [
      `${title}, ${CALLERS} callers, ${rounds} rounds of ${SECONDS} s:`,
      `  accepted ${spread(pairs.map(({ served }) => served.perSecond))} /s, bare client ${spread(pairs.map(({ bare }) => bare.perSecond))} /s`,
      `  ratio ${spread(ratios, 2)} (goal ≥ 0.6)`,
      `  answered in p50 ${spread(
        pairs.map(({ served }) => served.p50Ms),
        1,
      )} ms, p99 ${spread(
        pairs.map(({ served }) => served.p99Ms),
        1,
      )} ms`,
    ].join('\n'),
  );
}

/** The same account with a thousand and with a million requests behind it. */
async function grown(service: RunningService, pool: pg.Pool, account: Account, rounds: number): Promise<void> {
  const few: number[] = [];
  const many: number[] = [];
  await pool.query('truncate pgboss.job_common');
  for (let round = 0; round < rounds; round += 1) few.push((await serviceRound(service, [account], SECONDS)).perSecond);
  await fill(pool, account.account, STORED);
  for (let round = 0; round < rounds; round += 1)
    many.push((await serviceRound(service, [account], SECONDS)).perSecond);
  const slower = median(few) / median(many);
  console.log(
    `with few requests stored ${spread(few)} /s, with ${STORED.toLocaleString('en')} more ${spread(many)} /s: ${slower.toFixed(2)} × slower (goal ≤ 1.2)`,
  );
}

async function serviceRound(service: RunningService, accounts: readonly Account[], seconds: number): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const times = await closedLoop(seconds, (caller) => {
    const { apiUser, apiToken } = accounts[caller % accounts.length]!;
    return post(agent, `${service.url}/VerificarIdentidad`, `${apiUser}:${apiToken}`);
  });
  agent.destroy();
  return roundOf(times, seconds);
}

function post(agent: Agent, url: string, auth: string): Promise<void> {
  const body = '{"Telefono":"34600000001","Resp":"JSON"}';
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: 'POST', agent, auth, headers: { 'content-type': 'application/json' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => (text.startsWith('[{"Res":1,') ? resolve() : reject(new Error(`answered ${text}`))));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The rows of one acceptance, written as plainly as a client of the database can. */
async function bareRound(pool: pg.Pool, accounts: readonly Account[], seconds: number): Promise<Round> {
  let next = 1;
  const base = 1 + Math.floor(Math.random() * 1_500_000_000);
  const times = await closedLoop(seconds, async (caller) => {
    const { account } = accounts[caller % accounts.length]!;
    const id = base + next++;
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ last: string }>(
        `update credit_balance set available = available - 100, reserved = reserved + 100, last_entry_number = last_entry_number + 1
         where account_id = $1 returning last_entry_number as last`,
        [account],
      );
      await client.query(
        `insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
           send_at, reserved_hundredths, link_lifetime_hours)
         values ($1, $2, 'requested', gen_random_uuid(), now(), now(), '34600000001', 'Cotejo',
           'Verifica tu identidad en un minuto. Entra en este enlace y sigue los pasos: [LINK]', now(), 100, 72)`,
        [account, id],
      );
      await client.query(
        `insert into credit_entry (account_id, entry_number, kind, hundredths, verification_id, entered_at)
         values ($1, $2, 'reserve', 100, $3, now())`,
        [account, rows[0]!.last, id],
      );
      await client.query(
        `insert into pgboss.job (name, data, retry_limit, retry_backoff, expire_seconds, deletion_seconds, policy)
         values ('send-invitation', $1, 2, false, 300, 600, 'standard')`,
        [JSON.stringify({ kind: 'send-invitation', accountId: Number(account), id, invitation: 1, at: new Date() })],
      );
      await client.query('commit');
    } finally {
      client.release();
    }
  });
  return roundOf(times, seconds);
}

/** So many callers, each calling again as soon as it is answered. @returns the time of each call, ms. */
async function closedLoop(seconds: number, call: (caller: number) => Promise<void>): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      while (performance.now() < until) {
        const beganAt = performance.now();
        await call(caller);
        times.push(performance.now() - beganAt);
      }
    }),
  );
  return times;
}

function roundOf(times: number[], seconds: number): Round {
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { perSecond: times.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Requests of long ago: settled, with their entries. */
async function fill(pool: pg.Pool, account: string, count: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    const { rows } = await client.query<{ last: string }>(
      'select last_entry_number as last from credit_balance where account_id = $1',
      [account],
    );
    await client.query(
      `insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
         send_at, reserved_hundredths, link_lifetime_hours, lapsed_at, lapse_reason)
       select $1, 3 + 2 * n, 'lapsed', gen_random_uuid(), now(), now(), '34600000001', 'Cotejo', '[LINK]', now(), 100, 72, now(), 'cancelled'
       from generate_series(1, $2::int) n on conflict do nothing`,
      [account, count],
    );
    await client.query(
      `insert into credit_entry (account_id, entry_number, kind, hundredths, verification_id, entered_at)
       select $1, $3::bigint + 2 * n - k, case k when 1 then 'reserve' else 'void' end, 100, 3 + 2 * n, now()
       from generate_series(1, $2::int) n, generate_series(0, 1) k on conflict do nothing`,
      [account, count, rows[0]!.last],
    );
    await client.query(
      'update credit_balance set last_entry_number = last_entry_number + 2 * $2::int where account_id = $1',
      [account, count],
    );
    await client.query('analyze');
    await client.query('checkpoint');
  } finally {
    client.release();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function spread(values: readonly number[], digits = 0): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function rssMb(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return Math.round((pages * 4096) / 1e6);
}
