import { Refused, Unreachable } from "@/api/http";
import type { Id, Ok } from "@/api/types";
import type { World } from "@/api/world";
import { Lane, type Outcome } from "./lane";
import { rowId } from "./messages";
import { Derived } from "./observable";
import { OutboxStore, type Entry } from "./outbox-store";
import type { MessageView } from "./shapes";

/** Another tab sends what it has written itself; only if it does not, this one does. */
const OTHERS_AFTER = 5_000;

/** An entry as this tab knows it: it is sent only after it was kept, or could not be. */
interface Waiting {
  readonly entry: Entry;
  readonly state: "new" | "kept" | "not-kept" | "accepted";
  /** Once accepted: its message is about to come. */
  readonly number: number | null;
}

type TabNews =
  | { readonly put: Entry }
  | { readonly accepted: string; readonly number: number }
  | { readonly removed: string };

export interface OutboxParts {
  readonly world: World;
  readonly me: Id;
  post(room: Id, key: string, text: string): Promise<Ok>;
  /** Whether the message of this number is already in the room, as far as this client knows. */
  isThere(room: Id, number: number): boolean;
  /** Something of this room's unsent messages has changed. */
  changed(room: Id): void;
}

/** What one user has written and the server does not have yet. Survives a reload; tabs see each other's. */
export class Outbox {
  /** How many wait to be sent, the failed ones not counted. */
  readonly count = new Derived(() => this.#pending().length);
  readonly #parts: OutboxParts;
  readonly #store: OutboxStore;
  readonly #channel: BroadcastChannel;
  readonly #waiting = new Map<string, Waiting>();
  readonly #rows = new WeakMap<Entry, MessageView>();
  readonly #lanes = new Map<Id, Lane>();
  readonly #loaded: Promise<void>;
  #isLive = false;
  #isStopped = false;
  #lastAt = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#store = new OutboxStore(parts.world.database, parts.world.storage);
    this.#channel = parts.world.openChannel(`deskchat-outbox-${parts.me}`);
    this.#channel.onmessage = (event: MessageEvent<TabNews>) => {
      this.#hear(event.data);
    };
    this.#loaded = this.#load();
  }

  /** Unsent messages of a room, oldest first. */
  list(room: Id): MessageView[] {
    return this.#ofRoom(room).map((waiting) => this.#row(waiting));
  }

  /** Keeps a text and sends it as soon as can be. */
  add(room: Id, text: string): void {
    const { world, me } = this.#parts;
    this.#lastAt = Math.max(world.now(), this.#lastAt + 1);
    void this.#enter({ key: world.newKey(), user: me, room, text, at: this.#lastAt, problem: null });
  }

  /** Sends a failed one again. */
  tryAgain(row: string): void {
    const failed = this.#findFailed(row);
    if (!failed) return;
    const isKeySpent = failed.problem?.code === "key-used";
    if (isKeySpent) this.#remove(failed.key);
    void this.#enter({ ...failed, key: isKeySpent ? this.#parts.world.newKey() : failed.key, problem: null });
  }

  /** Deletes a failed one. */
  discard(row: string): void {
    const failed = this.#findFailed(row);
    if (failed) this.#remove(failed.key);
  }

  /** One's own message of this key is there: whatever the reply to its post said, or will say. */
  settle(key: string, number: number): void {
    if (!this.#waiting.has(key)) return;
    this.#forget(key);
    void this.#finish(key, number);
  }

  /** Whether the server can be reached. */
  async setLive(isLive: boolean): Promise<void> {
    this.#isLive = isLive;
    await this.#loaded;
    if (!this.#isLive) return;
    for (const room of new Set(this.#pending().map(({ entry }) => entry.room))) void this.#lane(room).wake();
  }

  async stop(): Promise<void> {
    this.#isLive = false;
    this.#isStopped = true;
    this.#channel.close();
    for (const lane of this.#lanes.values()) lane.stopResting();
    await this.#store.close();
  }

  async #load(): Promise<void> {
    for (const entry of await this.#store.list(this.#parts.me)) {
      if (!this.#waiting.has(entry.key)) this.#put(entry, "kept");
    }
  }

  async #enter(entry: Entry): Promise<void> {
    this.#put(entry, "new");
    this.#put(entry, await this.#keep(entry));
    await this.#lane(entry.room).run();
  }

  async #keep(entry: Entry): Promise<"kept" | "not-kept"> {
    const isKept = await this.#store.put(entry);
    this.#tell({ put: entry });
    return isKept ? "kept" : "not-kept";
  }

  #hear(news: TabNews): void {
    if ("removed" in news) {
      this.#forget(news.removed);
      return;
    }
    if ("accepted" in news) {
      this.#expect(news.accepted, news.number);
      return;
    }
    this.#put(news.put, "kept");
    this.#parts.world.after(OTHERS_AFTER, () => {
      void this.#lane(news.put.room).run();
    });
  }

  #lane(room: Id): Lane {
    const { world, me } = this.#parts;
    const lane =
      this.#lanes.get(room) ?? new Lane(world, `deskchat-outbox-${me}-${room}`, () => this.#sendNext(room));
    this.#lanes.set(room, lane);
    return lane;
  }

  async #sendNext(room: Id): Promise<Outcome | null> {
    const next = this.#pending().find(({ entry }) => entry.room === room);
    if (!next || next.state === "new" || !this.#isLive) return null;
    if (next.state === "kept" && (await this.#store.lacks(next.entry.key))) {
      // Another tab has sent it, and its word of that is on the way.
      this.#forget(next.entry.key);
      return { kind: "sent" };
    }
    return this.#send(next.entry);
  }

  async #send(entry: Entry): Promise<Outcome | null> {
    try {
      const { number } = await this.#parts.post(entry.room, entry.key, entry.text);
      await this.#accept(entry.key, number ?? 0);
      return { kind: "sent" };
    } catch (error) {
      // Without a connection there is nothing to wait for: it goes out when there is one again.
      if (error instanceof Unreachable) return this.#isLive ? { kind: "stuck", retryAfter: null } : null;
      if (!(error instanceof Refused)) throw error;
      if (isPassing(error)) return { kind: "stuck", retryAfter: error.retryAfter };
      await this.#setAside({ ...entry, problem: { code: error.code, detail: error.detail } });
      return { kind: "sent" };
    }
  }

  async #accept(key: string, number: number): Promise<void> {
    if (!this.#waiting.has(key)) return;
    this.#expect(key, number);
    await this.#finish(key, number);
  }

  /** Nobody has to send it any more. Other tabs may still have to wait for its message. */
  async #finish(key: string, number: number): Promise<void> {
    this.#tell({ accepted: key, number });
    await this.#store.remove(key);
  }

  /** The server has it. Its row stays until its message comes, unless that has come already. */
  #expect(key: string, number: number): void {
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    const { entry } = waiting;
    if (this.#parts.isThere(entry.room, number)) this.#waiting.delete(key);
    else this.#waiting.set(key, { entry: { ...entry }, state: "accepted", number });
    this.#changed(entry.room);
  }

  async #setAside(failed: Entry): Promise<void> {
    this.#put(failed, await this.#keep(failed));
  }

  #remove(key: string): void {
    this.#forget(key);
    this.#tell({ removed: key });
    void this.#store.remove(key);
  }

  #put(entry: Entry, state: "new" | "kept" | "not-kept"): void {
    this.#lastAt = Math.max(this.#lastAt, entry.at);
    this.#waiting.set(entry.key, { entry, state, number: null });
    this.#changed(entry.room);
  }

  #forget(key: string): void {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (waiting) this.#changed(waiting.entry.room);
  }

  #changed(room: Id): void {
    this.count.invalidate();
    this.#parts.changed(room);
  }

  #tell(news: TabNews): void {
    if (!this.#isStopped) this.#channel.postMessage(news);
  }

  #findFailed(row: string): Entry | null {
    const found = [...this.#waiting.values()].find(({ entry }) => rowId(entry.user, entry.key) === row);
    return found?.entry.problem ? found.entry : null;
  }

  #pending(): Waiting[] {
    return this.#sorted(({ entry, state }) => !entry.problem && state !== "accepted");
  }

  #ofRoom(room: Id): Waiting[] {
    return this.#sorted(({ entry }) => entry.room === room);
  }

  #sorted(wanted: (waiting: Waiting) => boolean): Waiting[] {
    return [...this.#waiting.values()].filter(wanted).sort(byAge);
  }

  #row({ entry, number }: Waiting): MessageView {
    const row = this.#rows.get(entry) ?? rowOf(entry, number);
    this.#rows.set(entry, row);
    return row;
  }
}

function byAge({ entry: one }: Waiting, { entry: other }: Waiting): number {
  return one.at - other.at || (one.key < other.key ? -1 : 1);
}

/** The server cannot take it now: the same key again, later. */
function isPassing({ status }: Refused): boolean {
  return status === 401 || status === 429 || status >= 500;
}

function rowOf(entry: Entry, number: number | null): MessageView {
  const status = entry.problem ? "failed" : number === null ? "sending" : "sent";
  return {
    id: rowId(entry.user, entry.key),
    number,
    author: entry.user,
    own: true,
    text: entry.text,
    created: entry.at,
    edited: null,
    deleted: null,
    mentions: [],
    mentionsMe: false,
    status,
    problem: entry.problem,
  };
}
