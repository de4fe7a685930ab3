import { describe, expect, test } from "vitest";
import { tableTime } from "@/text/dates";
import { apply, read } from "@/views/lists/address";
import { readDay, readMessages, readNumber, readProfiles, readRooms, sortBy } from "@/views/lists/asked";
import { hasLater, rangeOf } from "@/views/lists/columns";

describe("The address of a list", () => {
  test("says nothing that the list does not know", () => {
    expect(read({ name: "pump", colour: "red", page: ["1", "2"], sort: "" })).toEqual({ name: "pump" });
    expect(apply({ name: "pump", page: "2" }, { page: null, kind: "group" })).toEqual({
      name: "pump",
      kind: "group",
    });
  });

  test("asks for the last active rooms if it says nothing, or nonsense", () => {
    const usual = { sort: "last", order: "descending", page: 1, size: 50 };
    expect(readRooms({})).toEqual(usual);
    expect(
      readRooms({ kind: "public", member: "-1", sort: "colour", order: "up", page: "0", size: "1000" }),
    ).toEqual(usual);
  });

  test("asks for rooms by all that it says", () => {
    const asked = {
      name: "x".repeat(100),
      kind: "group",
      member: "7",
      unread: "1",
      sort: "name",
      page: "3",
      size: "20",
    };
    expect(readRooms(asked)).toEqual({
      name: "x".repeat(80),
      kind: "group",
      member: 7,
      unread: true,
      sort: "name",
      order: "ascending",
      page: 3,
      size: 20,
    });
  });

  test("asks for profiles by name, from A", () => {
    expect(readProfiles({})).toEqual({ sort: "name", order: "ascending", page: 1, size: 50 });
    expect(readProfiles({ sort: "last" }).order).toBe("descending");
  });

  test("asks for messages of whole days of this place", () => {
    const { since, until } = readMessages({ since: "2026-11-20", until: "2026-11-21" });
    expect(since).toBe(new Date(2026, 10, 20).getTime());
    expect(until).toBe(new Date(2026, 10, 22).getTime());
  });

  test("names one place at most, and only one that can be", () => {
    expect(readMessages({ after: "1-2-3", before: "4-5-6" })).toEqual({
      after: "1-2-3",
      order: "newest",
      size: 50,
    });
    expect(readMessages({ after: "x", before: "12" })).toEqual({ before: "12", order: "newest", size: 50 });
  });
});

test("A heading that is pressed again turns the order round", () => {
  expect(sortBy("name", { sort: "last", order: "descending" })).toEqual({ sort: "name", order: "ascending" });
  expect(sortBy("name", { sort: "name", order: "ascending" })).toEqual({ sort: "name", order: "descending" });
  expect(sortBy("members", { sort: "name", order: "ascending" })).toEqual({
    sort: "members",
    order: "descending",
  });
});

test("Numbers are whole, exact and from 1 on", () => {
  expect(["1", "42", "9007199254740991"].map(readNumber)).toEqual([1, 42, 9007199254740991]);
  for (const said of ["", "0", "-1", "1.5", "1e3", "9007199254740993", "x"])
    expect(readNumber(said)).toBeUndefined();
});

test("A day whose year is still being typed is none", () => {
  for (const said of ["0002-11-20", "2026-11", "", "20 Nov"]) expect(readDay(said)).toBeUndefined();
});

test("The foot says which rows these are", () => {
  expect(rangeOf({ page: 3, size: 20 }, { total: 45 })).toEqual({ from: 41, total: 45, beyond: false });
  expect(rangeOf({ page: 1, size: 20 }, null)).toBeNull();
  expect(hasLater({ page: 2, size: 20 }, { total: 45 })).toBe(true);
  expect(hasLater({ page: 3, size: 20 }, { total: 45 })).toBe(false);
});

test("Times in a table", () => {
  const now = new Date(2026, 10, 22, 12, 0).getTime();
  const at = (...[month, day, hour]: [number, number, number]) =>
    new Date(2026, month, day, hour, 14).getTime();
  expect(tableTime(at(10, 22, 9), now)).toBe("09:14 today");
  expect(tableTime(at(10, 21, 22), now)).toBe("22:14 yesterday");
  expect(tableTime(at(10, 20, 9), now)).toBe("Fri 20 Nov");
  expect(tableTime(new Date(2025, 10, 12).getTime(), now)).toBe("12 Nov 2025");
});
