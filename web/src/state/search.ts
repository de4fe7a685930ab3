import { Refused, Unreachable } from "@/api/http";
import type { Routes } from "@/api/routes";
import type { Found, Id, Profile } from "@/api/types";
import type { World } from "@/api/world";
import { Cell } from "./observable";
import type { Conversation, Search, SearchResults, SearchSection } from "./shapes";

const TYPING_PAUSE = 150;
const MOST_PEOPLE = 20;
const MOST_MESSAGES = 20;
/** The server takes no longer ones. */
const LONGEST_NAME = 80;
const LONGEST_QUERY = 200;

const NOTHING: SearchResults = {
  text: "",
  state: "idle",
  people: [],
  morePeople: false,
  conversations: [],
  messages: [],
  moreMessages: false,
};

export type FindPeople = (name: string, limit: number) => Promise<readonly Profile[]>;

export interface SearchParts {
  readonly world: World;
  readonly routes: Routes;
  readonly me: Id;
  readonly findPeople: FindPeople;
  listConversations(): readonly Conversation[];
  learn(people: readonly Profile[]): void;
}

/** What one search box finds. Answers to what was typed before are dropped. */
export class BoxSearch implements Search {
  readonly results = new Cell(NOTHING);
  readonly #parts: SearchParts;
  readonly #sections: ReadonlySet<SearchSection>;
  /** Counts up with every text and with closing: an answer to an earlier one is stale. */
  #asked = 0;
  #before: number | null = null;
  #isLoadingMore = false;
  #callOff: (() => void) | null = null;

  constructor(parts: SearchParts, sections: readonly SearchSection[]) {
    this.#parts = parts;
    this.#sections = new Set(sections);
  }

  type(typed: string): void {
    const text = typed.trim();
    this.close();
    if (text === "" && !this.#isForPeopleAlone()) {
      this.results.set(NOTHING);
      return;
    }
    const { people, morePeople, messages } = this.results.value;
    const conversations = this.#findConversations(text);
    // What was found before stays in sight until the answer comes.
    this.results.set({ ...NOTHING, text, state: "searching", conversations, people, morePeople, messages });
    this.#callOff = this.#parts.world.after(text === "" ? 0 : TYPING_PAUSE, () => {
      void this.#ask(text);
    });
  }

  loadMore(): void {
    if (this.#before === null || this.#isLoadingMore) return;
    void this.#askForMore(this.results.value.text, this.#before);
  }

  close(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#asked += 1;
    this.#before = null;
    this.#isLoadingMore = false;
  }

  async #ask(text: string): Promise<void> {
    const asked = this.#asked;
    try {
      const [people, found] = await Promise.all([this.#findPeople(text), this.#findMessages(text)]);
      if (asked === this.#asked) this.#arrive(people, found);
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    }
  }

  async #askForMore(text: string, before: number): Promise<void> {
    const asked = this.#asked;
    this.#isLoadingMore = true;
    try {
      const found = await this.#findMessages(text, before);
      if (asked !== this.#asked) return;
      this.#isLoadingMore = false;
      this.#add(found);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#isLoadingMore = false;
      this.#fail(error);
    }
  }

  #arrive(people: readonly Profile[], found: Found): void {
    this.#parts.learn(people);
    const { text, conversations } = this.results.value;
    // Somebody with whom there is a chat is found once: as that chat.
    const met = new Set(conversations.map(({ other }) => other?.id));
    const strangers = people.filter(({ id }) => id !== this.#parts.me && !met.has(id));
    const morePeople = people.length === MOST_PEOPLE;
    this.results.set({ ...NOTHING, text, state: "ready", conversations, people: strangers, morePeople });
    this.#add(found);
  }

  #add({ hits, people, before }: Found): void {
    this.#parts.learn(people);
    this.#before = before;
    const { value } = this.results;
    this.results.set({
      ...value,
      state: "ready",
      messages: [...value.messages, ...hits],
      moreMessages: before !== null,
    });
  }

  #fail(error: unknown): void {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    this.results.set({ ...this.results.value, state: "failed" });
  }

  #isForPeopleAlone(): boolean {
    return this.#sections.has("people") && this.#sections.size === 1;
  }

  #findConversations(text: string): readonly Conversation[] {
    if (!this.#sections.has("conversations")) return [];
    return this.#parts.listConversations().filter(({ name }) => beginsWords(name, text));
  }

  async #findPeople(text: string): Promise<readonly Profile[]> {
    return this.#sections.has("people")
      ? this.#parts.findPeople(text.slice(0, LONGEST_NAME), MOST_PEOPLE)
      : [];
  }

  async #findMessages(text: string, before?: number): Promise<Found> {
    if (!this.#sections.has("messages")) return { hits: [], people: [], before: null };
    const q = text.slice(0, LONGEST_QUERY);
    return this.#parts.routes.findMessages({
      q,
      limit: MOST_MESSAGES,
      ...(before !== undefined && { before }),
    });
  }
}

/** Whether each word that was typed begins a word of the name, marks and case aside. */
function beginsWords(name: string, typed: string): boolean {
  const words = wordsOf(name);
  const starts = wordsOf(typed);
  return starts.length > 0 && starts.every((start) => words.some((word) => word.startsWith(start)));
}

function wordsOf(text: string): string[] {
  const folded = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}
