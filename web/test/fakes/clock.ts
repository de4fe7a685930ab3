/** Time that passes only when a test says so. */
export class FakeClock {
  #now = Date.UTC(2025, 10, 20, 9, 0);
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delay: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delay), run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets so many milliseconds pass, and everything happen that was due. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (let due = this.#nextUntil(end); due; due = this.#nextUntil(end)) {
      this.#now = Math.max(this.#now, due.at);
      this.#timers = this.#timers.filter((timer) => timer !== due);
      due.run();
      await settled();
    }
    this.#now = end;
  }

  /** When something is due next, from now. */
  get next(): number | null {
    const [first] = this.#sorted();
    return first ? first.at - this.#now : null;
  }

  #nextUntil(end: number): { readonly at: number; readonly run: () => void } | undefined {
    return this.#sorted().find(({ at }) => at <= end);
  }

  #sorted(): { readonly at: number; readonly run: () => void }[] {
    return this.#timers.toSorted((one, other) => one.at - other.at);
  }
}

const ROUNDS = 40;

declare function setImmediate(run: () => void): void;

/** Everything that can happen without time passing has happened, what the database of the browser does included. */
export async function settled(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await turn();
}

/** One turn of the event loop: a step of the browser's database, and whatever was waiting for its answer. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
