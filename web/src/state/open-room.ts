import type { Routes } from "@/api/routes";
import { Refused, Unreachable } from "@/api/http";
import type { Id, MemberRole, Notify, Profile, Revision, RoomEvent, SeenBy, SeenMark } from "@/api/types";
import { RoomMembers } from "./members";
import { Cell, Derived, type Observable } from "./observable";
import type { Outbox } from "./outbox";
import type { KnownPresence } from "./presence";
import type { Reading } from "./reading";
import type { RoomState } from "./room";
import type { FindPeople } from "./search";
import { RoomSeen } from "./seen";
import type { Conversation, Drafts, Members, OpenRoom, Search, Seen, Timeline } from "./shapes";
import type { Typing } from "./typing";

/** In larger rooms nobody is told who is here. */
const MOST_TOLD = 50;
const MOST_FOUND = 8;

export interface OpenRoomParts {
  readonly me: Id;
  readonly routes: Routes;
  readonly outbox: Outbox;
  readonly reading: Reading;
  readonly drafts: Drafts;
  readonly presence: KnownPresence;
  readonly typing: Typing;
  readonly conversation: Observable<Conversation | null>;
  learn(people: readonly Profile[]): void;
  /** A search of people where this finds them. */
  search(find: FindPeople): Search;
  /** Nobody shows it any more. */
  closed(): void;
}

/** A room that views show. */
export class ShownRoom implements OpenRoom {
  readonly id: Id;
  readonly conversation: Observable<Conversation | null>;
  readonly timeline: Observable<Timeline>;
  readonly below = new Cell(0);
  readonly seen: Observable<Seen>;
  readonly members: Observable<Members | null>;
  readonly online = new Derived(() => this.#countOnline());
  readonly #room: RoomState;
  readonly #parts: OpenRoomParts;
  readonly #seen: RoomSeen;
  readonly #members: RoomMembers;
  #viewers = 0;
  readonly #endFollowing: () => void;

  constructor(room: RoomState, parts: OpenRoomParts) {
    this.id = room.id;
    this.conversation = parts.conversation;
    this.timeline = room.timeline.shown;
    this.#room = room;
    this.#parts = parts;
    this.#seen = new RoomSeen({
      me: parts.me,
      list: async () => {
        const seen = await parts.routes.listSeenMarks(this.id);
        parts.learn(seen.people);
        return seen;
      },
      furthest: () => room.seenNumber,
    });
    this.seen = this.#seen.shown;
    this.#members = new RoomMembers({
      room: this.id,
      routes: parts.routes,
      listed: (members) => {
        parts.learn(members.map(({ profile }) => profile));
        this.online.invalidate();
      },
    });
    this.members = this.#members.shown;
    this.#endFollowing = parts.presence.changed.subscribe(() => {
      this.online.invalidate();
    });
  }

  /** Everything is here: what is not told again is asked for. */
  refresh(): void {
    if (!this.#room.facts) return;
    void this.#seen.load();
    this.#members.changed();
    void this.#renewMembers();
  }

  type(): void {
    if (!this.#isLarge) this.#parts.typing.say(this.id);
  }

  async markUnread(number: number): Promise<void> {
    await this.#parts.routes.markUnread(this.id, number);
    this.#parts.reading.unread(this.id);
  }

  async setNotify(notify: Notify): Promise<void> {
    await this.#parts.routes.setNotify(this.id, notify);
  }

  async findWhoSaw(number: number): Promise<SeenBy> {
    const seen = await this.#parts.routes.findWhoSaw(this.id, number);
    this.#parts.learn(seen.people);
    return seen;
  }

  async findMembers(name: string): Promise<readonly Profile[]> {
    const found = await this.#parts.routes.findMembers(this.id, name, MOST_FOUND);
    this.#parts.learn(found);
    return found;
  }

  takeSeen(marks: readonly SeenMark[]): void {
    this.#seen.take(marks);
  }

  /** One more view shows it. */
  show(): this {
    this.#viewers += 1;
    return this;
  }

  close(): void {
    this.#viewers -= 1;
    if (this.#viewers > 0) return;
    this.setNewestInView(false);
    this.#endFollowing();
    this.#parts.closed();
  }

  loadEarlier(): void {
    this.#room.timeline.loadEarlier();
  }

  loadLater(): void {
    this.#room.timeline.loadLater();
  }

  forgetEarlier(): void {
    this.#room.timeline.forgetEarlier();
  }

  showNewest(): void {
    this.#room.timeline.showNewest();
  }

  showAround(number: number): void {
    this.#room.timeline.showAround(number);
  }

  retry(): void {
    this.#room.timeline.retry();
  }

  setNewestInView(inView: boolean): void {
    if (inView) this.below.set(0);
    this.#parts.reading.setNewestInView(this.#room, inView);
  }

  send(text: string): boolean {
    const clean = text.replaceAll("\r\n", "\n").trim();
    if (!isVisible(clean)) return false;
    this.#parts.outbox.add(this.id, clean);
    this.#parts.drafts.set(this.id, "");
    this.#parts.typing.sent(this.id);
    this.showNewest();
    return true;
  }

  tryAgain(row: string): void {
    this.#parts.outbox.tryAgain(row);
  }

  discard(row: string): void {
    this.#parts.outbox.discard(row);
  }

  async edit(number: number, text: string): Promise<void> {
    this.#room.takeMessage(await this.#parts.routes.editMessage(this.id, number, text));
  }

  async delete(number: number): Promise<void> {
    this.#room.takeMessage(await this.#parts.routes.deleteMessage(this.id, number));
  }

  listRevisions(number: number): Promise<readonly Revision[]> {
    return this.#parts.routes.listRevisions(this.id, number);
  }

  loadMembers(): Promise<void> {
    return this.#members.load();
  }

  loadMoreMembers(): Promise<void> {
    return this.#members.loadMore();
  }

  searchMembers(): Search {
    return this.#parts.search((name, limit) => this.#parts.routes.findMembers(this.id, name, limit));
  }

  searchAddable(): Search {
    return this.#parts.search((name, limit) => this.#parts.routes.findAddable(this.id, name, limit));
  }

  async addMembers(users: readonly Id[]): Promise<void> {
    await this.#parts.routes.addMembers(this.id, [...users]);
  }

  async changeRole(user: Id, role: MemberRole): Promise<void> {
    await this.#parts.routes.changeRole(this.id, user, role);
  }

  async rename(name: string): Promise<void> {
    await this.#parts.routes.renameRoom(this.id, name);
  }

  removeMember(user: Id): Promise<void> {
    return this.#parts.routes.removeMember(this.id, user);
  }

  /** An event passed in it. */
  take(event: RoomEvent): void {
    if ("user" in event) {
      if (event.type === "member.left") this.#seen.forget(event.user.id);
      this.#members.changed();
      void this.#renewMembers();
    }
    if (event.type === "message.posted") this.#takeSeenBy(event.message);
    const isNew = event.type === "message.posted" && event.message.author !== this.#parts.me;
    if (isNew && !this.#parts.reading.isNewestInView(this.id)) this.below.set(this.below.value + 1);
  }

  #takeSeenBy({ author: user, number }: { author: Id; number: number }): void {
    this.#seen.take([{ user, number }]);
  }

  /** In a large room, only if somebody has looked at them. */
  async #renewMembers(): Promise<void> {
    if (this.#isLarge && this.members.value === null) return;
    try {
      await this.#members.load();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
  }

  get #isLarge(): boolean {
    return this.#room.counters.members > MOST_TOLD;
  }

  #countOnline(): number | null {
    const listed = this.#isLarge ? null : this.members.value?.listed;
    const { me, presence } = this.#parts;
    return listed?.filter(({ profile: { id } }) => id === me || presence.isOnline(id)).length ?? null;
  }
}

/** Whether anything would be seen: spaces and marks without a letter are not enough for the server. */
function isVisible(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
}
