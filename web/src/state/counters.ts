import type { Id, RoomEvent } from "@/api/types";

const MOST_RECENT = 200;

/** What counting again needs of an event. */
interface Recent {
  readonly seq: number;
  readonly kind: RoomEvent["type"];
  /** Of the message; 0 for other events. */
  readonly number: number;
  readonly isOwn: boolean;
  /** Whether it names who is signed in. */
  readonly mentionsMe: boolean;
}

interface Unread {
  /** The read mark. */
  readonly number: number;
  /** Counts its moves: it may move back. */
  readonly read_change: number;
  readonly unread: number;
  /** The numbers of unread messages that name one, in no order. */
  readonly mentions: readonly number[];
}

/** A read mark, and what is unread as the room was at `seq`. */
export interface Mark extends Unread {
  readonly seq: number;
}

/** A value as of a seq: later events count on top of it, earlier ones are in it already. */
class Tally<T> {
  readonly #count: (value: T, event: Recent) => T;
  value: T;
  asOf = -1;

  constructor(value: T, count: (value: T, event: Recent) => T) {
    this.value = value;
    this.#count = count;
  }

  take(event: Recent): void {
    if (event.seq <= this.asOf) return;
    this.value = this.#count(this.value, event);
    this.asOf = event.seq;
  }

  set(value: T, seq: number, recent: readonly Recent[]): void {
    this.value = value;
    this.asOf = seq;
    for (const event of recent) this.take(event);
  }
}

/** What a room counts: unread messages and members. Counts are stated as of a seq, and events may have passed or may follow. */
export class Counters {
  readonly #me: Id;
  readonly #unread = new Tally<Unread>({ number: 0, read_change: 0, unread: 0, mentions: [] }, countUnread);
  readonly #members = new Tally(0, countMembers);
  #recent: Recent[] = [];
  /** The recent events are all that came after this seq. */
  #floor = -1;

  constructor(me: Id) {
    this.#me = me;
  }

  get readNumber(): number {
    return this.#unread.value.number;
  }

  get unread(): number {
    return this.#unread.value.unread;
  }

  /** How many unread messages name one. */
  get mentions(): number {
    return this.#unread.value.mentions.length;
  }

  get members(): number {
    return this.#members.value;
  }

  /** An event passed: the next after all before. */
  take(event: RoomEvent): void {
    const recent = summarise(event, this.#me);
    this.#recent.push(recent);
    if (this.#recent.length > MOST_RECENT) this.#floor = this.#recent.shift()?.seq ?? this.#floor;
    this.#unread.take(recent);
    this.#members.take(recent);
  }

  /** Events up to this seq are not to come. False if something that they counted is not known now. */
  skipTo(seq: number): boolean {
    this.#recent = [];
    this.#floor = seq;
    return this.#unread.asOf >= seq && this.#members.asOf >= seq;
  }

  /** One that moved less often is from before. False if it is news, but as of so long ago that it cannot be counted on. */
  setMark({ number, read_change, unread, mentions, seq }: Mark): boolean {
    const known = this.#unread.value.read_change;
    if (read_change < known) return true;
    if (seq < this.#floor) return read_change === known;
    this.#unread.set({ number, read_change, unread, mentions }, seq, this.#recent);
    return true;
  }

  setMembers(count: number, seq: number): void {
    if (seq >= this.#floor) this.#members.set(count, seq, this.#recent);
  }
}

function summarise(event: RoomEvent, me: Id): Recent {
  const message = "message" in event ? event.message : null;
  return {
    seq: event.seq,
    kind: event.type,
    number: message?.number ?? 0,
    isOwn: message?.author === me,
    mentionsMe: message?.mentions.includes(me) ?? false,
  };
}

function countUnread(mark: Unread, event: Recent): Unread {
  if (event.isOwn || event.number <= mark.number) return mark;
  const others = mark.mentions.filter((number) => number !== event.number);
  const mentions = event.mentionsMe ? [...others, event.number] : others;
  return { ...mark, mentions, unread: mark.unread + weigh(event.kind) };
}

function weigh(kind: Recent["kind"]): number {
  if (kind === "message.posted") return 1;
  return kind === "message.deleted" ? -1 : 0;
}

function countMembers(members: number, { kind }: Recent): number {
  if (kind === "member.joined") return members + 1;
  if (kind === "member.left") return members - 1;
  return members;
}
