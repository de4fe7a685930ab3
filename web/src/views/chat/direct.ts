import type { Id } from "@/state/shapes";
import { useTask, type Task } from "@/views/parts/task";
import { useChatbox } from "@/views/desk/chatbox";
import { useChat } from "@/views/reactive";

/** Opens the one direct chat with somebody. */
export function useStartDirect(): Task<[user: Id]> {
  const chat = useChat();
  const chatbox = useChatbox();
  return useTask(async (user) => {
    chatbox.openRoom(await chat.openDirect(user));
  });
}
