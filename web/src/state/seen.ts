import { Refused, Unreachable } from "@/api/http";
import type { Id, SeenMark, SeenMarks } from "@/api/types";
import { Derived } from "./observable";
import type { Seen } from "./shapes";

export interface SeenParts {
  readonly me: Id;
  list(): Promise<SeenMarks>;
  /** How far anybody else has seen the room, as far as is known otherwise. */
  furthest(): number;
}

/** How far each of the others has seen an open room's messages. Marks only rise. */
export class RoomSeen {
  readonly shown = new Derived<Seen>(() => this.#show());
  readonly #parts: SeenParts;
  readonly #marks = new Map<Id, number>();

  constructor(parts: SeenParts) {
    this.#parts = parts;
  }

  take(marks: readonly SeenMark[]): void {
    for (const { user, number } of marks) {
      if (user !== this.#parts.me) this.#marks.set(user, Math.max(number, this.#marks.get(user) ?? 0));
    }
    this.shown.invalidate();
  }

  forget(user: Id): void {
    if (this.#marks.delete(user)) this.shown.invalidate();
  }

  /** Asks; what cannot be asked now is asked when the connection is back. */
  async load(): Promise<void> {
    try {
      this.take((await this.#parts.list()).marks);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
  }

  #show(): Seen {
    const marks = Array.from(this.#marks, ([user, number]) => ({ user, number }));
    marks.sort((one, other) => other.number - one.number || one.user - other.user);
    return { marks, furthest: Math.max(this.#parts.furthest(), marks[0]?.number ?? 0) };
  }
}
