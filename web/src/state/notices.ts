import type { Id, MessageEvent, Milliseconds, RoomEvent } from "@/api/types";
import type { World } from "@/api/world";
import { Cell } from "./observable";
import type { RoomState } from "./room";
import type { Notice, Notices } from "./shapes";

const MOST_SHOWN = 3;
const MOST_ANNOUNCED = 20;
const SHOWN_FOR: Milliseconds = 6_000;

export interface NoticeParts {
  readonly world: World;
  readonly me: Id;
  isLookedAt(room: RoomState): boolean;
  /** A message that somebody wants to be told of, wherever they are. */
  posted(notice: Notice): void;
  /** What was said of these messages is known. */
  cleared(room: Id, isKnown: (number: number) => boolean): void;
}

/** Pop-up messages: what others write in rooms that are not being looked at, and in one what was missed. */
export class PopUps implements Notices {
  readonly shown = new Cell<readonly Notice[]>([]);
  readonly announced = new Cell<readonly Notice[]>([]);
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
    this.#announce(summary);
    this.#show(summary);
  }

  /** The room has been read or opened: what was said of it is known. */
  clear(room: RoomState): void {
    const isKnown = (number: number): boolean =>
      number <= room.counters.readNumber || room.counters.unread === 0 || this.#parts.isLookedAt(room);
    this.#keep((notice) => notice.kind !== "message" || notice.room !== room.id || !isKnown(notice.number));
    this.#parts.cleared(room.id, isKnown);
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
      mentionsMe: message.mentions.includes(this.#parts.me),
    };
    const isLookedAt = this.#parts.isLookedAt(room);
    if (!isLookedAt && !isWanted(room, notice.mentionsMe)) return;
    this.#announce(notice);
    if (isLookedAt) return;
    this.#show(notice);
    this.#parts.posted(notice);
  }

  #announce(notice: Notice): void {
    this.announced.set([...this.announced.value, notice].slice(-MOST_ANNOUNCED));
  }

  /** What was deleted is not shown any more, what was edited as it is now. */
  #change({ room, message }: MessageEvent): void {
    const id = `${room}:${message.number}`;
    if (message.deleted) {
      this.dismiss(id);
      this.#parts.cleared(room, (number) => number === message.number);
    }
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

/** Whether the room is one that tells of such a message. */
export function isWanted({ facts }: RoomState, mentionsMe: boolean): boolean {
  const notify = facts?.notify ?? "everything";
  return notify === "everything" || (notify === "mentions" && mentionsMe);
}
