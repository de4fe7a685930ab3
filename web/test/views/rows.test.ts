import { describe, expect, it } from "vitest";
import type { Line } from "@/state/shapes";
import { countBefore, layOut, layOutLines } from "@/views/room/rows";
import { ASHA, BELA, said, timeAt, timelineOf } from "../fakes/timeline";

describe("a run of messages", () => {
  it("is of one author without a pause of five minutes", () => {
    const rows = layOut(timelineOf([said(1, BELA, 0), said(2, BELA, 4), said(3, BELA, 9), said(4, ASHA, 9)]));
    expect(rows.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });
  it("ends where a day begins, and where the new messages begin", () => {
    const rows = layOut(
      timelineOf([said(1, BELA, -541), said(2, BELA, -539), said(3, BELA, -538)], { firstUnread: 3 }),
    );
    expect(rows.map(({ startsDay, startsNew, first }) => [startsDay, startsNew, first])).toEqual([
      [true, false, true],
      [true, false, true],
      [false, true, true],
    ]);
  });
});

const PEOPLE = new Map([
  [ASHA, "Asha Rao"],
  [BELA, "Bela Kovács"],
]);

/** Asha adds somebody. */
function added(seq: number, after: number, minutes: number, user = BELA): Line {
  const person = (id: number) => ({ id, name: PEOPLE.get(id) ?? "", active: true });
  return {
    type: "member.joined",
    room: 1,
    seq,
    at: timeAt(minutes),
    after,
    by: person(ASHA),
    user: person(user),
  };
}

describe("a line", () => {
  it("stands after its message, before the next one, and begins a new run", () => {
    const lines = [added(1, 0, -9, ASHA), added(5, 1, 1)];
    const rows = layOut(timelineOf([said(1, BELA, 0), said(2, BELA, 2), said(3, BELA, 3)], { lines }));
    expect(rows.map(({ above, below }) => [above, below].map((those) => those.map(({ id }) => id)))).toEqual([
      [[1], [5]],
      [[], []],
      [[], []],
    ]);
    expect(rows.map(({ first, last }) => [first, last])).toEqual([
      [true, true],
      [true, false],
      [false, true],
    ]);
  });
  it("begins a day as a message does", () => {
    const lines = [added(5, 1, 0)];
    const rows = layOut(timelineOf([said(1, BELA, -600), said(2, BELA, 1)], { lines }));
    expect(rows[0]?.below.map(({ startsDay }) => startsDay)).toEqual([true]);
    expect(rows.map(({ startsDay }) => startsDay)).toEqual([true, false]);
  });
  it("is one for all whom one person added at once, but not for who made the group", () => {
    const acts = layOutLines([added(1, 0, 0, ASHA), added(2, 0, 0), added(3, 0, 0, 3), added(4, 0, 0, 4)]);
    expect(acts.map(({ id, lines }) => [id, lines.length])).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });
  it("stands above what is not sent yet", () => {
    const unsent = { ...said(2, ASHA, 1), id: "unsent", number: null, status: "sending" as const };
    const rows = layOut(timelineOf([said(1, BELA, 0), unsent], { lines: [added(5, 1, 2)] }));
    expect(rows.map(({ below }) => below.length)).toEqual([1, 0]);
  });
});

describe("while there are earlier messages", () => {
  const newer = [said(3, BELA, 2), said(4, BELA, 3), said(5, ASHA, 4)];
  const before = layOut(timelineOf(newer, { earlier: "more" }));

  it("the oldest at hand is kept back", () => {
    expect(before.map(({ message }) => message.number)).toEqual([4, 5]);
  });
  it("no row that is shown changes when these arrive", () => {
    const after = layOut(timelineOf([said(1, BELA, 0), said(2, BELA, 1), ...newer]));
    expect(countBefore(after, before)).toBe(3);
    expect(after.slice(3)).toEqual(before);
  });
  it("the lines after it are kept back with it", () => {
    const lines = [added(7, 3, 2.5), added(9, 4, 3.5)];
    const shown = layOut(timelineOf(newer, { earlier: "more", lines }));
    expect(shown.map(({ above, below }) => [above.length, below.length])).toEqual([
      [0, 1],
      [0, 0],
    ]);
    const whole = [said(1, BELA, 0), said(2, BELA, 1), ...newer];
    expect(layOut(timelineOf(whole, { lines })).slice(3)).toEqual(shown);
  });
});

it("rows of which none was there before are others", () => {
  expect(
    countBefore(layOut(timelineOf([said(9, BELA, 0)])), layOut(timelineOf([said(1, BELA, 0)]))),
  ).toBeNull();
});
