import type { Line, MessageView, Timeline } from "@/state/shapes";
import { dayOf } from "@/text/dates";
import { gather, type LogLine } from "./lines";

/** A message as the log lays it out, with the lines that stand after it. */
export interface Row {
  readonly message: MessageView;
  /** Whether the day's name stands above it. */
  readonly startsDay: boolean;
  /** Whether the line "New messages" stands above it. */
  readonly startsNew: boolean;
  /** The first and the last of a run: messages of one author, without a line or a longer pause between them. */
  readonly first: boolean;
  readonly last: boolean;
  /** What happened before the room's first message. */
  readonly above: readonly LogLine[];
  readonly below: readonly LogLine[];
}

const LONGEST_PAUSE = 5 * 60 * 1000;

const NONE: readonly LogLine[] = [];

/** Rows as they were laid out before. One that is as it was stays the same object, and is not drawn again. */
export class KnownRows {
  readonly #rows = new WeakMap<MessageView, Row>();

  keep(row: Row): Row {
    const known = this.#rows.get(row.message);
    if (known && isSameRow(known, row)) return known;
    this.#rows.set(row.message, row);
    return row;
  }
}

/**
 * The rows of the log. While there are earlier messages the oldest one at hand is left out: what stands above a
 * message and whether it begins a run depends on the one before it, and must not change when that one arrives.
 */
export function layOut(timeline: Timeline, known = new KnownRows()): Row[] {
  const { rows: messages, earlier, firstUnread } = timeline;
  const days = new Days();
  const places = placeLines(timeline);
  let before: Laid | null = null;
  const rows = messages.map((message, index) => {
    const above = index === 0 && earlier === "none" ? days.layOut(places.get(-1)) : NONE;
    const startsDay = days.starts(message.created);
    const startsNew = isUnread(message, firstUnread) && !(before && isUnread(before.message, firstUnread));
    const follows = before && !before.below.length && continues(message, before.message);
    const first = startsDay || startsNew || !follows;
    if (before) before.last = first;
    before = {
      message,
      startsDay,
      startsNew,
      first,
      last: true,
      above,
      below: days.layOut(places.get(index)),
    };
    return before;
  });
  // A log may hold thousands: none is gone through more often, or made anew, than it must be.
  const shown = earlier === "none" ? rows : rows.slice(1);
  return shown.map((row) => known.keep(row));
}

/** A row while what comes after it is not known yet. */
type Laid = { -readonly [Part in keyof Row]: Row[Part] };

/** Of a room in which nobody has written yet. */
export function layOutLines(lines: readonly Line[]): readonly LogLine[] {
  return new Days().layOut(lines);
}

/** Where each day begins, from above to below. */
class Days {
  /** The day of what was last, from midnight to midnight. */
  #begin = 0;
  #end = 0;

  starts(at: number): boolean {
    if (at >= this.#begin && at < this.#end) return false;
    [this.#begin, this.#end] = dayOf(at);
    return true;
  }

  layOut(lines: readonly Line[] | undefined): readonly LogLine[] {
    if (!lines) return NONE;
    return gather(lines).map((act) => {
      const [{ seq, at }] = act;
      return { id: seq, at, startsDay: this.starts(at), lines: act };
    });
  }
}

/** Lines by the index of the message after which they stand; -1: above the first. */
function placeLines({ rows, lines }: Timeline): ReadonlyMap<number, readonly Line[]> {
  const places = new Map<number, Line[]>();
  let index = -1;
  for (const line of lines) {
    for (
      let next = rows[index + 1];
      next && next.number !== null && next.number <= line.after;
      next = rows[index + 1]
    )
      index += 1;
    const place = places.get(index) ?? [];
    places.set(index, place);
    place.push(line);
  }
  return places;
}

function isSameRow(one: Row, other: Row): boolean {
  return (
    one.startsDay === other.startsDay &&
    one.startsNew === other.startsNew &&
    one.first === other.first &&
    one.last === other.last &&
    areSameLines(one.above, other.above) &&
    areSameLines(one.below, other.below)
  );
}

/** What has happened stays: lines that are as many and end alike are the same. */
function areSameLines(one: readonly LogLine[], other: readonly LogLine[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ id, startsDay, lines }, index) => {
      const there = other[index];
      return there?.id === id && there.startsDay === startsDay && there.lines.length === lines.length;
    })
  );
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
