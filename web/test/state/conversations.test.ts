import { beforeEach, describe, expect, test } from "vitest";
import { settled } from "../fakes/clock";
import { Office, type Seat } from "../fakes/people";

let office: Office;
let room: number;
let direct: number;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
  direct = office.workspace.addRoom("direct", "", [office.asha, office.bela]);
  await office.pass(1_000);
  await office.post(office.bela, room, "The pump is here");
  asha = await office.arrive(office.asha);
});

function names(): string[] | undefined {
  return asha.chat.conversations.value?.map(({ name }) => name);
}

describe("The conversations", () => {
  test("are not known before the server has told", async () => {
    office.server.sockets = "silent";
    const phone = await office.arrive(office.asha);
    expect(phone.chat.conversations.value).toBeNull();
    expect(phone.chat.connection.value.state).toBe("connecting");
  });

  test("say what each room is", () => {
    expect(asha.chat.conversation(room).value).toMatchObject({
      id: room,
      kind: "group",
      name: "Purchasing",
      other: null,
      role: "owner",
      members: 2,
      unread: 1,
      last: { text: "The pump is here", own: false, number: 1 },
      draft: "",
    });
    expect(asha.chat.conversation(direct).value).toMatchObject({
      kind: "direct",
      name: "Bela Kovács",
      other: { id: office.bela.id },
      last: null,
    });
  });

  test("have the last active first", async () => {
    expect(names()).toEqual(["Purchasing", "Bela Kovács"]);
    await office.pass(1_000);
    await office.post(office.bela, direct, "Hello");
    expect(names()).toEqual(["Bela Kovács", "Purchasing"]);
  });

  test("have at the top what one writes, before it is sent", async () => {
    const opened = await asha.open(direct);
    await office.pass(1_000);
    office.server.goDown();
    opened.send("Hello");
    expect(names()).toEqual(["Bela Kovács", "Purchasing"]);
    expect(asha.chat.conversation(direct).value?.last).toMatchObject({ text: "Hello", status: "sending" });
  });

  test("have a new room at the top, also one without messages, also after a reload", async () => {
    await office.pass(1_000);
    office.workspace.addRoom("group", "Plant 2", [office.bela, office.asha]);
    await settled();
    expect(names()).toEqual(["Plant 2", "Purchasing", "Bela Kovács"]);
    office.server.restart();
    await office.pass(5_000);
    expect(names()).toEqual(["Plant 2", "Purchasing", "Bela Kovács"]);
  });

  test("lose a room of which one is taken out", async () => {
    office.workspace.leave(room, office.asha.id);
    await settled();
    expect(names()).toEqual(["Bela Kovács"]);
    expect(asha.chat.conversation(room).value).toBeNull();
    office.workspace.join(room, office.asha.id);
    await settled();
    expect(asha.chat.conversation(room).value).toMatchObject({ role: "member", unread: 0 });
  });

  test("say that the other one of a direct chat is no longer active, or is called otherwise", async () => {
    const profile = { id: office.bela.id, name: "Bela Kovács-Nagy", active: false };
    office.server.whisper(office.asha.id, { type: "profile", profile });
    await settled();
    expect(asha.chat.conversation(direct).value).toMatchObject({ name: profile.name, other: profile });
    expect(asha.chat.people.profile(office.bela.id).value).toEqual(profile);
  });

  test("count who joins and who leaves", async () => {
    await asha.open(room);
    office.workspace.join(room, office.chidi.id);
    await settled();
    expect(asha.chat.conversation(room).value?.members).toBe(3);
    office.workspace.leave(room, office.chidi.id);
    await settled();
    expect(asha.chat.conversation(room).value?.members).toBe(2);
  });

  test("change only where something changed", async () => {
    const before = asha.chat.conversation(room).value;
    await office.post(office.bela, direct, "Hello");
    expect(asha.chat.conversation(room).value).toBe(before);
    office.server.restart();
    await office.pass(5_000);
    expect(asha.chat.conversation(room).value?.name).toBe("Purchasing");
  });

  test("tell who watches one of them of its own changes alone", async () => {
    let told = 0;
    asha.chat.conversation(room).subscribe(() => (told += 1));
    await office.post(office.bela, direct, "Hello");
    expect(told).toBe(0);
    await office.post(office.bela, room, "Hello");
    expect(told).toBeGreaterThan(0);
  });
});

describe("Starting a chat", () => {
  test("opens the direct room, known at once", async () => {
    office.server.network.drop("socket");
    const id = await asha.chat.openDirect(office.chidi.id);
    expect(asha.chat.conversation(id).value).toMatchObject({ name: "Chidi Okafor", kind: "direct" });
    await office.pass(0);
    expect(names()?.filter((name) => name === "Chidi Okafor")).toHaveLength(1);
  });

  test("makes a group of those who were chosen", async () => {
    const id = await asha.chat.createGroup(asha.chat.newKey(), "Audit", [office.bela.id, office.chidi.id]);
    expect(asha.chat.conversation(id).value).toMatchObject({
      name: "Audit",
      kind: "group",
      members: 3,
      role: "owner",
    });
  });

  test("is refused with somebody who is not there", async () => {
    await expect(asha.chat.openDirect(4711)).rejects.toMatchObject({ code: "no-such-user" });
    expect(names()).toEqual(["Purchasing", "Bela Kovács"]);
  });
});

describe("A draft", () => {
  test("is shown in the list, and survives a reload", async () => {
    asha.chat.drafts.set(room, "To be contin");
    expect(asha.chat.conversation(room).value?.draft).toBe("To be contin");
    asha.tab.close();
    const again = await office.openTab(asha.browser);
    expect(again.chat.drafts.get(room)).toBe("To be contin");
    expect(again.chat.conversation(room).value?.draft).toBe("To be contin");
  });

  test("is gone when it was sent", async () => {
    asha.chat.drafts.set(room, "Hello");
    (await asha.open(room)).send("Hello");
    expect(asha.chat.drafts.get(room)).toBe("");
  });

  test("is one's own, not the next user's of this browser", async () => {
    asha.chat.drafts.set(room, "private");
    asha.tab.close();
    asha.browser.jar.user = office.bela.id;
    const bela = await office.openTab(asha.browser);
    expect(bela.chat.drafts.get(room)).toBe("");
  });

  test("is held while the page lives where the browser's storage is full", () => {
    asha.browser.isStorageFull = true;
    asha.chat.drafts.set(room, "Hello");
    expect(asha.chat.drafts.get(room)).toBe("Hello");
    asha.chat.drafts.set(room, "");
    expect(asha.chat.drafts.get(room)).toBe("");
  });
});
