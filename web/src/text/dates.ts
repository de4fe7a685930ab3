import { words } from "./messages";

interface Formats {
  readonly clock: Intl.DateTimeFormat;
  readonly weekday: Intl.DateTimeFormat;
  readonly dayOfWeek: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly dayOfYear: Intl.DateTimeFormat;
  readonly longDay: Intl.DateTimeFormat;
  readonly longDayOfYear: Intl.DateTimeFormat;
  readonly full: Intl.DateTimeFormat;
}

// Making a formatter takes far longer than using it: each is made once for a language.
const made = new Map<string, Formats>();

/** Of the language of the moment. */
function formats(): Formats {
  const known = made.get(words.locale) ?? makeFormats(words.locale);
  made.set(words.locale, known);
  return known;
}

function makeFormats(locale: string): Formats {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, options);
  return {
    clock: format({ hour: "2-digit", minute: "2-digit" }),
    weekday: format({ weekday: "short" }),
    dayOfWeek: format({ weekday: "short", day: "numeric", month: "short" }),
    day: format({ day: "numeric", month: "short" }),
    dayOfYear: format({ day: "numeric", month: "short", year: "numeric" }),
    longDay: format({ weekday: "long", day: "numeric", month: "long" }),
    longDayOfYear: format({ dateStyle: "full" }),
    full: format({ dateStyle: "full", timeStyle: "short" }),
  };
}

const WEEK = 7;

/** "09:14" */
export function clock(at: number): string {
  return formats().clock.format(at);
}

/** When something of a list was, as short as it can be told apart: "09:14", "Yesterday", "Fri", "12 Nov", "12 Nov 2025". */
export function shortTime(at: number, now: number): string {
  const ago = daysBetween(at, now);
  if (ago <= 0) return clock(at);
  if (ago === 1) return words.dates.yesterday;
  if (ago < WEEK) return formats().weekday.format(at);
  return isSameYear(at, now) ? formats().day.format(at) : formats().dayOfYear.format(at);
}

/** When something in a table was: "09:14 today", "22:10 yesterday", "Fri 20 Nov", "12 Nov 2025". */
export function tableTime(at: number, now: number): string {
  const ago = daysBetween(at, now);
  if (ago <= 0) return words.dates.atToday(clock(at));
  if (ago === 1) return words.dates.atYesterday(clock(at));
  return isSameYear(at, now) ? plain(formats().dayOfWeek.format(at)) : formats().dayOfYear.format(at);
}

/** "20 Nov", "20 Nov 2025" */
export function day(at: number, now: number): string {
  return isSameYear(at, now) ? formats().day.format(at) : formats().dayOfYear.format(at);
}

/** The same without the time of today: "Today", "Yesterday", "Fri", "12 Nov", "12 Nov 2025". */
export function shortDay(at: number, now: number): string {
  return isSameDay(at, now) ? words.dates.today : shortTime(at, now);
}

/** The heading over the messages of a day: "Today", "Yesterday", "Friday 20 November", "Thursday, 20 November 2025". */
export function dayName(at: number, now: number): string {
  const ago = daysBetween(at, now);
  if (ago <= 0) return words.dates.today;
  if (ago === 1) return words.dates.yesterday;
  return isSameYear(at, now) ? formats().longDay.format(at) : formats().longDayOfYear.format(at);
}

/** "Friday 20 November" */
export function longDay(at: number): string {
  return formats().longDay.format(at);
}

/** "Friday 20 November 2026 at 09:14", for tooltips. */
export function fullTime(at: number): string {
  return formats().full.format(at);
}

/** For the `datetime` attribute. */
export function machineTime(at: number): string {
  return new Date(at).toISOString();
}

export function isSameDay(one: number, other: number): boolean {
  return daysBetween(one, other) === 0;
}

/** The day at this place that a time is in: from its midnight to the next. */
export function dayOf(at: number): [number, number] {
  const begin = new Date(at).setHours(0, 0, 0, 0);
  const next = new Date(begin);
  return [begin, next.setDate(next.getDate() + 1)];
}

/** How many midnights of this place lie between two times; days of 23 or 25 hours count as one. */
function daysBetween(earlier: number, later: number): number {
  return Math.round((midnight(later) - midnight(earlier)) / (24 * 3600 * 1000));
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** "Fri, 20 Nov" without the comma: a column is read down, not across. */
function plain(date: string): string {
  return date.replace(",", "");
}

function isSameYear(one: number, other: number): boolean {
  return new Date(one).getFullYear() === new Date(other).getFullYear();
}
