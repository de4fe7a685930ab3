import type { Conversation, Id, MessageHit, Profile, SearchResults } from "@/state/shapes";
import { words } from "@/text/messages";

/** Something that was found and can be opened. */
export type FoundItem =
  | { readonly kind: "conversation"; readonly key: string; readonly conversation: Conversation }
  | { readonly kind: "person"; readonly key: string; readonly profile: Profile }
  | { readonly kind: "message"; readonly key: string; readonly hit: MessageHit };

export interface FoundGroup {
  readonly heading: string;
  /** How many items stand before its first. */
  readonly start: number;
  readonly items: readonly FoundItem[];
}

const MOST_NAMES = 5;
const MOST_MESSAGES = 6;

/** What was found by kind, chats first, as these are there first: what comes later moves nothing. Empty groups are left out. */
export function groupsOf(results: SearchResults, me: Id): FoundGroup[] {
  const chats = results.conversations
    .slice(0, MOST_NAMES)
    .map((conversation): FoundItem => ({ kind: "conversation", key: `c${conversation.id}`, conversation }));
  const people = newPeople(results, me)
    .slice(0, MOST_NAMES)
    .map((profile): FoundItem => ({ kind: "person", key: `p${profile.id}`, profile }));
  const messages = results.messages
    .slice(0, MOST_MESSAGES)
    .map((hit): FoundItem => ({ kind: "message", key: `m${hit.room}-${hit.message.number}`, hit }));
  return [
    { heading: words.find.chats, start: 0, items: chats },
    { heading: words.find.people, start: chats.length, items: people },
    { heading: words.find.messages, start: chats.length + people.length, items: messages },
  ].filter(({ items }) => items.length > 0);
}

/** People whose direct chat is not among the chats found: they would be there twice. Oneself is not one to write to. */
export function newPeople({ people, conversations }: SearchResults, me: Id): Profile[] {
  const listed = new Set(conversations.map(({ other }) => other?.id));
  return people.filter(({ id }) => id !== me && !listed.has(id));
}
