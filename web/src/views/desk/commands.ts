import type { Component } from "vue";
import type { Router } from "vue-router";
import type { Role } from "@/state/shapes";
import { markMatches } from "@/text/matches";
import { words } from "@/text/messages";
import IconAdministration from "~icons/lucide/building-2";
import IconProfiles from "~icons/lucide/contact-round";
import IconExplore from "~icons/lucide/layout-grid";
import IconChat from "~icons/lucide/messages-square";
import IconSettings from "~icons/lucide/settings";
import IconMessages from "~icons/lucide/scroll-text";
import IconNew from "~icons/lucide/square-pen";
import IconRooms from "~icons/lucide/table-2";
import IconPeople from "~icons/lucide/users-round";
import type { Chatbox } from "./chatbox";

/** Somewhere to go, or something to begin, by its name. */
export interface DeskCommand {
  readonly name: string;
  readonly icon: Component;
  readonly run: () => void;
}

export function listCommands(role: Role, router: Router, chatbox: Chatbox): DeskCommand[] {
  const to = (path: string) => (): void => {
    void router.push(path);
  };
  return [
    { name: words.lists.rooms, icon: IconRooms, run: to("/chat-room-list") },
    { name: words.lists.messages, icon: IconMessages, run: to("/chat-message-list") },
    { name: words.lists.profiles, icon: IconProfiles, run: to("/chat-profile-report") },
    {
      name: words.desk.chat,
      icon: IconChat,
      run: () => {
        chatbox.open();
      },
    },
    {
      name: words.find.newChat,
      icon: IconNew,
      run: () => {
        chatbox.start();
      },
    },
    { name: words.desk.explore, icon: IconExplore, run: to("/") },
    { name: words.settings.heading, icon: IconSettings, run: to("/settings") },
    ...(role === "owner"
      ? [
          { name: words.desk.people, icon: IconPeople, run: to("/people") },
          { name: words.administration.heading, icon: IconAdministration, run: to("/administration") },
        ]
      : []),
  ];
}

/** Those of whose names each typed word begins a word. */
export function findCommands(commands: readonly DeskCommand[], typed: string): DeskCommand[] {
  const wanted = typed.split(/\s+/).filter(Boolean);
  const holds = (name: string, word: string): boolean =>
    markMatches(name, word).some(({ matched }) => matched);
  return wanted.length ? commands.filter(({ name }) => wanted.every((word) => holds(name, word))) : [];
}
