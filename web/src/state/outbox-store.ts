import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Id, Milliseconds } from "@/api/types";
import { parse } from "./memory";
import type { Problem } from "./shapes";

/** A text that is to be sent. */
export interface Entry {
  readonly key: string;
  readonly user: Id;
  readonly room: Id;
  readonly text: string;
  /** When it was written; orders the entries of a room. */
  readonly at: Milliseconds;
  /** Why it was refused: it is not sent again by itself. */
  readonly problem: Problem | null;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: Entry; indexes: { user: Id } };
}

/** Before each key of an entry that the database does not have yet. */
const JOTTED = "deskchat-unsent-";

/**
 * Where entries survive a reload: in the browser's database. That answers a little later, and a page may be left in
 * between, so each entry is jotted down in the browser's storage first, which takes it at once, until the database has
 * it. Where the browser keeps nothing (forbidden, or its disk is full), an entry is simply not kept: that must not stop
 * it from being sent.
 */
export class OutboxStore {
  readonly #db: Promise<IDBPDatabase<Schema> | null>;
  readonly #storage: Storage | null;

  constructor(database: string, storage: Storage | null) {
    this.#db = open(database);
    this.#storage = storage;
  }

  /** All entries of a user that are kept. */
  async list(user: Id): Promise<Entry[]> {
    await Promise.all(this.#jotted(user).map((entry) => this.put(entry)));
    const kept = await this.#try((db) => db.getAllFromIndex("outbox", "user", user));
    const newest = new Map([...(kept ?? []), ...this.#jotted(user)].map((entry) => [entry.key, entry]));
    return [...newest.values()];
  }

  /** Kept before this returns, where the storage takes it; the promise says whether it is kept at all. */
  async put(entry: Entry): Promise<boolean> {
    const place = JOTTED + entry.key;
    const jot = JSON.stringify(entry);
    const isJotted = this.#jot(place, jot);
    const isKept = (await this.#try((db) => db.put("outbox", entry))) !== null;
    // What was jotted down since then, the database does not have.
    if (isKept && this.#storage?.getItem(place) === jot) this.#storage.removeItem(place);
    return isKept || isJotted;
  }

  /** Whether another tab has taken it away, which is only known for sure of what could be read. */
  async lacks(key: string): Promise<boolean> {
    if (this.#storage?.getItem(JOTTED + key)) return false;
    return (await this.#try((db) => db.count("outbox", key))) === 0;
  }

  async remove(key: string): Promise<void> {
    this.#storage?.removeItem(JOTTED + key);
    await this.#try((db) => db.delete("outbox", key));
  }

  async close(): Promise<void> {
    (await this.#db)?.close();
  }

  #jotted(user: Id): Entry[] {
    const storage = this.#storage;
    if (!storage) return [];
    return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "")
      .filter((place) => place.startsWith(JOTTED))
      .map((place) => parse(storage.getItem(place) ?? "null") as Entry | null)
      .filter((entry): entry is Entry => entry?.user === user);
  }

  #jot(place: string, jot: string): boolean {
    try {
      this.#storage?.setItem(place, jot);
      return this.#storage !== null;
    } catch (error) {
      // The storage is full.
      if (error instanceof DOMException) return false;
      throw error;
    }
  }

  async #try<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T | null> {
    const db = await this.#db;
    if (!db) return null;
    try {
      return await work(db);
    } catch (error) {
      if (error instanceof DOMException) return null;
      throw error;
    }
  }
}

async function open(database: string): Promise<IDBPDatabase<Schema> | null> {
  if (!("indexedDB" in globalThis)) return null;
  try {
    return await openDB<Schema>(database, 1, {
      upgrade(db) {
        db.createObjectStore("outbox", { keyPath: "key" }).createIndex("user", "user");
      },
    });
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
