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

/**
 * The rows of the log. While there are earlier messages the oldest one at hand is left out: what stands above a
 * message and whether it begins a run depends on the one before it, and must not change when that one arrives.
 */
export function layOut(timeline: Timeline): Row[] {
  const { rows: messages, earlier } = timeline;
  const rows = messages.map((message, index) => begin(message, messages[index - 1], timeline.firstUnread));
  return rows
    .map((row, index) => ({ ...row, last: rows[index + 1]?.first ?? true }))
    .slice(earlier === "none" ? 0 : 1);
}

function begin(
  message: MessageView,
  before: MessageView | undefined,
  firstUnread: number | null,
): Omit<Row, "last"> {
  const startsDay = !before || !isSameDay(before.created, message.created);
  const startsNew = isUnread(message, firstUnread) && !(before && isUnread(before, firstUnread));
  return { message, startsDay, startsNew, first: startsDay || startsNew || !continues(message, before) };
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
