import type { Routes } from "@/api/routes";
import type { Backup, BackupList, Organisation, SystemReport } from "@/api/types";
import type { Administration } from "./shapes";

/** What owners do with the organisation and its server. */
export class OwnersAdministration implements Administration {
  readonly #routes: Routes;

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  getOrganisation(): Promise<Organisation> {
    return this.#routes.getOrganisation();
  }

  changeOrganisation(organisation: Organisation): Promise<Organisation> {
    return this.#routes.changeOrganisation(organisation);
  }

  getSystem(): Promise<SystemReport> {
    return this.#routes.getSystem();
  }

  listBackups(): Promise<BackupList> {
    return this.#routes.listBackups();
  }

  makeBackup(): Promise<Backup> {
    return this.#routes.makeBackup();
  }
}
