/**
 * Gathers calls while one is under way: what arrives in the meantime is done together next. Nobody waits for a timer, a lone call goes
 * at once, and a busy key costs one round for many.
 * @param work does a batch of one key; answers in the order of its items. When it throws, every item of the batch does.
 */
export function gathering<Item, Outcome>(
  work: (key: number, items: readonly Item[]) => Promise<readonly Outcome[]>,
  { most = 100 } = {},
): (key: number, item: Item) => Promise<Outcome> {
  type Waiting = {
    readonly item: Item;
    readonly resolve: (outcome: Outcome) => void;
    readonly reject: (error: unknown) => void;
  };
  const waitingOf = new Map<number, Waiting[]>();

  async function drain(key: number, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
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
      if (waiting !== undefined) waiting.push({ item, resolve, reject });
      else {
        const first = [{ item, resolve, reject }];
        waitingOf.set(key, first);
        void drain(key, first);
      }
    });
}
