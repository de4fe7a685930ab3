import type { Id, RoomEvent } from "@/api/types";

const MOST_RECENT = 200;

/** What counting again needs of an event. */
interface Recent {
  readonly seq: number;
  readonly kind: RoomEvent["type"];
  /** Of the message; 0 for other events. */
  readonly number: number;
  readonly isOwn: boolean;
}

interface Unread {
  /** The read mark. */
  readonly number: number;
  readonly unread: number;
}

/** A read mark, and the unread count as the room was at `seq`. */
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
  readonly #unread = new Tally<Unread>({ number: 0, unread: 0 }, countUnread);
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

  /** Marks only rise: a lower one is from before. False if it is news, but as of so long ago that it cannot be counted on. */
  setMark({ number, unread, seq }: Mark): boolean {
    if (number < this.readNumber) return true;
    if (seq < this.#floor) return number === this.readNumber;
    this.#unread.set({ number, unread }, seq, this.#recent);
    return true;
  }

  setMembers(count: number, seq: number): void {
    if (seq >= this.#floor) this.#members.set(count, seq, this.#recent);
  }
}

function summarise(event: RoomEvent, me: Id): Recent {
  const message = "message" in event ? event.message : null;
  return { seq: event.seq, kind: event.type, number: message?.number ?? 0, isOwn: message?.author === me };
}

function countUnread(mark: Unread, event: Recent): Unread {
  if (event.isOwn || event.number <= mark.number) return mark;
  if (event.kind === "message.posted") return { ...mark, unread: mark.unread + 1 };
  if (event.kind === "message.deleted") return { ...mark, unread: mark.unread - 1 };
  return mark;
}

function countMembers(members: number, { kind }: Recent): number {
  if (kind === "member.joined") return members + 1;
  if (kind === "member.left") return members - 1;
  return members;
}
