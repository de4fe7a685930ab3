import { describe, expect, test } from "vitest";
import type { RoomEvent } from "@/api/types";
import { Counters, type Mark } from "@/state/counters";

const ASHA = 1;
const BELA = 2;

function posted(seq: number, number: number, author = BELA): RoomEvent {
  return about("message.posted", seq, number, author);
}

function deleted(seq: number, number: number, author = BELA): RoomEvent {
  return about("message.deleted", seq, number, author);
}

function about(
  type: "message.posted" | "message.edited" | "message.deleted",
  seq: number,
  number: number,
  author: number,
  mentions: number[] = [],
): RoomEvent {
  const message = {
    number,
    author,
    key: "k",
    text: "",
    created: 0,
    changed: seq,
    edited: null,
    deleted: null,
    mentions,
  };
  return { type, room: 1, seq, at: 0, message };
}

function joined(type: "member.joined" | "member.left", seq: number): RoomEvent {
  const chidi = { id: 3, name: "Chidi Okafor", active: true };
  return { type, room: 1, seq, at: 0, after: 10, by: chidi, user: chidi };
}

/** As if the mark only ever rose: so many times as its number says. */
function mark(number: number, unread: number, seq: number, mentions: number[] = []): Mark {
  return { number, read_change: number, unread, mentions, seq };
}

/** Asha's counters of a room as it was at seq 10: ten messages, of which she has read eight. */
function counters(): Counters {
  const made = new Counters(ASHA);
  made.setMembers(2, 10);
  made.setMark(mark(8, 2, 10));
  made.skipTo(10);
  return made;
}

describe("The unread count", () => {
  test("grows with what others write", () => {
    const count = counters();
    count.take(posted(11, 11));
    count.take(posted(12, 12));
    expect(count.unread).toBe(4);
  });

  test("does not grow with one's own messages, edits or people who join", () => {
    const count = counters();
    count.take(posted(11, 11, ASHA));
    count.take(about("message.edited", 12, 9, BELA));
    count.take(joined("member.joined", 13));
    expect(count.unread).toBe(2);
  });

  test("shrinks when an unread message is deleted, not when a read one is", () => {
    const count = counters();
    count.take(deleted(11, 9));
    count.take(deleted(12, 8));
    expect(count.unread).toBe(1);
  });

  test("is what the mark says, and grows from there", () => {
    const count = counters();
    count.take(posted(11, 11));
    expect(count.setMark(mark(11, 0, 11))).toBe(true);
    count.take(posted(12, 12));
    expect([count.unread, count.readNumber]).toEqual([1, 11]);
  });

  test("counts again what came after the mark's seq", () => {
    const count = counters();
    for (let seq = 11; seq <= 14; seq += 1) count.take(posted(seq, seq));
    count.take(deleted(15, 13));
    count.setMark(mark(12, 0, 12));
    expect(count.unread).toBe(1);
  });

  test("does not count twice what is in a mark that overtook its events", () => {
    const count = counters();
    count.setMark(mark(8, 4, 12));
    count.take(posted(11, 11));
    count.take(posted(12, 12));
    expect(count.unread).toBe(4);
    count.take(posted(13, 13));
    expect(count.unread).toBe(5);
  });

  test("does not go back to an earlier mark", () => {
    const count = counters();
    count.setMark(mark(10, 0, 10));
    expect(count.setMark(mark(9, 1, 10))).toBe(true);
    expect(count.unread).toBe(0);
  });

  test("is lost when events are skipped, until a mark says it anew", () => {
    const count = counters();
    expect(count.skipTo(20)).toBe(false);
    expect(count.setMark(mark(15, 3, 18))).toBe(false);
    expect(count.setMark(mark(15, 5, 20))).toBe(true);
    expect(count.unread).toBe(5);
  });

  test("is not lost when the mark knows of the skipped events already", () => {
    const count = counters();
    count.setMark(mark(8, 9, 20));
    count.setMembers(2, 20);
    expect(count.skipTo(20)).toBe(true);
  });

  test("is right after more events than are remembered, for marks as recent as those", () => {
    const count = counters();
    for (let seq = 11; seq <= 400; seq += 1) count.take(posted(seq, seq));
    expect(count.unread).toBe(392);
    expect(count.setMark(mark(390, 0, 390))).toBe(true);
    expect(count.unread).toBe(10);
    expect(count.setMark(mark(395, 0, 100))).toBe(false);
  });
});

describe("The number of members", () => {
  test("follows who joins and who leaves", () => {
    const count = counters();
    count.take(joined("member.joined", 11));
    count.take(joined("member.joined", 12));
    count.take(joined("member.left", 13));
    expect(count.members).toBe(3);
  });

  test("is counted from the seq at which it was stated", () => {
    const count = counters();
    count.take(joined("member.joined", 11));
    count.setMembers(3, 11);
    expect(count.members).toBe(3);
    count.setMembers(2, 10);
    expect(count.members).toBe(3);
  });
});
