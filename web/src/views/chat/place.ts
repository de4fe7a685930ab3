import type { Conversation, Id } from "@/state/shapes";
import { words } from "@/text/messages";

/** Where a message stands, beside its author: "in Purchasing"; of a direct chat "to Bela Kovács", if one wrote it oneself. */
export function placeOf(room: Conversation | null, author: Id, me: Id): string | null {
  if (!room) return null;
  if (room.kind === "group") return words.find.inRoom(room.name);
  return author === me ? words.find.to(room.name) : null;
}
