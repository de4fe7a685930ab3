import { onScopeDispose } from "vue";
import type { Chat, Notice } from "@/state/shapes";
import { words } from "@/text/messages";
import type { Chatbox } from "./chatbox";

/** Puts notifications of the desktop into words, and shows the message of the one that was chosen. */
export function useDesktopNotices(chat: Chat, chatbox: Pick<Chatbox, "openRoom">): void {
  chat.desktop.say((notice, hidesText) => {
    if (notice.kind === "summary") return { title: words.notices.summary(notice.messages), body: "" };
    return { title: titleOf(chat, notice), body: hidesText ? words.notices.desktopHidden : notice.text };
  });
  onScopeDispose(
    chat.desktop.chosen.subscribe(() => {
      const notice = chat.desktop.chosen.value;
      if (notice?.kind === "message") chatbox.openRoom(notice.room, notice.number);
    }),
  );
}

function titleOf(chat: Chat, { author, room }: Extract<Notice, { kind: "message" }>): string {
  const name = chat.people.profile(author).value?.name ?? words.chat.unknown;
  const conversation = chat.conversation(room).value;
  return conversation?.kind === "group" ? words.notices.titleIn(name, conversation.name) : name;
}
