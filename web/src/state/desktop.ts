import type { Id } from "@/api/types";
import type { World } from "@/api/world";
import { Cell } from "./observable";
import type { Desktop, Notice } from "./shapes";

type Message = Extract<Notice, { kind: "message" }>;
type Say = Parameters<Desktop["say"]>[0];

const OFF = "deskchat-desktop-off";
const HIDES_TEXT = "deskchat-desktop-hides-text";
const ATTENDED = "deskchat-attended";

/** Notifications of the desktop: shown while no tab of this browser is attended, closed when their message is known. */
export class DesktopNotices implements Desktop {
  readonly state: Cell<"off" | "on" | "blocked" | "impossible">;
  readonly hidesText: Cell<boolean>;
  readonly chosen = new Cell<Notice | null>(null);
  readonly #world: World;
  readonly #shown = new Map<string, { readonly notice: Message; readonly close: () => void }>();
  #say: Say = () => ({ title: "", body: "" });
  #endAttending: (() => void) | null = null;
  /** Until this tab's own lock is let go. */
  #attending: Promise<unknown> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
    this.state = new Cell(this.#find());
    this.hidesText = new Cell(this.#recall(HIDES_TEXT));
    this.check();
  }

  say(words: Say): void {
    this.#say = words;
  }

  async turnOn(): Promise<void> {
    this.#keep(OFF, false);
    if (this.#world.notifier?.permission() === "default") await this.#world.notifier.ask();
    this.state.set(this.#find());
  }

  turnOff(): void {
    this.#keep(OFF, true);
    this.state.set(this.#find());
    this.close(() => true);
  }

  setHidesText(hides: boolean): void {
    this.#keep(HIDES_TEXT, hides);
    this.hidesText.set(hides);
  }

  /** Attention came or went. While this tab has it, the other tabs know by a lock that goes with it. */
  check(): void {
    if (!this.#world.isAttended()) {
      this.#endAttending?.();
      this.#endAttending = null;
    } else if (!this.#endAttending) {
      const over = new Promise<void>((resolve) => {
        this.#endAttending = resolve;
      });
      this.#attending = Promise.resolve(this.#world.locks?.request(ATTENDED, { mode: "shared" }, () => over));
    }
  }

  async show(notice: Message): Promise<void> {
    if (this.state.value !== "on" || this.#world.isAttended() || (await this.#isAttendedElsewhere())) return;
    const { title, body } = this.#say(notice, this.hidesText.value);
    const close = this.#world.notifier?.show(`deskchat-${notice.id}`, title, body, () => {
      this.#shown.delete(notice.id);
      this.chosen.set(notice);
    });
    if (close) this.#shown.set(notice.id, { notice, close });
  }

  clear(room: Id, isKnown: (number: number) => boolean): void {
    this.close((notice) => notice.room === room && isKnown(notice.number));
  }

  close(isOver: (notice: Message) => boolean): void {
    for (const [id, { notice, close }] of [...this.#shown]) {
      if (!isOver(notice)) continue;
      this.#shown.delete(id);
      close();
    }
  }

  stop(): void {
    this.#endAttending?.();
    this.close(() => true);
  }

  async #isAttendedElsewhere(): Promise<boolean> {
    await this.#attending;
    const held = await this.#world.locks?.request(
      ATTENDED,
      { mode: "exclusive", ifAvailable: true },
      (lock) => Promise.resolve(lock === null),
    );
    return held ?? false;
  }

  #find(): "off" | "on" | "blocked" | "impossible" {
    const { notifier } = this.#world;
    if (!notifier) return "impossible";
    const permission = notifier.permission();
    if (permission === "denied") return "blocked";
    return permission === "granted" && !this.#recall(OFF) ? "on" : "off";
  }

  #recall(name: string): boolean {
    return this.#world.storage?.getItem(name) === "yes";
  }

  #keep(name: string, so: boolean): void {
    try {
      if (so) this.#world.storage?.setItem(name, "yes");
      else this.#world.storage?.removeItem(name);
    } catch (error) {
      // The storage is full: it holds as long as this page.
      if (!(error instanceof DOMException)) throw error;
    }
  }
}
