import type { Component } from "vue";
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { words } from "@/text/messages";
import { CHAT_PAGE } from "@/views/desk/chatbox";
import Explore from "@/views/desk/Explore.vue";
import Missing from "@/views/desk/Missing.vue";
import PageMissed from "@/views/desk/PageMissed.vue";
import SignIn from "@/views/gate/SignIn.vue";

declare module "vue-router" {
  interface RouteMeta {
    /** What the tab is called, in the language of the moment. */
    title: () => string;
    /** Who sees the page: `everybody`; `outside`, who is not signed in; `inside`, who is: it stands on the desk. */
    for: "everybody" | "outside" | "inside";
  }
}

/** What most people see first is there at once. These pages come when they are gone to, or in a quiet moment. */
const later = {
  chat: () => import("@/views/chat/ChatPage.vue"),
  roomList: () => import("@/views/lists/RoomList.vue"),
  messageList: () => import("@/views/lists/MessageList.vue"),
  profileReport: () => import("@/views/lists/ProfileReport.vue"),
  settings: () => import("@/views/settings/Settings.vue"),
  administration: () => import("@/views/administration/Administration.vue"),
  doctor: () => import("@/views/administration/Doctor.vue"),
  people: () => import("@/views/people/People.vue"),
};

function orMissed(fetchPage: () => Promise<{ default: Component }>): () => Promise<{ default: Component }> {
  return () => fetchPage().catch(() => ({ default: PageMissed }));
}

const routes: RouteRecordRaw[] = [
  { path: "/sign-in", component: SignIn, meta: { title: () => words.signIn.heading, for: "outside" } },
  {
    path: "/set-up",
    component: orMissed(() => import("@/views/gate/SetUp.vue")),
    meta: { title: () => words.setUp.heading, for: "everybody" },
  },
  {
    path: "/invitation",
    component: orMissed(() => import("@/views/gate/AcceptInvitation.vue")),
    meta: { title: () => words.invitation.act, for: "everybody" },
  },
  {
    path: "/reset",
    component: orMissed(() => import("@/views/gate/ResetPassword.vue")),
    meta: { title: () => words.reset.heading, for: "everybody" },
  },
  { path: "/", component: Explore, meta: { title: () => words.explore.heading, for: "inside" } },
  {
    // The conversations; a room; a message of the room, in its context.
    path: "/chat/:room(\\d+)?/:number(\\d+)?",
    name: CHAT_PAGE,
    component: orMissed(later.chat),
    meta: { title: () => words.chat.heading, for: "inside" },
  },
  {
    path: "/chat-room-list",
    component: orMissed(later.roomList),
    meta: { title: () => words.lists.rooms, for: "inside" },
  },
  {
    path: "/chat-message-list",
    component: orMissed(later.messageList),
    meta: { title: () => words.lists.messages, for: "inside" },
  },
  {
    path: "/chat-profile-report",
    component: orMissed(later.profileReport),
    meta: { title: () => words.lists.profiles, for: "inside" },
  },
  {
    path: "/settings",
    component: orMissed(later.settings),
    meta: { title: () => words.settings.heading, for: "inside" },
  },
  { path: "/account", redirect: "/settings#devices" },
  {
    path: "/administration",
    component: orMissed(later.administration),
    meta: { title: () => words.administration.heading, for: "inside" },
  },
  {
    path: "/doctor",
    component: orMissed(later.doctor),
    meta: { title: () => words.doctor.heading, for: "inside" },
  },
  {
    path: "/people",
    component: orMissed(later.people),
    meta: { title: () => words.people.heading, for: "inside" },
  },
  { path: "/:rest(.*)*", component: Missing, meta: { title: () => words.missing.heading, for: "inside" } },
];

/** Pixels that the toolbar covers at the top. */
const TOOLBAR = 64;

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, _from, saved) => saved ?? (to.hash ? { el: to.hash, top: TOOLBAR } : { top: 0 }),
});

/** Brings the pages of the desk, so that they open at once, and without a network. */
export async function fetchPages(): Promise<void> {
  // What does not come now comes when it is gone to, or is missed then.
  await Promise.allSettled(Object.values(later).map((fetchPage) => fetchPage()));
}
