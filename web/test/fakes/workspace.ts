import type {
  Id,
  Line,
  Message,
  Notify,
  OwnEvent,
  Page,
  Preferences,
  Profile,
  Room,
  RoomEvent,
  Rooms,
  User,
} from "@/api/types";

/** Answers that are not what was asked for. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfter?: number,
  ) {
    super(code);
  }
}

const DEFAULTS: Preferences = {
  theme: "system",
  contrast: "system",
  density: "comfortable",
  language: "system",
};

interface KeptMember {
  readonly user: Id;
  role: "owner" | "member";
  read: number;
  /** Counts how often the mark moved, over all memberships. */
  moves: number;
  seen: number;
  notify: Notify;
}

/** `about`: a message's number, or a user; `by` and `after` are lines' alone. */
interface KeptEvent {
  readonly kind: RoomEvent["type"];
  readonly at: number;
  readonly about: number;
  readonly by: Id;
  readonly after: number;
  readonly name: string;
}

interface KeptRoom {
  readonly id: Id;
  readonly kind: "direct" | "group";
  name: string;
  readonly created: number;
  readonly members: Map<Id, KeptMember>;
  readonly messages: Message[];
  readonly events: KeptEvent[];
  /** Events up to this seq are forgotten. */
  forgotten: number;
}

/** What a server keeps and what its rules are: the truth that clients are compared with. */
export class Workspace {
  readonly users = new Map<Id, User>();
  readonly rooms = new Map<Id, KeptRoom>();
  readonly changes = new Map<Id, number>();
  readonly keys = new Map<string, { room: Id; text: string; number: number; seq: number }>();
  readonly preferences = new Map<Id, Preferences>();
  epoch = "first";
  organisation = "Halden Pumps";
  /** Is told what happened, in the order in which it happened. */
  tell: (to: { room: Id; event: RoomEvent } | { user: Id; event: OwnEvent }) => void = () => undefined;
  readonly #now: () => number;
  #lastId = 100;

  constructor(now: () => number) {
    this.#now = now;
  }

  addUser(name: string): User {
    const id = this.#newId();
    const email = `${name.split(" ")[0] ?? ""}@example.org`.toLowerCase();
    const user: User = { id, name, email, role: "member", active: true, created: this.#now() };
    this.users.set(id, user);
    this.changes.set(id, 0);
    return user;
  }

  addRoom(kind: "direct" | "group", name: string, people: readonly User[]): Id {
    const id = this.#newId();
    const room: KeptRoom = {
      id,
      kind,
      name,
      created: this.#now(),
      members: new Map(),
      messages: [],
      events: [],
      forgotten: 0,
    };
    this.rooms.set(id, room);
    for (const [index, { id: user }] of people.entries())
      this.#enter(room, user, index === 0 ? "owner" : "member");
    for (const { id: user } of people) this.#show(room, user);
    return id;
  }

  prefer(user: Id, preferences: Preferences): Preferences {
    this.preferences.set(user, preferences);
    this.tell({ user, event: { type: "preferences", changes: this.#change(user), preferences } });
    return preferences;
  }

  /** Tells nobody: for who is away. */
  callOtherwise(user: User, name: string, active = true): void {
    this.users.set(user.id, { ...user, name, active });
  }

  join(roomId: Id, user: Id, role: "owner" | "member" = "member"): void {
    const room = this.#room(roomId);
    this.#enter(room, user, role);
    this.#show(room, user);
  }

  leave(roomId: Id, user: Id): void {
    const room = this.#room(roomId);
    room.members.delete(user);
    this.tell({ user, event: { type: "room.gone", changes: this.#change(user), room: roomId } });
    this.#happen(room, "member.left", user);
  }

  rename(roomId: Id, by: Id, name: string): void {
    const room = this.#room(roomId);
    room.name = name;
    this.#happen(room, "room.renamed", 0, by, name);
  }

  setRole(roomId: Id, by: Id, user: Id, role: "owner" | "member"): void {
    const room = this.#room(roomId);
    const member = room.members.get(user);
    if (!member || member.role === role) return;
    member.role = role;
    this.#happen(room, role === "owner" ? "owner.made" : "owner.unmade", user, by);
    this.#show(room, user);
  }

  post(by: Id, roomId: Id, key: string, text: string): { number: number; seq: number } {
    const known = this.keys.get(`${by}:${key}`);
    if (known) {
      if (known.room !== roomId || known.text !== text) throw new Refusal(409, "key-used");
      return { number: known.number, seq: known.seq };
    }
    const room = this.member(by, roomId);
    if (text.includes("\u0000")) throw new Refusal(400, "invalid");
    const number = room.messages.length + 1;
    const seq = room.events.length + 1;
    const created = this.#now();
    const message = { number, author: by, key, text, created, changed: seq, edited: null, deleted: null };
    room.messages.push({ ...message, mentions: this.#namedIn(text, by) });
    this.keys.set(`${by}:${key}`, { room: roomId, text, number, seq });
    this.#happen(room, "message.posted", number);
    this.read(by, roomId, number);
    return { number, seq };
  }

  edit(by: Id, roomId: Id, number: number, text: string): Message {
    const mentions = this.#namedIn(text, by);
    return this.#rewrite(by, roomId, number, "message.edited", { text, mentions, edited: this.#now() });
  }

  delete(by: Id, roomId: Id, number: number): Message {
    return this.#rewrite(by, roomId, number, "message.deleted", {
      text: "",
      mentions: [],
      deleted: this.#now(),
    });
  }

  read(by: Id, roomId: Id, number: number): void {
    const room = this.member(by, roomId);
    const member = room.members.get(by);
    if (!member || number <= member.read) return;
    this.#moveMark(by, roomId, member, Math.min(number, room.messages.length));
  }

  markUnread(by: Id, roomId: Id, number: number): void {
    const member = this.member(by, roomId).members.get(by);
    if (member && number <= member.read) this.#moveMark(by, roomId, member, number - 1);
  }

  setNotify(by: Id, roomId: Id, notify: Notify): void {
    const room = this.member(by, roomId);
    const member = room.members.get(by);
    if (member) member.notify = notify;
    this.#show(room, by);
  }

  #moveMark(by: Id, roomId: Id, member: KeptMember, number: number): void {
    member.read = number;
    member.moves += 1;
    member.seen = Math.max(member.seen, number);
    const { unread, mentions, read_change, seq } = this.see(by, roomId);
    const changes = this.#change(by);
    const moved = { number, read_change, unread, mentions, seq };
    this.tell({ user: by, event: { type: "read", changes, room: roomId, ...moved } });
  }

  #namedIn(text: string, by: Id): Id[] {
    const named = [...this.users.values()].filter(({ id, name }) => id !== by && text.includes(`@${name}`));
    return named.map(({ id }) => id);
  }

  /** A room as one of its members sees it. */
  see(user: Id, roomId: Id): Room {
    const room = this.member(user, roomId);
    const member = this.#memberOf(room, user);
    const { read, role } = member;
    const unread = room.messages.filter(({ number, deleted }) => number > read && !deleted);
    const others = [...room.members.values()].filter((one) => one.user !== user);
    const otherId = room.kind === "direct" ? [...room.members.keys()].find((id) => id !== user) : undefined;
    const other = otherId === undefined ? null : this.profile(otherId);
    return {
      id: roomId,
      kind: room.kind,
      name: other?.name ?? room.name,
      other,
      role,
      members: room.members.size,
      created: room.created,
      seq: room.events.length,
      last_number: room.messages.length,
      read_number: read,
      read_change: member.moves,
      unread: unread.length,
      mentions: unread.filter(({ mentions }) => mentions.includes(user)).map(({ number }) => number),
      seen_number: Math.max(0, ...others.map(({ seen }) => seen)),
      notify: member.notify,
      last_seen: null,
      last_message: room.messages.at(-1) ?? null,
    };
  }

  list(user: Id): Rooms {
    const mine = [...this.rooms.values()].filter(({ members }) => members.has(user));
    const active = (room: KeptRoom): number => room.messages.at(-1)?.created ?? room.created;
    mine.sort((one, other) => active(other) - active(one) || one.id - other.id);
    const rooms = mine.map(({ id }) => this.see(user, id));
    const authors = new Set(rooms.flatMap(({ last_message }) => last_message?.author ?? []));
    const people = [...authors].map((id) => this.profile(id));
    const preferences = this.preferences.get(user) ?? DEFAULTS;
    return { type: "rooms", changes: this.changes.get(user) ?? 0, rooms, people, preferences };
  }

  page(user: Id, roomId: Id, wanted: { before?: number; after?: number; limit: number }): Page {
    const room = this.member(user, roomId);
    const { messages, events } = room;
    const { before = Infinity, after, limit } = wanted;
    const found =
      after === undefined
        ? messages.filter(({ number }) => number < before).slice(-limit)
        : messages.filter(({ number }) => number > after).slice(0, limit);
    const [first = 1, last = messages.length] = [found[0]?.number, found.at(-1)?.number];
    const people = [...new Set(found.map(({ author }) => author))].map((id) => this.profile(id));
    const lines = events
      .map((_, index) => this.#event(room, index + 1))
      .filter((event) => "after" in event)
      .filter(
        ({ seq, after }) => seq > room.forgotten && after >= (first === 1 ? 0 : first) && after <= last,
      );
    return {
      seq: events.length,
      messages: found,
      earlier: first > 1,
      later: last < messages.length,
      people,
      lines: room.kind === "direct" ? [] : lines,
    };
  }

  /** Events after a seq, with everything as it is now; `null` if they are forgotten. */
  replay(roomId: Id, after: number): RoomEvent[] | null {
    const room = this.#room(roomId);
    if (after > room.events.length || after < room.forgotten) return null;
    return room.events.slice(after).map((_, index) => this.#event(room, after + index + 1));
  }

  head(roomId: Id): number {
    return this.#room(roomId).events.length;
  }

  /** Events up to now are not kept any longer. */
  forgetEvents(roomId: Id): void {
    this.#room(roomId).forgotten = this.head(roomId);
  }

  profile(user: Id): Profile {
    const { id = user, name = "", active = false } = this.users.get(user) ?? {};
    return { id, name, active };
  }

  isMember(user: Id, roomId: Id): boolean {
    return this.rooms.get(roomId)?.members.has(user) ?? false;
  }

  member(user: Id, roomId: Id): KeptRoom {
    const room = this.rooms.get(roomId);
    if (!room?.members.has(user)) throw new Refusal(404, "no-such-room");
    return room;
  }

  #enter(room: KeptRoom, user: Id, role: "owner" | "member"): void {
    const all = room.messages.length;
    const moves = (this.changes.get(user) ?? 0) + 1;
    room.members.set(user, { user, role, read: all, seen: all, moves, notify: "everything" });
    this.#happen(room, "member.joined", user);
  }

  #show({ id }: KeptRoom, user: Id): void {
    this.tell({ user, event: { type: "room", changes: this.#change(user), room: this.see(user, id) } });
  }

  #rewrite(
    by: Id,
    roomId: Id,
    number: number,
    kind: "message.edited" | "message.deleted",
    change: Partial<Message>,
  ): Message {
    const room = this.member(by, roomId);
    const message = room.messages[number - 1];
    if (!message || (message.deleted && kind === "message.edited")) throw new Refusal(404, "no-such-message");
    if (message.author !== by) throw new Refusal(403, "not-allowed");
    if (message.deleted) return message;
    const changed = { ...message, ...change, changed: room.events.length + 1 };
    room.messages[number - 1] = changed;
    this.#happen(room, kind, number);
    return changed;
  }

  #happen(room: KeptRoom, kind: RoomEvent["type"], about: number, by: Id = about, name = ""): void {
    room.events.push({ kind, at: this.#now(), about, by, after: room.messages.length, name });
    this.tell({ room: room.id, event: this.#event(room, room.events.length) });
  }

  #event(room: KeptRoom, seq: number): RoomEvent {
    const event = room.events[seq - 1];
    if (!event) throw new Error(`No event ${seq}`);
    const { kind, at, about, after, name } = event;
    const head = { room: room.id, seq, at };
    if (!isOfMessage(kind)) {
      const line = { ...head, after, by: this.profile(event.by) };
      return kind === "room.renamed"
        ? { type: kind, ...line, name }
        : { type: kind, ...line, user: this.profile(about) };
    }
    const message = room.messages[about - 1];
    if (!message) throw new Error(`No message ${about}`);
    return { type: kind, ...head, message };
  }

  #change(user: Id): number {
    const changes = (this.changes.get(user) ?? 0) + 1;
    this.changes.set(user, changes);
    return changes;
  }

  #memberOf(room: KeptRoom, user: Id): KeptMember {
    const member = room.members.get(user);
    if (!member) throw new Refusal(404, "no-such-room");
    return member;
  }

  #room(id: Id): KeptRoom {
    const room = this.rooms.get(id);
    if (!room) throw new Error(`No room ${id}`);
    return room;
  }

  #newId(): Id {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function isOfMessage(kind: RoomEvent["type"]): kind is Exclude<RoomEvent["type"], Line["type"]> {
  return kind.startsWith("message.");
}
