import type { Arrival, Command, Frame, Id, Preferences, Profile, User } from "@/api/types";
import type { FakeClock } from "./clock";
import { FakeNetwork } from "./network";
import { FakeSocket } from "./socket";
import { Refusal, Workspace } from "./workspace";

/** Who is signed in in a browser. */
export interface Jar {
  user: Id | null;
}

/** One connection as the server sees it. */
class Connection {
  /** Frames are being missed. */
  isSkipped = false;
  /** News that others overtake. */
  readonly overtaken: Frame[] = [];

  constructor(
    readonly user: Id,
    readonly send: (frame: Frame) => void,
    readonly end: (code: number) => void,
    readonly cut: () => void,
  ) {}
}

interface Mailbox {
  readonly connection: Connection;
  readonly frames: [number, Frame][];
  sent: number;
  wake: (() => void) | null;
}

export type Fate = "once" | "twice" | "late" | "lost";

type Handler = (by: Id, parts: string[], body: Record<string, unknown>, query: URLSearchParams) => unknown;

/** A server as clients meet it, in memory: its rules are the workspace's. */
export class FakeServer {
  readonly network = new FakeNetwork();
  readonly workspace: Workspace;
  /** `down`: nothing answers. */
  state: "up" | "down" = "up";
  /** What becomes of sockets: `silent` ones are accepted and hear nothing. */
  sockets: "work" | "refused" | "silent" = "work";
  /** What it says of how a request arrived. */
  arrival: Partial<Arrival> = {};
  /** Characters of a request that a proxy before it lets through. */
  largest = Infinity;
  /** Replies to commands get lost. */
  losesReplies = false;
  /** Decides what becomes of each piece of news: it may come twice, be overtaken by the next, or get lost. */
  fate: () => Fate = () => "once";
  /** Whether a resume is followed by what is missing, or only said to have been. */
  answersResume = true;
  /** Commands as they came, without pings. */
  readonly received: Command[] = [];
  readonly requests: string[] = [];
  readonly #refusedRequests = new Map<string, Refusal>();
  readonly #refusals: { readonly do: string; readonly refusal: Refusal }[] = [];
  readonly #connections = new Set<Connection>();
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #clock: FakeClock;
  #count = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
    this.workspace = new Workspace(() => clock.now());
    this.workspace.tell = (news) => {
      if ("room" in news) this.#tell((user) => this.workspace.isMember(user, news.room), news.event);
      else this.#tell((user) => user === news.user, news.event);
    };
  }

  /** A key that nobody has used. */
  makeKey(): string {
    this.#count += 1;
    return `key-${this.#count}`;
  }

  get connections(): number {
    return this.#connections.size;
  }

  addUser(name: string): User {
    return this.workspace.addUser(name);
  }

  /** The next command of this kind is refused. */
  refuse(command: Command["do"], refusal: Refusal): void {
    this.#refusals.push({ do: command, refusal });
  }

  /** The next request of this shape (`n` for each id) is refused. */
  refuseRequest(shape: string, refusal: Refusal): void {
    this.#refusedRequests.set(shape, refusal);
  }

  /** Every connection ends; new ones can be opened. */
  restart(code = 1012): void {
    for (const connection of [...this.#connections]) this.#end(connection, code);
  }

  /** Nothing answers any more, and what is on its way is lost. */
  goDown(): void {
    this.state = "down";
    for (const connection of [...this.#connections]) {
      this.#connections.delete(connection);
      connection.cut();
    }
  }

  /** The network of one user breaks and works again at once. */
  cut(user: Id): void {
    for (const connection of [...this.#connections]) if (connection.user === user) connection.cut();
  }

  comeUp(): void {
    this.state = "up";
  }

  /** Signs a user out everywhere. */
  endSessions(user: Id, jar: Jar): void {
    jar.user = null;
    for (const connection of [...this.#connections]) {
      if (connection.user === user) this.#end(connection, 4401);
    }
  }

  /** A user's connections miss what happens, until `showAgain`. */
  skip(user: Id): void {
    for (const connection of this.#connections) if (connection.user === user) connection.isSkipped = true;
  }

  showAgain(user: Id): void {
    for (const connection of this.#connections) {
      if (connection.user !== user || !connection.isSkipped) continue;
      connection.isSkipped = false;
      connection.send({ type: "behind" });
      connection.send(this.workspace.list(user));
    }
  }

  openSocket(jar: Jar): FakeSocket {
    this.#count += 1;
    const socket = new FakeSocket(this.network, `socket${this.#count}`);
    this.network.carry(`socket${this.#count}-down`, () => {
      this.#meet(socket, jar);
    });
    return socket;
  }

  fetch(jar: Jar, address: string, init: RequestInit): Promise<Response> {
    this.#count += 1;
    const lane = `http${this.#count}`;
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        reject(new TypeError("Failed to fetch"));
      };
      init.signal?.addEventListener("abort", fail);
      this.network.carry(lane, () => {
        if (this.state === "down") fail();
        else {
          void this.#answer(jar, new URL(address), init).then((response) => {
            this.network.carry(lane, () => {
              resolve(response);
            });
          });
        }
      });
    });
  }

  #meet(socket: FakeSocket, jar: Jar): void {
    if (this.state === "down" || this.sockets === "refused" || jar.user === null) {
      socket.cut();
      return;
    }
    if (this.sockets === "silent") return;
    const connection = new Connection(
      jar.user,
      (frame) => {
        socket.push(JSON.stringify(frame));
      },
      (code) => {
        socket.end(code);
      },
      () => {
        socket.cut();
      },
    );
    const leave = (): void => {
      this.#connections.delete(connection);
    };
    socket.accept((data) => {
      this.#take(connection, JSON.parse(data) as Command);
    }, leave);
    this.#welcome(connection);
  }

  #welcome(connection: Connection): void {
    this.#connections.add(connection);
    connection.send({
      type: "hello",
      user: this.workspace.profile(connection.user),
      organisation: this.workspace.organisation,
      epoch: this.workspace.epoch,
      time: this.#clock.now(),
      heartbeat: 20,
      limits: { text: 10_000, frame: 131_072, in_flight: 32 },
    });
    connection.send(this.workspace.list(connection.user));
  }

  #end(connection: Connection, code: number): void {
    this.#connections.delete(connection);
    connection.end(code);
  }

  /** Passing news, as the server would send it to somebody. */
  whisper(user: Id, frame: Frame): void {
    this.#tell((one) => one === user, frame);
  }

  #tell(hears: (user: Id) => boolean, frame: Frame): void {
    for (const connection of this.#connections) {
      if (!connection.isSkipped && hears(connection.user)) this.#bring(connection, frame);
    }
  }

  #bring(connection: Connection, frame: Frame): void {
    const fate = this.fate();
    if (fate === "lost") return;
    if (fate === "late") {
      connection.overtaken.push(frame);
      return;
    }
    connection.send(frame);
    if (fate === "twice") connection.send(frame);
    for (const late of connection.overtaken.splice(0)) connection.send(late);
  }

  /** Whatever was overtaken arrives. */
  bringAll(): void {
    for (const connection of this.#connections) {
      for (const late of connection.overtaken.splice(0)) connection.send(late);
    }
  }

  #take(connection: Connection, command: Command): void {
    if (command.do !== "ping") this.received.push(command);
    if (this.losesReplies && command.do !== "ping") this.#carryOut(connection, command);
    else if (!connection.isSkipped) this.#reply(connection, command);
  }

  #reply(connection: Connection, command: Command): void {
    const { ref } = command;
    try {
      connection.send({ type: "ok", ref, ...this.#carryOut(connection, command) });
      if (command.do === "resume") this.#resume(connection, command.rooms);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, retryAfter } = error;
      connection.send({ type: "problem", ref, status, code, detail: code, retry_after: retryAfter ?? null });
    }
  }

  #carryOut({ user }: Connection, command: Command): { number?: number; seq?: number } {
    const index = this.#refusals.findIndex((one) => one.do === command.do);
    const [refused] = index < 0 ? [] : this.#refusals.splice(index, 1);
    if (refused) throw refused.refusal;
    if (command.do === "post") return this.workspace.post(user, command.room, command.key, command.text);
    if (command.do === "read") this.workspace.read(user, command.room, command.number);
    return {};
  }

  #resume(connection: Connection, rooms: Record<string, number>): void {
    for (const [id, have] of Object.entries(rooms)) {
      const room = Number(id);
      if (!this.workspace.isMember(connection.user, room)) continue;
      const events = this.workspace.replay(room, have);
      if (!events) connection.send({ type: "reset", room, seq: this.workspace.head(room) });
      for (const event of (this.answersResume ? events : null) ?? []) connection.send(event);
    }
    connection.send({ type: "caught-up" });
  }

  async #answer(jar: Jar, { pathname, searchParams }: URL, init: RequestInit): Promise<Response> {
    const path = `${init.method ?? "GET"} ${pathname.replace("/api/v1", "")}`;
    this.requests.push(path);
    if (typeof init.body === "string" && init.body.length > this.largest)
      return new Response("Too large", { status: 413 });
    try {
      const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
      const answer = await this.#route(jar, path, body, searchParams);
      return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return problem(error);
    }
  }

  #route(jar: Jar, path: string, body: Record<string, unknown>, query: URLSearchParams): unknown {
    if (path === "POST /session") return this.#signIn(jar, body);
    if (jar.user === null) throw new Refusal(401, "not-signed-in");
    if (path === "DELETE /session") {
      this.endSessions(jar.user, jar);
      return undefined;
    }
    if (path === "GET /session") return this.#session(jar.user);
    const shape = path.replaceAll(/\/[0-9]+/g, "/n");
    const refusal = this.#refusedRequests.get(shape);
    this.#refusedRequests.delete(shape);
    if (refusal) throw refusal;
    const handler = this.#handlers[shape];
    if (!handler) throw new Refusal(404, "not-found");
    return handler(jar.user, path.match(/[0-9]+/g) ?? [], body, query);
  }

  readonly #handlers: Partial<Record<string, Handler>> = {
    "PUT /preferences": (by, _parts, body) => this.workspace.prefer(by, body as unknown as Preferences),
    "GET /doctor": () => ({
      url: "https://chat.example.org",
      origins: ["https://chat.example.org"],
      secure: true,
      address: "192.0.2.7",
      forwarded: "believed",
      now: this.#clock.now(),
      ...this.arrival,
    }),
    "GET /rooms": (by) => this.workspace.list(by),
    "POST /rooms": (by, _parts, body) => this.#openRoom(by, body),
    "GET /rooms/n/seen": (by, [room]) => ({
      marks: [...this.workspace.member(by, Number(room)).members.values()]
        .filter(({ user }) => user !== by)
        .map(({ user, seen: number }) => ({ user, number })),
      people: [],
    }),
    "GET /rooms/n/members": (by, [room], _body, query) => this.#listMembers(by, Number(room), query),
    "PUT /rooms/n/unread": (by, [room], { number }) => {
      this.workspace.markUnread(by, Number(room), Number(number));
      return { ...this.workspace.see(by, Number(room)) };
    },
    "PUT /rooms/n/notify": (by, [room], { notify }) => {
      this.workspace.setNotify(by, Number(room), notify as "everything");
      return this.workspace.see(by, Number(room));
    },
    "GET /rooms/n": (by, [room]) => this.workspace.see(by, Number(room)),
    "GET /rooms/n/messages": (by, [room], _body, query) => {
      const [before, after] = [query.get("before"), query.get("after")];
      const limit = Number(query.get("limit"));
      return this.workspace.page(by, Number(room), {
        limit,
        ...(before && { before: Number(before) }),
        ...(after && { after: Number(after) }),
      });
    },
    "PATCH /rooms/n/messages/n": (by, [room, number], { text }) =>
      this.workspace.edit(by, Number(room), Number(number), String(text)),
    "DELETE /rooms/n/messages/n": (by, [room, number]) =>
      this.workspace.delete(by, Number(room), Number(number)),
    "GET /profiles": (_by, _parts, _body, query) => this.#findProfiles(query),
    "GET /search": (by, _parts, _body, query) => this.#search(by, query),
    "POST /connections": (by) => this.#openMailbox(by),
    "POST /connections/n/poll": (_by, [id = ""], { ack }) => this.#poll(id, Number(ack)),
    "POST /connections/n/commands": (_by, [id = ""], command) => {
      this.#take(this.#mailbox(id).connection, command as unknown as Command);
      return null;
    },
    "DELETE /connections/n": (_by, [id = ""]) => {
      this.#connections.delete(this.#mailbox(id).connection);
      this.#mailboxes.delete(id);
    },
  };

  #signIn(jar: Jar, { email, password }: Record<string, unknown>): unknown {
    const user = [...this.workspace.users.values()].find((one) => one.email === email);
    if (!user || password !== "correct horse") throw new Refusal(401, "wrong-credentials");
    jar.user = user.id;
    return this.#session(user.id);
  }

  #session(user: Id): unknown {
    return {
      session: user * 10,
      user: this.workspace.users.get(user),
      organisation: this.workspace.organisation,
    };
  }

  #listMembers(by: Id, room: Id, query: URLSearchParams): unknown {
    const placeOf = ({ profile: { name, id } }: { profile: Profile }): string => `${name}-${id}`;
    const after = query.get("after") ?? "";
    const members = [...this.workspace.member(by, room).members.values()]
      .map(({ user, role }) => ({ profile: this.workspace.profile(user), role }))
      .filter((member) => placeOf(member) > after)
      .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
    const shown = members.slice(0, Number(query.get("limit")));
    const last = shown.at(-1);
    return { members: shown, next: last && shown.length < members.length ? placeOf(last) : null };
  }

  #openRoom(by: Id, { kind, user, name, users }: Record<string, unknown>): unknown {
    const people = [by, ...(kind === "direct" ? [user] : (users as Id[]))].map((id) => {
      const found = this.workspace.users.get(Number(id));
      if (!found) throw new Refusal(404, "no-such-user");
      return found;
    });
    const room = this.workspace.addRoom(kind === "direct" ? "direct" : "group", String(name), people);
    return this.workspace.see(by, room);
  }

  #findProfiles(query: URLSearchParams): unknown {
    const ids = query.getAll("ids");
    if (ids.length > 0) return ids.map((id) => this.workspace.profile(Number(id)));
    const name = (query.get("name") ?? "").toLowerCase();
    const found = [...this.workspace.users.values()].filter((user) =>
      user.name.toLowerCase().startsWith(name),
    );
    return found.map(({ id }) => this.workspace.profile(id));
  }

  #search(by: Id, query: URLSearchParams): unknown {
    const wanted = query.get("q") ?? "";
    const hits = this.workspace.list(by).rooms.flatMap(({ id: room }) =>
      this.workspace
        .member(by, room)
        .messages.filter(({ text }) => text.includes(wanted))
        .map((message) => ({ room, message })),
    );
    const from = Number(query.get("before") ?? 0);
    const end = from + Number(query.get("limit"));
    return { hits: hits.slice(from, end), people: [], before: end < hits.length ? end : null };
  }

  #openMailbox(user: Id): { id: string } {
    this.#count += 1;
    const id = String(this.#count);
    const frames: [number, Frame][] = [];
    const close = (): void => {
      this.#mailboxes.delete(id);
      this.#connections.delete(connection);
      mailbox.wake?.();
    };
    const send = (frame: Frame): void => {
      mailbox.sent += 1;
      // Sent later as it is now.
      frames.push([mailbox.sent, structuredClone(frame)]);
      mailbox.wake?.();
    };
    const connection = new Connection(user, send, close, close);
    const mailbox: Mailbox = { connection, frames, sent: 0, wake: null };
    this.#mailboxes.set(id, mailbox);
    this.#welcome(connection);
    return { id };
  }

  async #poll(id: string, ack: number): Promise<unknown> {
    const mailbox = this.#mailbox(id);
    while (mailbox.frames[0] && mailbox.frames[0][0] <= ack) mailbox.frames.shift();
    if (mailbox.frames.length === 0) {
      await new Promise<void>((resolve) => {
        mailbox.wake = resolve;
        this.#clock.after(25_000, resolve);
      });
    }
    return { frames: [...this.#mailbox(id).frames] };
  }

  #mailbox(id: string): Mailbox {
    const mailbox = this.#mailboxes.get(id);
    if (!mailbox) throw new Refusal(410, "connection-gone");
    return mailbox;
  }
}

function problem({ status, code, retryAfter }: Refusal): Response {
  return new Response(JSON.stringify({ status, code, detail: code, request: "r" }), {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
    },
  });
}
