import type { Sign, World } from "@/api/world";

const IDLE_AFTER = 5 * 60_000;

/** Tells the server whether somebody is at this device: who has not touched it for a while is not. */
export class Attendance {
  readonly #world: World;
  readonly #tell: (state: "online" | "away") => void;
  #state: "online" | "away" = "online";
  #callOff: (() => void) | null = null;

  constructor(world: World, tell: (state: "online" | "away") => void) {
    this.#world = world;
    this.#tell = tell;
    this.#wait();
  }

  /** A new connection counts as online. */
  connected(): void {
    if (this.#state === "away") this.#tell("away");
  }

  notice(sign: Sign): void {
    if (sign === "offline" || sign === "online") return;
    if (sign === "attention" && !this.#world.isAttended()) return;
    this.#change("online");
    this.#wait();
  }

  stop(): void {
    this.#callOff?.();
  }

  #wait(): void {
    this.#callOff?.();
    this.#callOff = this.#world.after(IDLE_AFTER, () => {
      this.#change("away");
    });
  }

  #change(state: "online" | "away"): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell(state);
  }
}
