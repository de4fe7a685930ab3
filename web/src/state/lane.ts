import { Backoff } from "@/api/backoff";
import type { World } from "@/api/world";

/** `sent`: on to the next. `stuck`: the same again, after so many seconds if the server said so. */
export type Outcome =
  { readonly kind: "sent" } | { readonly kind: "stuck"; readonly retryAfter: number | null };

/** Sends what waits in one room, one at a time, oldest first; one tab at a time where the browser has locks. */
export class Lane {
  readonly #world: World;
  readonly #name: string;
  /** Sends the oldest that waits; `null` if nothing does. */
  readonly #sendNext: () => Promise<Outcome | null>;
  readonly #backoff: Backoff;
  #running: Promise<void> | null = null;
  #runAgain = false;
  #callOffRest: (() => void) | null = null;

  constructor(world: World, name: string, sendNext: () => Promise<Outcome | null>) {
    this.#world = world;
    this.#name = name;
    this.#sendNext = sendNext;
    this.#backoff = new Backoff(world.random);
  }

  /** Something waits. While resting after a failure it stays waiting. */
  async run(): Promise<void> {
    if (this.#callOffRest) return;
    this.#runAgain = true;
    this.#running ??= this.#runOn();
    await this.#running;
  }

  /** The server is there again: whatever failed before, now is the time. */
  async wake(): Promise<void> {
    await this.#running;
    this.stopResting();
    this.#backoff.reset();
    await this.run();
  }

  stopResting(): void {
    this.#callOffRest?.();
    this.#callOffRest = null;
  }

  async #runOn(): Promise<void> {
    while (this.#runAgain && !this.#callOffRest) {
      this.#runAgain = false;
      await this.#alone(() => this.#sendAll());
    }
    this.#running = null;
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#world.locks) await this.#world.locks.request(this.#name, work);
    // Without locks two tabs may send the same at once: the server keeps it once, by its key.
    else await work();
  }

  async #sendAll(): Promise<void> {
    for (let outcome = await this.#sendNext(); outcome; outcome = await this.#sendNext()) {
      if (outcome.kind === "stuck") {
        this.#retryLater(outcome.retryAfter);
        return;
      }
      this.#backoff.reset();
    }
  }

  #retryLater(retryAfter: number | null): void {
    const delay = Math.max(this.#backoff.next(), (retryAfter ?? 0) * 1000);
    this.#callOffRest = this.#world.after(delay, () => {
      this.#callOffRest = null;
      void this.run();
    });
  }
}
