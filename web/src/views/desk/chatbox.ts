import { readonly, shallowRef, type InjectionKey, type Ref } from "vue";
import type { Id } from "@/state/shapes";
import { injected } from "@/views/reactive";

/** What the chatbox shows. */
export type ChatboxShows =
  | { readonly what: "nothing" }
  | { readonly what: "conversations"; /** Coming from this room. */ readonly left: Id | null }
  /** `around`: this message is to be in view. */
  | { readonly what: "room"; readonly room: Id; readonly around: number | null };

/** The chatbox over every page of the desk, and the dialog that starts a chat. */
export interface Chatbox {
  readonly shows: Readonly<Ref<ChatboxShows>>;
  readonly isStarting: Readonly<Ref<boolean>>;
  open(): void;
  openRoom(room: Id, around?: number | null): void;
  /** From a room to the conversations, from these to nothing. */
  back(): void;
  close(): void;
  /** The dialog "New chat". */
  start(): void;
  endStart(): void;
}

export const chatboxKey: InjectionKey<Chatbox> = Symbol("chatbox");

export function useChatbox(): Chatbox {
  return injected(chatboxKey);
}

const NOTHING: ChatboxShows = { what: "nothing" };

export function createChatbox(): Chatbox {
  const shows = shallowRef(NOTHING);
  const isStarting = shallowRef(false);

  return {
    shows: readonly(shows),
    isStarting: readonly(isStarting),
    open() {
      if (shows.value.what === "nothing") shows.value = { what: "conversations", left: null };
    },
    openRoom(room, around = null) {
      shows.value = { what: "room", room, around };
    },
    back() {
      shows.value = shows.value.what === "room" ? { what: "conversations", left: shows.value.room } : NOTHING;
    },
    close() {
      shows.value = NOTHING;
    },
    start() {
      isStarting.value = true;
    },
    endStart() {
      isStarting.value = false;
    },
  };
}
