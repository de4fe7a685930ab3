import type { Http } from "./http";
import type {
  Backup,
  BackupList,
  Device,
  FindWanted,
  Found,
  Id,
  Invitation,
  InvitationMade,
  LinkMade,
  LinkPurpose,
  Mark,
  Member,
  MemberPage,
  MemberRole,
  MembersWanted,
  Message,
  MessagePage,
  MessagesWanted,
  Notify,
  Organisation,
  Page,
  PageWanted,
  Preferences,
  Profile,
  ProfilePage,
  ProfilesWanted,
  Revision,
  Role,
  Room,
  RoomPage,
  Rooms,
  RoomsWanted,
  SeenBy,
  SeenMarks,
  SessionView,
  SetUp,
  SystemReport,
  User,
} from "./types";

/** The profiles of so many ids are answered at once. */
export const MOST_PROFILES = 100;
export const MOST_MEMBERS = 100;
/** So many people come into a group at once. */
export const MOST_ADDED = 100;

/** All requests that the client makes over HTTP, by name. Each rejects with `Refused` or `Unreachable`. */
export class Routes {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  getSession(): Promise<SessionView> {
    return this.#http.ask("get", "/session", {});
  }

  startSession(email: string, password: string): Promise<SessionView> {
    return this.#http.ask("post", "/session", { body: { email, password } });
  }

  endSession(): Promise<void> {
    return this.#http.ask("delete", "/session", {});
  }

  changePassword(current: string, next: string): Promise<void> {
    return this.#http.ask("put", "/password", { body: { current, new: next } });
  }

  renameProfile(name: string): Promise<User> {
    return this.#http.ask("patch", "/profile", { body: { name } });
  }

  setPreferences(preferences: Preferences): Promise<Preferences> {
    return this.#http.ask("put", "/preferences", { body: preferences });
  }

  getOrganisation(): Promise<Organisation> {
    return this.#http.ask("get", "/organisation", {});
  }

  changeOrganisation(body: Organisation): Promise<Organisation> {
    return this.#http.ask("put", "/organisation", { body });
  }

  getSystem(): Promise<SystemReport> {
    return this.#http.ask("get", "/system", {});
  }

  listBackups(): Promise<BackupList> {
    return this.#http.ask("get", "/backups", {});
  }

  makeBackup(): Promise<Backup> {
    return this.#http.ask("post", "/backups", {});
  }

  listDevices(): Promise<Device[]> {
    return this.#http.ask("get", "/sessions", {});
  }

  endDevice(session: Id): Promise<void> {
    return this.#http.ask("delete", "/sessions/{session}", { path: { session } });
  }

  lookAtLink(token: string): Promise<LinkPurpose> {
    return this.#http.ask("post", "/links/look", { body: { token } });
  }

  setUp(body: SetUp): Promise<SessionView> {
    return this.#http.ask("post", "/set-up", { body });
  }

  acceptInvitation(token: string, name: string, password: string): Promise<SessionView> {
    return this.#http.ask("post", "/invitations/accept", { body: { token, name, password } });
  }

  redeemReset(token: string, password: string): Promise<void> {
    return this.#http.ask("post", "/resets/redeem", { body: { token, password } });
  }

  listUsers(): Promise<User[]> {
    return this.#http.ask("get", "/users", {});
  }

  changeUserRole(user: Id, role: Role): Promise<User> {
    return this.#http.ask("patch", "/users/{user}", { path: { user }, body: { role } });
  }

  deactivateUser(user: Id): Promise<User> {
    return this.#http.ask("post", "/users/{user}/deactivate", { path: { user } });
  }

  reactivateUser(user: Id): Promise<User> {
    return this.#http.ask("post", "/users/{user}/reactivate", { path: { user } });
  }

  makeReset(user: Id): Promise<LinkMade> {
    return this.#http.ask("post", "/users/{user}/reset", { path: { user } });
  }

  listInvitations(): Promise<Invitation[]> {
    return this.#http.ask("get", "/invitations", {});
  }

  invite(email: string, role: Role): Promise<InvitationMade> {
    return this.#http.ask("post", "/invitations", { body: { email, role } });
  }

  withdrawInvitation(invitation: Id): Promise<void> {
    return this.#http.ask("delete", "/invitations/{invitation}", { path: { invitation } });
  }

  findProfiles(name: string, limit: number): Promise<Profile[]> {
    return this.#http.ask("get", "/profiles", { query: { name, limit } });
  }

  /** At most `MOST_PROFILES`. */
  listProfiles(ids: Id[]): Promise<Profile[]> {
    return this.#http.ask("get", "/profiles", { query: { ids } });
  }

  listRooms(): Promise<Rooms> {
    return this.#http.ask("get", "/rooms", {});
  }

  getRoom(room: Id): Promise<Room> {
    return this.#http.ask("get", "/rooms/{room}", { path: { room } });
  }

  openDirect(user: Id): Promise<Room> {
    return this.#http.ask("post", "/rooms", { body: { kind: "direct", user } });
  }

  createGroup(key: string, name: string, users: Id[]): Promise<Room> {
    return this.#http.ask("post", "/rooms", { body: { kind: "group", key, name, users } });
  }

  renameRoom(room: Id, name: string): Promise<Room> {
    return this.#http.ask("patch", "/rooms/{room}", { path: { room }, body: { name } });
  }

  setNotify(room: Id, notify: Notify): Promise<Room> {
    return this.#http.ask("put", "/rooms/{room}/notify", { path: { room }, body: { notify } });
  }

  markUnread(room: Id, number: number): Promise<Mark> {
    return this.#http.ask("put", "/rooms/{room}/unread", { path: { room }, body: { number } });
  }

  listSeenMarks(room: Id): Promise<SeenMarks> {
    return this.#http.ask("get", "/rooms/{room}/seen", { path: { room } });
  }

  findWhoSaw(room: Id, number: number): Promise<SeenBy> {
    return this.#http.ask("get", "/rooms/{room}/messages/{number}/seen", { path: { room, number } });
  }

  findMembers(room: Id, name: string, limit: number): Promise<Profile[]> {
    return this.#http.ask("get", "/rooms/{room}/members/find", { path: { room }, query: { name, limit } });
  }

  findAddable(room: Id, name: string, limit: number): Promise<Profile[]> {
    return this.#http.ask("get", "/rooms/{room}/members/addable", { path: { room }, query: { name, limit } });
  }

  /** At most `MOST_MEMBERS`. */
  listMembers(room: Id, query: MembersWanted): Promise<MemberPage> {
    return this.#http.ask("get", "/rooms/{room}/members", { path: { room }, query });
  }

  addMembers(room: Id, users: Id[]): Promise<Member[]> {
    return this.#http.ask("post", "/rooms/{room}/members", { path: { room }, body: { users } });
  }

  changeRole(room: Id, user: Id, role: MemberRole): Promise<Member> {
    return this.#http.ask("patch", "/rooms/{room}/members/{user}", { path: { room, user }, body: { role } });
  }

  removeMember(room: Id, user: Id): Promise<void> {
    return this.#http.ask("delete", "/rooms/{room}/members/{user}", { path: { room, user } });
  }

  getPage(room: Id, query: PageWanted): Promise<Page> {
    return this.#http.ask("get", "/rooms/{room}/messages", { path: { room }, query });
  }

  editMessage(room: Id, number: number, text: string): Promise<Message> {
    return this.#http.ask("patch", "/rooms/{room}/messages/{number}", {
      path: { room, number },
      body: { text },
    });
  }

  deleteMessage(room: Id, number: number): Promise<Message> {
    return this.#http.ask("delete", "/rooms/{room}/messages/{number}", { path: { room, number } });
  }

  listRevisions(room: Id, number: number): Promise<Revision[]> {
    return this.#http.ask("get", "/rooms/{room}/messages/{number}/revisions", { path: { room, number } });
  }

  findMessages(query: FindWanted): Promise<Found> {
    return this.#http.ask("get", "/search", { query });
  }

  listMyRooms(query: RoomsWanted): Promise<RoomPage> {
    return this.#http.ask("get", "/lists/rooms", { query });
  }

  listMyMessages(query: MessagesWanted): Promise<MessagePage> {
    return this.#http.ask("get", "/lists/messages", { query });
  }

  listActiveProfiles(query: ProfilesWanted): Promise<ProfilePage> {
    return this.#http.ask("get", "/lists/profiles", { query });
  }
}
