import { beforeEach, describe, expect, test } from "vitest";
import type { Conversation } from "@/state/shapes";
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

function shown(): Pick<Conversation, "unread" | "mentions" | "counted"> {
  const { unread, mentions, counted } = asha.chat.conversation(room).value ?? {
    unread: -1,
    mentions: -1,
    counted: -1,
  };
  return { unread, mentions, counted };
}

function popUps(): number {
  return asha.chat.notices.shown.value.length;
}

async function notify(choice: Conversation["notify"]): Promise<void> {
  office.workspace.setNotify(office.asha.id, room, choice);
  await settled();
}

describe("A mention", () => {
  test("is counted apart until it is read", async () => {
    await office.post(office.bela, room, "@Asha Rao, look");
    await office.post(office.bela, room, "and this");
    expect(shown()).toEqual({ unread: 2, mentions: 1, counted: 2 });
    office.workspace.read(office.asha.id, room, 1);
    await settled();
    expect(shown()).toEqual({ unread: 1, mentions: 0, counted: 1 });
  });

  test("comes and goes with an edit, and goes with the message", async () => {
    const number = await office.post(office.bela, room, "look");
    office.workspace.edit(office.bela.id, room, number, "look, @Asha Rao");
    await settled();
    expect(shown().mentions).toBe(1);
    office.workspace.edit(office.bela.id, room, number, "look, Asha");
    await settled();
    expect(shown().mentions).toBe(0);
    const other = await office.post(office.bela, room, "@Asha Rao");
    office.workspace.delete(office.bela.id, room, other);
    await settled();
    expect(shown()).toEqual({ unread: 1, mentions: 0, counted: 1 });
  });

  test("is the same to a client that comes later", async () => {
    await office.post(office.bela, room, "@Asha Rao, look");
    const later = await office.arrive(office.asha);
    expect(later.chat.conversation(room).value?.mentions).toBe(1);
  });
});

describe("A room of which one is told", () => {
  test("mentions alone counts and shows these", async () => {
    await notify("mentions");
    await office.post(office.bela, room, "one");
    expect([shown().counted, popUps()]).toEqual([0, 0]);
    await office.post(office.bela, room, "@Asha Rao, two");
    expect([shown(), popUps()]).toEqual([{ unread: 2, mentions: 1, counted: 1 }, 1]);
    expect(asha.chat.unread.value.label).toBe("1");
  });

  test("nothing counts nothing and shows nothing", async () => {
    await notify("nothing");
    await office.post(office.bela, room, "@Asha Rao, one");
    expect([shown(), popUps()]).toEqual([{ unread: 1, mentions: 1, counted: 0 }, 0]);
    expect(asha.chat.unread.value.label).toBe("");
  });
});

describe("What is marked unread", () => {
  test("counts again, also where it was just read", async () => {
    await office.post(office.bela, room, "one");
    await office.post(office.bela, room, "two");
    const opened = await asha.open(room);
    expect(shown().unread).toBe(0);
    opened.close();
    await opened.markUnread(2);
    await settled();
    expect(shown().unread).toBe(1);
    await asha.open(room);
    expect(shown().unread).toBe(0);
  });
});
