import { beforeEach, describe, expect, test } from "vitest";
import type { OpenRoom } from "@/state/shapes";
import { settled } from "../fakes/clock";
import { Office, rowsOf, textsOf, type Seat } from "../fakes/people";
import { Refusal } from "../fakes/workspace";

let office: Office;
let room: number;

beforeEach(() => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
});

async function fill(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1)
    await office.post(office.bela, room, `message ${number}`);
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** From now on answers to requests for pages wait until they are let through. */
function holdPages(seat: Seat): () => Promise<void> {
  const fetch = seat.tab.fetch.bind(seat.tab);
  const held: (() => void)[] = [];
  seat.tab.fetch = async (address, init) => {
    const response = await fetch(address, init);
    if (address.includes("/messages?")) await new Promise<void>((resolve) => held.push(resolve));
    return response;
  };
  return async () => {
    for (const letThrough of held.splice(0)) letThrough();
    await settled();
  };
}

describe("A room that is opened", () => {
  test("shows its newest messages, and that there are earlier ones", async () => {
    await fill(60);
    const asha = await office.arrive(office.asha);
    const opened = asha.chat.openRoom(room);
    expect(opened.timeline.value).toMatchObject({ state: "loading", rows: [] });
    await settled();
    expect(opened.timeline.value).toMatchObject({ state: "ready", earlier: "more", later: "none" });
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(11, 60));
  });

  test("shows earlier ones page by page, without a hole and without touching the rows that are there", async () => {
    await fill(120);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    const before = rowsOf(opened);
    opened.loadEarlier();
    opened.loadEarlier();
    expect(opened.timeline.value.earlier).toBe("loading");
    await settled();
    expect(rowsOf(opened).slice(50)).toEqual(before);
    expect(rowsOf(opened)[50]).toBe(before[0]);
    opened.loadEarlier();
    await settled();
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(1, 120));
    expect(opened.timeline.value.earlier).toBe("none");
    expect(office.server.requests.filter((request) => request.endsWith("/messages"))).toHaveLength(3);
  });

  test("keeps showing what is sent while its page is on the way", async () => {
    await fill(2);
    const asha = await office.arrive(office.asha);
    const letThrough = holdPages(asha);
    const opened = asha.chat.openRoom(room);
    await settled();
    opened.send("Shown.");
    expect(textsOf(opened)).toEqual(["Shown."]);
    await settled();
    expect(rowsOf(opened)).toMatchObject([{ text: "Shown.", status: "sent" }]);
    await letThrough();
    expect(textsOf(opened)).toEqual(["message 1", "message 2", "Shown."]);
  });

  test("that has no messages is empty", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    expect(opened.timeline.value).toEqual({
      state: "ready",
      rows: [],
      lines: office.workspace.page(office.asha.id, room, { limit: 50 }).lines,
      earlier: "none",
      later: "none",
      firstUnread: null,
    });
    await fill(2);
    expect(textsOf(opened)).toEqual(["message 1", "message 2"]);
  });

  test("has the line of what is new where it was when the room was opened", async () => {
    await fill(5);
    office.workspace.read(office.asha.id, room, 3);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    expect(asha.unreadOf(room)).toBe(0);
    await fill(2);
    expect(opened.timeline.value.firstUnread).toBe(4);
    opened.close();
    expect((await asha.open(room)).timeline.value.firstUnread).toBeNull();
  });

  test("can be opened before the list of rooms is there", async () => {
    await fill(3);
    const browser = office.browserOf(office.asha);
    office.server.sockets = "silent";
    const asha = await office.openTab(browser);
    const opened = await asha.open(room);
    expect(opened.timeline.value.state).toBe("loading");
    await office.pass(5_000);
    expect(opened.timeline.value.state).toBe("ready");
    expect(textsOf(opened)).toHaveLength(3);
    expect(asha.unreadOf(room)).toBe(0);
  });

  test("of which one is no member is not there", async () => {
    const mallory = await office.arrive(office.mallory);
    const opened = await mallory.open(room);
    expect(opened.timeline.value).toMatchObject({ state: "gone", rows: [] });
    expect(office.server.requests.filter((request) => request.endsWith("/messages"))).toEqual([]);
  });

  test("that could not be loaded is loaded when asked again", async () => {
    await fill(1);
    const asha = await office.arrive(office.asha);
    const fetch = asha.tab.fetch.bind(asha.tab);
    asha.tab.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    const opened = await asha.open(room);
    expect(opened.timeline.value.state).toBe("failed");
    asha.tab.fetch = fetch;
    opened.retry();
    await settled();
    expect(opened.timeline.value.state).toBe("ready");
  });

  test("that could not be loaded is loaded when the connection is back", async () => {
    await fill(1);
    const asha = await office.arrive(office.asha);
    office.server.goDown();
    const opened = await asha.open(room);
    expect(opened.timeline.value.state).toBe("failed");
    office.server.comeUp();
    await office.pass(5_000);
    expect(textsOf(opened)).toEqual(["message 1"]);
  });

  test("says at its edge that earlier messages could not be loaded", async () => {
    await fill(60);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.goDown();
    opened.loadEarlier();
    await settled();
    expect(opened.timeline.value).toMatchObject({ state: "ready", earlier: "failed" });
    office.server.comeUp();
    opened.loadEarlier();
    await settled();
    expect(opened.timeline.value.earlier).toBe("none");
  });
});

describe("A page and events", () => {
  test("an edit that overtakes the page it belongs to is not undone by it", async () => {
    await fill(3);
    const asha = await office.arrive(office.asha);
    const letThrough = holdPages(asha);
    const opened = asha.chat.openRoom(room);
    await settled();
    office.workspace.edit(office.bela.id, room, 2, "edited");
    office.workspace.delete(office.bela.id, room, 3);
    await settled();
    await letThrough();
    expect(textsOf(opened)).toEqual(["message 1", "edited", ""]);
  });

  test("what is posted while the page is on its way follows it", async () => {
    await fill(2);
    const asha = await office.arrive(office.asha);
    const letThrough = holdPages(asha);
    const opened = asha.chat.openRoom(room);
    await settled();
    await office.post(office.bela, room, "overtaking");
    await office.post(office.bela, room, "and again");
    await letThrough();
    expect(textsOf(opened)).toEqual(["message 1", "message 2", "overtaking", "and again"]);
  });

  test("events that the page has already do not turn it back", async () => {
    const number = await office.post(office.bela, room, "first text");
    const asha = await office.arrive(office.asha);
    office.server.network.hold();
    office.workspace.edit(office.bela.id, room, number, "second text");
    office.workspace.edit(office.bela.id, room, number, "third text");
    const opened = asha.chat.openRoom(room);
    await settled();
    const [news = ""] = office.server.network.busyLanes().filter((lane) => lane.endsWith("-down"));
    const [http = ""] = office.server.network.busyLanes().filter((lane) => lane.startsWith("http"));
    office.server.network.step(http);
    await settled();
    office.server.network.step(http);
    await settled();
    expect(textsOf(opened)).toEqual(["third text"]);
    office.server.network.step(news);
    expect(textsOf(opened)).toEqual(["third text"]);
    office.server.network.release();
    expect(textsOf(opened)).toEqual(["third text"]);
  });

  test("a page from before a break is loaded again", async () => {
    await fill(2);
    const asha = await office.arrive(office.asha);
    const letThrough = holdPages(asha);
    const opened = asha.chat.openRoom(room);
    await settled();
    office.server.cut(office.asha.id);
    office.workspace.edit(office.bela.id, room, 1, "edited during the break");
    await office.pass(5_000);
    await letThrough();
    expect(opened.timeline.value.state).toBe("loading");
    await letThrough();
    expect(textsOf(opened)).toEqual(["edited during the break", "message 2"]);
  });

  test("a change touches only the row that it changes", async () => {
    await fill(3);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    const [first, second, third] = rowsOf(opened);
    office.workspace.edit(office.bela.id, room, 2, "edited");
    await office.post(office.bela, room, "new");
    const rows = rowsOf(opened);
    expect(rows[0]).toBe(first);
    expect(rows[1]).not.toBe(second);
    expect(rows[1]).toMatchObject({ id: second?.id, text: "edited", edited: office.clock.now() });
    expect(rows[2]).toBe(third);
  });
});

describe("A message deep in the past", () => {
  test("is shown with what is around it, and one can go on from there to the newest", async () => {
    await fill(200);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    opened.showAround(60);
    await settled();
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(35, 84));
    expect(opened.timeline.value).toMatchObject({ earlier: "more", later: "more" });
    await office.post(office.bela, room, "news");
    expect(rowsOf(opened)).toHaveLength(50);
    for (let page = 0; page < 3; page += 1) {
      opened.loadLater();
      await settled();
    }
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(35, 201));
    expect(opened.timeline.value.later).toBe("none");
  });

  test("gives way to the newest when asked", async () => {
    await fill(200);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    opened.showAround(60);
    await settled();
    opened.showNewest();
    await settled();
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(151, 200));
  });

  test("does not hide what one sends", async () => {
    await fill(200);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    opened.showAround(60);
    await settled();
    opened.send("Hello");
    await office.pass(0);
    expect(rowsOf(opened).at(-1)).toMatchObject({ text: "Hello", status: "sent", number: 201 });
  });
});

describe("One's own message", () => {
  test("is edited and deleted at once where one sits, and for the others", async () => {
    const asha = await office.arrive(office.asha);
    const bela = await office.arrive(office.bela);
    const [at, there] = [await asha.open(room), await bela.open(room)];
    at.send("Helo");
    await office.pass(0);
    await at.edit(1, "Hello");
    expect(textsOf(at)).toEqual(["Hello"]);
    await settled();
    expect(textsOf(there)).toEqual(["Hello"]);
    await at.delete(1);
    await settled();
    expect(rowsOf(there)).toMatchObject([{ text: "", deleted: office.clock.now() }]);
    expect(asha.chat.conversation(room).value?.last).toMatchObject({ text: "", number: 1 });
  });

  test("stays as it was when a change is refused", async () => {
    await fill(1);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    await expect(opened.edit(1, "Not mine")).rejects.toMatchObject({ code: "not-allowed", status: 403 });
    await expect(opened.delete(7)).rejects.toMatchObject({ code: "no-such-message" });
    expect(textsOf(opened)).toEqual(["message 1"]);
  });
});

describe("A room that is closed", () => {
  test("keeps its newest messages for the next time, and keeps them up to date", async () => {
    await fill(160);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    opened.loadEarlier();
    await settled();
    opened.loadEarlier();
    await settled();
    opened.close();
    office.workspace.edit(office.bela.id, room, 160, "edited");
    await fill(3);
    const requests = office.server.requests.length;
    const again = asha.chat.openRoom(room);
    expect(rowsOf(again).map(({ number }) => number)).toEqual(numbers(64, 163));
    expect(rowsOf(again).at(-4)?.text).toBe("edited");
    expect(office.server.requests).toHaveLength(requests);
  });

  test("that is followed for hours lets go of what is long past, and loads it again when asked", async () => {
    await fill(400);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    for (let page = 2; page <= 8; page += 1) {
      opened.loadEarlier();
      await settled();
    }
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(1, 400));
    opened.forgetEarlier();
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(101, 400));
    expect(opened.timeline.value.earlier).toBe("more");
    opened.loadEarlier();
    opened.forgetEarlier();
    await settled();
    expect(rowsOf(opened).map(({ number }) => number)).toEqual(numbers(51, 400));
  });

  test("is forgotten when many others have been open since", async () => {
    await fill(1);
    const asha = await office.arrive(office.asha);
    (await asha.open(room)).close();
    for (let count = 0; count < 8; count += 1) {
      const other = office.workspace.addRoom("group", `Room ${count}`, [office.asha]);
      await settled();
      (await asha.open(other)).close();
    }
    office.server.restart();
    await office.post(office.bela, room, "missed");
    await office.pass(5_000);
    expect(office.server.received.filter((command) => command.do === "resume")).toEqual([]);
    const opened = asha.chat.openRoom(room);
    expect(opened.timeline.value.state).toBe("loading");
    await settled();
    expect(textsOf(opened)).toEqual(["message 1", "missed"]);
  });

  test("stays open while another view shows it", async () => {
    await fill(1);
    const asha = await office.arrive(office.asha);
    const [one, other] = [await asha.open(room), await asha.open(room)];
    expect(one).toBe(other);
    one.close();
    await office.post(office.bela, room, "still read");
    expect(asha.unreadOf(room)).toBe(0);
  });
});

test("the counter is fetched when it cannot be told from what is known", async () => {
  await fill(3);
  const asha = await office.arrive(office.asha);
  const opened = await asha.open(room);
  asha.tab.attend(false);
  office.server.fate = () => "lost";
  await fill(4);
  office.workspace.forgetEvents(room);
  office.server.fate = () => "once";
  await office.post(office.bela, room, "last");
  await office.pass(5_000);
  expect(textsOf(opened)).toHaveLength(8);
  expect(asha.unreadOf(room)).toBe(5);
});

test("a room that cannot be fetched yet is fetched later", async () => {
  const asha = await office.arrive(office.asha);
  const opened = await asha.open(room);
  asha.tab.attend(false);
  office.server.refuseRequest("GET /rooms/n", new Refusal(503, "busy"));
  office.server.fate = () => "lost";
  await fill(2);
  office.workspace.forgetEvents(room);
  office.server.fate = () => "once";
  await fill(1);
  expect(textsOf(opened)).toHaveLength(3);
  await office.pass(5_000);
  expect(asha.unreadOf(room)).toBe(3);
});

describe("What happened to a group", () => {
  const kinds = (opened: OpenRoom): [string, number][] =>
    opened.timeline.value.lines.map(({ type, after }) => [type, after]);

  test("is shown at once, after the newest message, and again after a reload", async () => {
    await fill(2);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.workspace.rename(room, office.asha.id, "Purchasing 2");
    await fill(1);
    office.workspace.join(room, office.chidi.id);
    await settled();
    const expected = [
      ["member.joined", 0],
      ["member.joined", 0],
      ["room.renamed", 2],
      ["member.joined", 3],
    ];
    expect(kinds(opened)).toEqual(expected);
    expect(opened.conversation.value).toMatchObject({ name: "Purchasing 2", members: 3 });
    const again = await office.arrive(office.asha);
    expect(kinds(await again.open(room))).toEqual(expected);
  });

  test("comes with the page of the messages that it stands between, once", async () => {
    await fill(30);
    office.workspace.rename(room, office.asha.id, "Purchasing 2");
    await fill(60);
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    expect(kinds(opened)).toEqual([]);
    opened.loadEarlier();
    await settled();
    expect(kinds(opened)).toEqual([
      ["member.joined", 0],
      ["member.joined", 0],
      ["room.renamed", 30],
    ]);
  });

  test("is not lost while a page is on its way", async () => {
    await fill(3);
    const asha = await office.arrive(office.asha);
    const letThrough = holdPages(asha);
    const opened = await asha.open(room);
    office.workspace.rename(room, office.asha.id, "Purchasing 2");
    await settled();
    await letThrough();
    expect(kinds(opened).at(-1)).toEqual(["room.renamed", 3]);
  });

  test("is told to a new owner by what they may do", async () => {
    const bela = await office.arrive(office.bela);
    office.workspace.setRole(room, office.asha.id, office.bela.id, "owner");
    await settled();
    expect(bela.chat.conversation(room).value?.role).toBe("owner");
  });

  test("stands in no direct chat", async () => {
    const direct = office.workspace.addRoom("direct", "", [office.asha, office.bela]);
    const asha = await office.arrive(office.asha);
    expect(kinds(await asha.open(direct))).toEqual([]);
  });
});
