import { Backoff } from "./backoff";
import { Commands, type Order } from "./commands";
import { Unreachable, type Http } from "./http";
import { PollingTransport } from "./polling";
import { SocketTransport } from "./socket";
import type { Transport, TransportListener, Via } from "./transport";
import type { CommandRefused, Frame, Hello, Milliseconds, Ok } from "./types";
import type { World } from "./world";

/** Some proxies accept the upgrade and go silent. */
const SOCKET_HELLO_WITHIN = 5_000;
const POLLING_HELLO_WITHIN = 20_000;
const SIGN_OF_LIFE_WITHIN = 10_000;
const SOCKET_AGAIN_AFTER = 5 * 60_000;
/** A connection that ended sooner counts as a failed attempt: else a server that accepts and drops would be asked without pause. */
const STEADY_AFTER = 10_000;

export type News = Exclude<Frame, Hello | Ok | CommandRefused>;

export interface LinkState {
  /** `connecting`: for the first time. `retryAt`: when a link that is `down` is tried next; `null` while it is. */
  readonly state: "connecting" | "open" | "down";
  readonly via: Via | null;
  readonly retryAt: Milliseconds | null;
}

export interface LinkListener {
  changed(state: LinkState): void;
  /** A new connection stands; `rooms` follows. False if it is not for this user: then it is dropped. */
  hello(hello: Hello): boolean;
  news(frame: News): void;
  /** Whether the same user is still signed in; rejects with Unreachable if that cannot be found out. */
  isSignedIn(): Promise<boolean>;
}

/** The connection to the server, kept alive: a socket where it works, else long polling, again and again. */
export class Link {
  readonly #world: World;
  readonly #http: Http;
  readonly #listener: LinkListener;
  readonly #commands: Commands;
  readonly #backoff: Backoff;
  readonly #unwatch: () => void;

  #transport: Transport | null = null;
  /** A socket that is being tried while polling works. */
  #candidate: Transport | null = null;
  #state: LinkState = { state: "connecting", via: null, retryAt: null };
  #stopped = false;
  #socketHasWorked = false;
  #failedHandshakes = 0;
  #noSocketUntil = 0;
  #openedAt = 0;
  #heardAt = 0;
  /** Something was heard since the last ping. */
  #showsLife = true;
  #heartbeat = 0;
  /** Calls off what the state waits for: the hello, a sign of life, the next attempt. */
  #callOff: (() => void) | null = null;
  #callOffSocketAgain: (() => void) | null = null;

  constructor(world: World, http: Http, listener: LinkListener) {
    this.#world = world;
    this.#http = http;
    this.#listener = listener;
    this.#commands = new Commands(world);
    this.#backoff = new Backoff(world.random);
    this.#unwatch = world.watch((sign) => {
      if (sign === "offline") this.#breakOff();
      else if (sign !== "attention") this.retry();
    });
    this.#connect();
  }

  /** Sends a command. Rejects with Refused, or with Unreachable if it may or may not have been carried out. */
  command(order: Order): Promise<Ok> {
    return this.#commands.send(order);
  }

  /** The device woke up, its network is back, or its user does not want to wait. */
  retry(): void {
    if (this.#state.state === "open") this.#askForSignOfLife();
    else if (this.#state.retryAt !== null) this.#connectNow();
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    this.#drop();
  }

  #connect(): void {
    if (this.#state.state === "down") this.#change({ ...this.#state, retryAt: null });
    const isSocketTried = this.#world.now() >= this.#noSocketUntil;
    this.#transport = isSocketTried ? this.#openSocket() : this.#openPolling();
    this.#await(isSocketTried ? SOCKET_HELLO_WITHIN : POLLING_HELLO_WITHIN, () => {
      this.#hearNothing();
    });
  }

  #openSocket(): Transport {
    const transport: Transport = new SocketTransport(
      this.#world,
      this.#hear(() => transport),
    );
    return transport;
  }

  #openPolling(): Transport {
    const transport: Transport = new PollingTransport(
      this.#http,
      this.#hear(() => transport),
    );
    return transport;
  }

  #hear(transport: () => Transport): TransportListener {
    return {
      frame: (frame) => {
        this.#take(transport(), frame);
      },
      closed: (sessionEnded) => {
        this.#lose(transport(), sessionEnded);
      },
    };
  }

  #take(transport: Transport, frame: Frame): void {
    this.#heardAt = this.#world.now();
    this.#showsLife = true;
    if (frame.type === "hello") {
      this.#open(transport, frame);
    } else if (frame.type === "ok" || frame.type === "problem") {
      this.#commands.settle(frame);
    } else {
      if (frame.type === "behind") this.#commands.abandon();
      this.#listener.news(frame);
    }
  }

  #open(transport: Transport, hello: Hello): void {
    if (transport === this.#candidate) this.#replaceByCandidate();
    this.#commands.attach(transport, hello.limits.in_flight);
    if (!this.#listener.hello(hello)) {
      this.#lose(transport, true);
      return;
    }
    if (transport.via === "socket") {
      this.#socketHasWorked = true;
      this.#failedHandshakes = 0;
    }
    this.#openedAt = this.#world.now();
    this.#heartbeat = hello.heartbeat * 1000;
    this.#awaitSilence();
    this.#scheduleSocketAgain();
    this.#change({ state: "open", via: transport.via, retryAt: null });
  }

  #replaceByCandidate(): void {
    const candidate = this.#candidate;
    this.#candidate = null;
    this.#drop();
    this.#transport = candidate;
    this.#noSocketUntil = 0;
  }

  /** No hello came. */
  #hearNothing(): void {
    const via = this.#transport?.via;
    this.#drop();
    if (via === "polling") {
      this.#wait();
      return;
    }
    this.#avoidSocket();
    this.#connect();
  }

  #lose(transport: Transport, sessionEnded: boolean): void {
    if (transport === this.#candidate) {
      this.#candidate = null;
      this.#scheduleSocketAgain();
      return;
    }
    const wasOpen = this.#state.state === "open";
    this.#drop();
    if (wasOpen && this.#world.now() - this.#openedAt >= STEADY_AFTER) this.#backoff.reset();
    const isHandshake = !wasOpen && transport.via === "socket";
    if (isHandshake || sessionEnded) void this.#findOut(isHandshake);
    else this.#wait();
  }

  /** The browser does not say why a handshake failed: the session, the network or the proxy. */
  async #findOut(isHandshake: boolean): Promise<void> {
    this.#change({ state: "down", via: null, retryAt: null });
    let signedIn: boolean | null;
    try {
      signedIn = await this.#listener.isSignedIn();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      signedIn = null;
    }
    if (this.#stopped || this.#transport || signedIn === false) return;
    if (signedIn && isHandshake && this.#givesUpSocket()) this.#connect();
    else this.#wait();
  }

  #givesUpSocket(): boolean {
    this.#failedHandshakes += 1;
    // A server that is just restarting refuses once where a socket has worked before.
    if (this.#socketHasWorked && this.#failedHandshakes < 2) return false;
    this.#avoidSocket();
    return true;
  }

  #avoidSocket(): void {
    this.#noSocketUntil = this.#world.now() + SOCKET_AGAIN_AFTER;
  }

  #wait(): void {
    const delay = this.#backoff.next();
    this.#change({ state: "down", via: null, retryAt: this.#world.now() + delay });
    this.#await(delay, () => {
      this.#connect();
    });
  }

  /** The device has no network any more: what goes on over the connection would only be waited for. */
  #breakOff(): void {
    if (this.#state.state === "open") this.#giveUp();
  }

  #connectNow(): void {
    this.#callOff?.();
    this.#backoff.reset();
    this.#connect();
  }

  #awaitSilence(): void {
    const quietFor = this.#world.now() - this.#heardAt;
    this.#await(this.#heartbeat - quietFor, () => {
      if (this.#world.now() - this.#heardAt >= this.#heartbeat) this.#askForSignOfLife();
      else this.#awaitSilence();
    });
  }

  #askForSignOfLife(): void {
    this.#showsLife = false;
    this.#commands.ping();
    this.#await(SIGN_OF_LIFE_WITHIN, () => {
      if (this.#showsLife) this.#awaitSilence();
      else this.#giveUp();
    });
  }

  #giveUp(): void {
    this.#drop();
    this.#wait();
  }

  #scheduleSocketAgain(): void {
    this.#callOffSocketAgain?.();
    if (this.#transport?.via !== "polling") return;
    this.#callOffSocketAgain = this.#world.after(SOCKET_AGAIN_AFTER, () => {
      this.#trySocketAgain();
    });
  }

  #trySocketAgain(): void {
    const candidate = this.#openSocket();
    this.#candidate = candidate;
    this.#callOffSocketAgain = this.#world.after(SOCKET_HELLO_WITHIN, () => {
      candidate.close();
      this.#lose(candidate, false);
    });
  }

  #drop(): void {
    this.#callOff?.();
    this.#callOffSocketAgain?.();
    this.#candidate?.close();
    this.#candidate = null;
    this.#transport?.close();
    this.#transport = null;
    this.#commands.detach();
  }

  #await(delay: number, run: () => void): void {
    this.#callOff?.();
    this.#callOff = this.#world.after(delay, run);
  }

  #change(state: LinkState): void {
    this.#state = state;
    if (!this.#stopped) this.#listener.changed(state);
  }
}
