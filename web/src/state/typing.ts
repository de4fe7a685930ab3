import type { Id } from "@/api/types";
import type { World } from "@/api/world";
import { Cell, type Observable } from "./observable";

const COUNTS_FOR = 6_000;
const SAID_EVERY = 3_000;

export interface TypingParts {
  readonly world: World;
  readonly me: Id;
  /** Tells the server; nothing depends on whether that works. */
  say(room: Id): void;
}

/** Who is writing where. */
export class Typing {
  readonly #parts: TypingParts;
  readonly #rooms = new Map<Id, Cell<readonly Id[]>>();
  /** Ends what is not said again. */
  readonly #callOffs = new Map<string, () => void>();
  readonly #said = new Map<Id, number>();

  constructor(parts: TypingParts) {
    this.#parts = parts;
  }

  in(room: Id): Observable<readonly Id[]> {
    return this.#cell(room);
  }

  take(room: Id, user: Id): void {
    if (user === this.#parts.me) return;
    const cell = this.#cell(room);
    if (!cell.value.includes(user)) cell.set([...cell.value, user]);
    const key = `${room}:${user}`;
    this.#callOffs.get(key)?.();
    const end = (): void => {
      this.end(room, user);
    };
    this.#callOffs.set(key, this.#parts.world.after(COUNTS_FOR, end));
  }

  /** They have written, or left. */
  end(room: Id, user: Id): void {
    const key = `${room}:${user}`;
    this.#callOffs.get(key)?.();
    this.#callOffs.delete(key);
    const cell = this.#cell(room);
    if (cell.value.includes(user)) cell.set(cell.value.filter((one) => one !== user));
  }

  /** One is writing oneself. */
  say(room: Id): void {
    const now = this.#parts.world.now();
    if (now - (this.#said.get(room) ?? 0) < SAID_EVERY) return;
    this.#said.set(room, now);
    this.#parts.say(room);
  }

  /** What one wrote is sent: the next letter is news. */
  sent(room: Id): void {
    this.#said.delete(room);
  }

  stop(): void {
    for (const callOff of this.#callOffs.values()) callOff();
    this.#callOffs.clear();
    for (const cell of this.#rooms.values()) cell.set([]);
  }

  #cell(room: Id): Cell<readonly Id[]> {
    const cell = this.#rooms.get(room) ?? new Cell<readonly Id[]>([]);
    this.#rooms.set(room, cell);
    return cell;
  }
}
