import { createClient } from "@/state/client";
import type { Chat, Client, MessageView, OpenRoom, User } from "@/state/shapes";
import { FakeBrowser, type FakeTab } from "./browser";
import { FakeClock, settled } from "./clock";
import { FakeServer } from "./server";
import type { Workspace } from "./workspace";

/** The office in which the tests take place. */
export class Office {
  readonly clock = new FakeClock();
  readonly server = new FakeServer(this.clock);
  readonly asha = this.server.addUser("Asha Rao");
  readonly bela = this.server.addUser("Bela Kovács");
  readonly chidi = this.server.addUser("Chidi Okafor");
  readonly mallory = this.server.addUser("Mallory");

  get workspace(): Workspace {
    return this.server.workspace;
  }

  /** A browser in which somebody has signed in. */
  browserOf(user: User, options?: { hasLocks?: boolean }): FakeBrowser {
    const browser = new FakeBrowser(this.clock, this.server, options);
    browser.jar.user = user.id;
    return browser;
  }

  /** Somebody's client in a new browser, connected and up to date. */
  async arrive(user: User): Promise<Seat> {
    return this.openTab(this.browserOf(user));
  }

  async openTab(browser: FakeBrowser): Promise<Seat> {
    const tab = browser.openTab();
    const client = createClient(tab);
    client.start();
    await this.clock.pass(0);
    return new Seat(browser, tab, client);
  }

  /** Somebody else writes, on a device that is not looked at here. */
  async post(by: User, room: number, text: string): Promise<number> {
    const { number } = this.workspace.post(by.id, room, this.server.makeKey(), text);
    await settled();
    return number;
  }

  async pass(milliseconds: number): Promise<void> {
    await this.clock.pass(milliseconds);
  }
}

/** Somebody before a client. */
export class Seat {
  constructor(
    readonly browser: FakeBrowser,
    readonly tab: FakeTab,
    readonly client: Client,
  ) {}

  get chat(): Chat {
    const { value } = this.client.chat;
    if (!value) throw new Error("Nobody is signed in here");
    return value;
  }

  /** Opens a room, with its newest message in view. */
  async open(room: number): Promise<OpenRoom> {
    const opened = this.chat.openRoom(room);
    opened.setNewestInView(true);
    await settled();
    return opened;
  }

  unreadOf(room: number): number | undefined {
    return this.chat.conversation(room).value?.unread;
  }
}

export function textsOf(room: OpenRoom): string[] {
  return rowsOf(room).map(({ text }) => text);
}

export function rowsOf(room: OpenRoom): readonly MessageView[] {
  return room.timeline.value.rows;
}
