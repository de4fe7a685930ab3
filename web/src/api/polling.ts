import { Refused, Unreachable, type Http } from "./http";
import type { Transport, TransportListener } from "./transport";
import type { Command, Frame } from "./types";

/** The server keeps a poll waiting for at most 25 s. */
const POLL_WITHIN = 40_000;

/** The same session without a socket: for networks that break WebSockets. */
export class PollingTransport implements Transport {
  readonly via = "polling";
  readonly #http: Http;
  readonly #over = new AbortController();
  readonly #opened: Promise<{ readonly id: string }>;
  #listener: TransportListener | null;
  #ack = 0;

  constructor(http: Http, listener: TransportListener) {
    this.#http = http;
    this.#listener = listener;
    this.#opened = http.ask("post", "/connections", {}, { signal: this.#over.signal });
    this.#poll().catch((error: unknown) => {
      this.#fail(error);
    });
  }

  send(command: Command): void {
    this.#command(command).catch((error: unknown) => {
      const isReply = error instanceof Refused && error.status !== 401 && error.status !== 410;
      if (isReply) this.#listener?.frame(problem(command, error));
      else this.#fail(error);
    });
  }

  close(): void {
    this.#end();
    this.#opened
      .then(({ id }) => this.#http.ask("delete", "/connections/{connection}", { path: { connection: id } }))
      .catch(() => {
        // It was never opened, or the server forgets it by itself in a minute.
      });
  }

  async #poll(): Promise<void> {
    const path = { connection: (await this.#opened).id };
    const patience = { within: POLL_WITHIN, signal: this.#over.signal };
    while (this.#listener) {
      const asked = { path, body: { ack: this.#ack } };
      const { frames } = await this.#http.ask("post", "/connections/{connection}/poll", asked, patience);
      for (const [number, frame] of frames) this.#take(number, frame);
    }
  }

  #take(number: number, frame: Frame): void {
    // Frames are sent again until they are acknowledged.
    if (number <= this.#ack) return;
    this.#ack = number;
    this.#listener?.frame(frame);
  }

  async #command(command: Command): Promise<void> {
    const asked = { path: { connection: (await this.#opened).id }, body: command };
    await this.#http.ask("post", "/connections/{connection}/commands", asked, { signal: this.#over.signal });
  }

  #fail(error: unknown): void {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    this.#end()?.closed(error instanceof Refused && error.status === 401);
  }

  #end(): TransportListener | null {
    const listener = this.#listener;
    this.#listener = null;
    this.#over.abort();
    return listener;
  }
}

function problem({ ref }: Command, { status, code, detail, retryAfter }: Refused): Frame {
  return { type: "problem", ref, status, code, detail, retry_after: retryAfter };
}
