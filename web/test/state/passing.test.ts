import { beforeEach, describe, expect, test } from "vitest";
import type { Presence } from "@/api/types";
import { settled } from "../fakes/clock";
import { Office, type Seat } from "../fakes/people";

let office: Office;
let room: number;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
  asha = await office.arrive(office.asha);
});

async function say(...people: [user: number, state: Presence["state"]][]): Promise<void> {
  const all = people.map(([user, state]) => ({ user, state, last_seen: null }));
  office.server.whisper(office.asha.id, { type: "presence", people: all });
  await settled();
}

function stateOf(user: number): string | undefined {
  return asha.chat.presence(user).value?.state;
}

describe("Who is here", () => {
  test("is known once it was said", async () => {
    expect(stateOf(office.bela.id)).toBeUndefined();
    await say([office.bela.id, "online"]);
    expect(stateOf(office.bela.id)).toBe("online");
    await say([office.bela.id, "away"]);
    expect(stateOf(office.bela.id)).toBe("away");
  });

  test("does not flicker at a quick reconnect, and is said anew", async () => {
    await say([office.bela.id, "online"], [office.chidi.id, "online"]);
    const seen: (string | undefined)[] = [];
    asha.chat.presence(office.bela.id).subscribe(() => seen.push(stateOf(office.bela.id)));
    office.server.restart();
    await office.pass(1_500);
    await say([office.bela.id, "online"]);
    await office.pass(3_000);
    expect(new Set(seen)).toEqual(new Set(["online"]));
    expect(stateOf(office.chidi.id)).toBe("offline");
  });

  test("is not known any more after a while without a connection", async () => {
    await say([office.bela.id, "online"]);
    office.server.goDown();
    await office.pass(60_000);
    expect(stateOf(office.bela.id)).toBeUndefined();
  });

  test("counts in an open room, oneself included", async () => {
    const opened = await asha.open(room);
    expect(opened.online.value).toBe(1);
    await say([office.bela.id, "online"], [office.chidi.id, "online"]);
    expect(opened.online.value).toBe(2);
  });
});

describe("A device that nobody touches", () => {
  test("says so after five minutes, and that somebody is back", async () => {
    const said = (): string[] =>
      office.server.received.flatMap((command) => (command.do === "attend" ? [command.state] : []));
    await office.pass(4 * 60_000);
    asha.tab.give("input");
    await office.pass(4 * 60_000);
    expect(said()).toEqual([]);
    await office.pass(60_000);
    expect(said()).toEqual(["away"]);
    office.server.restart();
    await office.pass(3_000);
    expect(said()).toEqual(["away", "away"]);
    asha.tab.give("input");
    await settled();
    expect(said()).toEqual(["away", "away", "online"]);
  });
});

describe("Typing", () => {
  function typists(): readonly number[] {
    return asha.chat.typists(room).value;
  }

  async function type(user: number): Promise<void> {
    office.server.whisper(office.asha.id, { type: "typing", room, user });
    await settled();
  }

  test("is shown for six seconds", async () => {
    await type(office.bela.id);
    expect(typists()).toEqual([office.bela.id]);
    await office.pass(4_000);
    await type(office.bela.id);
    await office.pass(5_999);
    expect(typists()).toEqual([office.bela.id]);
    await office.pass(1);
    expect(typists()).toEqual([]);
  });

  test("ends with the message", async () => {
    await type(office.bela.id);
    await office.post(office.bela, room, "Here I am");
    expect(typists()).toEqual([]);
  });

  test("of one's own is told now and then, and not shown", async () => {
    const opened = await asha.open(room);
    const said = (): number => office.server.received.filter((command) => command.do === "typing").length;
    opened.type();
    opened.type();
    await office.pass(3_000);
    opened.type();
    await settled();
    expect(said()).toBe(2);
    await type(office.asha.id);
    expect(typists()).toEqual([]);
  });
});

describe("Who has seen what", () => {
  test("is asked for when the room is opened, and rises", async () => {
    await office.post(office.asha, room, "one");
    await office.post(office.asha, room, "two");
    office.workspace.read(office.bela.id, room, 1);
    const opened = await asha.open(room);
    expect(opened.seen.value).toEqual({ furthest: 1, marks: [{ user: office.bela.id, number: 1 }] });
    for (const number of [2, 1]) {
      office.server.whisper(office.asha.id, {
        type: "seen",
        room,
        marks: [{ user: office.bela.id, number }],
      });
    }
    await settled();
    expect(opened.seen.value.furthest).toBe(2);
    expect(asha.chat.conversation(room).value?.seen).toBe(true);
  });

  test("is known of who writes", async () => {
    await office.post(office.asha, room, "one");
    const opened = await asha.open(room);
    expect(opened.seen.value.furthest).toBe(0);
    await office.post(office.bela, room, "two");
    expect(opened.seen.value.furthest).toBe(2);
  });
});
