import { beforeEach, describe, expect, test } from "vitest";
import { createClient } from "@/state/client";
import { FakeBrowser } from "../fakes/browser";
import { Office, type Seat } from "../fakes/people";

let office: Office;

beforeEach(() => {
  office = new Office();
});

/** A client in a browser in which nobody is signed in. */
async function comeIn(): Promise<Seat> {
  return office.openTab(new FakeBrowser(office.clock, office.server));
}

describe("Whoever opens the page", () => {
  test("is signed in if this browser is", async () => {
    const asha = await office.arrive(office.asha);
    expect(asha.client.session.state.value).toMatchObject({
      state: "signed-in",
      user: { name: "Asha Rao" },
      organisation: "Halden Pumps",
    });
    expect(asha.chat.me.name).toBe("Asha Rao");
  });

  test("is asked to sign in if not", async () => {
    const somebody = await comeIn();
    expect(somebody.client.session.state.value).toEqual({ state: "signed-out", ended: false });
    expect(somebody.client.chat.value).toBeNull();
  });

  test("waits while the server is away, and is told so", async () => {
    office.server.goDown();
    const tab = office.browserOf(office.asha).openTab();
    const client = createClient(tab);
    client.start();
    expect(client.session.state.value).toEqual({ state: "asking", unreachable: false });
    await office.pass(10_000);
    expect(client.session.state.value).toEqual({ state: "asking", unreachable: true });
    office.server.comeUp();
    await office.pass(30_000);
    expect(client.session.state.value.state).toBe("signed-in");
  });
});

describe("Signing in", () => {
  test("brings one's chat", async () => {
    const asha = await comeIn();
    await asha.client.session.signIn("asha@example.org", "correct horse");
    await office.pass(0);
    expect(asha.chat.me.name).toBe("Asha Rao");
    expect(asha.chat.connection.value.state).toBe("live");
  });

  test("with a wrong password is refused, and nothing changes", async () => {
    const mallory = await comeIn();
    await expect(mallory.client.session.signIn("asha@example.org", "guess")).rejects.toMatchObject({
      code: "wrong-credentials",
    });
    expect(mallory.client.session.state.value).toEqual({ state: "signed-out", ended: false });
    expect(mallory.client.chat.value).toBeNull();
  });

  test("as another gives another chat, with nothing of the first", async () => {
    const room = office.workspace.addRoom("group", "Purchasing", [office.asha]);
    const asha = await office.arrive(office.asha);
    const ashasChat = asha.chat;
    await asha.client.session.signOut();
    await asha.client.session.signIn("bela@example.org", "correct horse");
    await office.pass(0);
    expect(asha.chat).not.toBe(ashasChat);
    expect(asha.chat.conversations.value).toEqual([]);
    expect(asha.chat.conversation(room).value).toBeNull();
  });
});

describe("Signing out", () => {
  test("ends the chat in every tab of the browser", async () => {
    const asha = await office.arrive(office.asha);
    const tab = await office.openTab(asha.browser);
    await asha.client.session.signOut();
    await office.pass(0);
    expect(asha.client.session.state.value).toEqual({ state: "signed-out", ended: false });
    expect(tab.client.session.state.value).toEqual({ state: "signed-out", ended: true });
    expect(tab.client.chat.value).toBeNull();
  });

  test("is not done while the server cannot be reached", async () => {
    const asha = await office.arrive(office.asha);
    office.server.goDown();
    await expect(asha.client.session.signOut()).rejects.toMatchObject({ name: "Unreachable" });
    expect(asha.client.session.state.value.state).toBe("signed-in");
  });

  test("is done already if the session has ended meanwhile", async () => {
    const asha = await office.arrive(office.asha);
    asha.browser.jar.user = null;
    await asha.client.session.signOut();
    expect(asha.client.session.state.value).toEqual({ state: "signed-out", ended: false });
  });
});

test("a client that is stopped leaves nothing running", async () => {
  const asha = await office.arrive(office.asha);
  asha.client.stop();
  await office.pass(0);
  expect(office.server.connections).toBe(0);
  expect(office.clock.next).toBeNull();
});
