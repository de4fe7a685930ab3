const SHORTEST = 500;
const LONGEST = 30_000;

/** How long to wait before the next attempt: anything up to a bound that doubles, so that a crowd does not come back at once. */
export class Backoff {
  readonly #random: () => number;
  #attempts = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds. */
  next(): number {
    this.#attempts += 1;
    return this.#random() * Math.min(LONGEST, SHORTEST * 2 ** this.#attempts);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
