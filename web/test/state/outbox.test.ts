import { beforeEach, describe, expect, test } from "vitest";
import { OutboxStore } from "@/state/outbox-store";
import { settled } from "../fakes/clock";
import { Office, rowsOf, textsOf, type Seat } from "../fakes/people";
import { Refusal } from "../fakes/workspace";

let office: Office;
let room: number;

beforeEach(() => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
});

function kept(id = room): string[] {
  return office.workspace.rooms.get(id)?.messages.map(({ text }) => text) ?? [];
}

function posts(): { room: number; text: string; key: string }[] {
  return office.server.received.flatMap((command) => (command.do === "post" ? [command] : []));
}

/** The page is loaded anew: nothing of the old one runs any more. */
async function reload(seat: Seat): Promise<Seat> {
  await settled();
  seat.tab.close();
  return office.openTab(seat.browser);
}

describe("What one sends", () => {
  test("is a row at once, and sent when the server has it, always the same row", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    expect(opened.send("  Hello\r\nBela ")).toBe(true);
    const [sending] = rowsOf(opened);
    expect(sending).toMatchObject({
      text: "Hello\nBela",
      status: "sending",
      number: null,
      own: true,
      problem: null,
    });
    expect(asha.chat.waiting.value).toBe(1);
    expect(asha.chat.conversation(room).value?.last).toBe(sending);
    await office.pass(0);
    expect(rowsOf(opened)).toMatchObject([
      { id: sending?.id, text: "Hello\nBela", status: "sent", number: 1 },
    ]);
    expect(asha.chat.waiting.value).toBe(0);
  });

  test.each(["", "   ", "\n\t", "\u200b\u2060"])("needs something to see, which %j has not", async (text) => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    expect(opened.send(text)).toBe(false);
    expect(rowsOf(opened)).toEqual([]);
  });

  test("is one row when the answer comes before the message", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.fate = () => "late";
    opened.send("Hello");
    await office.pass(0);
    expect(rowsOf(opened)).toMatchObject([{ text: "Hello", status: "sent", number: 1 }]);
    office.server.fate = () => "once";
    office.server.bringAll();
    await settled();
    expect(rowsOf(opened)).toMatchObject([{ text: "Hello", status: "sent", number: 1 }]);
  });

  test("is one row when the message comes and the answer never does", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.losesReplies = true;
    opened.send("Hello");
    await office.pass(0);
    expect(rowsOf(opened)).toMatchObject([{ text: "Hello", status: "sent", number: 1 }]);
    expect(asha.chat.waiting.value).toBe(0);
    await office.pass(60_000);
    expect(kept()).toEqual(["Hello"]);
  });

  test("goes out oldest first, one at a time in a room", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.network.hold();
    for (const text of ["one", "two", "three"]) opened.send(text);
    await settled();
    expect(office.server.network.countIn((lane) => lane.endsWith("-up"))).toBe(1);
    office.server.network.release();
    await settled();
    expect(kept()).toEqual(["one", "two", "three"]);
    expect(textsOf(opened)).toEqual(["one", "two", "three"]);
  });

  test("in another room does not wait", async () => {
    const other = office.workspace.addRoom("group", "Plant 2", [office.asha]);
    const asha = await office.arrive(office.asha);
    office.server.network.hold();
    (await asha.open(room)).send("here");
    (await asha.open(other)).send("there");
    await settled();
    expect(office.server.network.countIn((lane) => lane.endsWith("-up"))).toBe(2);
    office.server.network.release();
    await settled();
  });
});

describe("Without a connection", () => {
  test("messages wait, and go out by themselves in their order", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.goDown();
    opened.send("one");
    opened.send("two");
    await office.pass(60_000);
    expect(rowsOf(opened).map(({ status }) => status)).toEqual(["sending", "sending"]);
    expect(asha.chat.waiting.value).toBe(2);
    office.server.comeUp();
    await office.pass(30_000);
    expect(kept()).toEqual(["one", "two"]);
    expect(rowsOf(opened).map(({ status }) => status)).toEqual(["sent", "sent"]);
    expect(asha.chat.waiting.value).toBe(0);
  });

  test("messages survive a reload of the page", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.goDown();
    opened.send("one");
    opened.send("two");
    await office.pass(1_000);
    office.server.comeUp();
    office.server.sockets = "silent";
    const again = await reload(asha);
    const reopened = await again.open(room);
    expect(textsOf(reopened)).toEqual(["one", "two"]);
    expect(again.chat.waiting.value).toBe(2);
    await office.pass(5_000);
    expect(kept()).toEqual(["one", "two"]);
    expect(textsOf(reopened)).toEqual(["one", "two"]);
    expect(again.chat.waiting.value).toBe(0);
  });

  test("a message whose answer was lost is there once, after a reload too", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.losesReplies = true;
    office.server.fate = () => "lost";
    opened.send("once");
    await office.pass(0);
    expect(kept()).toEqual(["once"]);
    const again = await reload(asha);
    office.server.losesReplies = false;
    office.server.fate = () => "once";
    const reopened = await again.open(room);
    await office.pass(60_000);
    expect(kept()).toEqual(["once"]);
    expect(textsOf(reopened)).toEqual(["once"]);
    expect(again.chat.waiting.value).toBe(0);
  });

  test("what one user wrote does not go out as another's", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.goDown();
    opened.send("by Asha");
    await settled();
    asha.tab.close();
    office.server.comeUp();
    asha.browser.jar.user = office.bela.id;
    const bela = await office.openTab(asha.browser);
    await office.pass(60_000);
    expect(kept()).toEqual([]);
    expect(bela.chat.waiting.value).toBe(0);
    bela.tab.close();
    asha.browser.jar.user = office.asha.id;
    await office.openTab(asha.browser);
    await office.pass(60_000);
    expect(office.workspace.rooms.get(room)?.messages).toMatchObject([
      { text: "by Asha", author: office.asha.id },
    ]);
  });

  test("a message is kept at once, before the browser's database has it", async () => {
    const { storage } = office.browserOf(office.asha).openTab();
    const entry = { key: "k1", user: office.asha.id, room, text: "Hello", at: 1, problem: null };
    void new OutboxStore("of a page that is left at once", storage).put(entry);
    const next = new OutboxStore("that never got it", storage);
    expect(await next.lacks("k1")).toBe(false);
    expect(await next.list(office.bela.id)).toEqual([]);
    expect(await next.list(office.asha.id)).toEqual([entry]);
    expect(await new OutboxStore("that never got it", storage).list(office.asha.id)).toEqual([entry]);
    await next.remove("k1");
    expect(await next.lacks("k1")).toBe(true);
    expect(storage.length).toBe(0);
  });

  test("what was written last counts, though the database still has it as it was", async () => {
    const { storage } = office.browserOf(office.asha).openTab();
    const first = { key: "k1", user: office.asha.id, room, text: "Hello", at: 1, problem: null };
    const failed = { ...first, problem: { code: "invalid", detail: "invalid" } };
    const store = new OutboxStore("a database", storage);
    const puts = [store.put(first), store.put(failed)];
    expect(await Promise.all(puts)).toEqual([true, true]);
    expect(await store.list(office.asha.id)).toEqual([failed]);
    expect(storage.length).toBe(0);
  });

  test("messages survive a reload where the browser has a storage and no database", async () => {
    await withoutDatabases(async () => {
      const asha = await office.arrive(office.asha);
      office.server.goDown();
      (await asha.open(room)).send("Hello");
      const again = await reload(asha);
      office.server.comeUp();
      await office.pass(30_000);
      expect(kept()).toEqual(["Hello"]);
      expect(textsOf(await again.open(room))).toEqual(["Hello"]);
      expect(again.chat.waiting.value).toBe(0);
      expect([...asha.browser.storage.keys()].filter((name) => name.includes("unsent"))).toEqual([]);
    });
  });

  test("a message is sent even where the browser keeps nothing", async () => {
    await withoutDatabases(async () => {
      const browser = office.browserOf(office.asha);
      browser.isStorageFull = true;
      const asha = await office.openTab(browser);
      (await asha.open(room)).send("Hello");
      await office.pass(0);
      expect(kept()).toEqual(["Hello"]);
    });
  });

  async function withoutDatabases(live: () => Promise<void>): Promise<void> {
    const { indexedDB } = globalThis;
    Reflect.deleteProperty(globalThis, "indexedDB");
    try {
      await live();
    } finally {
      globalThis.indexedDB = indexedDB;
    }
  }
});

describe("A refused message", () => {
  test.each([
    [429, "slow-down"],
    [500, "unexpected"],
    [503, "unavailable"],
    [507, "storage-full"],
  ])("goes out again by itself after %i, with the same key", async (status, code) => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.refuse("post", new Refusal(status, code));
    opened.send("one");
    opened.send("two");
    await office.pass(0);
    expect(rowsOf(opened).map((row) => row.status)).toEqual(["sending", "sending"]);
    await office.pass(5_000);
    expect(kept()).toEqual(["one", "two"]);
    const [first, again] = posts();
    expect(again?.key).toBe(first?.key);
  });

  test("is not sent again before the server wants it", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.refuse("post", new Refusal(429, "slow-down", 20));
    opened.send("one");
    await office.pass(10_000);
    opened.send("two");
    await office.pass(9_900);
    expect(posts()).toHaveLength(1);
    await office.pass(200);
    expect(kept()).toEqual(["one", "two"]);
  });

  test("is set aside where it stands, and the next ones go on", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.refuse("post", new Refusal(400, "invalid"));
    opened.send("one");
    opened.send("two");
    await office.pass(60_000);
    expect(kept()).toEqual(["two"]);
    expect(rowsOf(opened)).toMatchObject([
      { text: "two", status: "sent", problem: null },
      { text: "one", status: "failed", problem: { code: "invalid", detail: "invalid" } },
    ]);
    expect(asha.chat.waiting.value).toBe(0);
  });

  test("goes out when one tries again", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.refuse("post", new Refusal(404, "no-such-room"));
    opened.send("one");
    await office.pass(0);
    const [failed] = rowsOf(opened);
    expect(failed?.status).toBe("failed");
    opened.tryAgain(failed?.id ?? "");
    expect(rowsOf(opened)).toMatchObject([{ id: failed?.id, status: "sending", problem: null }]);
    await office.pass(0);
    expect(rowsOf(opened)).toMatchObject([{ id: failed?.id, status: "sent" }]);
    expect(posts()[0]?.key).toBe(posts()[1]?.key);
  });

  test("goes out with another key if its own was used", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.refuse("post", new Refusal(409, "key-used"));
    opened.send("one");
    await office.pass(0);
    opened.tryAgain(rowsOf(opened)[0]?.id ?? "");
    await office.pass(0);
    expect(rowsOf(opened)).toMatchObject([{ text: "one", status: "sent" }]);
    expect(posts()[0]?.key).not.toBe(posts()[1]?.key);
  });

  test("is gone for good when one deletes it", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.refuse("post", new Refusal(400, "invalid"));
    opened.send("one");
    await office.pass(0);
    opened.discard(rowsOf(opened)[0]?.id ?? "");
    expect(rowsOf(opened)).toEqual([]);
    const again = await reload(asha);
    expect(rowsOf(await again.open(room))).toEqual([]);
  });

  test("is still there after a reload, and still not sent", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.refuse("post", new Refusal(403, "not-allowed"));
    opened.send("one");
    await office.pass(0);
    const again = await reload(asha);
    const reopened = await again.open(room);
    await office.pass(60_000);
    expect(rowsOf(reopened)).toMatchObject([
      { text: "one", status: "failed", problem: { code: "not-allowed" } },
    ]);
    expect(posts()).toHaveLength(1);
  });

  test("is not deleted or sent again while it is on its way", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.network.hold();
    opened.send("one");
    await settled();
    opened.discard(rowsOf(opened)[0]?.id ?? "");
    opened.tryAgain(rowsOf(opened)[0]?.id ?? "");
    expect(textsOf(opened)).toEqual(["one"]);
    office.server.network.release();
    await settled();
    expect(posts()).toHaveLength(1);
  });
});

describe("Two tabs of one user", () => {
  async function twoTabs(options?: { hasLocks: boolean }): Promise<[Seat, Seat]> {
    const browser = office.browserOf(office.asha, options);
    return [await office.openTab(browser), await office.openTab(browser)];
  }

  test("see each other's messages on their way", async () => {
    const [here, there] = await twoTabs();
    const [opened, other] = [await here.open(room), await there.open(room)];
    office.server.goDown();
    opened.send("one");
    await settled();
    expect(rowsOf(other)).toMatchObject([{ text: "one", status: "sending", own: true }]);
    expect(there.chat.waiting.value).toBe(1);
    office.server.comeUp();
    await office.pass(30_000);
    expect(rowsOf(other)).toMatchObject([{ text: "one", status: "sent" }]);
    expect([here.chat.waiting.value, there.chat.waiting.value]).toEqual([0, 0]);
  });

  test("both show what one has sent, before the other is told of the message", async () => {
    const [here, there] = await twoTabs();
    const [opened, other] = [await here.open(room), await there.open(room)];
    const { network } = office.server;
    network.hold();
    opened.send("one");
    await settled();
    const sending = rowsOf(other)[0]?.id;
    const [up = ""] = network.busyLanes();
    const down = up.replace("-up", "-down");
    while (network.busyLanes().some((lane) => lane === up || lane === down)) {
      for (const lane of [up, down]) network.step(lane);
      await settled();
    }
    expect(network.busyLanes()).toMatchObject([expect.stringMatching("-down")]);
    expect(rowsOf(other)).toMatchObject([{ id: sending, text: "one", status: "sent", number: 1 }]);
    expect([here.chat.waiting.value, there.chat.waiting.value]).toEqual([0, 0]);
    network.release();
    await settled();
    expect(rowsOf(other)).toMatchObject([{ id: sending, text: "one", status: "sent", number: 1 }]);
    expect(rowsOf(opened)).toHaveLength(1);
  });

  test("do not both send what waits", async () => {
    const [here, there] = await twoTabs();
    office.server.goDown();
    (await here.open(room)).send("one");
    (await there.open(room)).send("two");
    await settled();
    office.server.comeUp();
    await office.pass(60_000);
    expect(kept()).toEqual(["one", "two"]);
    expect(posts()).toHaveLength(2);
  });

  test("without locks send it once all the same, as far as anybody can see", async () => {
    const [here, there] = await twoTabs({ hasLocks: false });
    office.server.goDown();
    const opened = await here.open(room);
    opened.send("one");
    (await there.open(room)).send("two");
    await settled();
    office.server.comeUp();
    await office.pass(60_000);
    expect(kept().toSorted()).toEqual(["one", "two"]);
    expect(textsOf(opened)).toEqual(kept());
    expect(here.chat.waiting.value).toBe(0);
  });

  test("stand in for each other: what a closed tab left is sent by the other", async () => {
    const [here, there] = await twoTabs();
    office.server.network.hold();
    (await here.open(room)).send("left behind");
    await settled();
    office.server.network.drop("socket");
    here.tab.close();
    office.server.network.release();
    await office.pass(60_000);
    expect(kept()).toEqual(["left behind"]);
    expect(there.chat.waiting.value).toBe(0);
  });

  test("see in both what failed, and that it was deleted", async () => {
    const [here, there] = await twoTabs();
    const [opened, other] = [await here.open(room), await there.open(room)];
    office.server.refuse("post", new Refusal(400, "invalid"));
    opened.send("one");
    await office.pass(0);
    expect(rowsOf(other)).toMatchObject([{ text: "one", status: "failed" }]);
    other.discard(rowsOf(other)[0]?.id ?? "");
    await settled();
    expect(rowsOf(opened)).toEqual([]);
  });
});
