import type { Id, Line, Message, Profile, Room, RoomEvent } from "@/api/types";
import { Counters, type Mark } from "./counters";
import { Sequence } from "./sequence";
import { RoomTimeline, type TimelineParts } from "./timeline";

export interface RoomParts extends Omit<TimelineParts, "have"> {
  /** Something that its row or its rows show may have changed. */
  changed(): void;
  /** An event passed: all before it had. */
  passed(event: RoomEvent): void;
  /** Its counts are not known any more: it has to be fetched. */
  lostCount(): void;
}

/** What this client knows of one room. Its events pass one after the other, in the order of their seq. */
export class RoomState {
  readonly id: Id;
  readonly timeline: RoomTimeline;
  readonly #parts: RoomParts;
  #facts: Room | null = null;
  /** The newest name that an event gave it: right if the facts are older. */
  #renamed: { readonly name: string; readonly seq: number } | null = null;
  #latest: Message | null = null;
  #lastNumber = 0;
  #seenNumber = 0;
  #counters: Counters;
  #events = orderEvents();
  /** The list said that there are events up to this seq. */
  #promised = 0;
  #isOpen = false;

  constructor(id: Id, parts: RoomParts) {
    this.id = id;
    this.#parts = parts;
    this.#counters = new Counters(parts.me);
    this.timeline = new RoomTimeline({ ...parts, have: () => this.have });
  }

  /** The room as the server last described it; `null` while one is not in it. */
  get facts(): Room | null {
    return this.#facts;
  }

  get name(): string {
    const { name = "", seq = 0 } = this.#facts ?? {};
    return this.#renamed && this.#renamed.seq > seq ? this.#renamed.name : name;
  }

  get counters(): Counters {
    return this.#counters;
  }

  /** The newest message, as it is now. */
  get latest(): Message | null {
    return this.#latest;
  }

  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** How far anybody else has seen its messages. */
  get seenNumber(): number {
    return this.#seenNumber;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The seq up to which every event has passed. */
  get have(): number {
    return this.#events.have;
  }

  /** There are events that have to be asked for. */
  get isBehind(): boolean {
    return this.#events.hasHole || (this.timeline.isHeld && this.have < this.#promised);
  }

  /** From the list of all rooms. Events before it may have been missed. */
  takeListed(room: Room): void {
    this.takeFacts(room);
    this.#promised = room.seq;
    if (!this.timeline.isHeld) this.#skipTo(room.seq);
  }

  /** The room as it was at its seq. Events up to there may have passed, or may follow. */
  takeFacts(room: Room): void {
    const isNew = this.#facts === null;
    if (room.seq >= (this.#facts?.seq ?? 0)) this.#facts = room;
    this.#counters.setMembers(room.members, room.seq);
    this.#see(room.last_number, room.last_message);
    this.takeSeen(room.seen_number);
    const { read_number: number, read_change, unread, mentions, seq } = room;
    this.takeMark({ number, read_change, unread, mentions, seq });
    if (!isNew) return;
    this.#skipTo(room.seq);
    if (this.#isOpen) this.timeline.open(this.#firstUnread());
  }

  /** Somebody else has seen its messages up to this number. */
  takeSeen(number: number): void {
    if (number <= this.#seenNumber) return;
    this.#seenNumber = number;
    this.#parts.changed();
  }

  /** Of a direct room with this person. */
  takeProfile(profile: Profile): void {
    if (this.#facts?.other?.id !== profile.id) return;
    this.#facts = { ...this.#facts, other: profile, name: profile.name };
    this.#parts.changed();
  }

  takeMark(mark: Mark): void {
    if (!this.#counters.setMark(mark)) this.#parts.lostCount();
    this.#parts.changed();
  }

  /** A message as it is now, by the answer to a request. */
  takeMessage(message: Message): void {
    this.#apply(message);
    this.#parts.changed();
  }

  takeEvent(event: RoomEvent): void {
    this.#pass(this.#events.take(event));
  }

  /** Too much has happened: its messages are void, and events go on after this seq. */
  takeReset(seq: number): void {
    this.timeline.drop();
    if (!this.#counters.skipTo(seq)) this.#parts.lostCount();
    this.#pass(this.#events.restartAt(seq));
    if (this.#isOpen) this.timeline.retry();
  }

  open(): void {
    this.#isOpen = true;
    if (this.#facts) this.timeline.open(this.#firstUnread());
  }

  close(): void {
    this.#isOpen = false;
    this.timeline.close();
  }

  /** One is not in it. */
  leave(): void {
    this.forget();
    this.timeline.leave();
  }

  forget(): void {
    this.#facts = null;
    this.#renamed = null;
    this.#latest = null;
    this.#lastNumber = 0;
    this.#seenNumber = 0;
    this.#counters = new Counters(this.#parts.me);
    this.#events = orderEvents();
    this.#promised = 0;
    this.timeline.drop();
  }

  #skipTo(seq: number): void {
    if (seq <= this.have) return;
    this.timeline.skipTo(seq);
    if (!this.#counters.skipTo(seq)) this.#parts.lostCount();
    this.#pass(this.#events.skipTo(seq));
  }

  #pass(events: RoomEvent[]): void {
    for (const event of events) {
      this.#counters.take(event);
      if ("message" in event) this.#apply(event.message);
      else this.#note(event);
      if (event.type === "message.posted") this.#seeBy(event.message);
      this.#parts.passed(event);
    }
    if (events.length > 0) this.#parts.changed();
  }

  /** Who writes has seen all before it. */
  #seeBy({ author, number }: Message): void {
    if (author !== this.#parts.me) this.#seenNumber = Math.max(this.#seenNumber, number);
  }

  #apply(message: Message): void {
    this.#see(message.number, message);
    this.timeline.put(message);
  }

  #note(line: Line): void {
    if (line.type === "room.renamed") this.#renamed = line;
    if (this.#facts?.kind === "group") this.timeline.putLine(line);
  }

  #see(number: number, message: Message | null): void {
    this.#lastNumber = Math.max(this.#lastNumber, number);
    const { number: latest = 0, changed = 0 } = this.#latest ?? {};
    const isLater =
      message && (message.number > latest || (message.number === latest && message.changed > changed));
    if (isLater) this.#latest = message;
  }

  #firstUnread(): number | null {
    return this.#counters.unread > 0 ? this.#counters.readNumber + 1 : null;
  }
}

function orderEvents(): Sequence<RoomEvent> {
  return new Sequence<RoomEvent>((event) => event.seq);
}
