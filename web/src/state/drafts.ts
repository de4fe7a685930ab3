import type { Id } from "@/api/types";
import type { Drafts } from "./shapes";

/** What is written and not sent, by room, in the browser's storage where there is one. */
export class KeptDrafts implements Drafts {
  readonly #storage: Storage | null;
  readonly #me: Id;
  readonly #changed: (room: Id) => void;
  /** What the storage does not take. */
  readonly #unkept = new Map<Id, string>();

  constructor(storage: Storage | null, me: Id, changed: (room: Id) => void) {
    this.#storage = storage;
    this.#me = me;
    this.#changed = changed;
  }

  get(room: Id): string {
    return this.#unkept.get(room) ?? this.#storage?.getItem(this.#place(room)) ?? "";
  }

  set(room: Id, text: string): void {
    if (text === this.get(room)) return;
    this.#unkept.set(room, text);
    if (this.#keep(room, text)) this.#unkept.delete(room);
    this.#changed(room);
  }

  #place(room: Id): string {
    return `deskchat-draft-${this.#me}-${room}`;
  }

  #keep(room: Id, text: string): boolean {
    if (!this.#storage) return false;
    try {
      if (text === "") this.#storage.removeItem(this.#place(room));
      else this.#storage.setItem(this.#place(room), text);
      return true;
    } catch (error) {
      // The storage is full.
      if (error instanceof DOMException) return false;
      throw error;
    }
  }
}
