import { addressOf } from "@/api/http";
import type { Routes } from "@/api/routes";
import type {
  Id,
  Message,
  MessagePage,
  MessagesWanted,
  Profile,
  ProfilePage,
  ProfilesWanted,
  RoomPage,
  RoomsWanted,
} from "@/api/types";
import type { ListName, Lists } from "./shapes";

/** The lists of the desk. Which columns are hidden is this device's affair. */
export class DeskLists implements Lists {
  readonly #routes: Routes;
  readonly #storage: Storage | null;
  readonly #learn: (people: readonly Profile[]) => void;

  constructor(routes: Routes, storage: Storage | null, learn: (people: readonly Profile[]) => void) {
    this.#routes = routes;
    this.#storage = storage;
    this.#learn = learn;
  }

  rooms(wanted: RoomsWanted): Promise<RoomPage> {
    return this.#routes.listMyRooms(wanted);
  }

  async messages(wanted: MessagesWanted): Promise<MessagePage> {
    const page = await this.#routes.listMyMessages(wanted);
    this.#learn(page.people);
    return page;
  }

  async profiles(wanted: ProfilesWanted): Promise<ProfilePage> {
    const page = await this.#routes.listActiveProfiles(wanted);
    this.#learn(page.rows.map(({ profile }) => profile));
    return page;
  }

  editMessage(room: Id, number: number, text: string): Promise<Message> {
    return this.#routes.editMessage(room, number, text);
  }

  fileOf(list: ListName, wanted: RoomsWanted | MessagesWanted | ProfilesWanted): string {
    const whole = { page: undefined, size: undefined, after: undefined, before: undefined };
    return addressOf(`/lists/${list}.csv`, { ...wanted, ...whole });
  }

  hiddenColumns(list: ListName): ReadonlySet<string> {
    return new Set(this.#storage?.getItem(placeOf(list))?.split(" ").filter(Boolean));
  }

  hideColumns(list: ListName, columns: ReadonlySet<string>): void {
    try {
      this.#storage?.setItem(placeOf(list), [...columns].join(" "));
    } catch (error) {
      // The storage is full: the choice holds as long as the page does.
      if (!(error instanceof DOMException)) throw error;
    }
  }
}

function placeOf(list: ListName): string {
  return `deskchat-hidden-columns-${list}`;
}
