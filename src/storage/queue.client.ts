import pg from 'pg';
import { type ConnectionOptions, type JobResult, PgBoss, type WorkOptions, fromKysely } from 'pg-boss';
import { type Clock, MS_PER_MINUTE, MS_PER_SECOND } from '../kernel/instant.ts';
import {
  type DatabaseAddress,
  type Transaction,
  isUnreachable,
  poolSettings,
  unreachableReason,
} from './database.client.ts';

/** A job as it lies in the queue: what to do and when. */
export type QueuedJob = { readonly kind: string; readonly at: Date; readonly isBulk?: boolean };

/** Does one job. It may be called again for the same job, also after it had succeeded: exactly one effect is the handler's business. */
export type JobHandler<Job> = (job: Job) => Promise<void>;

export type Queue<Job extends QueuedJob> = {
  /** Writes jobs in the caller's transaction: they exist if and when it commits. */
  enqueue(transaction: Transaction, jobs: readonly Job[]): Promise<void>;
  /** The same as one statement without parameters, for a transaction that sends its statements itself. */
  statementFor(jobs: readonly Job[]): Promise<string>;
  /** Begins to work on the kinds that it is handed a handler for; others are left to other processes. */
  work(handlers: { readonly [Kind in Job['kind']]?: JobHandler<Extract<Job, { kind: Kind }>> }): Promise<void>;
  /** Seconds that the oldest due job of each kind has waited; what scaling goes by. */
  oldestWaitSeconds(): Promise<ReadonlyMap<string, number>>;
  /** How many jobs of each kind there are; counted every few seconds, but for those that were tried before. */
  counts(): Promise<readonly KindCounts[]>;
  /** Waits for jobs in hand, then lets go. */
  stop(): Promise<void>;
};

export type KindCounts = {
  readonly kind: string;
  /** Due, and in nobody's hands. */
  readonly ready: number;
  /** Due at a later time. */
  readonly later: number;
  readonly active: number;
  /** Of those waiting, how many were tried before and failed. */
  readonly retried: number;
  readonly oldestSeconds: number;
};

const TEN_YEARS_SECONDS = 10 * 365 * 86_400;
const SUPERVISE_SECONDS = 4;
const MAINTENANCE_SECONDS = 300;
/** What is done is of no more use: the verification itself tells what happened. */
const KEEP_DONE_SECONDS = 600;
const POLL_SECONDS = 0.5;
/** The queue's own upkeep may take longer than any statement of ours. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Many workers share few connections, and nobody waits for the answer of one that waits its turn. */
const CONNECT_TIMEOUT_MS = 15_000;
const TOLD_AGAIN_AFTER_MS = MS_PER_MINUTE;
/** Jobs are done by priority, then by age. */
const BULK_PRIORITY = -1;
/** Jobs fetched at once; a full batch is followed by the next without a pause. */
const BATCH = 20;
/** Jobs of a batch that are in hand at any one time: what a process that dies leaves undecided. */
const IN_HAND = 5;

/**
 * [Note: Jobs]
 * pg-boss keeps jobs in the same database, so that a step and the work it starts commit together. A job is done at least once: a worker that
 * dies is noticed by its missing heartbeat and the job is handed out again. A handler that throws is tried again with growing pauses, for as
 * long as it takes: what is given up is decided by handlers, with the money and the state in the same transaction, never by the queue.
 */
const POLICY = {
  retryLimit: 1_000_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  expireInSeconds: 300,
  heartbeatSeconds: 10,
  // A job may be due in a year and the workers may be away: it is never dropped for its age.
  retentionSeconds: TEN_YEARS_SECONDS,
  deleteAfterSeconds: KEEP_DONE_SECONDS,
} as const;

/**
 * Behind the wall of an account (`withinAccount`) jobs are written with the step that starts them, and that is all that can be done to them
 * there. The lock is for processes that start together: two cannot change the rights of one table at once.
 */
const WALLED_MAY_WRITE = `
  do $$
  declare jobs record;
  begin
    perform pg_advisory_xact_lock(hashtext('cotejo queue rights'));
    if not exists (select from pg_roles where rolname = 'cotejo_walled' and pg_has_role(current_user, oid, 'member')) then
      return;
    end if;
    if not has_schema_privilege('cotejo_walled', 'pgboss', 'usage') then
      grant usage on schema pgboss to cotejo_walled;
      grant select on pgboss.queue to cotejo_walled;
    end if;
    for jobs in
      select c.oid::regclass as name from pg_class c left join pg_inherits i on i.inhrelid = c.oid
      where 'pgboss.job'::regclass in (c.oid, i.inhparent) and c.relkind in ('r', 'p')
        and not has_table_privilege('cotejo_walled', c.oid, 'insert')
    loop
      execute format('grant insert on %s to cotejo_walled', jobs.name);
      execute format('grant select (id) on %s to cotejo_walled', jobs.name);
    end loop;
  end $$`;

export type QueueSettings = {
  readonly address: DatabaseAddress;
  readonly kinds: readonly string[];
  /** Workers of each kind in this process; 0: this process only writes jobs. */
  readonly concurrency: number;
  /** Kinds whose jobs take seconds each: fetched one by one, so that none waits behind another while a process elsewhere is idle. */
  readonly longKinds?: readonly string[];
  readonly clock: Clock;
  /** What nobody expected. */
  readonly onError: (error: unknown) => void;
  /** The database is away or too slow: told once, and then once a minute with how often in between. Default: `onError`, each time. */
  readonly onWaiting?: (reason: string, times: number) => void;
};

/** Does a few at a time, in their order. */
async function settleAll<Item, Outcome>(
  items: readonly Item[],
  settleOne: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) outcomes[at] = await settleOne(items[at]!);
  };
  await Promise.all(Array.from({ length: IN_HAND }, hand));
  return outcomes;
}

async function settle<Job extends QueuedJob>(
  { id, data }: { readonly id: string; readonly data: Record<string, unknown> },
  handler: JobHandler<Job>,
  onError: (error: unknown) => void,
): Promise<JobResult> {
  try {
    await handler({ ...data, at: new Date(data['at'] as string) } as unknown as Job);
    return { id, status: 'completed' };
  } catch (error) {
    onError(error);
    // Errors stay in the log, which knows what it may hold; the queue keeps only that there was one.
    return { id, status: 'failed', output: { error: (error as Error).name } };
  }
}

const oldestOf = (queue: object | null | undefined): number =>
  (queue as { readonly readyOldestSeconds?: number } | null)?.readyOldestSeconds ?? 0;

/** The queue tells some errors as objects that only look like one. */
function asError(error: unknown): unknown {
  if (error instanceof Error || typeof error !== 'object' || error === null) return error;
  const { message, stack, code } = error as {
    readonly message?: string;
    readonly stack?: string;
    readonly code?: string;
  };
  return Object.assign(new Error(message), stack === undefined ? {} : { stack }, code === undefined ? {} : { code });
}

/** Tells a database that is away or too slow apart from what nobody expected, and not thousands of times. */
function toldBy({ onError, onWaiting }: Pick<QueueSettings, 'onError' | 'onWaiting'>): (error: unknown) => void {
  let toldAtMs = -Infinity;
  let times = 0;
  return (error) => {
    if (onWaiting === undefined || !isUnreachable(error)) return onError(error);
    times += 1;
    if (performance.now() - toldAtMs < TOLD_AGAIN_AFTER_MS) return;
    onWaiting(unreachableReason(error), times);
    toldAtMs = performance.now();
    times = 0;
  };
}

/** Opens the queue over the database and makes what is missing of it. */
export async function openQueue<Job extends QueuedJob>({
  address,
  kinds,
  concurrency,
  longKinds = [],
  clock,
  ...hearing
}: QueueSettings): Promise<Queue<Job>> {
  const working = concurrency > 0;
  let isStopped = false;
  const tell = toldBy(hearing);
  const onError = (error: unknown): void => {
    // What was on its way when the connections were closed has nobody left to hear of it.
    if (!isStopped) tell(asError(error));
  };
  const boss = new PgBoss({
    ...poolSettings(address, {
      connections: working ? 4 : 2,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    }),
    supervise: working,
    // A worker that died is looked for as often, and the waiting jobs are counted.
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    schedule: false,
    migrate: true,
    persistWarnings: false,
  });
  boss.on('error', onError);
  await boss.start();
  for (const kind of kinds) {
    if ((await boss.getQueue(kind)) === null) await boss.createQueue(kind, POLICY);
    else await boss.updateQueue(kind, POLICY);
  }
  await boss.getDb().executeSql(WALLED_MAY_WRITE);
  const insert = async (jobs: readonly Job[], db: NonNullable<ConnectionOptions['db']>): Promise<void> => {
    const now = clock();
    // What is due is due, also for a database whose clock is behind ours. What is not waits by its clock, the one that all processes share.
    const queued = (job: Job): object => ({
      data: job,
      ...(job.isBulk === true ? { priority: BULK_PRIORITY } : {}),
      ...(job.at <= now ? {} : { startAfter: job.at }),
    });
    for (const kind of new Set(jobs.map((job) => job.kind)))
      await boss.insert(kind, jobs.filter((job) => job.kind === kind).map(queued), { db });
  };
  return {
    enqueue: (transaction, jobs) => insert(jobs, fromKysely(transaction)),
    async statementFor(jobs) {
      const statements: string[] = [];
      await insert(jobs, {
        async executeSql(text, values = []) {
          statements.push(
            text.replace(/\$(\d+)/g, (_, number: string) => pg.escapeLiteral(String(values[Number(number) - 1]))),
          );
          return { rows: [] };
        },
      });
      return statements.join(';\n');
    },
    async work(handlers) {
      for (const kind of kinds) {
        const handler = handlers[kind as Job['kind']] as JobHandler<Job> | undefined;
        if (handler === undefined) continue;
        await boss.work<Record<string, unknown>, JobResult[], WorkOptions & { perJobResults: true }>(
          kind,
          {
            batchSize: longKinds.includes(kind) ? 1 : BATCH,
            localConcurrency: concurrency,
            pollingIntervalSeconds: POLL_SECONDS,
            burstWhenBatchFull: true,
            heartbeatRefreshSeconds: 3,
            perJobResults: true,
          },
          (jobs) => settleAll(jobs, (job) => settle(job, handler, onError)),
        );
      }
    },
    async oldestWaitSeconds() {
      const stats = await Promise.all(kinds.map((kind) => boss.getQueue(kind)));
      return new Map(stats.map((queue, index) => [kinds[index]!, oldestOf(queue)]));
    },
    async counts() {
      const stats = await Promise.all(kinds.map((kind) => boss.getQueue(kind)));
      const { rows } = (await boss
        .getDb()
        .executeSql(
          `select name, count(*)::int as retried from pgboss.job where name = any($1) and state = 'retry' group by name`,
          [[...kinds]],
        )) as { readonly rows: readonly { readonly name: string; readonly retried: number }[] };
      const retriedOf = new Map(rows.map(({ name, retried }) => [name, retried]));
      return kinds.map((kind, index) => ({
        kind,
        ready: stats[index]?.readyCount ?? 0,
        later: stats[index]?.deferredCount ?? 0,
        active: stats[index]?.activeCount ?? 0,
        retried: retriedOf.get(kind) ?? 0,
        oldestSeconds: oldestOf(stats[index]),
      }));
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 20 * MS_PER_SECOND });
      isStopped = true;
    },
  };
}
