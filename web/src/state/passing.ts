import type { Order } from "@/api/commands";
import { Refused, Unreachable } from "@/api/http";
import type { Id, PassingFrame, RoomEvent } from "@/api/types";
import type { Sign, World } from "@/api/world";
import { Attendance } from "./attendance";
import { KnownPresence } from "./presence";
import { Typing } from "./typing";

/** In larger rooms one is told only of what one watches. */
const MOST_TOLD = 50;
const MOST_WATCHED = 8;

export interface PassingParts {
  readonly world: World;
  readonly me: Id;
  command(order: Order): Promise<unknown>;
  /** The rooms on the screen, with how many are in them. */
  listShown(): readonly { readonly id: Id; readonly members: number }[];
}

/** What passes: who is here, who is writing. What of it gets lost is not missed. */
export class Passing {
  readonly presence: KnownPresence;
  readonly typing: Typing;
  readonly #parts: PassingParts;
  readonly #attendance: Attendance;
  #watched = "";

  constructor(parts: PassingParts) {
    this.#parts = parts;
    this.presence = new KnownPresence(parts.world);
    this.typing = new Typing({
      world: parts.world,
      me: parts.me,
      say: (room) => {
        void this.#say({ do: "typing", room });
      },
    });
    this.#attendance = new Attendance(parts.world, (state) => {
      void this.#say({ do: "attend", state });
    });
  }

  /** A new connection stands, which knows nothing of this device. */
  connected(): void {
    this.#watched = "";
    this.#attendance.connected();
    this.watch();
  }

  /** Large rooms are watched while they are on the screen. */
  watch(): void {
    const large = this.#parts.listShown().filter(({ members }) => members > MOST_TOLD);
    const rooms = large.map(({ id }) => id).slice(0, MOST_WATCHED);
    if (this.#watched === rooms.join()) return;
    this.#watched = rooms.join();
    void this.#say({ do: "watch", rooms });
  }

  take(frame: Exclude<PassingFrame, { type: "seen" }>): void {
    if (frame.type === "typing") this.typing.take(frame.room, frame.user);
    else this.presence.take(frame.people);
  }

  /** Whoever has written, or is gone, is not writing. */
  passed(event: RoomEvent): void {
    if (event.type === "message.posted") this.typing.end(event.room, event.message.author);
    if (event.type === "member.left") this.typing.end(event.room, event.user.id);
  }

  notice(sign: Sign): void {
    this.#attendance.notice(sign);
  }

  stop(): void {
    this.presence.stop();
    this.typing.stop();
    this.#attendance.stop();
  }

  async #say(order: Order): Promise<void> {
    try {
      await this.#parts.command(order);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
  }
}
