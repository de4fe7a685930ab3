import { Refused, Unreachable } from "@/api/http";
import { MOST_PROFILES } from "@/api/routes";
import type { Id, Profile } from "@/api/types";
import type { World } from "@/api/world";
import { Cell, type Observable } from "./observable";
import type { People } from "./shapes";

/** Names by id, of everybody this client has heard of. Who is asked for and unknown is fetched, many at once. */
export class KnownPeople implements People {
  readonly #world: World;
  readonly #listProfiles: (ids: readonly Id[]) => Promise<Profile[]>;
  readonly #known = new Map<Id, Cell<Profile | null>>();
  readonly #unasked = new Set<Id>();
  /** News may have been missed of these: they are asked for once more as soon as somebody looks at them. */
  readonly #doubtful = new Set<Id>();
  #callOffAsking: (() => void) | null = null;

  constructor(world: World, listProfiles: (ids: readonly Id[]) => Promise<Profile[]>) {
    this.#world = world;
    this.#listProfiles = listProfiles;
  }

  profile(user: Id): Observable<Profile | null> {
    const cell = this.#cell(user);
    if (cell.value === null || this.#doubtful.has(user)) this.#want(user);
    return cell;
  }

  learn(profiles: Iterable<Profile>): void {
    for (const profile of profiles) {
      const cell = this.#cell(profile.id);
      const { value } = cell;
      const { id, name, active } = profile;
      if (value?.name !== name || value.active !== active) cell.set({ id, name, active });
      if (!this.#doubtful.has(id)) this.#unasked.delete(id);
    }
  }

  /** News of them may have been missed: whatever is known may be otherwise now. */
  doubt(): void {
    for (const [id, { value }] of this.#known) if (value) this.#doubtful.add(id);
  }

  /** News of them arrives: asks for whoever could not be asked for before, and for the doubtful that are looked at. */
  retry(): void {
    for (const id of this.#doubtful) if (this.#known.get(id)?.isWatched) this.#unasked.add(id);
    if (this.#unasked.size > 0) void this.#ask();
  }

  stop(): void {
    this.#callOffAsking?.();
  }

  #cell(user: Id): Cell<Profile | null> {
    const cell = this.#known.get(user) ?? new Cell<Profile | null>(null);
    this.#known.set(user, cell);
    return cell;
  }

  #want(user: Id): void {
    this.#unasked.add(user);
    this.#callOffAsking ??= this.#world.after(0, () => {
      this.#callOffAsking = null;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const ids = [...this.#unasked].slice(0, MOST_PROFILES);
    for (const id of ids) {
      this.#unasked.delete(id);
      this.#doubtful.delete(id);
    }
    try {
      this.learn(await this.#listProfiles(ids));
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      for (const id of ids) this.#unasked.add(id);
      return;
    }
    if (this.#unasked.size > 0) await this.#ask();
  }
}
