import type { Http } from "@/api/http";
import { Link, type LinkListener, type LinkState, type News } from "@/api/link";
import { Routes } from "@/api/routes";
import type {
  Hello,
  Id,
  OwnEvent,
  Page,
  PassingFrame,
  Preferences,
  Presence,
  Profile,
  Room,
  RoomEvent,
  User,
} from "@/api/types";
import type { Sign, World } from "@/api/world";
import { OwnersAdministration } from "./administration";
import { OwnersDoctor } from "./doctor";
import { Catchup } from "./catchup";
import { Conversations } from "./conversations";
import { DesktopNotices } from "./desktop";
import { KeptDrafts } from "./drafts";
import { DeskLists } from "./lists";
import { DeviceMemory } from "./memory";
import { isWanted, PopUps } from "./notices";
import { Cell, Derived, together, type Observable } from "./observable";
import { ShownRoom } from "./open-room";
import { Outbox } from "./outbox";
import { Passing } from "./passing";
import { KnownPeople } from "./people";
import { OwnPreferences } from "./preferences";
import { Reading } from "./reading";
import type { RoomState } from "./room";
import { RoomList } from "./rooms";
import { BoxSearch, type FindPeople } from "./search";
import type { Chat, Connection, Conversation, OpenRoom, Search, SearchSection } from "./shapes";
import { OwnersUsers } from "./users";

/** Until the server has said how long a message may be. */
const LONGEST_TEXT = 10_000;

const KNOWN: Readonly<Record<(RoomEvent | OwnEvent)["type"], true>> = {
  "message.posted": true,
  "message.edited": true,
  "message.deleted": true,
  "member.joined": true,
  "member.left": true,
  "owner.made": true,
  "owner.unmade": true,
  "room.renamed": true,
  room: true,
  "room.gone": true,
  read: true,
  preferences: true,
};

export interface ChatParts {
  readonly world: World;
  readonly http: Http;
  readonly me: User;
  readonly organisation: string;
  /** This is what the organisation is called now. */
  named(organisation: string): void;
  /** Asks the server who is signed in; whether it is still the same user. Rejects with Unreachable. */
  isSignedIn(): Promise<boolean>;
}

/** Everything of one user, from signing in to signing out: what comes over the link finds its place here. */
export class UserChat implements Chat, LinkListener {
  readonly me: User;
  readonly organisation: string;
  readonly connection = new Derived(() => this.#connection());
  readonly conversations: Observable<readonly Conversation[] | null>;
  readonly longestText = new Cell(LONGEST_TEXT);
  readonly people: KnownPeople;
  readonly notices: PopUps;
  readonly desktop: DesktopNotices;
  readonly drafts: KeptDrafts;
  readonly memory: DeviceMemory;
  readonly users: OwnersUsers;
  readonly lists: DeskLists;
  readonly administration: OwnersAdministration;
  readonly doctor: OwnersDoctor;

  readonly #parts: ChatParts;
  readonly #routes: Routes;
  readonly #rooms: RoomList;
  readonly #conversations: Conversations;
  readonly #outbox: Outbox;
  readonly #reading: Reading;
  readonly #catchup: Catchup;
  readonly #passing: Passing;
  readonly #preferences: OwnPreferences;
  readonly #shown = new Map<Id, ShownRoom>();
  readonly #unwatch: () => void;
  readonly #link: Link;
  #linkState: LinkState = { state: "connecting", via: null, retryAt: null };
  #epoch: string | null = null;
  /** Nothing is missing, and news arrives. */
  #isLive = false;
  /** The last number of each room when news stopped arriving; `null` if it did not, or never has. */
  #lastNumbers: Map<Id, number> | null = null;

  constructor(parts: ChatParts) {
    const { world, me } = parts;
    this.#parts = parts;
    this.me = me;
    this.organisation = parts.organisation;
    this.#routes = new Routes(parts.http);
    this.users = new OwnersUsers(this.#routes);
    this.lists = new DeskLists(this.#routes, world.storage, (people) => {
      this.people.learn(people);
    });
    this.administration = new OwnersAdministration(this.#routes);
    this.#preferences = new OwnPreferences((preferences) => this.#routes.setPreferences(preferences));
    this.people = new KnownPeople(world, (ids) => this.#routes.listProfiles([...ids]));
    this.drafts = new KeptDrafts(world.storage, me.id, (room) => {
      this.#conversations.changed(room);
    });
    this.memory = new DeviceMemory(world.storage, me.id);
    this.#outbox = this.#makeOutbox();
    this.#rooms = this.#makeRooms();
    this.#reading = this.#makeReading();
    this.#conversations = this.#makeConversations();
    this.#catchup = this.#makeCatchup();
    this.conversations = this.#conversations.all;
    this.#passing = this.#makePassing();
    this.desktop = new DesktopNotices(world);
    this.doctor = new OwnersDoctor(world, parts.http, () => this.desktop.state.value);
    this.notices = this.#makeNotices();
    this.#unwatch = world.watch((sign) => {
      this.#notice(sign);
    });
    this.#link = new Link(world, parts.http, this);
  }

  get unread(): Conversations["unread"] {
    return this.#conversations.unread;
  }

  presence(user: Id): Observable<Presence | null> {
    return this.#passing.presence.of(user);
  }

  typists(room: Id): Observable<readonly Id[]> {
    return this.#passing.typing.in(room);
  }

  get preferences(): Observable<Preferences | null> {
    return this.#preferences.current;
  }

  prefer(part: Partial<Preferences>): Promise<void> {
    return this.#preferences.change(part);
  }

  async rename(name: string): Promise<void> {
    this.people.learn([await this.#routes.renameProfile(name)]);
  }

  get waiting(): Observable<number> {
    return this.#outbox.count;
  }

  conversation(room: Id): Observable<Conversation | null> {
    return this.#conversations.of(room);
  }

  reconnect(): void {
    this.#link.retry();
  }

  openRoom(id: Id): OpenRoom {
    const shown = this.#shown.get(id) ?? this.#open(id);
    return shown.show();
  }

  async openDirect(user: Id): Promise<Id> {
    return this.#takeOpened(await this.#routes.openDirect(user));
  }

  async createGroup(key: string, name: string, users: readonly Id[]): Promise<Id> {
    return this.#takeOpened(await this.#routes.createGroup(key, name, [...users]));
  }

  newKey(): string {
    return this.#parts.world.newKey();
  }

  search(...sections: SearchSection[]): Search {
    return this.#search((name, limit) => this.#routes.findProfiles(name, limit), sections);
  }

  #search(findPeople: FindPeople, sections: readonly SearchSection[]): Search {
    return new BoxSearch(
      {
        world: this.#parts.world,
        routes: this.#routes,
        me: this.me.id,
        findPeople,
        listConversations: () => this.conversations.value ?? [],
        learn: (people) => {
          this.people.learn(people);
        },
      },
      sections,
    );
  }

  stop(): void {
    this.#link.stop();
    this.#unwatch();
    this.#catchup.stop();
    this.#rooms.stop();
    this.people.stop();
    this.notices.stop();
    this.#passing.stop();
    this.desktop.stop();
    void this.#outbox.stop();
  }

  isSignedIn(): Promise<boolean> {
    return this.#parts.isSignedIn();
  }

  changed(state: LinkState): void {
    this.#linkState = state;
    if (state.state !== "open") {
      this.#interrupt();
      this.#passing.presence.lose();
    }
    this.connection.invalidate();
  }

  hello(hello: Hello): boolean {
    // Another tab has signed in as somebody else.
    if (hello.user.id !== this.me.id) return false;
    this.#interrupt();
    if (this.#epoch !== null && hello.epoch !== this.#epoch) this.#forgetAll();
    this.#epoch = hello.epoch;
    this.people.learn([hello.user]);
    this.#parts.named(hello.organisation);
    this.longestText.set(hello.limits.text);
    void this.#outbox.setLive(true);
    this.#passing.connected();
    return true;
  }

  news(frame: News): void {
    together(() => {
      this.#take(frame);
    });
  }

  #take(frame: News): void {
    if (frame.type === "rooms") {
      this.#passing.presence.renew();
      this.#rooms.takeList(frame);
    } else if (frame.type === "behind") this.#interrupt();
    else if (frame.type === "caught-up") this.#catchup.end();
    else if (frame.type === "profile") this.#meet(frame.profile);
    else if (frame.type === "organisation") this.#parts.named(frame.name);
    else if (frame.type === "reset") this.#rooms.takeReset(frame.room, frame.seq);
    else if (frame.type === "seen") this.#takeSeen(frame);
    else if (frame.type === "typing" || frame.type === "presence") this.#passing.take(frame);
    else this.#takeEvent(frame);
  }

  #meet(profile: Profile): void {
    this.people.learn([profile]);
    this.#rooms.takeProfile(profile);
  }

  #listed(): void {
    this.#rooms.retry();
    this.people.retry();
    this.#conversations.changedAll();
    this.#catchup.begin();
  }

  /** A newer server may have news that this client does not know: it is left aside. */
  #takeEvent(event: RoomEvent | OwnEvent): void {
    if (!(event.type in KNOWN)) return;
    if ("changes" in event) this.#rooms.takeOwn(event);
    else this.#rooms.takeEvent(event);
  }

  #takeSeen({ room, marks }: Extract<PassingFrame, { type: "seen" }>): void {
    const others = marks.filter(({ user }) => user !== this.me.id);
    if (this.#rooms.isIn(room))
      this.#rooms.get(room).takeSeen(Math.max(0, ...others.map(({ number }) => number)));
    this.#shown.get(room)?.takeSeen(others);
  }

  #connection(): Connection {
    const { state, via, retryAt } = this.#linkState;
    if (state === "open") return { state: this.#isLive ? "live" : "catching-up", via, retryAt };
    return { state: state === "connecting" ? "connecting" : "offline", via, retryAt };
  }

  /** From now on something may be missed, until everything has been caught up with. */
  #interrupt(): void {
    if (this.#isLive) {
      this.#lastNumbers = new Map(this.#rooms.list().map(({ id, lastNumber }) => [id, lastNumber]));
    }
    this.#isLive = false;
    this.#catchup.stop();
    this.people.doubt();
    this.#rooms.expectList();
    this.#reading.setLive(false);
    if (this.#linkState.state !== "open") void this.#outbox.setLive(false);
    this.connection.invalidate();
  }

  #resume(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.connection.invalidate();
    this.#sumUp();
    this.#reading.setLive(true);
    for (const shown of this.#shown.values()) shown.refresh();
  }

  /** One pop-up for everything that came meanwhile and has not been read. */
  #sumUp(): void {
    const lastNumbers = this.#lastNumbers;
    this.#lastNumbers = null;
    if (!lastNumbers) return;
    const count = ({ id, lastNumber, counters }: RoomState): number =>
      Math.min(counters.unread, lastNumber - (lastNumbers.get(id) ?? 0));
    const isTold = (room: RoomState): boolean => isWanted(room, room.counters.mentions > 0);
    const missed = this.#rooms
      .list()
      .filter((room) => count(room) > 0 && isTold(room) && !this.#reading.isLookedAt(room));
    if (missed.length === 0) return;
    missed.sort((one, other) => (other.latest?.created ?? 0) - (one.latest?.created ?? 0));
    this.notices.summarise(
      missed.reduce((sum, room) => sum + count(room), 0),
      missed.map(({ id }) => id),
    );
  }

  #forgetAll(): void {
    this.#rooms.forgetAll();
    this.#reading.forget();
    this.#lastNumbers = null;
    this.#conversations.changedAll();
  }

  #open(id: Id): ShownRoom {
    const room = this.#rooms.open(id);
    const shown = new ShownRoom(room, {
      me: this.me.id,
      routes: this.#routes,
      outbox: this.#outbox,
      reading: this.#reading,
      drafts: this.drafts,
      presence: this.#passing.presence,
      typing: this.#passing.typing,
      conversation: this.#conversations.of(id),
      learn: (people) => {
        this.people.learn(people);
      },
      search: (find) => this.#search(find, ["people"]),
      closed: () => {
        this.#shown.delete(id);
        this.#rooms.close(id);
        this.#passing.watch();
      },
    });
    this.#shown.set(id, shown);
    this.#passing.watch();
    if (this.#isLive) shown.refresh();
    this.notices.clear(room);
    return shown;
  }

  #takeOpened(room: Room): Id {
    this.#rooms.takeOpened(room);
    return room.id;
  }

  #notice(sign: Sign): void {
    this.#passing.notice(sign);
    if (sign !== "attention" && sign !== "shown") return;
    this.desktop.check();
    this.#reading.checkAll();
    for (const id of this.#shown.keys()) this.notices.clear(this.#rooms.get(id));
  }

  #passed(room: RoomState, event: RoomEvent): void {
    if ("message" in event) this.#settle(event.message);
    else this.people.learn("user" in event ? [event.by, event.user] : [event.by]);
    this.#passing.passed(event);
    this.notices.take(room, event, this.#isLive);
    this.#shown.get(room.id)?.take(event);
    this.#reading.check(room);
  }

  #arrived(room: Id, page: Page): void {
    this.people.learn(page.people);
    this.people.learn(page.lines.flatMap((line) => ("user" in line ? [line.by, line.user] : [line.by])));
    for (const message of page.messages) this.#settle(message);
    this.#reading.check(this.#rooms.get(room));
  }

  #settle({ author, key, number }: { author: Id; key: string; number: number }): void {
    if (author === this.me.id) this.#outbox.settle(key, number);
  }

  #changed(id: Id): void {
    this.#conversations.changed(id);
    this.notices.clear(this.#rooms.get(id));
  }

  #makePassing(): Passing {
    return new Passing({
      world: this.#parts.world,
      me: this.me.id,
      command: (order) => this.#link.command(order),
      listShown: () =>
        [...this.#shown.keys()].map((id) => ({ id, members: this.#rooms.get(id).counters.members })),
    });
  }

  #makeNotices(): PopUps {
    return new PopUps({
      world: this.#parts.world,
      me: this.me.id,
      isLookedAt: (room) => this.#reading.isLookedAt(room),
      posted: (notice) => {
        if (notice.kind === "message") void this.desktop.show(notice);
      },
      cleared: (room, isKnown) => {
        this.desktop.clear(room, isKnown);
      },
    });
  }

  #makeOutbox(): Outbox {
    return new Outbox({
      world: this.#parts.world,
      me: this.me.id,
      post: (room, key, text) => this.#link.command({ do: "post", room, key, text }),
      isThere: (room, number) => number <= this.#rooms.get(room).lastNumber,
      changed: (room) => {
        this.#rooms.get(room).timeline.shown.invalidate();
        this.#conversations.changed(room);
      },
    });
  }

  #makeRooms(): RoomList {
    return new RoomList({
      world: this.#parts.world,
      routes: this.#routes,
      me: this.me.id,
      listUnsent: (room) => this.#outbox.list(room),
      learn: (people) => {
        this.people.learn(people);
      },
      prefer: (preferences) => {
        this.#preferences.take(preferences);
      },
      listed: () => {
        this.#listed();
      },
      arrived: (room, page) => {
        this.#arrived(room, page);
      },
      changed: (room) => {
        this.#changed(room);
      },
      passed: (room, event) => {
        this.#passed(room, event);
      },
      foundHole: () => {
        this.#catchup.ask();
      },
    });
  }

  #makeReading(): Reading {
    return new Reading({
      world: this.#parts.world,
      rooms: this.#rooms,
      read: (room, number) => this.#link.command({ do: "read", room, number }),
      changed: (room) => {
        this.#conversations.changed(room);
      },
    });
  }

  #makeConversations(): Conversations {
    return new Conversations({
      me: this.me.id,
      rooms: this.#rooms,
      listUnsent: (room) => this.#outbox.list(room),
      getDraft: (room) => this.drafts.get(room),
      isRead: (room, number) => this.#reading.isRead(room, number),
    });
  }

  #makeCatchup(): Catchup {
    return new Catchup({
      world: this.#parts.world,
      listBehind: () => this.#rooms.listBehind(),
      resume: (rooms) => this.#link.command({ do: "resume", rooms }),
      caughtUp: () => {
        this.#resume();
      },
    });
  }
}
