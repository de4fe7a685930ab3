import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Id, Milliseconds } from "@/api/types";
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

/**
 * Where entries survive a reload. Where the browser keeps nothing (forbidden, or its disk is full), an entry is simply
 * not kept: that must not stop it from being sent.
 */
export class OutboxStore {
  readonly #db: Promise<IDBPDatabase<Schema> | null>;

  constructor(database: string) {
    this.#db = open(database);
  }

  /** All entries of a user that are kept. */
  async list(user: Id): Promise<Entry[]> {
    return (await this.#try((db) => db.getAllFromIndex("outbox", "user", user))) ?? [];
  }

  /** Whether it is kept now. */
  async put(entry: Entry): Promise<boolean> {
    return (await this.#try((db) => db.put("outbox", entry))) !== null;
  }

  /** Whether another tab has taken it away, which is only known for sure of what could be read. */
  async lacks(key: string): Promise<boolean> {
    return (await this.#try((db) => db.count("outbox", key))) === 0;
  }

  async remove(key: string): Promise<void> {
    await this.#try((db) => db.delete("outbox", key));
  }

  async close(): Promise<void> {
    (await this.#db)?.close();
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
