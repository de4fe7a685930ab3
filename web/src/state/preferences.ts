import type { Preferences } from "@/api/types";
import { Cell } from "./observable";

/** How one wants the screen: as the server last said, or as one has just chosen here. */
export class OwnPreferences {
  readonly current = new Cell<Preferences | null>(null);
  readonly #keep: (preferences: Preferences) => Promise<Preferences>;

  constructor(keep: (preferences: Preferences) => Promise<Preferences>) {
    this.#keep = keep;
  }

  take(preferences: Preferences): void {
    if (JSON.stringify(preferences) !== JSON.stringify(this.current.value)) this.current.set(preferences);
  }

  /** Holds at once; taken back if the server does not keep it. */
  async change(part: Partial<Preferences>): Promise<void> {
    const before = this.current.value;
    if (!before) return;
    const wanted = { ...before, ...part };
    this.take(wanted);
    try {
      await this.#keep(wanted);
    } catch (error) {
      if (this.current.value === wanted) this.take(before);
      throw error;
    }
  }
}
