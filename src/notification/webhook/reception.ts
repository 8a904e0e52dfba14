/** A call as far as its place among the others goes. */
export type Arrival = {
  /** Of the delivery: what repetitions are told by; empty where there is none. */
  readonly webhookId: string;
  /** What it is about; null: it does not say, or is a test. */
  readonly line: string | null;
  /** How far along its way the line is said to be; null: unknown. */
  readonly rank: number | null;
};

/** How a call stands to those before it. */
export type Standing =
  | { readonly kind: 'first' }
  /** @property after the number of the call before it in its line. */
  | { readonly kind: 'in-order'; readonly after: number }
  /** The same delivery as in an earlier call: to be answered, and not to be acted on again. */
  | { readonly kind: 'repeated'; readonly of: number; readonly wasTaken: boolean }
  /** The one before it in its line was not answered with success yet. */
  | { readonly kind: 'early'; readonly before: number }
  /** Further back along the way than its line already was. */
  | { readonly kind: 'backwards'; readonly after: number }
  /** It belongs to no line. */
  | { readonly kind: 'apart' };

type Heard = { readonly number: number; readonly webhookId: string; readonly rank: number | null; isTaken: boolean };

/** What a receiver remembers of its calls, to tell repetitions and order. */
export class Reception {
  readonly #byDelivery = new Map<string, Heard>();
  readonly #lastOfLine = new Map<string, Heard>();
  #calls = 0;

  /** @returns the number of the call, from 1, how it stands, and what to call when it was answered with success. */
  hear({ webhookId, line, rank }: Arrival): {
    readonly number: number;
    readonly standing: Standing;
    readonly taken: () => void;
  } {
    this.#calls += 1;
    const earlier = webhookId === '' ? undefined : this.#byDelivery.get(webhookId);
    if (earlier !== undefined) {
      const standing = { kind: 'repeated', of: earlier.number, wasTaken: earlier.isTaken } as const;
      return { number: this.#calls, standing, taken: () => void (earlier.isTaken = true) };
    }
    const heard: Heard = { number: this.#calls, webhookId, rank, isTaken: false };
    if (webhookId !== '') this.#byDelivery.set(webhookId, heard);
    const before = line === null ? undefined : this.#lastOfLine.get(line);
    if (line !== null) this.#lastOfLine.set(line, heard);
    return {
      number: heard.number,
      standing: line === null ? { kind: 'apart' } : standingAfter(before, rank),
      taken: () => void (heard.isTaken = true),
    };
  }
}

function standingAfter(before: Heard | undefined, rank: number | null): Standing {
  if (before === undefined) return { kind: 'first' };
  if (before.rank !== null && rank !== null && rank <= before.rank) return { kind: 'backwards', after: before.number };
  return before.isTaken ? { kind: 'in-order', after: before.number } : { kind: 'early', before: before.number };
}
