import type { Routes } from "@/api/routes";
import type { Id, OwnEvent, Page, Preferences, Profile, Room, RoomEvent, Rooms } from "@/api/types";
import type { World } from "@/api/world";
import { Duty } from "./duty";
import { RoomState } from "./room";
import { Sequence } from "./sequence";
import type { MessageView } from "./shapes";

/** Closed rooms whose messages are still held. */
const MOST_HELD = 8;
/** Events of rooms that one is not yet known to be in. */
const MOST_STRAYS = 200;

export interface RoomListParts {
  readonly world: World;
  readonly routes: Routes;
  readonly me: Id;
  listUnsent(room: Id): readonly MessageView[];
  learn(people: readonly Profile[]): void;
  prefer(preferences: Preferences): void;
  /** All rooms are known, as of now. */
  listed(): void;
  arrived(room: Id, page: Page): void;
  /** What is shown of this room may have changed. */
  changed(room: Id): void;
  passed(room: RoomState, event: RoomEvent): void;
  /** The events of some room have a hole. */
  foundHole(): void;
}

/** All rooms that one is in, as the server tells of them: first the whole list, then one change after the other. */
export class RoomList {
  readonly #parts: RoomListParts;
  readonly #rooms = new Map<Id, RoomState>();
  readonly #heldClosed = new Set<Id>();
  /** To ask for a room whose counts are not known. */
  readonly #counting = new Map<Id, Duty>();
  /** To ask for the list, because news of it is missing. */
  readonly #listing: Duty;
  #own = orderOwn();
  #strays: RoomEvent[] = [];
  #isListed = false;
  #isListComing = true;

  constructor(parts: RoomListParts) {
    this.#parts = parts;
    this.#listing = new Duty(parts.world, async () => {
      this.takeList(await parts.routes.listRooms());
    });
  }

  /** Whether all of one's rooms are known. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** Those that one is in, in no order. */
  list(): RoomState[] {
    return [...this.#rooms.values()].filter((room) => room.facts);
  }

  /** One that one is in or may be in later. */
  get(id: Id): RoomState {
    const room = this.#rooms.get(id) ?? this.#make(id);
    this.#rooms.set(id, room);
    return room;
  }

  /** Whether one is in it, as far as is known. */
  isIn(id: Id): boolean {
    return Boolean(this.#rooms.get(id)?.facts);
  }

  /** Rooms whose events have to be asked for. */
  listBehind(): RoomState[] {
    return this.list().filter((room) => room.isBehind);
  }

  open(id: Id): RoomState {
    const room = this.get(id);
    this.#heldClosed.delete(id);
    room.open();
    if (this.#isListed && !room.facts) room.timeline.leave();
    return room;
  }

  close(id: Id): void {
    const room = this.get(id);
    room.close();
    if (!room.facts) {
      this.#rooms.delete(id);
      return;
    }
    this.#heldClosed.add(id);
    if (this.#heldClosed.size <= MOST_HELD) return;
    const [oldest = id] = this.#heldClosed;
    this.#heldClosed.delete(oldest);
    this.get(oldest).timeline.drop();
  }

  /** The server is there: what could not be loaded is loaded now. */
  retry(): void {
    for (const room of this.list()) if (room.isOpen) room.timeline.retry();
  }

  /** A new list is on its way: until it is here, holes are of no interest. */
  expectList(): void {
    this.#isListComing = true;
    this.#settle();
  }

  takeList(list: Rooms): void {
    this.#isListComing = false;
    if (list.changes < this.#own.have) {
      this.#listing.demand();
      return;
    }
    this.#settle();
    this.#parts.prefer(list.preferences);
    this.#parts.learn([...list.people, ...list.rooms.flatMap(({ other }) => other ?? [])]);
    this.#forgetAllBut(new Set(list.rooms.map(({ id }) => id)));
    for (const room of list.rooms) this.get(room.id).takeListed(room);
    this.#isListed = true;
    for (const event of this.#own.skipTo(list.changes)) this.#apply(event);
    this.#takeStrays();
    this.#parts.listed();
  }

  takeOwn(event: OwnEvent): void {
    for (const passing of this.#own.take(event)) this.#apply(passing);
    if (this.#own.hasHole && !this.#isListComing) this.#listing.demand();
  }

  takeEvent(event: RoomEvent): void {
    const room = this.#rooms.get(event.room);
    if (room?.facts) {
      room.takeEvent(event);
      if (room.isBehind && !this.#isListComing) this.#parts.foundHole();
    } else if (this.#strays.push(event) > MOST_STRAYS) {
      this.#strays.shift();
    }
  }

  /** Somebody is called otherwise, or is active or not. */
  takeProfile(profile: Profile): void {
    for (const room of this.list()) room.takeProfile(profile);
  }

  takeReset(room: Id, seq: number): void {
    this.#rooms.get(room)?.takeReset(seq);
  }

  /** A room that one has just opened, as the answer says. */
  takeOpened(room: Room): void {
    if (this.get(room.id).facts) return;
    this.#add(room);
  }

  /** The server's history is another one. */
  forgetAll(): void {
    this.#own = orderOwn();
    this.#strays = [];
    this.#isListed = false;
    for (const room of this.#rooms.values()) room.forget();
  }

  stop(): void {
    this.#settle();
  }

  #make(id: Id): RoomState {
    const parts = this.#parts;
    const room: RoomState = new RoomState(id, {
      me: parts.me,
      getPage: (wanted) => parts.routes.getPage(id, wanted),
      listUnsent: () => parts.listUnsent(id),
      arrived: (page) => {
        parts.arrived(id, page);
      },
      changed: () => {
        parts.changed(id);
      },
      passed: (event) => {
        parts.passed(room, event);
      },
      lostCount: () => {
        this.#count(id).demand();
      },
    });
    return room;
  }

  #apply(event: OwnEvent): void {
    switch (event.type) {
      case "room":
        this.#add(event.room);
        break;
      case "room.gone":
        this.#leave(event.room);
        break;
      case "preferences":
        this.#parts.prefer(event.preferences);
        break;
      case "read":
        if (this.#rooms.get(event.room)?.facts) this.get(event.room).takeMark(event);
    }
  }

  #add(room: Room): void {
    if (room.other) this.#parts.learn([room.other]);
    const isNew = !this.get(room.id).facts;
    this.get(room.id).takeFacts(room);
    if (isNew) this.#takeStrays();
  }

  #leave(id: Id): void {
    const room = this.#rooms.get(id);
    if (!room) return;
    this.#heldClosed.delete(id);
    this.#counting.get(id)?.settle();
    this.#counting.delete(id);
    room.leave();
    this.#parts.changed(id);
    if (!room.isOpen) this.#rooms.delete(id);
  }

  #forgetAllBut(listed: Set<Id>): void {
    for (const id of [...this.#rooms.keys()]) if (!listed.has(id)) this.#leave(id);
  }

  #takeStrays(): void {
    const strays = this.#strays;
    this.#strays = [];
    for (const event of strays) this.takeEvent(event);
  }

  #count(id: Id): Duty {
    const duty = this.#counting.get(id) ?? new Duty(this.#parts.world, () => this.#fetch(id));
    this.#counting.set(id, duty);
    return duty;
  }

  async #fetch(id: Id): Promise<void> {
    const room = await this.#parts.routes.getRoom(id);
    this.#count(id).settle();
    if (this.get(id).facts) this.get(id).takeFacts(room);
  }

  #settle(): void {
    this.#listing.settle();
    for (const duty of this.#counting.values()) duty.settle();
  }
}

function orderOwn(): Sequence<OwnEvent> {
  return new Sequence<OwnEvent>((event) => event.changes);
}
