import "fake-indexeddb/auto";
import type { Notifier, Sign, World } from "@/api/world";
import type { FakeClock } from "./clock";
import type { FakeServer, Jar } from "./server";

/** Databases outlive a test: each browser has its own. */
let databases = 0;

/** A browser of one person: what its tabs share. */
export class FakeBrowser {
  readonly jar: Jar = { user: null };
  readonly storage = new Map<string, string>();
  isStorageFull = false;
  readonly channels = new Map<string, Set<FakeChannel>>();
  readonly locks: FakeLocks | null;
  readonly desktop = new FakeDesktop();
  readonly database: string;

  constructor(
    readonly clock: FakeClock,
    readonly server: FakeServer,
    { hasLocks = true } = {},
  ) {
    this.locks = hasLocks ? new FakeLocks() : null;
    databases += 1;
    this.database = `deskchat-${databases}`;
  }

  openTab(random: () => number = () => 0.5): FakeTab {
    return new FakeTab(this, random);
  }
}

/** One tab: a world in which a client lives, until it is closed. */
export class FakeTab implements World {
  readonly origin = "https://chat.example.org";
  readonly random: () => number;
  readonly database: string;
  readonly storage: Storage;
  readonly locks: LockManager | null;
  attended = true;
  readonly notifier: Notifier;
  readonly #browser: FakeBrowser;
  readonly #listeners = new Set<(sign: Sign) => void>();
  readonly #closed: Promise<void>;
  readonly #cut: (() => void)[] = [];
  #isClosed = false;

  constructor(browser: FakeBrowser, random: () => number) {
    this.#browser = browser;
    this.random = random;
    this.#closed = new Promise((resolve) => {
      this.#cut.push(resolve);
    });
    this.database = browser.database;
    this.storage = storageOf(browser);
    this.locks = browser.locks?.forTab(this.#closed) ?? null;
    this.notifier = browser.desktop.notifier;
  }

  now(): number {
    return this.#browser.clock.now();
  }

  after(delay: number, run: () => void): () => void {
    return this.#browser.clock.after(delay, () => {
      if (!this.#isClosed) run();
    });
  }

  newKey(): string {
    return this.#browser.server.makeKey();
  }

  fetch(address: string, init: RequestInit): Promise<Response> {
    if (this.#isClosed) return new Promise(() => undefined);
    return this.#browser.server.fetch(this.#browser.jar, address, init);
  }

  openSocket(): WebSocket {
    const socket = this.#browser.server.openSocket(this.#browser.jar);
    this.#cut.push(() => {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    });
    return socket as unknown as WebSocket;
  }

  openChannel(name: string): BroadcastChannel {
    const channels = this.#browser.channels.get(name) ?? new Set();
    this.#browser.channels.set(name, channels);
    const channel = new FakeChannel(channels);
    this.#cut.push(() => {
      channel.close();
    });
    return channel as unknown as BroadcastChannel;
  }

  isAttended(): boolean {
    return this.attended;
  }

  watch(listener: (sign: Sign) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  give(sign: Sign): void {
    for (const listener of [...this.#listeners]) listener(sign);
  }

  attend(attended: boolean): void {
    this.attended = attended;
    this.give("attention");
  }

  /** As when somebody closes it, or the browser is killed: nothing in it runs any more. */
  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
    for (const cut of this.#cut) cut();
  }
}

class FakeChannel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly #all: Set<FakeChannel>;

  constructor(all: Set<FakeChannel>) {
    this.#all = all;
    all.add(this);
  }

  postMessage(data: unknown): void {
    const copy = structuredClone(data);
    for (const other of this.#all) {
      if (other === this) continue;
      queueMicrotask(() => {
        if (this.#all.has(other)) other.onmessage?.({ data: copy });
      });
    }
  }

  close(): void {
    this.#all.delete(this);
  }
}

/** Where notifications are shown, at most one of each tag. */
export class FakeDesktop {
  permission: "default" | "granted" | "denied" = "default";
  readonly shown = new Map<string, { title: string; body: string; choose: () => void }>();
  asked = 0;
  readonly notifier: Notifier = {
    permission: () => this.permission,
    ask: () => {
      this.asked += 1;
      this.permission = "granted";
      return Promise.resolve(true);
    },
    show: (tag, title, body, choose) => {
      this.shown.set(tag, { title, body, choose });
      return () => this.shown.delete(tag);
    },
  };

  get bodies(): string[] {
    return [...this.shown.values()].map(({ body }) => body);
  }
}

class FakeLocks {
  readonly #queues = new Map<string, Promise<void>>();
  readonly #shared = new Map<string, number>();

  /** The locks as one tab sees them: it lets go of all when it is closed. */
  forTab(closed: Promise<void>): LockManager {
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    const share = async (name: string, work: () => Promise<void>): Promise<void> => {
      this.#shared.set(name, (this.#shared.get(name) ?? 0) + 1);
      await Promise.race([work(), closed]);
      this.#shared.set(name, (this.#shared.get(name) ?? 0) - 1);
    };
    const requestAs = async (
      name: string,
      { mode }: { mode: string },
      work: (lock: object | null) => Promise<unknown>,
    ): Promise<unknown> => {
      if (mode === "exclusive") return work(this.#shared.get(name) ? null : {});
      return share(name, () => work({}) as Promise<void>);
    };
    const requestInTurn = async (name: string, work: () => Promise<void>): Promise<void> => {
      const before = this.#queues.get(name) ?? Promise.resolve();
      const turn = before.then(() => (isClosed ? undefined : Promise.race([work(), closed])));
      this.#queues.set(name, turn);
      await turn;
    };
    const request = (name: string, ...rest: unknown[]): Promise<unknown> =>
      rest.length === 1
        ? requestInTurn(name, rest[0] as () => Promise<void>)
        : requestAs(name, rest[0] as { mode: string }, rest[1] as (lock: object | null) => Promise<unknown>);
    return { request } as unknown as LockManager;
  }
}

function storageOf(browser: FakeBrowser): Storage {
  const kept = browser.storage;
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => {
      if (browser.isStorageFull) throw new DOMException("Full", "QuotaExceededError");
      kept.set(name, text);
    },
    removeItem: (name: string) => kept.delete(name),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  } as unknown as Storage;
}
