import { Refused, Unreachable } from "@/api/http";
import type { Id, Line, Message, Page, PageWanted } from "@/api/types";
import { Messages, rowsFor } from "./messages";
import { Derived } from "./observable";
import type { Edge, MessageView, Timeline } from "./shapes";

const PAGE = 50;
const KEPT_WHEN_CLOSED = 100;
const KEPT_WHEN_FOLLOWED = 300;

/** Which messages are asked for: a number means those around it. */
type Wanted = "newest" | "earlier" | "later" | number;

/** A page on its way, and what became of messages meanwhile: an edit can overtake the page that it belongs to. */
interface Loading {
  readonly wanted: Wanted;
  /** All events after this seq are in `changes`. */
  since: number;
  readonly changes: Map<number, Message>;
  readonly lines: Line[];
}

export interface TimelineParts {
  readonly me: Id;
  getPage(wanted: PageWanted): Promise<Page>;
  /** The seq up to which every event of the room has passed. */
  have(): number;
  /** What this user has written in the room that the server may not have. */
  listUnsent(): readonly MessageView[];
  arrived(page: Page): void;
}

/** The messages of one room that this client holds, and their loading. */
export class RoomTimeline {
  readonly shown = new Derived(() => this.#show());
  readonly #parts: TimelineParts;
  readonly #row: (message: Message) => MessageView;
  #messages: Messages | null = null;
  #loading: Loading | null = null;
  #failed: Wanted | null = null;
  /** What was asked for before anything could be loaded. */
  #wished: Wanted = "newest";
  #firstUnread: number | null = null;
  #isOpen = false;
  #isGone = false;

  constructor(parts: TimelineParts) {
    this.#parts = parts;
    this.#row = rowsFor(parts.me);
  }

  /** Whether there are messages that every event must be applied to. */
  get isHeld(): boolean {
    return this.#messages !== null;
  }

  /** The number of the newest message of the room, if it is among these. */
  get newest(): number | null {
    return this.#messages?.reachNewest ? this.#messages.last : null;
  }

  /** The room is being opened. `firstUnread`: where the line of what is new stands from now on. */
  open(firstUnread: number | null): void {
    this.#isOpen = true;
    this.#isGone = false;
    this.#firstUnread = firstUnread;
    if (this.newest === null) this.load(this.#wished);
    this.#wished = "newest";
    this.shown.invalidate();
  }

  /** Nobody looks: holds little, for the next time. */
  close(): void {
    this.#isOpen = false;
    if (this.newest === null) this.drop();
    else this.#messages?.forgetAllBut(KEPT_WHEN_CLOSED);
  }

  /** For one who follows what arrives, for hours: what is long past can be loaded again. */
  forgetEarlier(): void {
    // A page on its way would no longer join on.
    if (this.newest === null || this.#loading) return;
    this.#messages?.forgetAllBut(KEPT_WHEN_FOLLOWED);
    this.shown.invalidate();
  }

  /** Loads, unless that is under way; what replaces everything does not wait for what is under way. */
  load(wanted: Wanted): void {
    // Until it is known where the room's events stand, a page has nothing to go on from.
    if (this.#parts.have() < 0) {
      this.#wished = wanted;
      return;
    }
    if (this.#loading && (!isReplacing(wanted) || this.#loading.wanted === wanted)) return;
    const loading = { wanted, since: this.#parts.have(), changes: new Map<number, Message>(), lines: [] };
    this.#loading = loading;
    this.#failed = null;
    this.shown.invalidate();
    void this.#fetch(loading);
  }

  loadEarlier(): void {
    if (this.#edgeBefore() !== "none") this.load("earlier");
  }

  loadLater(): void {
    if (this.#edgeAfter() !== "none") this.load("later");
  }

  showNewest(): void {
    if (this.newest === null) this.load("newest");
  }

  showAround(number: number): void {
    if (!this.#messages || number < this.#messages.first || number > this.#messages.last) this.load(number);
  }

  /** Loads what could not be loaded, or is not there yet. */
  retry(): void {
    if (this.#failed !== null) this.load(this.#failed);
    else if (!this.#messages && !this.#loading) this.load("newest");
  }

  /** An event passed, with the message as it is or was. */
  put(message: Message): void {
    const overtaking = this.#loading?.changes;
    const known = overtaking?.get(message.number);
    if (!known || message.changed > known.changed) overtaking?.set(message.number, message);
    this.#messages?.put(message);
    if (!this.#isOpen) this.#messages?.forgetAllBut(KEPT_WHEN_CLOSED);
    this.shown.invalidate();
  }

  /** An event passed that stands between the messages. */
  putLine(line: Line): void {
    this.#loading?.lines.push(line);
    this.#messages?.putLine(line);
    this.shown.invalidate();
  }

  /** Events up to this seq will not pass: a page must be newer. */
  skipTo(seq: number): void {
    if (this.#loading) this.#loading.since = Math.max(this.#loading.since, seq);
  }

  /** Forgets every message. */
  drop(): void {
    this.#messages = null;
    this.#loading = null;
    this.#failed = null;
    this.shown.invalidate();
  }

  /** One is no longer in the room. */
  leave(): void {
    this.#isGone = true;
    this.drop();
  }

  async #fetch(loading: Loading): Promise<void> {
    try {
      const page = await this.#parts.getPage(this.#locate(loading.wanted));
      if (this.#loading === loading) this.#arrive(page, loading);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      if (this.#loading === loading) this.#fail(loading);
    }
  }

  #locate(wanted: Wanted): PageWanted {
    const limit = PAGE;
    if (wanted === "newest") return { limit };
    if (wanted === "earlier") return { before: this.#messages?.first ?? 1, limit };
    if (wanted === "later") return { after: this.#messages?.last ?? 0, limit };
    return { before: wanted + PAGE / 2, limit };
  }

  #arrive(page: Page, { wanted, since, changes, lines }: Loading): void {
    this.#loading = null;
    if (page.seq < since) {
      this.load(wanted);
      return;
    }
    if (wanted === "earlier") this.#messages?.putBefore(page);
    else if (wanted === "later") this.#messages?.putAfter(page);
    else this.#messages = new Messages(page);
    for (const message of changes.values()) this.#messages?.put(message);
    for (const line of lines) this.#messages?.putLine(line);
    this.#parts.arrived(page);
    this.shown.invalidate();
  }

  #fail({ wanted }: Loading): void {
    this.#loading = null;
    this.#failed = wanted;
    this.shown.invalidate();
  }

  #show(): Timeline {
    return {
      state: this.#state(),
      rows: this.#rows(),
      lines: this.#messages?.lines ?? [],
      earlier: this.#edgeBefore(),
      later: this.#edgeAfter(),
      firstUnread: this.#firstUnread,
    };
  }

  #state(): Timeline["state"] {
    if (this.#isGone) return "gone";
    if (this.#failed !== null && isReplacing(this.#failed)) return "failed";
    return this.#messages ? "ready" : "loading";
  }

  #rows(): readonly MessageView[] {
    const rows = (this.#messages?.all ?? this.#listSentMeanwhile()).map(this.#row);
    const isEndShown = this.#messages?.reachNewest ?? true;
    const unsent = isEndShown ? this.#parts.listUnsent() : [];
    if (unsent.length === 0) return rows;
    const there = new Set(rows.map(({ id }) => id));
    return rows.concat(unsent.filter(({ id }) => !there.has(id)));
  }

  /** What this user posts while nothing is held yet stays on the screen: it is unsent no more. */
  #listSentMeanwhile(): readonly Message[] {
    const changes = [...(this.#loading?.changes.values() ?? [])];
    return changes.filter(({ author, edited, deleted }) => author === this.#parts.me && !edited && !deleted);
  }

  #edgeBefore(): Edge {
    if (!this.#messages || this.#messages.first === 1) return "none";
    return this.#edge("earlier");
  }

  #edgeAfter(): Edge {
    if (!this.#messages || this.#messages.reachNewest) return "none";
    return this.#edge("later");
  }

  #edge(wanted: Wanted): Edge {
    if (this.#loading?.wanted === wanted) return "loading";
    return this.#failed === wanted ? "failed" : "more";
  }
}

function isReplacing(wanted: Wanted): boolean {
  return wanted === "newest" || typeof wanted === "number";
}
