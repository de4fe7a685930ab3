import type { Id, Presence } from "@/api/types";
import type { World } from "@/api/world";
import { Cell, type Observable } from "./observable";

/** The server says at once who is here; who is not among them is not here. */
const SAID_WITHIN = 2_000;

/** Who is here, as far as this client is told. */
export class KnownPresence {
  /** Changes whenever anybody's does. */
  readonly changed = new Cell(0);
  readonly #world: World;
  readonly #known = new Map<Id, Cell<Presence | null>>();
  /** Of whom nothing was said since the connection stands. */
  #unsaid = new Set<Id>();
  #callOff: (() => void) | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  of(user: Id): Observable<Presence | null> {
    return this.#cell(user);
  }

  isOnline(user: Id): boolean {
    return this.#known.get(user)?.value?.state === "online";
  }

  take(people: readonly Presence[]): void {
    for (const one of people) {
      this.#unsaid.delete(one.user);
      this.#set(one.user, one);
    }
  }

  /** A list of rooms came: who is here is said anew. Until then nobody flickers. */
  renew(): void {
    this.#unsaid = new Set(this.#known.keys());
    this.#later(SAID_WITHIN, (user) => ({ user, state: "offline", last_seen: null }));
  }

  /** There is no connection: soon nothing is known any more. */
  lose(): void {
    this.#unsaid = new Set(this.#known.keys());
    this.#later(SAID_WITHIN * 5, () => null);
  }

  stop(): void {
    this.#callOff?.();
  }

  #later(delay: number, state: (user: Id) => Presence | null): void {
    this.#callOff?.();
    this.#callOff = this.#world.after(delay, () => {
      for (const user of this.#unsaid) if (this.#cell(user).value) this.#set(user, state(user));
      this.#unsaid.clear();
    });
  }

  #set(user: Id, presence: Presence | null): void {
    this.#cell(user).set(presence);
    this.changed.set(this.changed.value + 1);
  }

  #cell(user: Id): Cell<Presence | null> {
    const cell = this.#known.get(user) ?? new Cell<Presence | null>(null);
    this.#known.set(user, cell);
    return cell;
  }
}
