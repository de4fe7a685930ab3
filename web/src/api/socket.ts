import type { Transport, TransportListener } from "./transport";
import type { Command, Frame } from "./types";
import type { World } from "./world";

const SESSION_ENDED = 4401;

/** The session over a WebSocket. */
export class SocketTransport implements Transport {
  readonly via = "socket";
  readonly #socket: WebSocket;
  #listener: TransportListener | null;

  constructor(world: World, listener: TransportListener) {
    this.#listener = listener;
    this.#socket = world.openSocket(`${world.origin.replace(/^http/, "ws")}/api/v1/socket`);
    this.#socket.onmessage = (event: MessageEvent<string>) => {
      this.#listener?.frame(JSON.parse(event.data) as Frame);
    };
    this.#socket.onclose = (event: CloseEvent) => {
      this.#end()?.closed(event.code === SESSION_ENDED);
    };
  }

  send(command: Command): void {
    this.#socket.send(JSON.stringify(command));
  }

  close(): void {
    this.#end();
    this.#socket.close();
  }

  #end(): TransportListener | null {
    const listener = this.#listener;
    this.#listener = null;
    return listener;
  }
}
