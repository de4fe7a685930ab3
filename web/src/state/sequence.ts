const MOST_HELD = 500;

/** Puts numbered news in order: what is next passes, what is old is dropped, what is early waits for what is before it. */
export class Sequence<T> {
  readonly #positionOf: (item: T) => number;
  readonly #early = new Map<number, T>();
  #have = -1;

  constructor(positionOf: (item: T) => number) {
    this.#positionOf = positionOf;
  }

  /** Everything up to here has passed. */
  get have(): number {
    return this.#have;
  }

  /** Something is missing before what waits. */
  get hasHole(): boolean {
    return this.#early.size > 0;
  }

  /** What may pass now, in order. */
  take(item: T): T[] {
    const position = this.#positionOf(item);
    if (position <= this.#have) return [];
    this.#early.set(position, item);
    if (this.#early.size > MOST_HELD) this.#early.delete(Math.max(...this.#early.keys()));
    return this.#release();
  }

  /** Everything up to a position is known by other means; what may pass now. A position that was passed changes nothing. */
  skipTo(position: number): T[] {
    this.#have = Math.max(this.#have, position);
    for (const early of [...this.#early.keys()]) if (early <= this.#have) this.#early.delete(early);
    return this.#release();
  }

  /** Starts again at a position, even an earlier one. */
  restartAt(position: number): T[] {
    this.#have = position;
    return this.skipTo(position);
  }

  #release(): T[] {
    const passing: T[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#have += 1;
      this.#early.delete(this.#have);
      passing.push(next);
    }
    return passing;
  }

  #next(): T | undefined {
    return this.#early.get(this.#have + 1);
  }
}
