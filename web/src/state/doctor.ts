import { Refused, Unreachable, type Http } from "@/api/http";
import { PollingTransport } from "@/api/polling";
import { SocketTransport } from "@/api/socket";
import type { Transport, TransportListener } from "@/api/transport";
import type { Arrival } from "@/api/types";
import type { World } from "@/api/world";
import type { Check, Doctor, Finding, FindingState, Found } from "./shapes";

/** Milliseconds within which a connection shows life, if nothing on the way holds it back. */
const LIFE_WITHIN = 8_000;
/** From here on an answer counts as held back. */
const SLOW = 1_000;
/** From here on two clocks count as apart. */
const APART = 60_000;
/** Characters: more than any message takes, and less than the server does. */
const LARGE = 100_000;

const LOCAL = /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/;
const LOOPBACK = /^(127\.|::1)/;

const STATES: Readonly<Record<Found, FindingState>> = {
  encrypted: "fine",
  local: "fine",
  readable: "problem",
  same: "fine",
  other: "problem",
  guarded: "fine",
  unguarded: "note",
  seen: "fine",
  believed: "fine",
  ignored: "problem",
  hidden: "note",
  socketAnswers: "fine",
  socketSlow: "note",
  socketClosed: "problem",
  socketSilent: "problem",
  pollingAnswers: "fine",
  pollingSlow: "note",
  pollingClosed: "problem",
  pollingSilent: "problem",
  largePasses: "fine",
  largeStops: "problem",
  together: "fine",
  apart: "note",
  on: "fine",
  off: "fine",
  blocked: "note",
  impossible: "note",
};

/** How a connection behaved that was tried. */
interface Trial {
  readonly end: "Answers" | "Slow" | "Closed" | "Silent";
  readonly milliseconds: number;
}

/** Looks at the way from this browser to the server. */
export class OwnersDoctor implements Doctor {
  readonly #world: World;
  readonly #http: Http;
  readonly #notifications: () => Extract<Found, "on" | "off" | "blocked" | "impossible">;

  constructor(world: World, http: Http, notifications: () => "on" | "off" | "blocked" | "impossible") {
    this.#world = world;
    this.#http = http;
    this.#notifications = notifications;
  }

  async *examine(): AsyncGenerator<Finding> {
    const { origin } = this.#world;
    const asked = this.#world.now();
    const arrival = await this.#http.ask("get", "/doctor", {});
    const apart = Math.abs(arrival.now - (asked + this.#world.now()) / 2);
    const find = (check: Check, found: Found, milliseconds = 0): Finding => ({
      check,
      found,
      state: STATES[found],
      facts: { here: origin, configured: arrival.url, address: arrival.address, milliseconds },
    });
    yield find("https", judgeHttps(origin));
    yield find("origin", arrival.origins.includes(origin) ? "same" : "other");
    yield find("cookie", arrival.secure ? "guarded" : "unguarded");
    yield find("proxy", judgeProxy(origin, arrival));
    yield find("clock", apart < APART ? "together" : "apart", apart);
    yield find("notifications", this.#notifications());
    const socket = await this.#try((listener) => new SocketTransport(this.#world, listener));
    yield find("socket", `socket${socket.end}`, socket.milliseconds);
    const polling = await this.#try((listener) => new PollingTransport(this.#http, listener));
    yield find("polling", `polling${polling.end}`, polling.milliseconds);
    yield find("large", await this.#tryLarge());
  }

  /** Opens a connection of its own, and asks for a sign of life. */
  #try(open: (listener: TransportListener) => Transport): Promise<Trial> {
    return new Promise((resolve) => {
      let asked = 0;
      const settle = (end: Trial["end"], milliseconds = 0): void => {
        callOff();
        transport.close();
        resolve({ end, milliseconds });
      };
      const transport = open({
        frame: (frame) => {
          if (frame.type === "hello") {
            asked = this.#world.now();
            transport.send({ do: "ping", ref: 1 });
          } else if (frame.type === "ok") {
            const took = this.#world.now() - asked;
            settle(took < SLOW ? "Answers" : "Slow", took);
          }
        },
        closed: () => {
          settle("Closed");
        },
      });
      const callOff = this.#world.after(LIFE_WITHIN, () => {
        settle("Silent");
      });
    });
  }

  /** To a connection that is not there: it comes as far as the server, and does nothing. */
  async #tryLarge(): Promise<"largePasses" | "largeStops"> {
    const body = { do: "post", ref: 1, room: 1, key: "large", text: "x".repeat(LARGE) } as const;
    try {
      await this.#http.ask("post", "/connections/{connection}/commands", {
        path: { connection: "none" },
        body,
      });
    } catch (error) {
      if (error instanceof Unreachable) return "largeStops";
      if (!(error instanceof Refused)) throw error;
    }
    return "largePasses";
  }
}

function judgeHttps(origin: string): Found {
  if (origin.startsWith("https:")) return "encrypted";
  return LOCAL.test(origin) ? "local" : "readable";
}

function judgeProxy(origin: string, { forwarded, address }: Arrival): Found {
  if (forwarded !== "no") return forwarded;
  // Who comes from the server's own machine, and is not on it, came through something that stands there.
  return LOOPBACK.test(address) && !LOCAL.test(origin) ? "hidden" : "seen";
}
