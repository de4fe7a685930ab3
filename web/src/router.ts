import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { words } from "@/text/messages";
import Administration from "@/views/administration/Administration.vue";
import ChatPage from "@/views/chat/ChatPage.vue";
import { CHAT_PAGE } from "@/views/desk/chatbox";
import Explore from "@/views/desk/Explore.vue";
import Missing from "@/views/desk/Missing.vue";
import AcceptInvitation from "@/views/gate/AcceptInvitation.vue";
import ResetPassword from "@/views/gate/ResetPassword.vue";
import SetUp from "@/views/gate/SetUp.vue";
import SignIn from "@/views/gate/SignIn.vue";
import MessageList from "@/views/lists/MessageList.vue";
import ProfileReport from "@/views/lists/ProfileReport.vue";
import RoomList from "@/views/lists/RoomList.vue";
import People from "@/views/people/People.vue";
import Settings from "@/views/settings/Settings.vue";

declare module "vue-router" {
  interface RouteMeta {
    /** What the tab is called, in the language of the moment. */
    title: () => string;
    /** Who sees the page: `everybody`; `outside`, who is not signed in; `inside`, who is: it stands on the desk. */
    for: "everybody" | "outside" | "inside";
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/sign-in", component: SignIn, meta: { title: () => words.signIn.heading, for: "outside" } },
  { path: "/set-up", component: SetUp, meta: { title: () => words.setUp.heading, for: "everybody" } },
  {
    path: "/invitation",
    component: AcceptInvitation,
    meta: { title: () => words.invitation.act, for: "everybody" },
  },
  { path: "/reset", component: ResetPassword, meta: { title: () => words.reset.heading, for: "everybody" } },
  { path: "/", component: Explore, meta: { title: () => words.explore.heading, for: "inside" } },
  {
    // The conversations; a room; a message of the room, in its context.
    path: "/chat/:room(\\d+)?/:number(\\d+)?",
    name: CHAT_PAGE,
    component: ChatPage,
    meta: { title: () => words.chat.heading, for: "inside" },
  },
  { path: "/chat-room-list", component: RoomList, meta: { title: () => words.lists.rooms, for: "inside" } },
  {
    path: "/chat-message-list",
    component: MessageList,
    meta: { title: () => words.lists.messages, for: "inside" },
  },
  {
    path: "/chat-profile-report",
    component: ProfileReport,
    meta: { title: () => words.lists.profiles, for: "inside" },
  },
  { path: "/settings", component: Settings, meta: { title: () => words.settings.heading, for: "inside" } },
  { path: "/account", redirect: "/settings#devices" },
  {
    path: "/administration",
    component: Administration,
    meta: { title: () => words.administration.heading, for: "inside" },
  },
  { path: "/people", component: People, meta: { title: () => words.people.heading, for: "inside" } },
  { path: "/:rest(.*)*", component: Missing, meta: { title: () => words.missing.heading, for: "inside" } },
];

/** Pixels that the toolbar covers at the top. */
const TOOLBAR = 64;

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, _from, saved) => saved ?? (to.hash ? { el: to.hash, top: TOOLBAR } : { top: 0 }),
});
