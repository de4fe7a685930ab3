import { computed, readonly, ref, shallowRef, watch, type InjectionKey, type Ref } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { Id, Memory } from "@/state/shapes";
import { injected } from "@/views/reactive";

/** The name of the route where the chat has a page of its own. */
export const CHAT_PAGE = "chat";

/** What is shown of the chat. */
export type ChatboxShows =
  | { readonly what: "nothing" }
  | { readonly what: "conversations" }
  /** `around`: this message is to be in view. */
  | { readonly what: "room"; readonly room: Id; readonly around: number | null };

/**
 * The chat, in the box over every page of the desk or on its own page, where the box stays shut; and the dialog that
 * starts a chat. What the box showed is remembered on this device, what the page shows is its address.
 */
export interface Chatbox {
  /** In the box, or else on the page. */
  readonly shows: Readonly<Ref<ChatboxShows>>;
  /** The chat has the page to itself. */
  readonly isFull: Readonly<Ref<boolean>>;
  /** The room that was shown just before. */
  readonly left: Readonly<Ref<Id | null>>;
  /** Counts up when the chat that is there already is to take the focus. */
  readonly calls: Readonly<Ref<number>>;
  /** Whether somebody has asked for it: what comes back by itself after a reload leaves the focus where it is. */
  readonly wasCalled: () => boolean;
  readonly isStarting: Readonly<Ref<boolean>>;
  open(): void;
  openRoom(room: Id, around?: number | null): void;
  /** From a room to the conversations, from these to nothing. */
  back(): void;
  close(): void;
  /** What is in the box, as a page of its own. */
  expand(): void;
  /** The dialog "New chat". */
  start(): void;
  endStart(): void;
}

export const chatboxKey: InjectionKey<Chatbox> = Symbol("chatbox");

export function useChatbox(): Chatbox {
  return injected(chatboxKey);
}

const NOTHING: ChatboxShows = { what: "nothing" };
const CONVERSATIONS: ChatboxShows = { what: "conversations" };
const NAME = "chatbox";

export function createChatbox(memory: Memory): Chatbox {
  const router = useRouter();
  const route = useRoute();
  const boxed = shallowRef(recall(memory));
  const left = ref<Id | null>(null);
  const calls = ref(0);
  const isStarting = ref(false);
  let wasCalled = false;

  const isFull = computed(() => route.name === CHAT_PAGE);
  const shows = computed(() => (isFull.value ? readAddress(route.params) : boxed.value));

  watch(boxed, (now) => {
    memory.remember(NAME, now.what === "room" ? now.room : now.what);
  });
  watch(
    shows,
    (_, before) => {
      left.value = before.what === "room" ? before.room : null;
    },
    { flush: "sync" },
  );

  function show(next: ChatboxShows): void {
    wasCalled = true;
    if (isFull.value) void goTo(next);
    else boxed.value = next;
  }

  async function goTo(next: ChatboxShows): Promise<void> {
    const path = addressOf(next);
    // Where one is already it is shown once more: the message may have been scrolled away.
    await router.push({ path, force: true, replace: path === route.path });
  }

  return {
    shows,
    isFull,
    left: readonly(left),
    calls: readonly(calls),
    wasCalled: () => wasCalled || isFull.value,
    isStarting: readonly(isStarting),
    open() {
      if (shows.value.what === "nothing") show(CONVERSATIONS);
      else calls.value += 1;
    },
    openRoom(room, around = null) {
      if (shows.value.what === "room" && shows.value.room === room) calls.value += 1;
      show({ what: "room", room, around });
    },
    back() {
      if (shows.value.what !== "room") show(NOTHING);
      else if (isFull.value && cameFrom() === addressOf(CONVERSATIONS)) router.back();
      else show(CONVERSATIONS);
    },
    close() {
      show(NOTHING);
    },
    expand() {
      void goTo(boxed.value).then(() => {
        boxed.value = NOTHING;
      });
    },
    start() {
      isStarting.value = true;
    },
    endStart() {
      isStarting.value = false;
    },
  };
}

/** The address before this one, as the router has noted it with the browser's history. */
function cameFrom(): unknown {
  return (history.state as { readonly back?: unknown } | null)?.back;
}

function recall(memory: Memory): ChatboxShows {
  const remembered = memory.recall(NAME);
  if (typeof remembered === "number") return { what: "room", room: remembered, around: null };
  return remembered === CONVERSATIONS.what ? CONVERSATIONS : NOTHING;
}

function readAddress({ room, number }: Readonly<Record<string, string | string[]>>): ChatboxShows {
  return room ? { what: "room", room: Number(room), around: number ? Number(number) : null } : CONVERSATIONS;
}

function addressOf(shown: ChatboxShows): string {
  if (shown.what !== "room") return "/chat";
  return shown.around === null ? `/chat/${shown.room}` : `/chat/${shown.room}/${shown.around}`;
}
