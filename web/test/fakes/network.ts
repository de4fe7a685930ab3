/** Carries what is sent between clients and the server: at once, or piece by piece when a test says so. */
export class FakeNetwork {
  /** Things on their way, by lane; what is in one lane keeps its order. */
  readonly #lanes = new Map<string, (() => void)[]>();
  #isHeld = false;

  carry(lane: string, deliver: () => void): void {
    const waiting = this.#lanes.get(lane) ?? [];
    waiting.push(deliver);
    this.#lanes.set(lane, waiting);
    if (!this.#isHeld) {
      queueMicrotask(() => {
        if (!this.#isHeld) this.#deliver(lane);
      });
    }
  }

  /** From now on things stay on their way until `step` or `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    while (this.busyLanes().length > 0) for (const lane of this.busyLanes()) this.#deliver(lane);
  }

  busyLanes(): string[] {
    return [...this.#lanes.keys()].filter((lane) => this.#lanes.get(lane)?.length);
  }

  /** How many things are on their way in these lanes. */
  countIn(isWanted: (lane: string) => boolean): number {
    return [...this.#lanes].reduce((sum, [lane, things]) => (isWanted(lane) ? sum + things.length : sum), 0);
  }

  /** Delivers the next thing of one lane. */
  step(lane: string): void {
    this.#deliver(lane);
  }

  /** What is in these lanes never arrives. */
  drop(prefix: string): void {
    for (const lane of [...this.#lanes.keys()]) if (lane.startsWith(prefix)) this.#lanes.delete(lane);
  }

  #deliver(lane: string): void {
    const waiting = this.#lanes.get(lane);
    const deliver = waiting?.shift();
    if (waiting?.length === 0) this.#lanes.delete(lane);
    deliver?.();
  }
}
