import { beforeEach, describe, expect, test } from "vitest";
import { settled } from "../fakes/clock";
import { Office } from "../fakes/people";
import { Refusal } from "../fakes/workspace";

let office: Office;

beforeEach(() => {
  office = new Office();
});

describe("How one wants the screen", () => {
  test("is known with the list of rooms", async () => {
    const asha = await office.arrive(office.asha);
    expect(asha.chat.preferences.value).toMatchObject({ theme: "system", density: "comfortable" });
  });

  test("holds at once, and on one's other devices", async () => {
    const [desk, phone] = [await office.arrive(office.asha), await office.arrive(office.asha)];
    const bela = await office.arrive(office.bela);
    void desk.chat.prefer({ theme: "dark" });
    expect(desk.chat.preferences.value).toMatchObject({ theme: "dark" });
    await settled();
    expect(phone.chat.preferences.value).toMatchObject({ theme: "dark" });
    expect(bela.chat.preferences.value).toMatchObject({ theme: "system" });
  });

  test("is taken back if the server does not keep it", async () => {
    const asha = await office.arrive(office.asha);
    office.server.refuseRequest("PUT /preferences", new Refusal(507, "storage-full"));
    await expect(asha.chat.prefer({ theme: "dark" })).rejects.toMatchObject({ code: "storage-full" });
    expect(asha.chat.preferences.value).toMatchObject({ theme: "system" });
  });

  test("that changed while one was away is there afterwards", async () => {
    const asha = await office.arrive(office.asha);
    office.server.skip(office.asha.id);
    office.workspace.prefer(office.asha.id, {
      theme: "dark",
      contrast: "more",
      density: "compact",
      language: "de",
    });
    office.server.showAgain(office.asha.id);
    await settled();
    expect(asha.chat.preferences.value).toMatchObject({ contrast: "more", language: "de" });
  });
});
