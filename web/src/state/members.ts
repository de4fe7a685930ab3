import { MOST_MEMBERS, type Routes } from "@/api/routes";
import type { Id, Member } from "@/api/types";
import { Cell } from "./observable";
import type { Members } from "./shapes";

/** So many are listed at first. */
export const FIRST_MEMBERS = 50;
const MORE = 100;

export interface MembersParts {
  readonly room: Id;
  readonly routes: Routes;
  /** They are as they are now. */
  listed(members: readonly Member[]): void;
}

interface Listed {
  readonly members: readonly Member[];
  /** Where those after them begin. */
  readonly next: string | null;
}

const NONE: Listed = { members: [], next: null };

/** Who is in a room, by name: the first of them, and more when somebody wants to see more. */
export class RoomMembers {
  readonly shown = new Cell<Members | null>(null);
  readonly #parts: MembersParts;
  #wanted = FIRST_MEMBERS;
  /** How often who is in the room has changed, and as of which change they are listed. */
  #changes = 0;
  #asOf = -1;
  #listed = NONE;
  #loading: Promise<void> | null = null;

  constructor(parts: MembersParts) {
    this.#parts = parts;
  }

  /** Whoever came or went: they are as they were. */
  changed(): void {
    this.#changes += 1;
  }

  /** Lists as many as are wanted, anew if they changed, until nothing changed meanwhile. */
  load(): Promise<void> {
    this.#loading ??= this.#bringUpToDate().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  loadMore(): Promise<void> {
    this.#wanted = this.#listed.members.length + MORE;
    return this.load();
  }

  async #bringUpToDate(): Promise<void> {
    while (this.#asOf !== this.#changes || this.#lacksSome(this.#listed)) {
      const changes = this.#changes;
      this.#listed = await this.#fill(this.#asOf === changes ? this.#listed : NONE);
      this.#asOf = changes;
      const { members, next } = this.#listed;
      this.shown.set({ listed: members, more: next !== null });
      this.#parts.listed(members);
    }
  }

  async #fill(from: Listed): Promise<Listed> {
    let listed = from;
    do {
      const limit = Math.min(this.#wanted - listed.members.length, MOST_MEMBERS);
      const after = listed.next === null ? {} : { after: listed.next };
      const { members, next } = await this.#parts.routes.listMembers(this.#parts.room, { limit, ...after });
      listed = { members: unite(listed.members, members), next };
    } while (this.#lacksSome(listed));
    return listed;
  }

  #lacksSome({ members, next }: Listed): boolean {
    return next !== null && members.length < this.#wanted;
  }
}

/** Who was renamed between two pages may be in both. */
function unite(members: readonly Member[], more: readonly Member[]): readonly Member[] {
  return [...new Map([...members, ...more].map((member) => [member.profile.id, member])).values()];
}
