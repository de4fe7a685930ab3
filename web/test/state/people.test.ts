import { beforeEach, describe, expect, test } from "vitest";
import { settled } from "../fakes/clock";
import { Office, type Seat } from "../fakes/people";
import { Refusal } from "../fakes/workspace";

let office: Office;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela, office.chidi]);
  asha = await office.arrive(office.asha);
});

function nameOf(user: number): string | undefined {
  return asha.chat.people.profile(user).value?.name;
}

async function look(user: number): Promise<void> {
  asha.chat.people.profile(user).subscribe(() => undefined);
  await office.pass(0);
}

function countAsked(): number {
  return office.server.requests.filter((request) => request === "GET /profiles").length;
}

async function beAway(meanwhile: () => void): Promise<void> {
  office.server.goDown();
  meanwhile();
  await settled();
  office.server.comeUp();
  await office.pass(60_000);
}

describe("Who was away", () => {
  test("reads how people are called now, and who is no longer active", async () => {
    await look(office.bela.id);
    await look(office.chidi.id);
    expect(nameOf(office.bela.id)).toBe("Bela Kovács");
    await beAway(() => {
      office.workspace.callOtherwise(office.bela, "Bela Kovács-Nagy");
      office.workspace.callOtherwise(office.chidi, "Chidi Okafor", false);
    });
    expect(nameOf(office.bela.id)).toBe("Bela Kovács-Nagy");
    expect(asha.chat.people.profile(office.chidi.id).value?.active).toBe(false);
  });

  test("asks once for all who are on the screen, and for the others when they are", async () => {
    await look(office.bela.id);
    await look(office.chidi.id);
    asha.chat.people.profile(office.mallory.id);
    await office.pass(0);
    const before = countAsked();
    await beAway(() => {
      office.workspace.callOtherwise(office.mallory, "Mallory M.");
    });
    expect(countAsked() - before).toBe(1);
    expect(nameOf(office.mallory.id)).toBe("Mallory");
    await office.pass(0);
    expect(nameOf(office.mallory.id)).toBe("Mallory M.");
    await office.pass(0);
    expect(countAsked() - before).toBe(2);
  });

  test("asks again when there was no answer", async () => {
    await look(office.bela.id);
    office.server.refuseRequest("GET /profiles", new Refusal(503, "busy"));
    await beAway(() => {
      office.workspace.callOtherwise(office.bela, "Bela Kovács-Nagy");
    });
    expect(nameOf(office.bela.id)).toBe("Bela Kovács");
    await beAway(() => undefined);
    expect(nameOf(office.bela.id)).toBe("Bela Kovács-Nagy");
  });

  test("reads how the organisation is called now, at the same desk", async () => {
    const { chat } = asha;
    await beAway(() => {
      office.workspace.organisation = "Halden Pumps & Valves";
    });
    expect(asha.client.session.state.value).toMatchObject({ organisation: "Halden Pumps & Valves" });
    expect(asha.chat).toBe(chat);
  });
});
