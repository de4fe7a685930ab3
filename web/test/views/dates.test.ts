import { describe, expect, it } from "vitest";
import { clock, dayName, isSameDay, longDay, shortDay, shortTime } from "@/text/dates";

const at = (year: number, month: number, day: number, hour = 9, minute = 14): number =>
  new Date(year, month - 1, day, hour, minute).getTime();

const NOW = at(2026, 11, 20, 15, 0);

describe("the time of something in a list", () => {
  it("is the clock's today", () => {
    expect(shortTime(at(2026, 11, 20), NOW)).toBe("09:14");
  });
  it("is yesterday from midnight on, however few hours ago", () => {
    const justAfterMidnight = at(2026, 11, 20, 0, 5);
    expect(shortTime(at(2026, 11, 19, 23, 55), justAfterMidnight)).toBe("Yesterday");
  });
  it("is the weekday within a week", () => {
    expect(shortTime(at(2026, 11, 18), NOW)).toBe("Wed");
    expect(shortTime(at(2026, 11, 14), NOW)).toBe("Sat");
  });
  it("is the day after a week, with the year once that is another", () => {
    expect(shortTime(at(2026, 11, 13), NOW)).toBe("13 Nov");
    expect(shortTime(at(2025, 11, 12), NOW)).toBe("12 Nov 2025");
  });
  it("is the clock's for a server whose clock is ahead", () => {
    expect(shortTime(NOW + 60_000, NOW)).toBe("15:01");
  });
  it("counts days, not hours, over a change of the clocks", () => {
    expect(shortTime(at(2026, 10, 24, 23, 30), at(2026, 10, 26, 0, 30))).toBe("Sat");
    expect(shortTime(at(2026, 3, 28, 23, 30), at(2026, 3, 29, 23, 45))).toBe("Yesterday");
  });
});

describe("the name of a day", () => {
  it("is today, yesterday, the weekday and day, and the year of another year", () => {
    expect(dayName(at(2026, 11, 20), NOW)).toBe("Today");
    expect(dayName(at(2026, 11, 19), NOW)).toBe("Yesterday");
    expect(dayName(at(2026, 11, 13), NOW)).toBe("Friday 13 November");
    expect(dayName(at(2025, 11, 20), NOW)).toBe("Thursday, 20 November 2025");
  });
  it("has a short form, and a long one for days to come", () => {
    expect(shortDay(at(2026, 11, 20), NOW)).toBe("Today");
    expect(shortDay(at(2026, 11, 13), NOW)).toBe("13 Nov");
    expect(longDay(at(2026, 11, 27))).toBe("Friday 27 November");
  });
});

it("the clock has two digits each, by 24 hours", () => {
  expect(clock(at(2026, 11, 20, 0, 5))).toBe("00:05");
  expect(clock(at(2026, 11, 20, 21, 40))).toBe("21:40");
});

it("two times are of one day only between its midnights", () => {
  expect(isSameDay(at(2026, 11, 20, 0, 0), at(2026, 11, 20, 23, 59))).toBe(true);
  expect(isSameDay(at(2026, 11, 19, 23, 59), at(2026, 11, 20, 0, 0))).toBe(false);
});
