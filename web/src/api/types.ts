/** The shapes on the wire, by their names. They are generated from the server's OpenAPI document: see `wire.ts`. */
import type { components, operations } from "./wire";

type Schemas = components["schemas"];

/** Of a user, room, session or link; exact in a `number`. */
export type Id = number;
/** Since 1970-01-01T00:00:00Z. */
export type Milliseconds = number;

export type ProblemBody = Schemas["Problem"];
export type Profile = Schemas["Profile"];
export type User = Schemas["User"];
/** How a request reached the server. */
export type Arrival = Schemas["Arrival"];
export type Role = User["role"];
export type SessionView = Schemas["SessionView"];
export type Device = Schemas["Device"];
export type LinkPurpose = Schemas["LinkPurpose"];
export type LinkMade = Schemas["LinkMade"];
export type Invitation = Schemas["Invitation"];
export type InvitationMade = Schemas["InvitationMade"];
export type Message = Schemas["Message"];
export type Revision = Schemas["Revision"];
export type Page = Schemas["Page"];
export type Member = Schemas["Member"];
export type MemberPage = Schemas["MemberList"];
export type MemberRole = Member["role"];
export type Room = Schemas["Room"];
export type RoomKind = Room["kind"];
export type Notify = Room["notify"];
export type Rooms = Schemas["Rooms"];
export type Found = Schemas["Found"];
export type RoomPage = Schemas["RoomList"];
export type MessagePage = Schemas["MessageList"];
export type ProfilePage = Schemas["ProfileList"];
export type ProfileRow = Schemas["ProfileRow"];
export type Mark = Schemas["Mark"];
export type SeenMark = Schemas["SeenMark"];
export type SeenMarks = Schemas["SeenMarks"];
export type SeenBy = Schemas["SeenBy"];
export type Presence = Schemas["Presence"];
export type Preferences = Schemas["Preferences"];
export type Organisation = Schemas["Organisation"];
export type SystemReport = Schemas["SystemReport"];
export type Backup = Schemas["Backup"];
export type BackupList = Schemas["BackupList"];

export type SetUp = Schemas["SetUp"];
export type MembersWanted = NonNullable<operations["list_members"]["parameters"]["query"]>;
export type PageWanted = NonNullable<operations["list_messages"]["parameters"]["query"]>;
export type RoomsWanted = NonNullable<operations["list_my_rooms"]["parameters"]["query"]>;
export type MessagesWanted = NonNullable<operations["list_my_messages"]["parameters"]["query"]>;
export type ProfilesWanted = NonNullable<operations["list_active_profiles"]["parameters"]["query"]>;
export type FindWanted = operations["find_messages"]["parameters"]["query"];

export type Frame = Schemas["Frame"];
type FrameOf<T extends Frame["type"]> = Extract<Frame, { type: T }>;
export type MessageEvent = FrameOf<"message.posted" | "message.edited" | "message.deleted">;
/** What happened to a room and not in a message: it stands between its messages. */
export type Line = FrameOf<"member.joined" | "member.left" | "owner.made" | "owner.unmade" | "room.renamed">;
export type RoomEvent = MessageEvent | Line;
export type OwnEvent = FrameOf<"room" | "room.gone" | "read" | "preferences">;
/** What passes: in no order with anything else, and not told again. */
export type PassingFrame = FrameOf<"typing" | "presence" | "seen">;
export type Hello = FrameOf<"hello">;
export type Ok = FrameOf<"ok">;
export type CommandRefused = FrameOf<"problem">;

export type Command = Schemas["Command"];
