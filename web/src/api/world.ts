/** What the client takes of its surroundings, so that tests can put their own in. Times are milliseconds. */
export interface World {
  /** Where the server is: scheme, host and port. */
  readonly origin: string;
  now(): number;
  /** Runs it once, later; the returned function calls it off. */
  after(delay: number, run: () => void): () => void;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** A new key: nobody ever makes the same. */
  newKey(): string;
  fetch(address: string, init: RequestInit): Promise<Response>;
  openSocket(address: string): WebSocket;
  /** Other tabs of this browser hear what is posted on a channel. */
  openChannel(name: string): BroadcastChannel;
  /** Absent where the page came over plain HTTP from another machine. */
  readonly locks: LockManager | null;
  /** The name of the client's database in this browser. */
  readonly database: string;
  /** `null` where the browser keeps nothing for this page. */
  readonly storage: Storage | null;
  /** Whether the page is visible and has the focus: somebody can be reading it. */
  isAttended(): boolean;
  /** Calls at every such sign; the returned function ends that. */
  watch(listener: (sign: Sign) => void): () => void;
}

/** `online`: the network may be back. `shown`: the page became visible. `attention`: `isAttended` may have changed. */
export type Sign = "online" | "offline" | "shown" | "attention";

export function browserWorld(): World {
  return {
    origin: location.origin,
    now: () => Date.now(),
    after: (delay, run) => {
      const timer = setTimeout(run, delay);
      return () => {
        clearTimeout(timer);
      };
    },
    random: () => Math.random(),
    newKey: randomKey,
    fetch: (address, init) => fetch(address, init),
    openSocket: (address) => new WebSocket(address),
    openChannel: (name) => new BroadcastChannel(name),
    // Pages from an insecure origin have none.
    locks: "locks" in navigator ? navigator.locks : null,
    database: "deskchat",
    storage: findStorage(),
    isAttended: () => document.visibilityState === "visible" && document.hasFocus(),
    watch: watchSigns,
  };
}

/** 128 random bits. Not `crypto.randomUUID`, which insecure origins lack. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function findStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    // The user has forbidden it: reading the property throws.
    return null;
  }
}

function watchSigns(listener: (sign: Sign) => void): () => void {
  const over = new AbortController();
  const tell = (target: EventTarget, event: string, sign: () => Sign): void => {
    target.addEventListener(
      event,
      () => {
        listener(sign());
      },
      { signal: over.signal },
    );
  };
  tell(window, "online", () => "online");
  tell(window, "offline", () => "offline");
  tell(window, "focus", () => "attention");
  tell(window, "blur", () => "attention");
  tell(document, "visibilitychange", () => (document.visibilityState === "visible" ? "shown" : "attention"));
  return () => {
    over.abort();
  };
}
