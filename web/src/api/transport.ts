import type { Command, Frame } from "./types";

export type Via = "socket" | "polling";

/** One connection, from being opened until it is closed by either side. */
export interface Transport {
  readonly via: Via;
  send(command: Command): void;
  /** Nothing is heard of it afterwards. */
  close(): void;
}

/** Hears of a transport; never while it is being opened. */
export interface TransportListener {
  frame(frame: Frame): void;
  /** It has ended by itself. `sessionEnded`: the server says that its session is over. */
  closed(sessionEnded: boolean): void;
}
