import { beforeEach, describe, expect, test } from "vitest";
import type { Search } from "@/state/shapes";
import { Office, type Seat } from "../fakes/people";

let office: Office;
let room: number;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  room = office.workspace.addRoom("group", "Café Übersee", [office.asha, office.bela]);
  office.workspace.addRoom("direct", "", [office.asha, office.bela]);
  asha = await office.arrive(office.asha);
});

function found(search: Search) {
  const { people, conversations, messages } = search.results.value;
  return {
    people: people.map(({ name }) => name),
    conversations: conversations.map(({ name }) => name),
    messages: messages.map(({ message }) => message.text),
  };
}

function requests(path: string): number {
  return office.server.requests.filter((request) => request === `GET ${path}`).length;
}

describe("A search box", () => {
  test("finds conversations at once, by the beginnings of their words, without minding marks and case", () => {
    const search = asha.chat.search("conversations");
    search.type("uber");
    expect(found(search).conversations).toEqual(["Café Übersee"]);
    search.type("CAFE ü");
    expect(found(search).conversations).toEqual(["Café Übersee"]);
    search.type("fé");
    expect(found(search).conversations).toEqual([]);
    search.type("?!");
    expect(found(search).conversations).toEqual([]);
  });

  test("finds people and messages after a pause in typing", async () => {
    await office.post(office.bela, room, "Chuck on CNC 4");
    const search = asha.chat.search("people", "conversations", "messages");
    for (const typed of ["C", "Ch", "Chu"]) search.type(typed);
    search.type("Ch");
    expect(search.results.value.state).toBe("searching");
    await office.pass(149);
    expect(requests("/search")).toBe(0);
    await office.pass(1);
    expect(requests("/search")).toBe(1);
    expect(search.results.value.state).toBe("ready");
    expect(found(search)).toEqual({
      people: ["Chidi Okafor"],
      conversations: [],
      messages: ["Chuck on CNC 4"],
    });
  });

  test("finds somebody with whom there is a chat once, and not oneself", async () => {
    const search = asha.chat.search("people", "conversations");
    search.type("Bela");
    await office.pass(200);
    expect(found(search)).toMatchObject({ people: [], conversations: ["Bela Kovács"] });
    search.type("Asha");
    await office.pass(200);
    expect(found(search).people).toEqual([]);
  });

  test("for people alone lists them before anything is typed", async () => {
    const search = asha.chat.search("people");
    search.type("");
    await office.pass(0);
    expect(found(search).people).toEqual(["Bela Kovács", "Chidi Okafor", "Mallory"]);
  });

  test("finds nothing for nothing", async () => {
    const search = asha.chat.search("people", "conversations");
    search.type("Bela");
    search.type("  ");
    await office.pass(1_000);
    expect(search.results.value).toMatchObject({ state: "idle", text: "", people: [], conversations: [] });
    expect(requests("/profiles")).toBe(0);
  });

  test("drops the answer to what was typed before", async () => {
    const search = asha.chat.search("people");
    office.server.network.hold();
    search.type("Chidi");
    await office.pass(150);
    search.type("Bela");
    await office.pass(150);
    const [first = "", second = ""] = office.server.network
      .busyLanes()
      .filter((lane) => lane.startsWith("http"));
    for (const lane of [second, second, first, first]) {
      office.server.network.step(lane);
      await office.pass(0);
    }
    expect(found(search).people).toEqual(["Bela Kovács"]);
    expect(search.results.value).toMatchObject({ text: "Bela", state: "ready" });
  });

  test("loads more messages when asked, while there are more", async () => {
    for (let count = 1; count <= 45; count += 1) await office.post(office.bela, room, `pump ${count}`);
    const search = asha.chat.search("messages");
    search.type("pump");
    await office.pass(150);
    expect([found(search).messages.length, search.results.value.moreMessages]).toEqual([20, true]);
    search.loadMore();
    search.loadMore();
    await office.pass(0);
    expect([found(search).messages.length, search.results.value.moreMessages]).toEqual([40, true]);
    search.loadMore();
    await office.pass(0);
    expect([found(search).messages.length, search.results.value.moreMessages]).toEqual([45, false]);
    search.loadMore();
    await office.pass(0);
    expect(requests("/search")).toBe(3);
    expect(new Set(found(search).messages).size).toBe(45);
  });

  test("says that it failed, and keeps the conversations", async () => {
    const search = asha.chat.search("people", "conversations");
    office.server.goDown();
    search.type("Bela");
    await office.pass(200);
    expect(search.results.value.state).toBe("failed");
    expect(found(search).conversations).toEqual(["Bela Kovács"]);
  });

  test("asks for nothing once it is closed", async () => {
    const search = asha.chat.search("people");
    search.type("Bela");
    search.close();
    await office.pass(1_000);
    expect(requests("/profiles")).toBe(0);
  });
});

describe("Names", () => {
  test("are known from wherever people were mentioned", async () => {
    await office.post(office.bela, room, "Hello");
    expect(asha.chat.people.profile(office.bela.id).value?.name).toBe("Bela Kovács");
    expect(requests("/profiles")).toBe(0);
  });

  test("of strangers are asked for, many at once", async () => {
    const [chidi, mallory] = [office.chidi, office.mallory].map(({ id }) => asha.chat.people.profile(id));
    expect(chidi?.value).toBeNull();
    let told = 0;
    chidi?.subscribe(() => (told += 1));
    await office.pass(0);
    expect([chidi?.value?.name, mallory?.value?.name]).toEqual(["Chidi Okafor", "Mallory"]);
    expect([requests("/profiles"), told]).toEqual([1, 1]);
  });

  test("that could not be asked for are asked for when the connection is back", async () => {
    office.server.goDown();
    const chidi = asha.chat.people.profile(office.chidi.id);
    await office.pass(1_000);
    expect(chidi.value).toBeNull();
    office.server.comeUp();
    await office.pass(5_000);
    expect(chidi.value?.name).toBe("Chidi Okafor");
  });
});
