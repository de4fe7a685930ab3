import type { Id, Message } from "@/api/types";
import { rowsFor } from "./messages";
import { Derived, type Observable } from "./observable";
import type { RoomState } from "./room";
import type { RoomList } from "./rooms";
import type { Conversation, MessageView, Unread } from "./shapes";

const MOST_SHOWN = 99;

export interface ConversationParts {
  readonly me: Id;
  readonly rooms: RoomList;
  listUnsent(room: Id): readonly MessageView[];
  getDraft(room: Id): string;
  /** Whether this client has just read up to there, and the server is being told. */
  isRead(room: Id, number: number): boolean;
}

/** Rooms as the list shows them. */
export class Conversations {
  /** The last active first; `null` until they are known. */
  readonly all = new Derived(() => this.#list());
  readonly unread = new Derived(() => this.#sum());
  readonly #parts: ConversationParts;
  readonly #row: (message: Message) => MessageView;
  readonly #each = new Map<Id, Derived<Conversation | null>>();
  readonly #shown = new Map<Id, Conversation>();

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#row = rowsFor(parts.me);
  }

  of(room: Id): Observable<Conversation | null> {
    return this.#one(room);
  }

  changed(room: Id): void {
    this.#one(room).invalidate();
    this.all.invalidate();
    this.unread.invalidate();
  }

  changedAll(): void {
    for (const room of [...this.#each.keys()]) this.#one(room).invalidate();
    this.all.invalidate();
    this.unread.invalidate();
  }

  #one(room: Id): Derived<Conversation | null> {
    const one = this.#each.get(room) ?? new Derived(() => this.#describe(this.#parts.rooms.get(room)));
    this.#each.set(room, one);
    return one;
  }

  #list(): readonly Conversation[] | null {
    const { rooms } = this.#parts;
    if (!rooms.isListed) return null;
    const conversations = rooms.list().map(({ id }) => this.#one(id).value);
    const activity = (one: Conversation): number =>
      one.last?.created ?? rooms.get(one.id).facts?.created ?? 0;
    return conversations
      .filter((one) => one !== null)
      .sort((one, other) => activity(other) - activity(one) || one.id - other.id);
  }

  #sum(): Unread {
    const count = (this.all.value ?? []).reduce((sum, { counted }) => sum + counted, 0);
    if (count > MOST_SHOWN) return { count, label: `${MOST_SHOWN}+` };
    return { count, label: count === 0 ? "" : String(count) };
  }

  #describe(room: RoomState): Conversation | null {
    const { facts, counters, id } = room;
    if (!facts) return null;
    const described: Conversation = {
      id,
      kind: facts.kind,
      name: room.name,
      other: facts.other,
      role: facts.role,
      members: counters.members,
      ...this.#count(room),
      notify: facts.notify,
      seen: room.seenNumber >= room.lastNumber,
      lastSeen: facts.last_seen,
      last: this.#last(room),
      draft: this.#parts.getDraft(id),
    };
    const shown = this.#shown.get(id);
    if (shown && isSame(shown, described)) return shown;
    this.#shown.set(id, described);
    return described;
  }

  #count({
    id,
    facts,
    counters,
    lastNumber,
  }: RoomState): Pick<Conversation, "unread" | "mentions" | "counted"> {
    if (this.#parts.isRead(id, lastNumber)) return { unread: 0, mentions: 0, counted: 0 };
    const { unread, mentions } = counters;
    const counted = { everything: unread, mentions, nothing: 0 }[facts?.notify ?? "everything"];
    return { unread, mentions, counted };
  }

  #last({ id, latest, lastNumber }: RoomState): MessageView | null {
    const unsent = this.#parts
      .listUnsent(id)
      .findLast(({ number }) => number === null || number > lastNumber);
    return unsent ?? (latest && this.#row(latest));
  }
}

function isSame(one: Conversation, other: Conversation): boolean {
  const keys = Object.keys(one) as (keyof Conversation)[];
  return keys.every((key) => Object.is(one[key], other[key]));
}
