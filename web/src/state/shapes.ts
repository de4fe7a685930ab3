/**
 * What views read and what they may ask for. Every `Observable` holds immutable values; rows, conversations and
 * profiles that did not change keep their identity. Nothing here is a sentence for people: the words are the views'.
 *
 * Actions that return a promise reject with `Refused` (the server's answer: `status`, `code`, `detail`, `retryAfter`)
 * or `Unreachable` (no answer; whether it was carried out is not known).
 */
import type {
  Backup,
  BackupList,
  Device,
  Id,
  Invitation,
  Line,
  LinkPurpose,
  Member,
  MemberRole,
  Message,
  MessagePage,
  MessagesWanted,
  Milliseconds,
  Notify,
  Presence,
  Organisation,
  Preferences,
  Profile,
  ProfilePage,
  ProfilesWanted,
  Revision,
  Role,
  RoomKind,
  RoomPage,
  RoomsWanted,
  SeenBy,
  SeenMark,
  SystemReport,
  User,
} from "@/api/types";
import type { Memory } from "./memory";
import type { Observable } from "./observable";

export type { Memory } from "./memory";
export type { Observable } from "./observable";
export { Refused, Unreachable } from "@/api/http";
export { MOST_ADDED } from "@/api/routes";
export { FIRST_MEMBERS } from "./members";
export type {
  Backup,
  BackupList,
  Device,
  Id,
  Invitation,
  Line,
  LinkPurpose,
  Member,
  MemberRole,
  Message,
  MessagePage,
  MessagesWanted,
  Milliseconds,
  Notify,
  Presence,
  Organisation,
  Preferences,
  Profile,
  ProfilePage,
  ProfilesWanted,
  Revision,
  Role,
  RoomKind,
  RoomPage,
  RoomsWanted,
  SeenBy,
  SeenMark,
  SystemReport,
  User,
} from "@/api/types";

/** The whole client. `chat` is there while somebody is signed in, another object for each sign-in. */
export interface Client {
  readonly session: Session;
  readonly chat: Observable<Chat | null>;
  /** Asks who is signed in, and connects. */
  start(): void;
  /** Ends every connection and timer. */
  stop(): void;
}

export type SessionState =
  /** It is being asked who is signed in; `unreachable` while there is no answer. It is asked again by itself. */
  | { readonly state: "asking"; readonly unreachable: boolean }
  /** `ended`: somebody was signed in a moment ago, and the server ended it. */
  | { readonly state: "signed-out"; readonly ended: boolean }
  | { readonly state: "signed-in"; readonly session: Id; readonly user: User; readonly organisation: string };

/** Who is signed in on this device, and the ways to become so. */
export interface Session {
  readonly state: Observable<SessionState>;
  signIn(email: string, password: string): Promise<void>;
  /** Resolves when the server has ended the session. Unsent messages stay on this device, for this user. */
  signOut(): Promise<void>;
  /** Ends the user's other sessions. */
  changePassword(current: string, next: string): Promise<void>;
  /** Where the user is signed in, last used first. */
  listDevices(): Promise<readonly Device[]>;
  endDevice(session: Id): Promise<void>;
  /** Asks anew who is signed in, and where. */
  refresh(): Promise<void>;
  /** What a one-time link is for. */
  lookAt(token: string): Promise<LinkPurpose>;
  /** Signs in the first owner. */
  setUp(token: string, organisation: string, who: NewAccount): Promise<void>;
  /** Signs in who was invited. */
  acceptInvitation(token: string, name: string, password: string): Promise<void>;
  /** Sets the password; signing in follows. */
  redeemReset(token: string, password: string): Promise<void>;
}

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Everything of one signed-in user. */
export interface Chat {
  /** As at signing in: what one is called now is said by `people`. */
  readonly me: User;
  readonly organisation: string;
  readonly connection: Observable<Connection>;
  /** Somebody wants the next attempt to connect to be made now. */
  reconnect(): void;
  /** All of one's rooms, the last active first. `null` until they are known. */
  readonly conversations: Observable<readonly Conversation[] | null>;
  /** One of them, by itself, so that a row or a heading hears of its own changes alone. `null`: not (or no longer) there. */
  conversation(room: Id): Observable<Conversation | null>;
  /** Unread messages of all rooms, as far as one wants to be told of them. */
  readonly unread: Observable<Unread>;
  /** Whether somebody is here. `null`: not known, as nobody is told of it or there is no connection. */
  presence(user: Id): Observable<Presence | null>;
  /** Who is writing in a room now, besides oneself. */
  typists(room: Id): Observable<readonly Id[]>;
  readonly desktop: Desktop;
  /** How many messages wait to be sent, the failed ones not counted. */
  readonly waiting: Observable<number>;
  readonly people: People;
  readonly notices: Notices;
  readonly drafts: Drafts;
  readonly memory: Memory;
  /** Only for owners of the organisation. */
  readonly users: Users;
  readonly lists: Lists;
  readonly administration: Administration;
  readonly doctor: Doctor;
  /** `null` until they are known. */
  readonly preferences: Observable<Preferences | null>;
  /** Holds at once, on this device and the others; taken back if it rejects. */
  prefer(part: Partial<Preferences>): Promise<void>;
  /** Gives oneself another name. */
  rename(name: string): Promise<void>;
  /** The room for a view that shows it. Each call needs its `close()`. */
  openRoom(room: Id): OpenRoom;
  /** The one direct room with somebody, made if need be. */
  openDirect(user: Id): Promise<Id>;
  /** `key` is made once per dialog, with `newKey`: asking again after a failure makes no second group. */
  createGroup(key: string, name: string, users: readonly Id[]): Promise<Id>;
  newKey(): string;
  /** A search box's own search: in these sections. */
  search(...sections: SearchSection[]): Search;
  /** How many characters a message may have. */
  readonly longestText: Observable<number>;
}

export interface Connection {
  /**
   * `connecting`: for the first time. `catching-up`: connected, what was missed is arriving. `live`: everything is
   * here and news arrives. `offline`: no connection; `retryAt` says when the next attempt is made.
   */
  readonly state: "connecting" | "catching-up" | "live" | "offline";
  readonly via: "socket" | "polling" | null;
  readonly retryAt: Milliseconds | null;
}

export interface Unread {
  readonly count: number;
  /** "" for none, else "1" … "99", "99+". */
  readonly label: string;
}

/** A room as the list shows it. */
export interface Conversation {
  readonly id: Id;
  readonly kind: RoomKind;
  /** Of a direct room: the other's name. */
  readonly name: string;
  readonly other: Profile | null;
  readonly role: MemberRole;
  readonly members: number;
  readonly unread: number;
  /** How many of the unread messages name one. */
  readonly mentions: number;
  readonly notify: Notify;
  /** What it adds to the counter of all. */
  readonly counted: number;
  /** Whether somebody else has seen the newest message. */
  readonly seen: boolean;
  /** When the other of a direct room was here last, if they are not. */
  readonly lastSeen: Milliseconds | null;
  /** The newest message, one's own unsent ones included. */
  readonly last: MessageView | null;
  /** What is written in the room's box and not sent; "" for nothing. */
  readonly draft: string;
}

/** A row of a room. */
export interface MessageView {
  /** Of this row for ever, from being sent to being stored: good as a key of lists. */
  readonly id: string;
  /** `null` until the server has it. */
  readonly number: number | null;
  readonly author: Id;
  readonly own: boolean;
  /** "" once deleted. */
  readonly text: string;
  /** The server's time; this device's until the server has it. */
  readonly created: Milliseconds;
  readonly edited: Milliseconds | null;
  readonly deleted: Milliseconds | null;
  /** The members whom it names. */
  readonly mentions: readonly Id[];
  /** Whether it names who is signed in. */
  readonly mentionsMe: boolean;
  readonly status: "sending" | "sent" | "failed";
  /** Why it failed. */
  readonly problem: Problem | null;
}

/** Why something was not done: `code` to choose words by, `detail` the server's own. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** What a room shows: consecutive messages in ascending order, then those not yet sent. */
export interface Timeline {
  /** `failed`: could not be loaded; it is tried again on `retry` and when the connection is back. `gone`: not (or no longer) in it. */
  readonly state: "loading" | "ready" | "failed" | "gone";
  readonly rows: readonly MessageView[];
  /** What happened to the group between these messages: each stands after the message whose number is its `after`. */
  readonly lines: readonly Line[];
  readonly earlier: Edge;
  /** Anything but `none`: these rows do not reach the newest message, and unsent ones are not shown. */
  readonly later: Edge;
  /** The "New messages" line stands before the first row whose number is at least this. Fixed when the room was opened. */
  readonly firstUnread: number | null;
}

/** What lies beyond an end of the rows. `failed`: loading did not work, asking again may. */
export type Edge = "none" | "more" | "loading" | "failed";

/** How far others have seen a room's messages. */
export interface Seen {
  /** Any of them. */
  readonly furthest: number;
  /** Of those who have seen the most, the furthest first. */
  readonly marks: readonly SeenMark[];
}

export interface Members {
  readonly listed: readonly Member[];
  /** There are more than these. */
  readonly more: boolean;
}

export interface OpenRoom {
  readonly id: Id;
  readonly conversation: Observable<Conversation | null>;
  readonly timeline: Observable<Timeline>;
  /** For the "Newest" pill: messages by others that came while the newest was not in view. */
  readonly below: Observable<number>;
  readonly seen: Observable<Seen>;
  /** How many members are online, oneself included; `null` while that is not known, and in large rooms. */
  readonly online: Observable<number | null>;
  /** To be told while somebody writes: the others see it. */
  type(): void;
  /** From this message on everything is unread again, for oneself. */
  markUnread(number: number): Promise<void>;
  setNotify(notify: Notify): Promise<void>;
  findWhoSaw(number: number): Promise<SeenBy>;
  /** Other members any word of whose name begins like this; a few, by name. */
  findMembers(name: string): Promise<readonly Profile[]>;
  loadEarlier(): void;
  loadLater(): void;
  /** Lets go of all but the newest messages, if these are held: they can be loaded again. */
  forgetEarlier(): void;
  /** Shows the newest messages, if they are not shown already. */
  showNewest(): void;
  /** Shows the messages around this one. */
  showAround(number: number): void;
  /** Tries again what failed to load. */
  retry(): void;
  /** To be told by the view: whether the newest row can be seen. Decides, with focus and visibility, what counts as read. */
  setNewestInView(inView: boolean): void;
  /** Puts a message on its way; false if the text has nothing to see. It appears at once as a row that is `sending`. */
  send(text: string): boolean;
  /** A failed row, by its `id`. */
  tryAgain(row: string): void;
  /** Deletes a failed row, by its `id`. */
  discard(row: string): void;
  edit(number: number, text: string): Promise<void>;
  delete(number: number): Promise<void>;
  /** Earlier texts, oldest first. */
  listRevisions(number: number): Promise<readonly Revision[]>;
  /** Who is in it, by name: as many as were loaded, and as they come, go and own it. `null` until they are. */
  readonly members: Observable<Members | null>;
  /** The first of them. */
  loadMembers(): Promise<void>;
  loadMoreMembers(): Promise<void>;
  /** For a box to choose among the other members who are active. */
  searchMembers(): Search;
  /** For a box to choose among the people who are not in it. */
  searchAddable(): Search;
  addMembers(users: readonly Id[]): Promise<void>;
  /** Makes a member an owner, or an owner a member. */
  changeRole(user: Id, role: MemberRole): Promise<void>;
  rename(name: string): Promise<void>;
  /** Oneself: leaves. */
  removeMember(user: Id): Promise<void>;
  close(): void;
}

export interface People {
  /** `null` until known; asking for somebody unknown makes it known soon. */
  profile(user: Id): Observable<Profile | null>;
}

/** A message by another in a room that is not being looked at, or what was missed while away. */
export type Notice =
  | {
      readonly kind: "message";
      readonly id: string;
      readonly room: Id;
      readonly number: number;
      readonly author: Id;
      readonly text: string;
      readonly mentionsMe: boolean;
    }
  | {
      readonly kind: "summary";
      readonly id: string;
      readonly messages: number;
      /** The room with the newest first. */
      readonly rooms: readonly Id[];
    };

export interface Notices {
  /** At most three, the newest last. Each goes by itself after six seconds. */
  readonly shown: Observable<readonly Notice[]>;
  /** For the one polite live region: the last few that are to be announced, in rooms that are open as well. */
  readonly announced: Observable<readonly Notice[]>;
  /** Hovered or focused: stays until `release`. */
  hold(id: string): void;
  release(id: string): void;
  dismiss(id: string): void;
}

/** Notifications outside the page, while nobody looks at any of its tabs. */
export interface Desktop {
  /** `blocked`: the user has forbidden it in the browser; `impossible`: the browser cannot. */
  readonly state: Observable<"off" | "on" | "blocked" | "impossible">;
  /** Whether they say who and where, and not what. Of this device. */
  readonly hidesText: Observable<boolean>;
  /** Asks for permission if need be: only after the user has asked for it. */
  turnOn(): Promise<void>;
  turnOff(): void;
  setHidesText(hides: boolean): void;
  /** The last one that was chosen: its message is to be shown. */
  readonly chosen: Observable<Notice | null>;
  /** How a notice is put into words. To be told once, by the views. */
  say(words: (notice: Notice, hidesText: boolean) => { readonly title: string; readonly body: string }): void;
}

export interface Drafts {
  /** "" for nothing. Survives a reload of the page. */
  get(room: Id): string;
  set(room: Id, text: string): void;
}

export type SearchSection = "people" | "conversations" | "messages";

export interface Search {
  readonly results: Observable<SearchResults>;
  /** What is in the box now. Nothing typed finds nothing, but for people alone: the first of all. */
  type(text: string): void;
  /** The next messages, if there are `moreMessages`. */
  loadMore(): void;
  close(): void;
}

export interface SearchResults {
  /** What these results are for; conversations are found at once, the others follow. */
  readonly text: string;
  readonly state: "idle" | "searching" | "ready" | "failed";
  readonly people: readonly Profile[];
  /** Not all of those who are so called. */
  readonly morePeople: boolean;
  readonly conversations: readonly Conversation[];
  readonly messages: readonly MessageHit[];
  readonly moreMessages: boolean;
}

export interface MessageHit {
  readonly room: Id;
  readonly message: Message;
}

/** What owners of the organisation do. */
export interface Users {
  list(): Promise<readonly User[]>;
  changeRole(user: Id, role: Role): Promise<User>;
  deactivate(user: Id): Promise<User>;
  reactivate(user: Id): Promise<User>;
  /** A link by which the user sets a new password, once. */
  makeReset(user: Id): Promise<string>;
  listInvitations(): Promise<readonly Invitation[]>;
  /** The link to give to whom it is for. */
  invite(email: string, role: Role): Promise<{ readonly invitation: Invitation; readonly link: string }>;
  withdrawInvitation(invitation: Id): Promise<void>;
}

export type ListName = "rooms" | "messages" | "profiles";

/** The lists of the desk: pages of them, as the server has them when it is asked. */
export interface Lists {
  rooms(wanted: RoomsWanted): Promise<RoomPage>;
  messages(wanted: MessagesWanted): Promise<MessagePage>;
  profiles(wanted: ProfilesWanted): Promise<ProfilePage>;
  /** One's own message, as it then is. Whoever shows its room sees the new text. */
  editMessage(room: Id, number: number, text: string): Promise<Message>;
  /** Where the whole list is as a file, with these filters. */
  fileOf(list: ListName, wanted: RoomsWanted | MessagesWanted | ProfilesWanted): string;
  /** The columns that are not to be seen on this device. */
  hiddenColumns(list: ListName): ReadonlySet<string>;
  hideColumns(list: ListName, columns: ReadonlySet<string>): void;
}

/** What owners do with the organisation and its server. */
export interface Administration {
  getOrganisation(): Promise<Organisation>;
  changeOrganisation(organisation: Organisation): Promise<Organisation>;
  getSystem(): Promise<SystemReport>;
  listBackups(): Promise<BackupList>;
  /** Resolves when it is whole. */
  makeBackup(): Promise<Backup>;
}

/** What is looked at on the way from this browser to the server. */
export type Check =
  "https" | "origin" | "cookie" | "proxy" | "socket" | "polling" | "large" | "clock" | "notifications";

/** `note`: good to know. `problem`: to be mended. */
export type FindingState = "fine" | "note" | "problem";

/** What can be found, by the name that its sentences have in the catalogue. */
export type Found =
  | "encrypted"
  | "local"
  | "readable"
  | "same"
  | "other"
  | "guarded"
  | "unguarded"
  | "seen"
  | "believed"
  | "ignored"
  | "hidden"
  | `${"socket" | "polling"}${"Answers" | "Slow" | "Closed" | "Silent"}`
  | "largePasses"
  | "largeStops"
  | "together"
  | "apart"
  | "on"
  | "off"
  | "blocked"
  | "impossible";

/** What the sentences tell of: the address of this page and the one in the settings, where the server sees the device. */
export interface Facts {
  readonly here: string;
  readonly configured: string;
  readonly address: string;
  readonly milliseconds: number;
}

export interface Finding {
  readonly check: Check;
  readonly state: FindingState;
  readonly found: Found;
  readonly facts: Facts;
}

/** Looks at the way from this browser to the server, for owners. */
export interface Doctor {
  /** One finding after the other, each check once. Ends with Refused or Unreachable if the server does not answer at all. */
  examine(): AsyncGenerator<Finding>;
}
