import { Refused, Unreachable } from "@/api/http";
import type { Routes } from "@/api/routes";
import type { Device, Id, LinkPurpose, SessionView } from "@/api/types";
import type { World } from "@/api/world";
import { Duty } from "./duty";
import { Cell } from "./observable";
import type { NewAccount, Session, SessionState } from "./shapes";

/** Who is signed in on this device, as far as this tab knows. */
export class DeviceSession implements Session {
  readonly state = new Cell<SessionState>({ state: "asking", unreachable: false });
  readonly #routes: Routes;
  readonly #asking: Duty;
  #isLeaving = false;

  constructor(world: World, routes: Routes) {
    this.#routes = routes;
    this.#asking = new Duty(world, async () => {
      await this.ask();
      this.#asking.settle();
    });
  }

  /** Asks until there is an answer. */
  start(): void {
    this.#asking.demand();
  }

  stop(): void {
    this.#asking.settle();
  }

  /** Asks the server who is signed in; whether anybody is. Rejects with Unreachable. */
  async ask(): Promise<boolean> {
    try {
      this.#take(await this.#routes.getSession());
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return false;
      if (this.state.value.state === "asking") this.state.set({ state: "asking", unreachable: true });
      throw error instanceof Refused
        ? new Unreachable("Who is signed in is not known", { cause: error })
        : error;
    }
  }

  /** The server says that nobody is signed in here. */
  end(): void {
    const ended = this.state.value.state === "signed-in" && !this.#isLeaving;
    if (this.state.value.state !== "signed-out") this.state.set({ state: "signed-out", ended });
  }

  nameOrganisation(organisation: string): void {
    const { value } = this.state;
    if (value.state === "signed-in" && value.organisation !== organisation)
      this.state.set({ ...value, organisation });
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#take(await this.#routes.startSession(email, password));
  }

  async signOut(): Promise<void> {
    this.#isLeaving = true;
    try {
      await this.#routes.endSession();
      this.end();
    } catch (error) {
      if (!(error instanceof Refused && error.code === "not-signed-in")) throw error;
    } finally {
      this.#isLeaving = false;
    }
  }

  changePassword(current: string, next: string): Promise<void> {
    return this.#routes.changePassword(current, next);
  }

  listDevices(): Promise<readonly Device[]> {
    return this.#routes.listDevices();
  }

  endDevice(session: Id): Promise<void> {
    return this.#routes.endDevice(session);
  }

  async refresh(): Promise<void> {
    await this.ask();
  }

  lookAt(token: string): Promise<LinkPurpose> {
    return this.#routes.lookAtLink(token);
  }

  async setUp(token: string, organisation: string, who: NewAccount): Promise<void> {
    this.#take(await this.#routes.setUp({ token, organisation, ...who }));
  }

  async acceptInvitation(token: string, name: string, password: string): Promise<void> {
    this.#take(await this.#routes.acceptInvitation(token, name, password));
  }

  redeemReset(token: string, password: string): Promise<void> {
    return this.#routes.redeemReset(token, password);
  }

  #take({ session, user, organisation }: SessionView): void {
    this.#asking.settle();
    this.state.set({ state: "signed-in", session, user, organisation });
  }
}
