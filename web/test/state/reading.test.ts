import { beforeEach, describe, expect, test } from "vitest";
import { settled } from "../fakes/clock";
import { Office, type Seat } from "../fakes/people";
import { Refusal } from "../fakes/workspace";

let office: Office;
let room: number;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
  asha = await office.arrive(office.asha);
});

function reads(): number[] {
  return office.server.received.flatMap((command) => (command.do === "read" ? [command.number] : []));
}

describe("A message is read", () => {
  test("when its room is open, the page attended and the newest message in view", async () => {
    await asha.open(room);
    await office.post(office.bela, room, "one");
    expect(reads()).toEqual([1]);
    expect(asha.unreadOf(room)).toBe(0);
  });

  test("not while the room is closed", async () => {
    await office.post(office.bela, room, "one");
    expect(reads()).toEqual([]);
    const opened = await asha.open(room);
    expect(reads()).toEqual([1]);
    opened.close();
    await office.post(office.bela, room, "two");
    expect(reads()).toEqual([1]);
    expect(asha.unreadOf(room)).toBe(1);
  });

  test("not while the page is hidden or another window has the focus, but as soon as one is back", async () => {
    await asha.open(room);
    asha.tab.attend(false);
    await office.post(office.bela, room, "one");
    expect(reads()).toEqual([]);
    asha.tab.attend(true);
    await settled();
    expect(reads()).toEqual([1]);
  });

  test("not while one has scrolled up, but as soon as the newest is in view", async () => {
    const opened = await asha.open(room);
    opened.setNewestInView(false);
    await office.post(office.bela, room, "one");
    await office.post(office.bela, room, "two");
    expect([reads(), opened.below.value]).toEqual([[], 2]);
    opened.setNewestInView(true);
    await settled();
    expect([reads(), opened.below.value]).toEqual([[2], 0]);
  });

  test("not while the messages shown do not reach the newest", async () => {
    for (let count = 0; count < 120; count += 1) await office.post(office.bela, room, "old");
    office.workspace.read(office.asha.id, room, 120);
    const opened = asha.chat.openRoom(room);
    await settled();
    opened.showAround(30);
    await settled();
    opened.setNewestInView(true);
    await office.post(office.bela, room, "new");
    expect(reads()).toEqual([]);
    expect(asha.unreadOf(room)).toBe(1);
  });

  test("without a word to the server when it is one's own", async () => {
    const opened = await asha.open(room);
    opened.send("mine");
    await office.pass(0);
    expect(reads()).toEqual([]);
  });

  test("without the counter ever showing it", async () => {
    await asha.open(room);
    const shown: (number | undefined)[] = [];
    asha.chat.unread.subscribe(() => shown.push(asha.chat.unread.value.count));
    await office.post(office.bela, room, "one");
    await office.post(office.bela, room, "two");
    expect(new Set(shown.slice(-1))).toEqual(new Set([0]));
    await Promise.resolve();
    expect(asha.chat.unread.value).toEqual({ count: 0, label: "" });
  });

  test("with one word to the server for many that come at once", async () => {
    await asha.open(room);
    office.server.network.hold();
    for (const text of ["a", "b", "c", "d"]) office.workspace.post(office.bela.id, room, text, text);
    office.server.network.release();
    await settled();
    expect(reads()).toEqual([1, 4]);
    expect(office.workspace.see(office.asha.id, room).unread).toBe(0);
  });

  test("again when the connection is back, if the server was not told", async () => {
    await asha.open(room);
    office.server.goDown();
    await office.post(office.bela, room, "one");
    office.server.comeUp();
    await office.pass(5_000);
    expect(office.workspace.see(office.asha.id, room).unread).toBe(0);
  });

  test("again after a while, if the server refused to hear of it; until then the counter tells the truth", async () => {
    await asha.open(room);
    office.server.refuse("read", new Refusal(429, "slow-down", 2));
    await office.post(office.bela, room, "one");
    expect(asha.unreadOf(room)).toBe(1);
    await office.pass(2_000);
    expect(asha.unreadOf(room)).toBe(0);
    expect(office.workspace.see(office.asha.id, room).unread).toBe(0);
  });
});

describe("The counter", () => {
  test("is the same on all devices and tabs of one user", async () => {
    const tab = await office.openTab(asha.browser);
    const phone = await office.arrive(office.asha);
    const seats = [asha, tab, phone];
    await office.post(office.bela, room, "one");
    await office.post(office.bela, room, "two");
    expect(seats.map((seat) => seat.chat.unread.value.count)).toEqual([2, 2, 2]);
    await phone.open(room);
    await settled();
    expect(seats.map((seat) => seat.chat.unread.value.count)).toEqual([0, 0, 0]);
    (await phone.open(room)).send("from the phone");
    await office.pass(0);
    await office.post(office.bela, room, "three");
    office.workspace.delete(office.bela.id, room, 4);
    await settled();
    expect(seats.map((seat) => seat.chat.unread.value.count)).toEqual([0, 0, 0]);
  });

  test("is the sum over all rooms, to 99+", async () => {
    const other = office.workspace.addRoom("group", "Plant 2", [office.asha, office.bela]);
    await office.post(office.bela, room, "one");
    await office.post(office.bela, other, "two");
    expect(asha.chat.unread.value).toEqual({ count: 2, label: "2" });
    for (let count = 0; count < 97; count += 1) await office.post(office.bela, other, "more");
    expect(asha.chat.unread.value).toEqual({ count: 99, label: "99" });
    await office.post(office.bela, room, "one too many");
    expect(asha.chat.unread.value).toEqual({ count: 100, label: "99+" });
  });
});
