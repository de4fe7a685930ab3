import type { Id, Line, Message, Page } from "@/api/types";
import type { MessageView } from "./shapes";

/**
 * Consecutive messages of a room, in ascending order, and the lines that stand after them (and above the first of all).
 * Of two states of a message the one that changed later is right.
 */
export class Messages {
  #held: readonly Message[];
  #lines: readonly Line[];
  /** Whether the room's next message belongs at the end. */
  #reachNewest: boolean;

  constructor(page: Page) {
    this.#held = page.messages;
    this.#lines = page.lines;
    this.#reachNewest = !page.later;
  }

  get all(): readonly Message[] {
    return this.#held;
  }

  /** In ascending order. */
  get lines(): readonly Line[] {
    return this.#lines;
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

  /** A line that has just come about. Ignored if it is here already, or out of these messages' reach. */
  putLine(line: Line): void {
    const { last } = this;
    if (this.#reachNewest || line.after < last) this.#addLines([line]);
  }

  putBefore(page: Page): void {
    this.#held = [...page.messages.filter(({ number }) => number < this.first), ...this.#held];
    this.#addLines(page.lines);
  }

  putAfter(page: Page): void {
    for (const message of page.messages) this.put(message);
    this.#reachNewest = !page.later;
    this.#addLines(page.lines);
  }

  forgetAllBut(newest: number): void {
    if (this.#held.length <= newest) return;
    this.#held = this.#held.slice(-newest);
    this.#lines = this.#lines.filter(({ after }) => after >= this.first);
  }

  #addLines(added: readonly Line[]): void {
    const known = new Set(this.#lines.map(({ seq }) => seq));
    const fresh = added.filter(
      ({ seq, after }) => !known.has(seq) && (after >= this.first || this.first === 1),
    );
    if (fresh.length > 0) this.#lines = [...this.#lines, ...fresh].sort((one, other) => one.seq - other.seq);
  }
}

/** Makes rows of messages: the same row for the same message. */
export function rowsFor(me: Id): (message: Message) => MessageView {
  const rows = new WeakMap<Message, MessageView>();
  return (message) => {
    const known = rows.get(message);
    if (known) return known;
    const row = rowOf(message, me);
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
