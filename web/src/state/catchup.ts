import { Backoff } from "@/api/backoff";
import { Refused, Unreachable } from "@/api/http";
import type { Ok } from "@/api/types";
import type { World } from "@/api/world";
import type { RoomState } from "./room";

/** Rooms that one `resume` can name. */
const MOST_RESUMED = 1_000;

export interface CatchupParts {
  readonly world: World;
  /** Rooms whose events have to be asked for. */
  listBehind(): readonly RoomState[];
  resume(rooms: Record<string, number>): Promise<Ok>;
  /** Nothing is missing. */
  caughtUp(): void;
}

/** Asks for the events that are missing, once at a time, until none is. */
export class Catchup {
  readonly #parts: CatchupParts;
  readonly #backoff: Backoff;
  /** Counts up when what is under way becomes void. */
  #run = 0;
  #isRunning = false;
  /** What was asked for last: asking for the very same again is worth a pause. */
  #asked = "";
  #callOffPause: (() => void) | null = null;

  constructor(parts: CatchupParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.world.random);
  }

  /** The list of rooms came: what was running before is void. */
  begin(): void {
    this.stop();
    this.#backoff.reset();
    this.ask();
  }

  /** Something may be missing. */
  ask(): void {
    if (this.#isRunning) return;
    const behind = this.#parts.listBehind().slice(0, MOST_RESUMED);
    if (behind.length === 0) {
      this.#asked = "";
      this.#parts.caughtUp();
      return;
    }
    this.#isRunning = true;
    void this.#resume(Object.fromEntries(behind.map(({ id, have }) => [id, have])));
  }

  /** Everything that was asked for has come. */
  end(): void {
    if (this.#callOffPause) return;
    this.#isRunning = false;
    this.ask();
  }

  stop(): void {
    this.#callOffPause?.();
    this.#callOffPause = null;
    this.#run += 1;
    this.#isRunning = false;
    this.#asked = "";
  }

  async #resume(rooms: Record<string, number>): Promise<void> {
    const run = this.#run;
    const wanted = JSON.stringify(rooms);
    if (wanted === this.#asked) {
      this.#askLater(null);
      return;
    }
    this.#asked = wanted;
    try {
      await this.#parts.resume(rooms);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      if (run === this.#run) this.#askLater(error instanceof Refused ? error.retryAfter : null);
    }
  }

  #askLater(retryAfter: number | null): void {
    const delay = Math.max(this.#backoff.next(), (retryAfter ?? 0) * 1000);
    this.#callOffPause = this.#parts.world.after(delay, () => {
      this.#callOffPause = null;
      this.#asked = "";
      this.end();
    });
  }
}
