export type Due = { dueAtMs: number; readonly sequence: number };

/** What waits, the earliest first; of the same time, what came first. A binary heap: a step costs the logarithm of its size. */
export class DueQueue<Entry extends Due> {
  #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  first(): Entry | undefined {
    return this.#heap[0];
  }

  /** The earliest, and others from the top of the heap: likely ones, in no order. */
  earliest(most: number): readonly Entry[] {
    return this.#heap.slice(0, most);
  }

  add(entry: Entry): void {
    let at = this.#heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  takeFirst(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === last) return first;
    this.#heap[0] = last!;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < this.#heap.length && this.#isBefore(left, least)) least = left;
      if (right < this.#heap.length && this.#isBefore(right, least)) least = right;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  /** Whatever is due later is due now, in the order in which it came. */
  bringForward(nowMs: number): void {
    for (const entry of this.#heap) entry.dueAtMs = Math.min(entry.dueAtMs, nowMs);
    this.sort();
  }

  /** Takes notice that an entry is due at another time than before. */
  sort(): void {
    this.#heap.sort((a, b) => a.dueAtMs - b.dueAtMs || a.sequence - b.sequence);
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!];
    return one.dueAtMs < other.dueAtMs || (one.dueAtMs === other.dueAtMs && one.sequence < other.sequence);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}
