/** An item that waited longer than its caller did: nothing was done about it. */
export class WaitedTooLong extends Error {
  override readonly name = 'WaitedTooLong';
}

/**
 * Gathers calls while one is under way: what arrives in the meantime is done together next. Nobody waits for a timer, a lone call goes
 * at once, and a busy key costs one round for many.
 * @param work does a batch of one key; answers in the order of its items. When it throws, every item of the batch does.
 * @param mostWaitMs an item that has waited so long is not begun any more: what nobody waits for must not be done and charged.
 * @throws WaitedTooLong
 */
export function gathering<Item, Outcome>(
  work: (key: number, items: readonly Item[]) => Promise<readonly Outcome[]>,
  { most = 100, mostWaitMs = 3000 } = {},
): (key: number, item: Item) => Promise<Outcome> {
  type Waiting = {
    readonly item: Item;
    readonly sinceMs: number;
    readonly resolve: (outcome: Outcome) => void;
    readonly reject: (error: unknown) => void;
  };
  const waitingOf = new Map<number, Waiting[]>();

  async function drain(key: number, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) {
      const cameLatest = performance.now() - mostWaitMs;
      while (waiting[0] !== undefined && waiting[0].sinceMs < cameLatest)
        waiting.shift()!.reject(new WaitedTooLong('nothing was done about it in time'));
      const batch = waiting.splice(0, most);
      if (batch.length === 0) break;
      try {
        const outcomes = await work(
          key,
          batch.map(({ item }) => item),
        );
        batch.forEach(({ resolve }, index) => resolve(outcomes[index]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    waitingOf.delete(key);
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const waiting = waitingOf.get(key);
      const one = { item, sinceMs: performance.now(), resolve, reject };
      if (waiting !== undefined) waiting.push(one);
      else {
        const first = [one];
        waitingOf.set(key, first);
        void drain(key, first);
      }
    });
}
