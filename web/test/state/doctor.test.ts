import { beforeEach, describe, expect, test } from "vitest";
import type { Check, Finding } from "@/state/shapes";
import { Unreachable } from "@/api/http";
import { Office, type Seat } from "../fakes/people";

let office: Office;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  asha = await office.arrive(office.asha);
});

/** Everything that is found, with as much patience as it takes. */
async function examine(): Promise<Map<Check, Finding>> {
  const found = new Map<Check, Finding>();
  const looking = (async () => {
    for await (const finding of asha.chat.doctor.examine()) found.set(finding.check, finding);
  })();
  await office.pass(60_000);
  await looking;
  return found;
}

async function find(check: Check): Promise<string | undefined> {
  return (await examine()).get(check)?.found;
}

describe("The way to the server", () => {
  test("is fine where nothing is wrong", async () => {
    const found = [...(await examine()).values()];
    expect(found.filter(({ check }) => check !== "notifications").map(({ state }) => state)).toEqual(
      Array(8).fill("fine"),
    );
    expect(found.map(({ check }) => check).toSorted()).toEqual([
      "clock",
      "cookie",
      "https",
      "large",
      "notifications",
      "origin",
      "polling",
      "proxy",
      "socket",
    ]);
  });

  test("is not known where nothing answers", async () => {
    office.server.state = "down";
    await expect(asha.chat.doctor.examine().next()).rejects.toThrow(Unreachable);
  });

  test("leads to another address than the one in the settings", async () => {
    office.server.arrival = { url: "https://old.example.org", origins: ["https://old.example.org"] };
    const found = (await examine()).get("origin");
    expect(found).toMatchObject({
      found: "other",
      state: "problem",
      facts: { here: "https://chat.example.org", configured: "https://old.example.org" },
    });
  });

  test.each([
    ["https://chat.example.org", "encrypted"],
    ["http://127.0.0.1:8000", "local"],
    ["http://localhost:8000", "local"],
    ["http://[::1]", "local"],
    ["http://localhost.example.org", "readable"],
    ["http://chat.example.org", "readable"],
    ["http://192.0.2.1:8000", "readable"],
  ])("from %s is %s", async (origin, found) => {
    Object.assign(asha.tab, { origin });
    expect(await find("https")).toBe(found);
  });

  test.each([
    ["believed", "192.0.2.7", "believed"],
    ["ignored", "127.0.0.1", "ignored"],
    ["no", "192.0.2.7", "seen"],
    ["no", "127.0.0.1", "hidden"],
    ["no", "::1", "hidden"],
  ] as const)("with an address %s as %s is %s", async (forwarded, address, found) => {
    office.server.arrival = { forwarded, address };
    expect(await find("proxy")).toBe(found);
  });

  test("from the server's own machine hides nobody", async () => {
    Object.assign(asha.tab, { origin: "http://localhost:8000" });
    office.server.arrival = { forwarded: "no", address: "127.0.0.1" };
    expect(await find("proxy")).toBe("seen");
  });

  test("lets a cookie be read where it is not said to be encrypted", async () => {
    office.server.arrival = { secure: false };
    expect(await find("cookie")).toBe("unguarded");
  });

  test("has one time at both ends, within a minute", async () => {
    office.server.arrival = { now: office.clock.now() + 50_000 };
    expect(await find("clock")).toBe("together");
    office.server.arrival = { now: office.clock.now() - 90_000 };
    const apart = (await examine()).get("clock");
    expect(apart).toMatchObject({ found: "apart", state: "note", facts: { milliseconds: 90_000 } });
  });

  test("lets large messages through, unless a proxy stops them", async () => {
    expect(await find("large")).toBe("largePasses");
    office.server.largest = 64_000;
    expect(await find("large")).toBe("largeStops");
  });
});

describe("A live connection", () => {
  test("that is refused is found out by its way alone", async () => {
    office.server.sockets = "refused";
    const found = await examine();
    expect([found.get("socket")?.found, found.get("polling")?.found]).toEqual([
      "socketClosed",
      "pollingAnswers",
    ]);
  });

  test("that opens and says nothing is given up after a while", async () => {
    office.server.sockets = "silent";
    expect(await find("socket")).toBe("socketSilent");
  });

  test("of the test is closed again, and the client's own goes on", async () => {
    await examine();
    expect(asha.chat.connection.value.state).toBe("live");
    expect(office.server.requests.filter((path) => path.startsWith("DELETE /connections/"))).toHaveLength(1);
  });
});
