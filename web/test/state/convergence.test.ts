import { expect, test } from "vitest";
import type { Conversation, OpenRoom, User } from "@/state/shapes";
import { Chance } from "../fakes/chance";
import { settled, turn } from "../fakes/clock";
import { Office, rowsOf, type Seat } from "../fakes/people";

const RUNS = 24;
const ROUNDS = 3;
const STEPS = 50;
/** Milliseconds: generous, for a busy machine. */
const BOUND = 60_000;

/** One client of somebody, with what it has open. */
interface Device {
  readonly user: User;
  seat: Seat;
  readonly open: Map<number, OpenRoom>;
}

/** A day at the office in which everything happens at any time: each step is drawn by chance. */
class Day {
  readonly office = new Office();
  readonly devices: Device[] = [];
  /** Every text that was sent from a device. */
  readonly sent: { readonly user: User; readonly room: number; readonly text: string }[] = [];
  readonly #chance: Chance;
  #texts = 0;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
  }

  async begin(): Promise<void> {
    const { office } = this;
    const { asha, bela, chidi, workspace } = office;
    workspace.addRoom("group", "Purchasing", [asha, bela, chidi]);
    workspace.addRoom("direct", "", [asha, bela]);
    const busy = workspace.addRoom("group", "Plant 2", [bela, asha]);
    for (let count = 0; count < 130; count += 1)
      workspace.post(bela.id, busy, office.server.makeKey(), `old ${count}`);
    const ashas = office.browserOf(asha);
    for (const [user, browser] of [
      [asha, ashas],
      [asha, ashas],
      [asha, office.browserOf(asha)],
      [bela, office.browserOf(bela)],
      [chidi, office.browserOf(chidi)],
    ] as const) {
      this.devices.push({ user, seat: await office.openTab(browser), open: new Map() });
    }
    this.goOn();
  }

  async step(): Promise<void> {
    const step = this.#chance.among(this.#steps);
    await step?.();
    for (let lanes = this.#chance.below(8); lanes > 0; lanes -= 1) {
      const lane = this.#chance.among(this.office.server.network.busyLanes());
      // Answers take longer than news, so that much happens meanwhile.
      if (lane?.startsWith("http") && this.#chance.below(3) > 0) continue;
      if (lane) this.office.server.network.step(lane);
      await turn();
    }
  }

  /** Everything works again, and everybody has the time to catch up. */
  async rest(): Promise<void> {
    const { server } = this.office;
    server.comeUp();
    server.sockets = "work";
    server.fate = () => "once";
    for (const { user } of this.devices) server.showAgain(user.id);
    server.bringAll();
    server.network.release();
    for (let minute = 0; minute < 8; minute += 1) await this.office.pass(60_000);
  }

  goOn(): void {
    this.office.server.fate = () => this.#chance.among(["once", "once", "once", "twice", "late"]) ?? "once";
    this.office.server.network.hold();
  }

  readonly #steps: (() => void | Promise<void>)[] = [
    ...Array<() => void>(6).fill(() => {
      this.#post();
    }),
    ...Array<() => void>(3).fill(() => {
      this.#change();
    }),
    ...Array<() => void>(4).fill(() => {
      this.#send();
    }),
    ...Array<() => void>(3).fill(() => {
      this.#openOrClose();
    }),
    ...Array<() => Promise<void>>(3).fill(() => this.office.clock.pass(this.#chance.below(4_000))),
    () => {
      this.#joinOrLeave();
    },
    () => {
      this.#rename();
    },
    () => {
      this.#begin();
    },
    () => {
      this.#browse();
    },
    () => {
      const device = this.#chance.among(this.devices);
      device?.seat.tab.attend(this.#chance.below(2) === 0);
    },
    () => {
      this.office.server.cut(this.#chance.among(this.devices)?.user.id ?? 0);
    },
    () => {
      this.office.server.restart();
    },
    () => {
      this.office.server.sockets = this.#chance.among(["work", "work", "refused", "silent"]) ?? "work";
    },
    () => {
      this.office.workspace.epoch = this.#text();
      this.office.server.restart();
    },
    () => {
      if (this.office.server.state === "up") this.office.server.goDown();
      else this.office.server.comeUp();
    },
    () => {
      this.office.server.skip(this.#chance.among(this.devices)?.user.id ?? 0);
    },
    () => {
      this.office.server.showAgain(this.#chance.among(this.devices)?.user.id ?? 0);
    },
    () => {
      this.office.workspace.forgetEvents(this.#chance.among([...this.office.workspace.rooms.keys()]) ?? 0);
    },
    () => this.#reload(),
  ];

  #room(user: User): number | undefined {
    return this.#chance.among(this.office.workspace.list(user.id).rooms)?.id;
  }

  #text(): string {
    this.#texts += 1;
    return `text ${this.#texts}`;
  }

  /** Somebody writes on a device that is not looked at here. */
  #post(): void {
    const user = this.#chance.among([this.office.asha, this.office.bela, this.office.chidi]);
    const room = user && this.#room(user);
    if (room) this.office.workspace.post(user.id, room, this.office.server.makeKey(), this.#text());
  }

  #change(): void {
    const { workspace } = this.office;
    const room = workspace.rooms.get(this.#chance.among([...workspace.rooms.keys()]) ?? 0);
    const message = this.#chance.among(room?.messages.slice(-20) ?? []);
    if (!room || !message || message.deleted || !workspace.isMember(message.author, room.id)) return;
    if (this.#chance.below(2) === 0) workspace.edit(message.author, room.id, message.number, this.#text());
    else workspace.delete(message.author, room.id, message.number);
  }

  #send(): void {
    const device = this.#chance.among(this.devices);
    const room = this.#chance.among([...(device?.open.values() ?? [])]);
    // Chidi is taken out of rooms: what he then has on its way is rightly refused.
    if (!device || !room || device.user === this.office.chidi) return;
    const text = this.#text();
    room.send(text);
    this.sent.push({ user: device.user, room: room.id, text });
  }

  #openOrClose(): void {
    const device = this.#chance.among(this.devices);
    const id = device && this.#room(device.user);
    const chat = device?.seat.client.chat.value;
    if (!id || !chat) return;
    const open = device.open.get(id);
    if (open) {
      open.close();
      device.open.delete(id);
    } else {
      const room = chat.openRoom(id);
      room.setNewestInView(this.#chance.below(2) === 0);
      device.open.set(id, room);
    }
  }

  #browse(): void {
    const room = this.#chance.among([...(this.#chance.among(this.devices)?.open.values() ?? [])]);
    const browse = this.#chance.among(["loadEarlier", "loadLater", "showNewest", "retry"] as const);
    if (room && browse) room[browse]();
    if (room && this.#chance.below(3) === 0) room.showAround(1 + this.#chance.below(100));
  }

  #joinOrLeave(): void {
    const { workspace, chidi } = this.office;
    const room = this.#chance.among([...workspace.rooms.values()].filter(({ kind }) => kind === "group"));
    if (!room) return;
    if (workspace.isMember(chidi.id, room.id)) workspace.leave(room.id, chidi.id);
    else workspace.join(room.id, chidi.id);
  }

  /** Asha, or Bela, gives a group another name, or the group to somebody else. */
  #rename(): void {
    const { workspace, asha, bela } = this.office;
    const room = this.#chance.among([...workspace.rooms.values()].filter(({ kind }) => kind === "group"));
    if (!room) return;
    if (this.#chance.below(2) === 0) workspace.rename(room.id, asha.id, this.#text());
    else workspace.setRole(room.id, asha.id, bela.id, this.#chance.among(["owner", "member"]) ?? "owner");
  }

  #begin(): void {
    const { workspace, asha, bela, chidi } = this.office;
    workspace.addRoom(
      "group",
      this.#text(),
      this.#chance.among([
        [asha, bela],
        [bela, asha, chidi],
        [chidi, asha],
      ]) ?? [],
    );
  }

  async #reload(): Promise<void> {
    const device = this.#chance.among(this.devices);
    if (!device) return;
    // What was sent a moment ago is in the browser's database now.
    await settled();
    device.seat.tab.close();
    device.open.clear();
    device.seat = await this.office.openTab(device.seat.browser);
  }
}

function seeds(): number[] {
  const first = Number(import.meta.env["VITE_SEED"] ?? 1);
  return Array.from({ length: RUNS }, (_, index) => first + index);
}

/** But for what passes: who has seen what is not told again. */
function shownBy(seat: Seat): readonly Omit<Conversation, "other">[] {
  return (seat.chat.conversations.value ?? []).map(({ other, ...conversation }) => ({
    ...conversation,
    seen: true,
    with: other?.id,
  }));
}

/** What the room shows is the end of what the server has, without a hole. */
function expectWhole(day: Day, user: User, room: OpenRoom): void {
  const rows = rowsOf(room).map(({ number, text, deleted }) => ({ number, text, deleted }));
  const kept = day.office.workspace.member(user.id, room.id).messages;
  const whole = kept.map(({ number, text, deleted }) => ({ number, text, deleted }));
  expect(rows).toEqual(whole.slice(whole.length - rows.length));
  expect(rows.length).toBeGreaterThanOrEqual(Math.min(whole.length, 1));
  // Those of which the server forgot that they happened may be shown still, or not.
  const { lines } = day.office.workspace.page(user.id, room.id, { limit: rows.length });
  const { forgotten } = day.office.workspace.member(user.id, room.id);
  expect(room.timeline.value.lines.filter(({ seq }) => seq > forgotten)).toEqual(lines);
}

async function expectFresh(day: Day, { user, seat, open }: Device): Promise<void> {
  const { office } = day;
  const fresh = await office.arrive(user);
  expect(seat.chat.connection.value.state).toBe("live");
  expect(seat.chat.waiting.value).toBe(0);
  // The list does not say when a room without messages was made: those may stand elsewhere.
  expect(shownBy(seat).filter(({ last }) => last)).toEqual(shownBy(fresh).filter(({ last }) => last));
  expect(new Set(shownBy(seat))).toEqual(new Set(shownBy(fresh)));
  expect(seat.chat.unread.value).toEqual(fresh.chat.unread.value);
  for (const room of open.values()) {
    if (!office.workspace.isMember(user.id, room.id)) {
      expect(room.timeline.value.state).toBe("gone");
      continue;
    }
    room.showNewest();
    await office.pass(0);
    expectWhole(day, user, room);
  }
  fresh.tab.close();
}

function expectKeptOnce(day: Day): void {
  const kept = [...day.office.workspace.keys].map(
    ([key, { room, text }]) => `${key.split(":")[0] ?? ""} ${room} ${text}`,
  );
  for (const { user, room, text } of day.sent) {
    expect(kept.filter((one) => one === `${user.id} ${room} ${text}`)).toHaveLength(1);
  }
}

test.each(seeds())(
  "whatever happens, everybody ends with what a fresh client loads (seed %i)",
  async (seed) => {
    const day = new Day(seed);
    await day.begin();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let step = 0; step < STEPS; step += 1) await day.step();
      await day.rest();
      for (const device of day.devices) await expectFresh(day, device);
      expectKeptOnce(day);
      day.goOn();
    }
  },
  BOUND,
);
