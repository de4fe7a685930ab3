import { Backoff } from "@/api/backoff";
import { Refused, Unreachable } from "@/api/http";
import type { World } from "@/api/world";

/** Something that has to be asked of the server until it has worked: each time after a longer pause. */
export class Duty {
  readonly #world: World;
  readonly #perform: () => Promise<void>;
  #isDue = false;
  #isRunning = false;
  #endPause: (() => void) | null = null;

  /** `perform` calls `settle` when it has worked. */
  constructor(world: World, perform: () => Promise<void>) {
    this.#world = world;
    this.#perform = perform;
  }

  demand(): void {
    this.#isDue = true;
    if (!this.#isRunning) void this.#run();
  }

  /** It has worked, or is not needed any more. */
  settle(): void {
    this.#isDue = false;
    this.#endPause?.();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const backoff = new Backoff(this.#world.random);
    while (await this.#isLeftUndone()) await this.#pause(backoff.next());
    this.#isRunning = false;
  }

  async #isLeftUndone(): Promise<boolean> {
    if (!this.#isDue) return false;
    try {
      await this.#perform();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
    return this.#isDue;
  }

  #pause(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#world.after(delay, resolve);
      this.#endPause = () => {
        callOff();
        resolve();
      };
    });
  }
}
