import type { Id, Message, Page } from "@/api/types";
import type { MessageView } from "./shapes";

/** Consecutive messages of a room, in ascending order. Of two states of a message the one that changed later is right. */
export class Messages {
  #held: readonly Message[];
  /** Whether the room's next message belongs at the end. */
  #reachNewest: boolean;

  constructor(page: Page) {
    this.#held = page.messages;
    this.#reachNewest = !page.later;
  }

  get all(): readonly Message[] {
    return this.#held;
  }

  get reachNewest(): boolean {
    return this.#reachNewest;
  }

  /** The number of the first; 1 if the room has none. */
  get first(): number {
    return this.#held[0]?.number ?? 1;
  }

  /** The number of the last; 0 if the room has none. */
  get last(): number {
    return this.#held.at(-1)?.number ?? 0;
  }

  /** A message in a state in which it is or was. Ignored if it is out of these messages' reach. */
  put(message: Message): void {
    if (message.number === this.last + 1) {
      this.#held = [...this.#held, message];
      return;
    }
    const held = this.#held[message.number - this.first];
    if (held && message.changed > held.changed)
      this.#held = this.#held.with(message.number - this.first, message);
  }

  putBefore(page: Page): void {
    this.#held = [...page.messages.filter(({ number }) => number < this.first), ...this.#held];
  }

  putAfter(page: Page): void {
    for (const message of page.messages) this.put(message);
    this.#reachNewest = !page.later;
  }

  forgetAllBut(newest: number): void {
    if (this.#held.length > newest) this.#held = this.#held.slice(-newest);
  }
}

/** Makes rows of messages: the same row for the same message. */
export function rowsFor(me: Id): (message: Message) => MessageView {
  const rows = new WeakMap<Message, MessageView>();
  return (message) => {
    const row = rows.get(message) ?? rowOf(message, me);
    rows.set(message, row);
    return row;
  };
}

/** A message that waits and the same one stored have one id. */
export function rowId(author: Id, key: string): string {
  return `${author}:${key}`;
}

function rowOf(message: Message, me: Id): MessageView {
  return {
    id: rowId(message.author, message.key),
    number: message.number,
    author: message.author,
    own: message.author === me,
    text: message.text,
    created: message.created,
    edited: message.edited ?? null,
    deleted: message.deleted ?? null,
    mentions: message.mentions,
    mentionsMe: message.mentions.includes(me),
    status: "sent",
    problem: null,
  };
}
