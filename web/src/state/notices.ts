import type { Id, MessageEvent, Milliseconds, RoomEvent } from "@/api/types";
import type { World } from "@/api/world";
import { Cell } from "./observable";
import type { RoomState } from "./room";
import type { Notice, Notices } from "./shapes";

const MOST_SHOWN = 3;
const SHOWN_FOR: Milliseconds = 6_000;

export interface NoticeParts {
  readonly world: World;
  readonly me: Id;
  isLookedAt(room: RoomState): boolean;
}

/** Pop-up messages: what others write in rooms that are not being looked at, and in one what was missed. */
export class PopUps implements Notices {
  readonly shown = new Cell<readonly Notice[]>([]);
  readonly announced = new Cell<Notice | null>(null);
  readonly #parts: NoticeParts;
  readonly #callOffs = new Map<string, () => void>();
  #lastSummary = 0;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
  }

  hold(id: string): void {
    this.#callOffs.get(id)?.();
    this.#callOffs.delete(id);
  }

  release(id: string): void {
    if (this.shown.value.some((notice) => notice.id === id)) this.#limit(id);
  }

  dismiss(id: string): void {
    this.#keep((notice) => notice.id !== id);
  }

  /** An event passed; `isNews`: just now, not while catching up. */
  take(room: RoomState, event: RoomEvent, isNews: boolean): void {
    if (!("message" in event)) return;
    if (event.type === "message.posted") {
      if (isNews && event.message.author !== this.#parts.me && !event.message.deleted)
        this.#post(room, event);
    } else {
      this.#change(event);
    }
  }

  /** So many messages came while there was no connection, in these rooms. Adds to a sum that is still shown. */
  summarise(messages: number, rooms: readonly Id[]): void {
    const before = this.shown.value.find((notice) => notice.kind === "summary");
    this.#lastSummary += 1;
    const summary: Notice = {
      kind: "summary",
      id: `summary:${this.#lastSummary}`,
      messages: messages + (before?.messages ?? 0),
      rooms: [...new Set([...rooms, ...(before?.rooms ?? [])])],
    };
    this.#keep((notice) => notice !== before);
    this.announced.set(summary);
    this.#show(summary);
  }

  /** The room has been read or opened: what was said of it is known. */
  clear(room: RoomState): void {
    const isKnown = (number: number): boolean =>
      number <= room.counters.readNumber || room.counters.unread === 0 || this.#parts.isLookedAt(room);
    this.#keep((notice) => notice.kind !== "message" || notice.room !== room.id || !isKnown(notice.number));
  }

  stop(): void {
    this.#keep(() => false);
  }

  #post(room: RoomState, { message }: MessageEvent): void {
    const notice: Notice = {
      kind: "message",
      id: `${room.id}:${message.number}`,
      room: room.id,
      number: message.number,
      author: message.author,
      text: message.text,
    };
    this.announced.set(notice);
    if (!this.#parts.isLookedAt(room)) this.#show(notice);
  }

  /** What was deleted is not shown any more, what was edited as it is now. */
  #change({ room, message }: MessageEvent): void {
    const id = `${room}:${message.number}`;
    if (message.deleted) this.dismiss(id);
    const now = (notice: Notice): Notice =>
      notice.kind === "message" && notice.id === id ? { ...notice, text: message.text } : notice;
    if (this.shown.value.some((notice) => notice.id === id)) this.shown.set(this.shown.value.map(now));
  }

  #show(notice: Notice): void {
    const all = [...this.shown.value, notice];
    for (const { id } of all.slice(0, -MOST_SHOWN)) this.hold(id);
    this.shown.set(all.slice(-MOST_SHOWN));
    this.#limit(notice.id);
  }

  #limit(id: string): void {
    this.hold(id);
    const callOff = this.#parts.world.after(SHOWN_FOR, () => {
      this.dismiss(id);
    });
    this.#callOffs.set(id, callOff);
  }

  #keep(wanted: (notice: Notice) => boolean): void {
    const kept = this.shown.value.filter(wanted);
    if (kept.length === this.shown.value.length) return;
    for (const notice of this.shown.value) if (!wanted(notice)) this.hold(notice.id);
    this.shown.set(kept);
  }
}
