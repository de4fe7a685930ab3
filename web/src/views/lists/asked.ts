import type { Milliseconds, MessagesWanted, ProfilesWanted, RoomsWanted } from "@/state/shapes";
import type { Asked } from "./address";

/** Reading what an address asks for. Anybody can write an address: what makes no sense is as if it were not there. */

export const SIZES = [20, 50, 100] as const;
const USUAL_SIZE = 50;
/** The server takes no longer ones. */
export const LONGEST_NAME = 80;
export const LONGEST_TEXT = 200;

/** What these always say. */
interface Paged {
  readonly page: number;
  readonly size: number;
}
type Sorted<Wanted extends { sort?: string; order?: string }> = Wanted &
  Paged & {
    readonly sort: NonNullable<Wanted["sort"]>;
    readonly order: NonNullable<Wanted["order"]>;
  };

export type RoomsAsked = Sorted<RoomsWanted>;
export type ProfilesAsked = Sorted<ProfilesWanted>;
export type MessagesAsked = MessagesWanted & { readonly order: "newest" | "oldest"; readonly size: number };

const ROOM_SORTS = ["name", "kind", "members", "messages", "last", "unread"] as const;
const PROFILE_SORTS = ["name", "last", "rooms"] as const;
const ORDERS = ["ascending", "descending"] as const;

export function readRooms(asked: Asked): RoomsAsked {
  const sort = readChoice(asked.sort, ROOM_SORTS) ?? "last";
  return {
    ...given({
      name: asked.name?.slice(0, LONGEST_NAME),
      kind: readChoice(asked.kind, ["direct", "group"]),
      member: readNumber(asked.member),
      unread: asked.unread ? true : undefined,
    }),
    sort,
    order: readChoice(asked.order, ORDERS) ?? firstOrder(sort),
    ...readPage(asked),
  };
}

export function readProfiles(asked: Asked): ProfilesAsked {
  const sort = readChoice(asked.sort, PROFILE_SORTS) ?? "name";
  return {
    ...given({ name: asked.name?.slice(0, LONGEST_NAME) }),
    sort,
    order: readChoice(asked.order, ORDERS) ?? firstOrder(sort),
    ...readPage(asked),
  };
}

export function readMessages(asked: Asked): MessagesAsked {
  const after = readPlace(asked.after);
  return {
    ...given({
      text: asked.text?.slice(0, LONGEST_TEXT),
      author: readNumber(asked.author),
      room: readNumber(asked.room),
      since: readDay(asked.since),
      until: readDay(asked.until, 1),
      after,
      before: after === undefined ? readPlace(asked.before) : undefined,
    }),
    order: readChoice(asked.order, ["newest", "oldest"]) ?? "newest",
    size: readSize(asked.size),
  };
}

/** The next order when the heading of a column is pressed: the other one, if it is sorted by that already. */
export function sortBy(by: string, now: { readonly sort: string; readonly order: string }): Asked {
  const other = now.order === "ascending" ? "descending" : "ascending";
  return { sort: by, order: by === now.sort ? other : firstOrder(by) };
}

/** A whole number from 1 on that is exact. */
export function readNumber(said: string | undefined): number | undefined {
  if (!said || !/^[1-9]\d*$/.test(said)) return undefined;
  const number = Number(said);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** When a day such as "2026-11-20" begins in this place; `later` days after it. */
export function readDay(said: string | undefined, later = 0): Milliseconds | undefined {
  const parts = /^([1-9]\d{3})-(\d\d)-(\d\d)$/.exec(said ?? "");
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  const at = new Date(year, month - 1, day + later).getTime();
  return at >= 0 ? at : undefined;
}

/** Words from A, what counts from the most, times from the latest. */
function firstOrder(sort: string): "ascending" | "descending" {
  return sort === "name" || sort === "kind" ? "ascending" : "descending";
}

function readPage({ page, size }: Asked): Paged {
  return { page: Math.min(readNumber(page) ?? 1, 1_000_000), size: readSize(size) };
}

function readSize(said: string | undefined): number {
  return SIZES.find((size) => size === readNumber(said)) ?? USUAL_SIZE;
}

function readPlace(said: string | undefined): string | undefined {
  return said && /^\d{1,16}(-\d{1,16}-\d{1,16})?$/.test(said) ? said : undefined;
}

function readChoice<T extends string>(said: string | undefined, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === said);
}

/** Only what is there. */
function given<T extends object>(said: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(said).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
