import { beforeEach, describe, expect, test } from "vitest";
import { Office, textsOf, type Seat } from "../fakes/people";

let office: Office;
let room: number;

beforeEach(() => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
});

function connectionOf(seat: Seat) {
  return seat.chat.connection.value;
}

describe("The link", () => {
  test("is a socket where sockets work", async () => {
    const asha = await office.arrive(office.asha);
    expect(connectionOf(asha)).toEqual({ state: "live", via: "socket", retryAt: null });
  });

  test("polls when the upgrade is accepted and nothing is heard for five seconds", async () => {
    office.server.sockets = "silent";
    const asha = await office.arrive(office.asha);
    await office.pass(4_999);
    expect(connectionOf(asha).state).toBe("connecting");
    await office.pass(1);
    expect(connectionOf(asha)).toMatchObject({ state: "live", via: "polling" });
  });

  test("polls when the handshake fails though the server answers", async () => {
    office.server.sockets = "refused";
    const asha = await office.arrive(office.asha);
    expect(connectionOf(asha)).toMatchObject({ state: "live", via: "polling" });
  });

  test("carries everything both ways by polling", async () => {
    office.server.sockets = "refused";
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    await office.post(office.bela, room, "The pump is here");
    opened.send("Thank you");
    await office.pass(0);
    await office.post(office.bela, room, "Lot numbers follow");
    await office.pass(60_000);
    expect(textsOf(opened)).toEqual(["The pump is here", "Thank you", "Lot numbers follow"]);
    expect(asha.unreadOf(room)).toBe(0);
  });

  test("opens anew when the polled connection is gone, and misses nothing", async () => {
    office.server.sockets = "refused";
    const asha = await office.arrive(office.asha);
    const opened = await asha.open(room);
    office.server.restart();
    await office.post(office.bela, room, "While you were away");
    await office.pass(60_000);
    expect(connectionOf(asha)).toMatchObject({ state: "live", via: "polling" });
    expect(textsOf(opened)).toEqual(["While you were away"]);
  });

  test("goes back to a socket when sockets work again after five minutes, without a gap", async () => {
    office.server.sockets = "refused";
    const asha = await office.arrive(office.asha);
    office.server.sockets = "work";
    const states: string[] = [];
    asha.chat.connection.subscribe(() => states.push(connectionOf(asha).state));
    await office.pass(5 * 60_000);
    expect(connectionOf(asha)).toMatchObject({ state: "live", via: "socket" });
    expect(states).not.toContain("offline");
    await office.pass(60_000);
    expect(office.server.connections).toBe(1);
  });

  test("goes on polling when the socket is still silent after five minutes", async () => {
    office.server.sockets = "silent";
    const asha = await office.arrive(office.asha);
    await office.pass(11 * 60_000);
    expect(connectionOf(asha)).toMatchObject({ state: "live", via: "polling" });
    await office.post(office.bela, room, "Still there?");
    expect(asha.unreadOf(room)).toBe(1);
  });

  test("asks for sign-in when the handshake fails because the session has ended", async () => {
    const asha = await office.arrive(office.asha);
    asha.browser.jar.user = null;
    office.server.restart();
    await office.pass(60_000);
    expect(asha.client.session.state.value).toEqual({ state: "signed-out", ended: true });
    expect(asha.client.chat.value).toBeNull();
    expect(office.clock.next).toBeNull();
  });

  test("asks for sign-in when the server ends the session", async () => {
    const asha = await office.arrive(office.asha);
    office.server.endSessions(office.asha.id, asha.browser.jar);
    await office.pass(0);
    expect(asha.client.session.state.value).toEqual({ state: "signed-out", ended: true });
  });

  test("waits longer and longer while nothing answers, and says until when", async () => {
    const asha = await office.arrive(office.asha);
    office.server.goDown();
    const waits = new Map<number, number>();
    asha.chat.connection.subscribe(() => {
      const { retryAt } = connectionOf(asha);
      if (retryAt !== null && !waits.has(retryAt)) waits.set(retryAt, retryAt - office.clock.now());
    });
    await office.pass(180_000);
    expect([...waits.values()].slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(connectionOf(asha)).toMatchObject({ state: "offline", via: null });
  });

  test("comes back by itself when the server does", async () => {
    const asha = await office.arrive(office.asha);
    office.server.goDown();
    await office.pass(120_000);
    office.server.comeUp();
    await office.pass(30_000);
    expect(connectionOf(asha)).toMatchObject({ state: "live", via: "socket" });
  });

  test.each(["online", "shown"] as const)("tries at once when the page is %s", async (sign) => {
    const asha = await office.arrive(office.asha);
    office.server.goDown();
    await office.pass(180_000);
    office.server.comeUp();
    asha.tab.give(sign);
    await office.pass(0);
    expect(connectionOf(asha).state).toBe("live");
  });

  test("tries at once when its user does not want to wait", async () => {
    const asha = await office.arrive(office.asha);
    office.server.goDown();
    await office.pass(180_000);
    asha.chat.reconnect();
    await office.pass(0);
    expect(connectionOf(asha).state).toBe("offline");
    office.server.comeUp();
    asha.chat.reconnect();
    await office.pass(0);
    expect(connectionOf(asha).state).toBe("live");
  });

  test("is offline as soon as the browser says so, and comes back with the network", async () => {
    const asha = await office.arrive(office.asha);
    office.server.goDown();
    office.server.network.hold();
    asha.tab.give("offline");
    await office.pass(0);
    expect(connectionOf(asha).state).toBe("offline");
    office.server.network.release();
    office.server.comeUp();
    asha.tab.give("online");
    await office.pass(0);
    expect(connectionOf(asha).state).toBe("live");
  });

  test("stays with the socket when a server that restarts refuses once", async () => {
    const asha = await office.arrive(office.asha);
    office.server.sockets = "refused";
    office.server.restart();
    await office.pass(400);
    office.server.sockets = "refused";
    await office.pass(200);
    office.server.sockets = "work";
    await office.pass(30_000);
    expect(connectionOf(asha)).toMatchObject({ state: "live", via: "socket" });
  });

  test("notices within half a minute that nothing comes any more", async () => {
    const asha = await office.arrive(office.asha);
    office.server.network.hold();
    await office.pass(29_999);
    expect(connectionOf(asha).state).toBe("live");
    await office.pass(1);
    expect(connectionOf(asha).state).toBe("offline");
  });

  test("stays while the server answers, however quiet it is", async () => {
    const asha = await office.arrive(office.asha);
    const states: string[] = [];
    asha.chat.connection.subscribe(() => states.push(connectionOf(asha).state));
    await office.pass(10 * 60_000);
    expect(states).toEqual([]);
  });

  test("looks for a sign of life as soon as the device wakes up", async () => {
    const asha = await office.arrive(office.asha);
    office.server.network.hold();
    asha.tab.give("shown");
    await office.pass(10_000);
    expect(connectionOf(asha).state).toBe("offline");
  });

  test("ends when somebody else has signed in, in another tab", async () => {
    const asha = await office.arrive(office.asha);
    asha.browser.jar.user = office.bela.id;
    office.server.restart();
    await office.pass(60_000);
    expect(asha.chat.me.name).toBe("Bela Kovács");
    expect(asha.chat.connection.value.state).toBe("live");
  });

  test("leaves nothing running after sign-out", async () => {
    const asha = await office.arrive(office.asha);
    await asha.open(room);
    await asha.client.session.signOut();
    await office.pass(60_000);
    expect(asha.client.session.state.value).toEqual({ state: "signed-out", ended: false });
    expect(office.clock.next).toBeNull();
    expect(office.server.connections).toBe(0);
  });
});

describe("Commands", () => {
  test("wait for their turn when too many would be in flight", async () => {
    const rooms = Array.from({ length: 40 }, (_, index) =>
      office.workspace.addRoom("group", `Room ${index}`, [office.asha]),
    );
    const asha = await office.arrive(office.asha);
    office.server.network.hold();
    for (const id of rooms) (await asha.open(id)).send("Hello");
    await office.pass(0);
    const up = (): number =>
      office.server.network.countIn((lane) => lane.startsWith("socket") && lane.endsWith("-up"));
    expect(up()).toBe(31);
    office.server.network.release();
    await office.pass(0);
    expect(asha.chat.waiting.value).toBe(0);
    expect(office.server.received.filter((command) => command.do === "post")).toHaveLength(40);
  });
});
