import type { Routes } from "@/api/routes";
import type { Id, Member, MemberRole, Revision, RoomEvent } from "@/api/types";
import { Cell, type Observable } from "./observable";
import type { Outbox } from "./outbox";
import type { Reading } from "./reading";
import type { RoomState } from "./room";
import type { Conversation, Drafts, OpenRoom, Timeline } from "./shapes";

export interface OpenRoomParts {
  readonly me: Id;
  readonly routes: Routes;
  readonly outbox: Outbox;
  readonly reading: Reading;
  readonly drafts: Drafts;
  readonly conversation: Observable<Conversation | null>;
  learn(members: readonly Member[]): void;
  /** Nobody shows it any more. */
  closed(): void;
}

/** A room that views show. */
export class ShownRoom implements OpenRoom {
  readonly id: Id;
  readonly conversation: Observable<Conversation | null>;
  readonly timeline: Observable<Timeline>;
  readonly below = new Cell(0);
  readonly membersChanged = new Cell(0);
  readonly #room: RoomState;
  readonly #parts: OpenRoomParts;
  #viewers = 0;

  constructor(room: RoomState, parts: OpenRoomParts) {
    this.id = room.id;
    this.conversation = parts.conversation;
    this.timeline = room.timeline.shown;
    this.#room = room;
    this.#parts = parts;
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
    this.#parts.closed();
  }

  loadEarlier(): void {
    this.#room.timeline.loadEarlier();
  }

  loadLater(): void {
    this.#room.timeline.loadLater();
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

  listMembers(): Promise<readonly Member[]> {
    return this.#meet(this.#parts.routes.listMembers(this.id));
  }

  addMembers(users: readonly Id[]): Promise<readonly Member[]> {
    return this.#meet(this.#parts.routes.addMembers(this.id, [...users]));
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
      this.membersChanged.set(this.membersChanged.value + 1);
    }
    const isNew = event.type === "message.posted" && event.message.author !== this.#parts.me;
    if (isNew && !this.#parts.reading.isNewestInView(this.id)) this.below.set(this.below.value + 1);
  }

  async #meet(members: Promise<readonly Member[]>): Promise<readonly Member[]> {
    this.#parts.learn(await members);
    return members;
  }
}

/** Whether anything would be seen: spaces and marks without a letter are not enough for the server. */
function isVisible(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
}
