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
  /** `null` where the browser shows no notifications to this page. */
  readonly notifier: Notifier | null;
  /** Calls at every such sign; the returned function ends that. */
  watch(listener: (sign: Sign) => void): () => void;
}

/**
 * `online`: the network may be back. `shown`: the page became visible. `attention`: `isAttended` may have changed.
 * `input`: somebody moves the mouse, types or touches; told now and then.
 */
export type Sign = "online" | "offline" | "shown" | "attention" | "input";

/** Notifications of the desktop. */
export interface Notifier {
  permission(): "default" | "granted" | "denied";
  /** Asks the user, who must just have done something; whether it is granted. */
  ask(): Promise<boolean>;
  /** Of the same tag there is one, whichever tab shows it. The returned function closes it. */
  show(tag: string, title: string, body: string, chosen: () => void): () => void;
}

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
    notifier: findNotifier(),
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

function findNotifier(): Notifier | null {
  // Pages from an insecure origin may not, and some browsers know no such thing.
  if (!("Notification" in window) || !isSecureContext) return null;
  return {
    permission: () => Notification.permission,
    ask: async () => (await Notification.requestPermission()) === "granted",
    show: notify,
  };
}

function notify(tag: string, title: string, body: string, chosen: () => void): () => void {
  const notification = makeNotification(title, { tag, body });
  if (!notification) return () => undefined;
  notification.onclick = () => {
    window.focus();
    notification.close();
    chosen();
  };
  return () => {
    notification.close();
  };
}

/** Browsers of phones permit notifications to pages, and then make none. */
function makeNotification(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const INPUT_EVERY = 10_000;

function watchInput(listener: (sign: Sign) => void, signal: AbortSignal): void {
  let told = 0;
  const tell = (): void => {
    if (Date.now() - told < INPUT_EVERY) return;
    told = Date.now();
    listener("input");
  };
  for (const input of INPUTS) window.addEventListener(input, tell, { signal, passive: true, capture: true });
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
  watchInput(listener, over.signal);
  tell(window, "online", () => "online");
  tell(window, "offline", () => "offline");
  tell(window, "focus", () => "attention");
  tell(window, "blur", () => "attention");
  tell(document, "visibilitychange", () => (document.visibilityState === "visible" ? "shown" : "attention"));
  return () => {
    over.abort();
  };
}
