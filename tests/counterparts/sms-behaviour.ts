import { parseArgs } from 'node:util';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { seededRandom } from '../../src/kernel/random.ts';

/** What a message centre or a provider does with one submission. */
export type Behaviour =
  | { readonly kind: 'accept' }
  /** SMPP: a `command_status`; HTTP: a status code. */
  | { readonly kind: 'refuse'; readonly status: number }
  | { readonly kind: 'throttle' }
  /** Takes nothing and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the message and never answers. */
  | { readonly kind: 'take-and-hang' }
  /** Takes nothing and cuts the connection. */
  | { readonly kind: 'cut' }
  /** Takes the message and cuts the connection before the answer. */
  | { readonly kind: 'take-and-cut' }
  /** Answers and cuts the connection. */
  | { readonly kind: 'answer-and-cut' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'twice' };

export const takes = ({ kind }: Behaviour): boolean => !['refuse', 'throttle', 'hang', 'cut'].includes(kind);

/** A behaviour by its words: `accept`, `refuse=11`, `late=2000`. */
export function behaviourOf(words: string): Behaviour {
  const [kind, value] = words.split('=');
  const number = Number(value);
  if (kind === 'refuse' && value !== undefined) return { kind, status: number };
  if (kind === 'late' && value !== undefined) return { kind, ms: number };
  const plain = [
    'accept',
    'throttle',
    'hang',
    'take-and-hang',
    'cut',
    'take-and-cut',
    'answer-and-cut',
    'twice',
  ] as const;
  const found = plain.find((name) => name === kind);
  if (found === undefined || value !== undefined) throw new RangeError(`no such behaviour: ${words}`);
  return { kind: found };
}

/** The given behaviours one after the other, then `accept`. */
export function inTurn(...behaviours: readonly string[]): () => Behaviour {
  const left = behaviours.map(behaviourOf);
  return () => left.shift() ?? { kind: 'accept' };
}

/** Behaviours by chance, with weights: `accept:90,throttle:5,take-and-cut:2,late=2000:3`. The same seed gives the same course. */
export function byChance(plan: string, seed: number): () => Behaviour {
  const rows = plan.split(',').map((row) => {
    const [words, weight = '1'] = row.split(':');
    return { behaviour: behaviourOf(words!.trim()), weight: Number(weight) };
  });
  const sum = rows.reduce((total, { weight }) => total + weight, 0);
  const random = seededRandom(seed);
  return () => {
    let left = random() * sum;
    return (rows.find(({ weight }) => (left -= weight) < 0) ?? rows[0]!).behaviour;
  };
}

/** Keeps entries in memory and, where a file is named, as one JSON line each that is on the disk before this returns. */
export class Journal<Entry> {
  readonly entries: Entry[] = [];
  readonly #file: number | null;

  constructor(path?: string) {
    this.#file = path === undefined ? null : openSync(path, 'a', 0o600);
  }

  write(entry: Entry): void {
    this.entries.push(entry);
    if (this.#file === null) return;
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }
}

/** The options that both counterparts take on the command line. */
export function commandLine(): {
  readonly port: number;
  readonly journalFile?: string;
  readonly behave: () => Behaviour;
  readonly receiptAfterMs?: number;
} {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      journal: { type: 'string' },
      plan: { type: 'string', default: 'accept' },
      seed: { type: 'string', default: '1' },
      'receipt-after': { type: 'string' },
    },
  });
  return {
    port: Number(values.port),
    ...(values.journal === undefined ? {} : { journalFile: values.journal }),
    behave: byChance(values.plan, Number(values.seed)),
    ...(values['receipt-after'] === undefined ? {} : { receiptAfterMs: Number(values['receipt-after']) }),
  };
}
