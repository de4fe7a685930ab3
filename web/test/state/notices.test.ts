import { beforeEach, describe, expect, test } from "vitest";
import type { Notice } from "@/state/shapes";
import { settled } from "../fakes/clock";
import { Office, type Seat } from "../fakes/people";

let office: Office;
let room: number;
let other: number;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
  other = office.workspace.addRoom("direct", "", [office.asha, office.bela]);
  asha = await office.arrive(office.asha);
});

function shown(): readonly Notice[] {
  return asha.chat.notices.shown.value;
}

function textsShown(): string[] {
  return shown().map((notice) => (notice.kind === "message" ? notice.text : "summary"));
}

describe("A pop-up", () => {
  test("shows what another writes in a room that is not being looked at", async () => {
    await office.post(office.bela, room, "The pump is here");
    const notice = { kind: "message", room, number: 1, author: office.bela.id, text: "The pump is here" };
    expect(shown()).toMatchObject([notice]);
    expect(asha.chat.notices.announced.value.at(-1)).toMatchObject(notice);
  });

  test("is not shown for the room that one looks at, but the message is announced", async () => {
    await asha.open(room);
    await office.post(office.bela, room, "The pump is here");
    expect(shown()).toEqual([]);
    expect(asha.chat.notices.announced.value.at(-1)).toMatchObject({ text: "The pump is here" });
  });

  test("is shown for an open room while nobody attends, until somebody does", async () => {
    await asha.open(room);
    asha.tab.attend(false);
    await office.post(office.bela, room, "The pump is here");
    expect(textsShown()).toEqual(["The pump is here"]);
    asha.tab.attend(true);
    expect(shown()).toEqual([]);
  });

  test("is not shown for what one writes oneself on another device", async () => {
    await office.post(office.asha, room, "From my phone");
    expect(shown()).toEqual([]);
    expect(asha.chat.notices.announced.value).toEqual([]);
  });

  test("goes after six seconds, unless it is held", async () => {
    await office.post(office.bela, room, "one");
    await office.post(office.bela, other, "two");
    asha.chat.notices.hold(shown()[0]?.id ?? "");
    await office.pass(5_999);
    expect(textsShown()).toEqual(["one", "two"]);
    await office.pass(1);
    expect(textsShown()).toEqual(["one"]);
    await office.pass(60_000);
    asha.chat.notices.release(shown()[0]?.id ?? "");
    await office.pass(6_000);
    expect(shown()).toEqual([]);
  });

  test("goes when one dismisses it, and does not come back when released", async () => {
    await office.post(office.bela, room, "one");
    const id = shown()[0]?.id ?? "";
    asha.chat.notices.hold(id);
    asha.chat.notices.dismiss(id);
    asha.chat.notices.release(id);
    expect(shown()).toEqual([]);
  });

  test("is one of at most three, the newest last", async () => {
    for (const text of ["one", "two", "three", "four"]) await office.post(office.bela, room, text);
    expect(textsShown()).toEqual(["two", "three", "four"]);
  });

  test("goes when its room is opened", async () => {
    await office.post(office.bela, room, "here");
    await office.post(office.bela, other, "there");
    await asha.open(room);
    expect(textsShown()).toEqual(["there"]);
  });

  test("goes when the message is read on another device", async () => {
    await office.post(office.bela, room, "one");
    await office.post(office.bela, room, "two");
    office.workspace.read(office.asha.id, room, 1);
    await settled();
    expect(textsShown()).toEqual(["two"]);
  });

  test("shows a message as it is now, and a deleted one not at all", async () => {
    await office.post(office.bela, room, "Helo");
    await office.post(office.bela, room, "secret");
    office.workspace.edit(office.bela.id, room, 1, "Hello");
    office.workspace.delete(office.bela.id, room, 2);
    await settled();
    expect(textsShown()).toEqual(["Hello"]);
  });

  test("goes when one is taken out of the room", async () => {
    await office.post(office.bela, room, "one");
    office.workspace.leave(room, office.asha.id);
    await settled();
    expect(shown()).toEqual([]);
  });
});

describe("After a break", () => {
  test("one pop-up sums up what was missed", async () => {
    await asha.open(room);
    office.server.goDown();
    await office.pass(1_000);
    for (const text of ["one", "two", "three"]) await office.post(office.bela, other, text);
    const third = office.workspace.addRoom("group", "Plant 2", [office.bela, office.asha]);
    await office.pass(1_000);
    await office.post(office.bela, third, "four");
    office.server.comeUp();
    await office.pass(4_000);
    const summary = { kind: "summary", messages: 4, rooms: [third, other] };
    expect(shown()).toMatchObject([summary]);
    expect(asha.chat.notices.announced.value.at(-1)).toMatchObject(summary);
  });

  test("what was read meanwhile on another device, written by oneself, or seen before is not summed up", async () => {
    await office.post(office.bela, other, "before");
    office.server.goDown();
    await office.post(office.bela, room, "read meanwhile");
    office.workspace.read(office.asha.id, room, 1);
    await office.post(office.asha, room, "by myself");
    office.server.comeUp();
    await office.pass(30_000);
    expect(asha.chat.connection.value.state).toBe("live");
    expect(shown()).toEqual([]);
  });

  test("the room that one looks at needs no pop-up", async () => {
    await asha.open(room);
    office.server.goDown();
    await office.post(office.bela, room, "one");
    office.server.comeUp();
    await office.pass(5_000);
    expect(shown()).toEqual([]);
  });

  test("a second break before everything is there makes no second pop-up", async () => {
    office.server.goDown();
    await office.post(office.bela, other, "one");
    office.server.comeUp();
    office.server.network.hold();
    await office.pass(1_000);
    office.server.network.release();
    office.server.restart();
    await office.post(office.bela, other, "two");
    await office.pass(5_000);
    expect(shown()).toMatchObject([{ kind: "summary", messages: 2, rooms: [other] }]);
  });

  test("nothing is summed up for who comes for the first time today", async () => {
    await office.post(office.bela, room, "yesterday");
    const phone = await office.arrive(office.asha);
    expect(phone.chat.unread.value.count).toBe(1);
    expect(phone.chat.notices.shown.value).toEqual([]);
  });
});
