/** What this device remembers of how its user left things: sizes, places, what was open. */
export interface Memory {
  /** As it was remembered, by whatever version of the client; `null` for nothing. */
  recall(name: string): unknown;
  remember(name: string, value: Remembered): void;
}

export type Remembered = string | number | boolean | null | { readonly [name: string]: Remembered };

/** In the browser's storage; without one, until the page is left. */
export class DeviceMemory implements Memory {
  readonly #storage: Storage | null;
  readonly #prefix: string;
  readonly #unkept = new Map<string, Remembered>();

  constructor(storage: Storage | null, me: number) {
    this.#storage = storage;
    this.#prefix = `deskchat-memory-${me}-`;
  }

  recall(name: string): unknown {
    return this.#unkept.get(name) ?? parse(this.#storage?.getItem(this.#prefix + name) ?? "null");
  }

  remember(name: string, value: Remembered): void {
    this.#unkept.set(name, value);
    try {
      this.#storage?.setItem(this.#prefix + name, JSON.stringify(value));
    } catch (error) {
      // The storage is full: this is nothing to trouble anybody with.
      if (!(error instanceof DOMException)) throw error;
    }
  }
}

/** Anybody may have written into the storage: what is no JSON is nothing. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
