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
  /** Everybody who is here has been named. */
  #isSaid = false;
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
    this.#later(SAID_WITHIN, true);
  }

  /** There is no connection: soon nothing is known any more. */
  lose(): void {
    this.#unsaid = new Set(this.#known.keys());
    this.#later(SAID_WITHIN * 5, false);
  }

  stop(): void {
    this.#callOff?.();
  }

  /** Whoever is not named by then is not here; or it is not known. */
  #later(delay: number, isSaid: boolean): void {
    this.#callOff?.();
    this.#callOff = this.#world.after(delay, () => {
      this.#isSaid = isSaid;
      for (const [user, { value }] of this.#known) {
        if (value === null || this.#unsaid.has(user)) this.#set(user, this.#unnamed(user));
      }
      this.#unsaid.clear();
    });
  }

  #unnamed(user: Id): Presence | null {
    return this.#isSaid ? { user, state: "offline", last_seen: null } : null;
  }

  #set(user: Id, presence: Presence | null): void {
    this.#cell(user).set(presence);
    this.changed.set(this.changed.value + 1);
  }

  #cell(user: Id): Cell<Presence | null> {
    const cell = this.#known.get(user) ?? new Cell<Presence | null>(this.#unnamed(user));
    this.#known.set(user, cell);
    return cell;
  }
}
