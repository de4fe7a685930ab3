import { beforeEach, describe, expect, test } from "vitest";
import { settled } from "../fakes/clock";
import type { Fate } from "../fakes/server";
import { Office, rowsOf, textsOf } from "../fakes/people";
import { Refusal } from "../fakes/workspace";

let office: Office;
let room: number;

beforeEach(() => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
});

/** What becomes of the next pieces of news; after them all is as usual. */
function decree(...fates: Fate[]): void {
  office.server.fate = () => fates.shift() ?? "once";
}

function resumes(): Record<string, number>[] {
  return office.server.received.flatMap((command) => (command.do === "resume" ? [command.rooms] : []));
}

describe("Events of a room", () => {
  test("appear in their order, in whichever order they come", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    asha.tab.attend(false);
    decree("late", "once");
    await office.post(office.bela, room, "first");
    expect(textsOf(opened)).toEqual([]);
    office.server.network.hold();
    await office.post(office.bela, room, "second");
    office.server.network.release();
    expect(textsOf(opened)).toEqual(["first", "second"]);
    expect(asha.unreadOf(room)).toBe(2);
  });

  test("appear once, however often they come", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    asha.tab.attend(false);
    decree("twice", "twice", "twice");
    await office.post(office.bela, room, "once");
    await office.post(office.bela, room, "and for all");
    expect(textsOf(opened)).toEqual(["once", "and for all"]);
    expect(asha.unreadOf(room)).toBe(2);
  });

  test("that are early wait, and the first hole is asked for", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    const have = office.workspace.head(room);
    decree("lost");
    await office.post(office.bela, room, "one");
    await office.post(office.bela, room, "two");
    expect(resumes()).toEqual([{ [room]: have }]);
    expect(textsOf(opened)).toEqual(["one", "two"]);
  });

  test("are not asked for again while an answer is on its way", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    asha.tab.attend(false);
    decree("lost", "once", "lost", "once");
    office.server.network.hold();
    for (const text of ["a", "b", "c", "d"]) office.workspace.post(office.bela.id, room, text, text);
    office.server.network.release();
    await settled();
    expect(resumes()).toHaveLength(1);
    expect(textsOf(opened)).toEqual(["a", "b", "c", "d"]);
  });

  test("are asked for again if something is still missing after the answer", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    asha.tab.attend(false);
    decree("lost", "once");
    await office.post(office.bela, room, "a");
    office.server.answersResume = false;
    await office.post(office.bela, room, "b");
    expect(textsOf(opened)).toEqual([]);
    office.server.answersResume = true;
    await office.pass(2_000);
    expect(resumes().length).toBeGreaterThan(1);
    expect(textsOf(opened)).toEqual(["a", "b"]);
  });

  test("in a room whose messages are not held are asked for as well, for the counter", async () => {
    const asha = await office.arrive(office.asha);
    decree("lost");
    await office.post(office.bela, room, "one");
    await office.post(office.bela, room, "two");
    expect(asha.unreadOf(room)).toBe(2);
  });

  test("of a room that one has just joined may come before the room itself", async () => {
    const asha = await office.arrive(office.asha);
    const chidis = office.workspace.addRoom("direct", "", [office.chidi, office.bela]);
    decree("once", "late", "once");
    office.workspace.join(chidis, office.asha.id);
    await office.post(office.chidi, chidis, "Welcome");
    expect(asha.unreadOf(chidis)).toBe(1);
    expect(asha.chat.conversation(chidis).value?.last?.text).toBe("Welcome");
  });
});

describe("After a break", () => {
  test("everything missed is replayed, as it is now", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    await office.post(office.bela, room, "kept");
    office.server.goDown();
    const edited = await office.post(office.bela, room, "to be edited");
    const deleted = await office.post(office.bela, room, "to be deleted");
    office.workspace.edit(office.bela.id, room, edited, "edited");
    office.workspace.delete(office.bela.id, room, deleted);
    office.server.comeUp();
    await office.pass(5_000);
    expect(textsOf(opened)).toEqual(["kept", "edited", ""]);
    expect(rowsOf(opened).map((row) => row.deleted !== null)).toEqual([false, false, true]);
    expect(asha.chat.connection.value.state).toBe("live");
  });

  test("only rooms whose messages are held are asked for", async () => {
    const other = office.workspace.addRoom("group", "Plant 2", [office.asha, office.bela]);
    const asha = await office.arrive(office.asha);
    await asha.open(room);
    const have = office.workspace.head(room);
    office.server.goDown();
    await office.post(office.bela, room, "here");
    await office.post(office.bela, other, "there");
    office.server.comeUp();
    await office.pass(5_000);
    expect(resumes()).toEqual([{ [room]: have }]);
    expect(asha.unreadOf(other)).toBe(1);
  });

  test("nothing is asked for if nothing was missed", async () => {
    const asha = await office.arrive(office.asha);
    await asha.open(room);
    office.server.restart();
    await office.pass(5_000);
    expect(resumes()).toEqual([]);
    expect(asha.chat.connection.value.state).toBe("live");
  });

  test("rooms of which one was taken out are forgotten", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    await office.post(office.bela, room, "secret");
    office.server.goDown();
    office.workspace.leave(room, office.asha.id);
    office.server.comeUp();
    await office.pass(5_000);
    expect(asha.chat.conversations.value).toEqual([]);
    expect(opened.timeline.value).toMatchObject({ state: "gone", rows: [] });
    expect(asha.chat.conversation(room).value).toBeNull();
  });

  test("that was too long the messages are loaded anew", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    await office.post(office.bela, room, "old");
    office.server.goDown();
    office.workspace.edit(office.bela.id, room, 1, "changed meanwhile");
    await office.post(office.bela, room, "new");
    office.workspace.forgetEvents(room);
    office.server.comeUp();
    await office.pass(5_000);
    expect(textsOf(opened)).toEqual(["changed meanwhile", "new"]);
    await office.post(office.bela, room, "newer");
    expect(textsOf(opened)).toEqual(["changed meanwhile", "new", "newer"]);
  });

  test("a refused catch-up is tried again", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.goDown();
    await office.post(office.bela, room, "missed");
    office.server.refuse("resume", new Refusal(429, "slow-down", 3));
    office.server.comeUp();
    await office.pass(2_000);
    expect(asha.chat.connection.value.state).toBe("catching-up");
    await office.pass(5_000);
    expect(textsOf(opened)).toEqual(["missed"]);
    expect(asha.chat.connection.value.state).toBe("live");
  });

  test("of a slow connection, what it missed is caught up with", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.skip(office.asha.id);
    await office.post(office.bela, room, "missed");
    opened.send("sent meanwhile");
    await office.pass(0);
    office.server.showAgain(office.asha.id);
    await office.pass(5_000);
    expect(textsOf(opened)).toEqual(["missed", "sent meanwhile"]);
    expect(rowsOf(opened).map(({ status }) => status)).toEqual(["sent", "sent"]);
  });

  test("with a restored backup everything is dropped but what waits to be sent", async () => {
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    await office.post(office.bela, room, "acknowledged after the backup");
    office.server.goDown();
    opened.send("waiting");
    const kept = office.workspace.rooms.get(room);
    kept?.messages.splice(0);
    kept?.events.splice(2);
    office.workspace.changes.set(office.asha.id, 1);
    office.workspace.epoch = "second";
    await office.post(office.bela, room, "written after the restore");
    office.server.comeUp();
    await office.pass(5_000);
    expect(textsOf(opened)).toEqual(["written after the restore", "waiting"]);
    expect(asha.chat.conversation(room).value?.last?.text).toBe("waiting");
  });
});

describe("The list of rooms", () => {
  test("is asked for when a change of it was missed", async () => {
    const asha = await office.arrive(office.asha);
    decree("once", "lost", "once", "once");
    const first = office.workspace.addRoom("group", "First", [office.asha]);
    const second = office.workspace.addRoom("group", "Second", [office.asha]);
    await settled();
    expect(office.server.requests).toContain("GET /rooms");
    expect(asha.chat.conversations.value?.map(({ id }) => id)).toEqual(
      expect.arrayContaining([first, second, room]),
    );
  });

  test("is asked for again while it is older than what is known", async () => {
    const asha = await office.arrive(office.asha);
    const stale = office.workspace.list(office.asha.id);
    office.workspace.addRoom("group", "New", [office.asha]);
    await settled();
    const fetch = asha.tab.fetch.bind(asha.tab);
    const answers = [Response.json(stale)];
    asha.tab.fetch = (address, init) => {
      const answer = address.endsWith("/rooms") ? answers.shift() : undefined;
      return answer ? Promise.resolve(answer) : fetch(address, init);
    };
    office.workspace.changes.set(office.asha.id, 40);
    office.workspace.addRoom("group", "Newer", [office.asha]);
    await office.pass(2_000);
    expect(answers).toEqual([]);
    expect(asha.chat.conversations.value?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["New", "Newer", "Purchasing"]),
    );
  });
});
