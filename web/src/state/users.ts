import type { Routes } from "@/api/routes";
import type { Id, Invitation, InvitationMade, Role, User } from "@/api/types";
import type { Users } from "./shapes";

/** What owners of the organisation do with its people. */
export class OwnersUsers implements Users {
  readonly #routes: Routes;

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  list(): Promise<readonly User[]> {
    return this.#routes.listUsers();
  }

  changeRole(user: Id, role: Role): Promise<User> {
    return this.#routes.changeUserRole(user, role);
  }

  deactivate(user: Id): Promise<User> {
    return this.#routes.deactivateUser(user);
  }

  reactivate(user: Id): Promise<User> {
    return this.#routes.reactivateUser(user);
  }

  async makeReset(user: Id): Promise<string> {
    return (await this.#routes.makeReset(user)).link;
  }

  listInvitations(): Promise<readonly Invitation[]> {
    return this.#routes.listInvitations();
  }

  invite(email: string, role: Role): Promise<InvitationMade> {
    return this.#routes.invite(email, role);
  }

  withdrawInvitation(invitation: Id): Promise<void> {
    return this.#routes.withdrawInvitation(invitation);
  }
}
