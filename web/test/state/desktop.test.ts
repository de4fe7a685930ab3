import { beforeEach, describe, expect, test } from "vitest";
import { settled } from "../fakes/clock";
import { Office, type Seat } from "../fakes/people";

let office: Office;
let room: number;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
  asha = await arrive(await office.arrive(office.asha));
});

async function arrive(seat: Seat): Promise<Seat> {
  seat.chat.desktop.say((notice, hidesText) => ({
    title: "title",
    body: notice.kind === "message" && !hidesText ? notice.text : "hidden",
  }));
  await settled();
  return seat;
}

function bodies(): string[] {
  return asha.browser.desktop.bodies;
}

describe("A notification of the desktop", () => {
  test("is never asked for by itself, and not shown until it is", async () => {
    asha.tab.attend(false);
    await office.post(office.bela, room, "one");
    expect([asha.browser.desktop.asked, bodies()]).toEqual([0, []]);
    await asha.chat.desktop.turnOn();
    await office.post(office.bela, room, "two");
    expect([asha.browser.desktop.asked, bodies()]).toEqual([1, ["two"]]);
  });

  test("is shown while the page is not attended, and closed when its message is read elsewhere", async () => {
    await asha.chat.desktop.turnOn();
    await office.post(office.bela, room, "one");
    expect(bodies()).toEqual([]);
    asha.tab.attend(false);
    await office.post(office.bela, room, "two");
    expect(bodies()).toEqual(["two"]);
    office.workspace.read(office.asha.id, room, 2);
    await settled();
    expect(bodies()).toEqual([]);
  });

  test("is shown once by two tabs, and not at all while one of them is attended", async () => {
    await asha.chat.desktop.turnOn();
    const tab = await arrive(await office.openTab(asha.browser));
    asha.tab.attend(false);
    await settled();
    await office.post(office.bela, room, "one");
    expect(bodies()).toEqual([]);
    tab.tab.attend(false);
    await settled();
    await office.post(office.bela, room, "two");
    expect(bodies()).toEqual(["two"]);
  });

  test("hides the text if one wants it to, and leads to its message", async () => {
    await asha.chat.desktop.turnOn();
    asha.chat.desktop.setHidesText(true);
    asha.tab.attend(false);
    await office.post(office.bela, room, "one");
    expect(bodies()).toEqual(["hidden"]);
    for (const { choose } of asha.browser.desktop.shown.values()) choose();
    expect(asha.chat.desktop.chosen.value).toMatchObject({ room, number: 1 });
    const later = await office.openTab(asha.browser);
    expect(later.chat.desktop.hidesText.value).toBe(true);
  });

  test("is not shown of rooms that one is not told of, or once it is turned off", async () => {
    await asha.chat.desktop.turnOn();
    asha.tab.attend(false);
    office.workspace.setNotify(office.asha.id, room, "nothing");
    await office.post(office.bela, room, "one");
    expect(bodies()).toEqual([]);
    office.workspace.setNotify(office.asha.id, room, "everything");
    asha.chat.desktop.turnOff();
    await office.post(office.bela, room, "two");
    expect([asha.chat.desktop.state.value, bodies()]).toEqual(["off", []]);
  });
});
