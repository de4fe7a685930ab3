import type { FakeNetwork } from "./network";

/** The browser's end of a WebSocket. */
export class FakeSocket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly #network: FakeNetwork;
  readonly #lane: string;
  #receive: ((data: string) => void) | null = null;
  #left: (() => void) | null = null;
  #isOver = false;

  constructor(network: FakeNetwork, lane: string) {
    this.#network = network;
    this.#lane = lane;
  }

  // What the client does

  send(data: string): void {
    if (this.#isOver) return;
    this.#network.carry(`${this.#lane}-up`, () => {
      this.#receive?.(data);
    });
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#network.drop(`${this.#lane}-down`);
    this.#network.carry(`${this.#lane}-up`, () => {
      this.#left?.();
    });
  }

  // What the server does

  accept(receive: (data: string) => void, left: () => void): void {
    this.#receive = receive;
    this.#left = left;
  }

  push(data: string): void {
    this.#network.carry(`${this.#lane}-down`, () => {
      if (!this.#isOver) this.onmessage?.({ data });
    });
  }

  end(code: number): void {
    this.#receive = null;
    this.#network.carry(`${this.#lane}-down`, () => {
      this.#closeWith(code);
    });
  }

  /** What is on its way is lost. */
  cut(): void {
    this.#receive = null;
    this.#left?.();
    this.#network.drop(`${this.#lane}-`);
    this.#network.carry(`${this.#lane}-down`, () => {
      this.#closeWith(1006);
    });
  }

  #closeWith(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onclose?.({ code });
  }
}
