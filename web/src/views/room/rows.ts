import type { MessageView, Timeline } from "@/state/shapes";
import { isSameDay } from "@/text/dates";

/** A message as the log lays it out. */
export interface Row {
  readonly message: MessageView;
  /** Whether the day's name stands above it. */
  readonly startsDay: boolean;
  /** Whether the line "New messages" stands above it. */
  readonly startsNew: boolean;
  /** The first and the last of a run: messages of one author, without a line or a longer pause between them. */
  readonly first: boolean;
  readonly last: boolean;
}

const LONGEST_PAUSE = 5 * 60 * 1000;

/** What stands above a message, and in what it was laid out so. */
interface Head extends Omit<Row, "last"> {
  readonly before: MessageView | undefined;
  readonly firstUnread: number | null;
}

/** Rows as they were laid out before: of ten thousand, the few that are new are all that costs anything. */
export class KnownRows {
  readonly #heads = new WeakMap<MessageView, Head>();
  readonly #rows = new WeakMap<Head, Row>();

  headOf(message: MessageView, before: MessageView | undefined, firstUnread: number | null): Head {
    const known = this.#heads.get(message);
    if (known?.before === before && known?.firstUnread === firstUnread) return known;
    const head = begin(message, before, firstUnread);
    this.#heads.set(message, head);
    return head;
  }

  rowOf(head: Head, last: boolean): Row {
    const known = this.#rows.get(head);
    if (known?.last === last) return known;
    const { message, startsDay, startsNew, first } = head;
    const row = { message, startsDay, startsNew, first, last };
    this.#rows.set(head, row);
    return row;
  }
}

/**
 * The rows of the log. A row that is as it was is the same object. While there are earlier messages the oldest one at hand is left out: what stands above a
 * message and whether it begins a run depends on the one before it, and must not change when that one arrives.
 */
export function layOut(timeline: Timeline, known = new KnownRows()): Row[] {
  const { rows: messages, earlier, firstUnread } = timeline;
  const heads = messages.map((message, index) => known.headOf(message, messages[index - 1], firstUnread));
  return heads
    .map((head, index) => known.rowOf(head, heads[index + 1]?.first ?? true))
    .slice(earlier === "none" ? 0 : 1);
}

function begin(message: MessageView, before: MessageView | undefined, firstUnread: number | null): Head {
  const startsDay = !before || !isSameDay(before.created, message.created);
  const startsNew = isUnread(message, firstUnread) && !(before && isUnread(before, firstUnread));
  const first = startsDay || startsNew || !continues(message, before);
  return { message, startsDay, startsNew, first, before, firstUnread };
}

function isUnread({ number }: MessageView, firstUnread: number | null): boolean {
  return firstUnread !== null && number !== null && number >= firstUnread;
}

function continues(message: MessageView, before: MessageView): boolean {
  return message.author === before.author && message.created - before.created < LONGEST_PAUSE;
}

/** Where the old first row stands among the new rows: how many were put before it; null if it is not there. */
export function countBefore(rows: readonly Row[], old: readonly Row[]): number | null {
  const first = old[0];
  if (!first) return null;
  const index = rows.findIndex(({ message }) => message.id === first.message.id);
  return index < 0 ? null : index;
}
