import { describe, expect, it } from "vitest";
import type { MessageView, Timeline } from "@/state/shapes";
import { countBefore, layOut } from "@/views/room/rows";

const ASHA = 1;
const BELA = 2;
const NINE = new Date(2026, 10, 20, 9, 0).getTime();
const MINUTE = 60_000;

function said(number: number, author: number, minutes: number): MessageView {
  return {
    id: `m${number}`,
    number,
    author,
    own: author === ASHA,
    text: "Two have wet wrapping.",
    created: NINE + minutes * MINUTE,
    edited: null,
    deleted: null,
    mentions: [],
    mentionsMe: false,
    status: "sent",
    problem: null,
  };
}

function timeline(rows: MessageView[], more: Partial<Timeline> = {}): Timeline {
  return { state: "ready", rows, earlier: "none", later: "none", firstUnread: null, ...more };
}

describe("a run of messages", () => {
  it("is of one author without a pause of five minutes", () => {
    const rows = layOut(timeline([said(1, BELA, 0), said(2, BELA, 4), said(3, BELA, 9), said(4, ASHA, 9)]));
    expect(rows.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });
  it("ends where a day begins, and where the new messages begin", () => {
    const rows = layOut(
      timeline([said(1, BELA, -541), said(2, BELA, -539), said(3, BELA, -538)], { firstUnread: 3 }),
    );
    expect(rows.map(({ startsDay, startsNew, first }) => [startsDay, startsNew, first])).toEqual([
      [true, false, true],
      [true, false, true],
      [false, true, true],
    ]);
  });
});

describe("while there are earlier messages", () => {
  const newer = [said(3, BELA, 2), said(4, BELA, 3), said(5, ASHA, 4)];
  const before = layOut(timeline(newer, { earlier: "more" }));

  it("the oldest at hand is kept back", () => {
    expect(before.map(({ message }) => message.number)).toEqual([4, 5]);
  });
  it("no row that is shown changes when these arrive", () => {
    const after = layOut(timeline([said(1, BELA, 0), said(2, BELA, 1), ...newer]));
    expect(countBefore(after, before)).toBe(3);
    expect(after.slice(3)).toEqual(before);
  });
});

it("rows of which none was there before are others", () => {
  expect(countBefore(layOut(timeline([said(9, BELA, 0)])), layOut(timeline([said(1, BELA, 0)])))).toBeNull();
});
