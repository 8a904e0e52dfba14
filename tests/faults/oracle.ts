import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type JournalLine, journalLines } from './journal-client.ts';

/** One message as a counterpart of the SMS network journalled it. */
export type SentMessage = { readonly to: string; readonly reference: string | null };

/** What the oracle counts. Everything under `faults` must be 0. */
export type Verdict = {
  readonly calls: number;
  readonly accepted: number;
  readonly unansweredForGood: number;
  readonly messages: number;
  /** Messages that went out more than once, and that the service itself knows of. */
  readonly repeatedKnowingly: number;
  readonly faults: {
    /** Accepted by an answer, and not there. */
    readonly acknowledgedAndLost: number;
    /** One call and two requests, or one request and two calls. */
    readonly acceptedTwice: number;
    /** A request with two reservations or two settlements. */
    readonly chargedTwice: number;
    /** A balance that the entries do not give, or that is not four books summing to zero. */
    readonly unbalanced: number;
    /** The same number of credits left answered to two calls; each credit given back meanwhile explains one. */
    readonly sameBalanceTwice: number;
    /** Accepted and due, and no message went out. */
    readonly neverSent: number;
    /** Went out more than once without the service knowing. */
    readonly doubledSilently: number;
    /** Charged, and the gateway never had it. */
    readonly chargedUnsent: number;
    /** The gateway had it, and it is not charged. */
    readonly sentUncharged: number;
  };
};

/**
 * Reads the journals and the database after recovery and says what was lost, doubled or wrongly charged. It knows the tables and nothing of
 * the program: what it finds is found a second way.
 * @param journals of the callers, whole lines; a torn last line of a caller that was killed is passed over.
 */
export async function judge(
  journals: readonly string[],
  sent: readonly SentMessage[],
  account: string,
  connection: pg.ClientConfig,
): Promise<Verdict> {
  const lines = journals.flatMap(journalLines);
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const verifications = (
      await client.query<{
        id: string;
        phone: string;
        state: string;
        invited: boolean;
        uncertain: string;
        handed: boolean;
      }>(
        `select v.verification_id::text as id, v.phone, v.state, v.invited_at is not null as invited,
           coalesce(sum(i.uncertain_attempts), 0)::text as uncertain,
           coalesce(bool_or(i.state in ('handed-over', 'delivered')), false) as handed
         from verification v left join invitation i using (account_id, verification_id)
         where account_id = $1 group by account_id, v.verification_id, v.phone, v.state, v.invited_at`,
        [account],
      )
    ).rows;
    const entries = (
      await client.query<{ id: string; kind: string; n: string }>(
        `select verification_id::text as id, kind, count(*)::text as n from credit_entry
         where account_id = $1 and verification_id is not null group by 1, 2`,
        [account],
      )
    ).rows;
    const books = (
      await client.query<{ wrong: boolean }>(
        `select b.funding + b.available + b.reserved + b.spent <> 0 or b.available < 0
           or b.available <> coalesce(sum(case e.kind when 'top-up' then e.hundredths when 'void' then e.hundredths
             when 'withdrawal' then -e.hundredths when 'reserve' then -e.hundredths else 0 end), 0)
           or b.last_entry_number <> count(e.*) as wrong
         from credit_balance b left join credit_entry e using (account_id)
         where account_id = $1 group by account_id, b.funding, b.available, b.reserved, b.spent, b.last_entry_number`,
        [account],
      )
    ).rows;
    return verdictOf(lines, sent, verifications, entries, books.filter(({ wrong }) => wrong).length);
  } finally {
    await client.end();
  }
}

/**
 * Waits until every accepted request is sent or given up. @returns how many are still neither when the time is up.
 */
export async function settled(account: string, connection: pg.ClientConfig, limitMs = 90_000): Promise<number> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const beganAt = performance.now(); ; await delay(200)) {
      const { rows } = await client.query<{ waiting: number }>(
        `select count(*)::integer as waiting from verification
         where account_id = $1 and state = 'requested' and send_at <= now()`,
        [account],
      );
      if (rows[0]!.waiting === 0 || performance.now() - beganAt > limitMs) return rows[0]!.waiting;
    }
  } finally {
    await client.end();
  }
}

type VerificationRow = {
  readonly id: string;
  readonly phone: string;
  readonly state: string;
  readonly invited: boolean;
  readonly uncertain: string;
  readonly handed: boolean;
};

function verdictOf(
  lines: readonly JournalLine[],
  sent: readonly SentMessage[],
  verifications: readonly VerificationRow[],
  entries: readonly { readonly id: string; readonly kind: string; readonly n: string }[],
  unbalanced: number,
): Verdict {
  const sentLines = lines.filter((line) => line.kind === 'sent');
  const answers = lines.filter((line) => line.kind === 'answered');
  const acceptedAnswers = answers.flatMap((line) => {
    const [body] = JSON.parse(line.body) as [{ Res: number; ID?: string; Cred?: number }];
    return body.Res === 1 ? [{ call: line.call, id: body.ID!, left: body.Cred! }] : [];
  });
  const ids = new Set(verifications.map(({ id }) => id));
  const requestsOf = countBy(verifications, ({ phone }) => phone);
  const messagesOf = countBy(sent, ({ to }) => to);
  const live = verifications.filter(({ state }) => state !== 'lapsed');
  const voids = entries.filter(({ kind }) => kind === 'void').length;
  const posted = new Set(entries.filter(({ kind }) => kind === 'post').map(({ id }) => id));
  // Each call has a phone of its own. Without a key it was sent once, with one any number of times: accepted it may be once.
  const twice = verifications.filter(({ phone }) => (requestsOf.get(phone) ?? 0) > 1);
  return {
    calls: sentLines.length,
    accepted: verifications.length,
    unansweredForGood: sentLines.length - answers.length,
    messages: sent.length,
    repeatedKnowingly: verifications.filter(
      ({ phone, uncertain }) => (messagesOf.get(phone) ?? 0) > 1 && Number(uncertain) > 0,
    ).length,
    faults: {
      acknowledgedAndLost: acceptedAnswers.filter(({ id }) => !ids.has(id)).length,
      acceptedTwice: new Set(twice.map(({ phone }) => phone)).size + duplicates(acceptedAnswers.map(({ id }) => id)),
      chargedTwice: entries.filter(({ n }) => Number(n) > 1).length + settledTwice(entries),
      unbalanced,
      sameBalanceTwice: Math.max(0, duplicates(acceptedAnswers.map(({ left }) => String(left))) - voids),
      neverSent: live.filter(({ phone }) => !messagesOf.has(phone)).length,
      doubledSilently: verifications.filter(
        ({ phone, uncertain }) => (messagesOf.get(phone) ?? 0) > 1 + Number(uncertain),
      ).length,
      chargedUnsent: verifications.filter(({ id, phone }) => posted.has(id) && !messagesOf.has(phone)).length,
      sentUncharged: verifications.filter(({ id, handed, state }) => handed && state !== 'lapsed' && !posted.has(id))
        .length,
    },
  };
}

function settledTwice(entries: readonly { readonly id: string; readonly kind: string }[]): number {
  return duplicates(entries.filter(({ kind }) => kind === 'post' || kind === 'void').map(({ id }) => id));
}

const duplicates = (words: readonly string[]): number => words.length - new Set(words).size;

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      journal: { type: 'string', multiple: true },
      sink: { type: 'string' },
      account: { type: 'string' },
      database: { type: 'string' },
    },
  });
  const sink = values.sink === undefined ? [] : journalLines(readFileSync(values.sink, 'utf8'));
  const verdict = await judge(
    (values.journal ?? []).map((file) => readFileSync(file, 'utf8')),
    sink as unknown as SentMessage[],
    values.account ?? '',
    { connectionString: values.database ?? '' },
  );
  process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
  process.exitCode = Object.values(verdict.faults).every((count) => count === 0) ? 0 : 1;
}
