import { Http } from "@/api/http";
import { Routes } from "@/api/routes";
import type { World } from "@/api/world";
import { UserChat } from "./chat";
import { Cell } from "./observable";
import { DeviceSession } from "./session";
import type { Chat, Client, SessionState } from "./shapes";

export function createClient(world: World): Client {
  return new DeskClient(world);
}

type SignedIn = Extract<SessionState, { state: "signed-in" }>;

class DeskClient implements Client {
  readonly chat = new Cell<Chat | null>(null);
  readonly session: DeviceSession;
  readonly #world: World;
  readonly #http: Http;
  #current: UserChat | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#http = new Http(world, () => {
      this.session.end();
    });
    this.session = new DeviceSession(world, new Routes(this.#http));
    this.session.state.subscribe(() => {
      this.#follow(this.session.state.value);
    });
  }

  start(): void {
    this.session.start();
  }

  stop(): void {
    this.session.stop();
    this.#end();
  }

  #follow(state: SessionState): void {
    if (state.state !== "signed-in") this.#end();
    else if (!this.#isOf(state)) this.#begin(state);
  }

  /** Names may change: it is the same person at the same desk. */
  #isOf({ user }: SignedIn): boolean {
    const me = this.#current?.me;
    return me?.id === user.id && me.role === user.role;
  }

  #begin({ user, organisation }: SignedIn): void {
    this.#end();
    this.#current = new UserChat({
      world: this.#world,
      http: this.#http,
      me: user,
      organisation,
      named: (name) => {
        this.session.nameOrganisation(name);
      },
      isSignedIn: () => this.session.ask(),
    });
    this.chat.set(this.#current);
  }

  #end(): void {
    this.#current?.stop();
    this.#current = null;
    this.chat.set(null);
  }
}
