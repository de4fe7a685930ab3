import type { Conversation, Id, MessageHit, Profile, SearchResults } from "@/state/shapes";
import { words } from "@/text/messages";
import type { DeskCommand } from "./commands";

/** Something that was found and can be opened. */
export type FoundItem =
  | { readonly kind: "command"; readonly key: string; readonly command: DeskCommand }
  | { readonly kind: "conversation"; readonly key: string; readonly conversation: Conversation }
  | { readonly kind: "person"; readonly key: string; readonly profile: Profile }
  | { readonly kind: "message"; readonly key: string; readonly hit: MessageHit }
  /** All messages with what was typed, on a page of their own. */
  | { readonly kind: "all"; readonly key: string };

export interface FoundGroup {
  readonly heading: string;
  /** How many items stand before its first. */
  readonly start: number;
  readonly items: readonly FoundItem[];
}

const MOST_NAMES = 5;
const MOST_MESSAGES = 6;

/** What was found by kind; groups that are empty are left out. Who one has a chat with already is found as that chat. */
export function groupsOf(commands: readonly DeskCommand[], results: SearchResults, me: Id): FoundGroup[] {
  const goTo = commands.map((command): FoundItem => ({ kind: "command", key: `g${command.name}`, command }));
  const chats = results.conversations.map((conversation): FoundItem => ({
    kind: "conversation",
    key: `c${conversation.id}`,
    conversation,
  }));
  const isDirect = (item: FoundItem): boolean =>
    item.kind === "conversation" && item.conversation.kind === "direct";
  const strangers = newPeople(results, me).map((profile): FoundItem => ({
    kind: "person",
    key: `p${profile.id}`,
    profile,
  }));
  const people = [...chats.filter(isDirect), ...strangers];
  const rooms = chats.filter((item) => !isDirect(item));
  return startEach([
    [words.find.goTo, goTo],
    [words.find.people, people.slice(0, MOST_NAMES)],
    [words.find.rooms, rooms.slice(0, MOST_NAMES)],
    [words.find.messages, messagesOf(results)],
  ]);
}

/** People whose direct chat is not among the chats found: they would be there twice. Oneself is not one to write to. */
export function newPeople({ people, conversations }: SearchResults, me: Id): Profile[] {
  const listed = new Set(conversations.map(({ other }) => other?.id));
  return people.filter(({ id }) => id !== me && !listed.has(id));
}

function messagesOf({ messages }: SearchResults): FoundItem[] {
  const hits = messages
    .slice(0, MOST_MESSAGES)
    .map((hit): FoundItem => ({ kind: "message", key: `m${hit.room}-${hit.message.number}`, hit }));
  return hits.length ? [...hits, { kind: "all", key: "all" }] : [];
}

function startEach(groups: readonly (readonly [string, readonly FoundItem[]])[]): FoundGroup[] {
  let start = 0;
  return groups.flatMap(([heading, items]) => {
    const group = { heading, start, items };
    start += items.length;
    return items.length ? [group] : [];
  });
}
