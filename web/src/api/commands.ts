import { Refused, Unreachable } from "./http";
import type { Transport } from "./transport";
import type { Command, CommandRefused, Ok } from "./types";
import type { World } from "./world";

/** After so long without a reply, though the connection lives, the outcome counts as unknown. */
const REPLY_WITHIN = 30_000;

type Unnumbered<T> = T extends Command ? Omit<T, "ref"> : never;
/** A command without its `ref`. */
export type Order = Unnumbered<Command>;

interface Waiting {
  readonly command: Command;
  resolve(ok: Ok): void;
  reject(error: Refused | Unreachable): void;
  stopClock: (() => void) | null;
}

/** Commands and their replies: numbers them, keeps no more in flight than the server takes, fails them all with the connection. */
export class Commands {
  readonly #world: World;
  readonly #queued: Waiting[] = [];
  readonly #inFlight = new Map<number, Waiting>();
  #transport: Transport | null = null;
  #most = 1;
  #lastRef = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on commands go out on this transport, at most so many waiting for a reply. */
  attach(transport: Transport, most: number): void {
    this.#transport = transport;
    // One place is left for a ping.
    this.#most = most - 1;
  }

  /** There is no connection: what has no reply now never gets one. */
  detach(): void {
    this.#transport = null;
    this.abandon();
    for (const waiting of this.#queued.splice(0)) waiting.reject(new Unreachable("Not connected"));
  }

  /** Rejects with Refused, or with Unreachable if the outcome is not known. */
  send(order: Order): Promise<Ok> {
    if (!this.#transport) return Promise.reject(new Unreachable("Not connected"));
    const command = this.#number(order);
    return new Promise((resolve, reject) => {
      this.#queued.push({ command, resolve, reject, stopClock: null });
      this.#sendNext();
    });
  }

  /** Asks for a sign of life; any frame is one. */
  ping(): void {
    this.#transport?.send(this.#number({ do: "ping" }));
  }

  /** The reply to a command. A reply to nobody is a ping's, or too late. */
  settle(reply: Ok | CommandRefused): void {
    const waiting = reply.ref ? this.#end(reply.ref) : undefined;
    if (reply.type === "ok") waiting?.resolve(reply);
    else waiting?.reject(new Refused(reply.status, reply.code, reply.detail, reply.retry_after ?? null));
    this.#sendNext();
  }

  /** Replies to what is in flight may have been missed. */
  abandon(): void {
    for (const ref of [...this.#inFlight.keys()]) this.#end(ref)?.reject(new Unreachable("No reply"));
  }

  #sendNext(): void {
    while (this.#transport && this.#inFlight.size < this.#most) {
      const next = this.#queued.shift();
      if (!next) return;
      this.#inFlight.set(next.command.ref, next);
      next.stopClock = this.#world.after(REPLY_WITHIN, () => {
        this.#end(next.command.ref)?.reject(new Unreachable("No reply"));
        this.#sendNext();
      });
      this.#transport.send(next.command);
    }
  }

  #number(order: Order): Command {
    this.#lastRef += 1;
    return { ...order, ref: this.#lastRef };
  }

  #end(ref: number): Waiting | undefined {
    const waiting = this.#inFlight.get(ref);
    this.#inFlight.delete(ref);
    waiting?.stopClock?.();
    return waiting;
  }
}
