import { Refused, Unreachable } from "@/api/http";
import type { Id, Ok } from "@/api/types";
import type { World } from "@/api/world";
import type { RoomState } from "./room";
import type { RoomList } from "./rooms";

const AGAIN_AFTER = 5;

export interface ReadingParts {
  readonly world: World;
  readonly rooms: RoomList;
  read(room: Id, number: number): Promise<Ok>;
  /** What counts as read in this room has changed. */
  changed(room: Id): void;
}

/** Says what has been read: the newest message of a room that is open, while somebody can be looking and it is in view. */
export class Reading {
  readonly #parts: ReadingParts;
  readonly #inView = new Set<Id>();
  /** Up to where the server has been told, or is being told. */
  readonly #read = new Map<Id, number>();
  readonly #telling = new Set<Id>();
  #isLive = false;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** Whether somebody can be looking at this room. */
  isLookedAt(room: RoomState): boolean {
    return room.isOpen && this.#parts.world.isAttended();
  }

  isNewestInView(room: Id): boolean {
    return this.#inView.has(room);
  }

  isRead(room: Id, number: number): boolean {
    return number <= (this.#read.get(room) ?? 0);
  }

  setNewestInView(room: RoomState, inView: boolean): void {
    if (inView) this.#inView.add(room.id);
    else this.#inView.delete(room.id);
    this.check(room);
  }

  setLive(isLive: boolean): void {
    this.#isLive = isLive;
    this.checkAll();
  }

  checkAll(): void {
    for (const id of [...this.#inView]) this.check(this.#parts.rooms.get(id));
  }

  /** Something has happened that may make a message read. */
  check(room: RoomState): void {
    const { newest } = room.timeline;
    if (newest === null || !this.#isBeingRead(room) || this.isRead(room.id, newest)) return;
    this.#read.set(room.id, newest);
    this.#parts.changed(room.id);
    if (!this.#telling.has(room.id)) void this.#tell(room);
  }

  /** It was marked unread: what was read before is read no longer. */
  unread(room: Id): void {
    this.#read.delete(room);
    this.#parts.changed(room);
  }

  forget(): void {
    this.#read.clear();
  }

  #isBeingRead(room: RoomState): boolean {
    const isSeen = this.isLookedAt(room) && this.#inView.has(room.id);
    return this.#isLive && isSeen && room.counters.unread > 0;
  }

  async #tell(room: RoomState): Promise<void> {
    const number = this.#read.get(room.id) ?? 0;
    this.#telling.add(room.id);
    try {
      await this.#parts.read(room.id, number);
    } catch (error) {
      this.#fail(room, error);
      return;
    } finally {
      this.#telling.delete(room.id);
    }
    if (!this.isRead(room.id, number + 1)) return;
    // More has been read meanwhile.
    await this.#tell(room);
  }

  #fail(room: RoomState, error: unknown): void {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    this.#read.delete(room.id);
    this.#parts.changed(room.id);
    if (!(error instanceof Refused) || error.status === 404) return;
    this.#parts.world.after((error.retryAfter ?? AGAIN_AFTER) * 1000, () => {
      this.check(room);
    });
  }
}
