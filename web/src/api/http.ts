import type { AnswerOf, AskedOf, PathOf, Verb } from "./contract";
import type { ProblemBody } from "./types";
import type { World } from "./world";

/** The server's answer that something is not done. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Seconds after which the same request may succeed. */
    readonly retryAfter: number | null = null,
    /** Finds the line in the server's log. */
    readonly request: string | null = null,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** No answer, or none that is the server's: whether the request was carried out is not known. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface Patience {
  /** Milliseconds to wait for the whole answer. */
  readonly within?: number;
  readonly signal?: AbortSignal;
}

/** What is `undefined` is not said. */
export type Query = Readonly<Record<string, string | number | boolean | readonly number[] | undefined>>;

interface Asked {
  readonly path?: Record<string, string | number>;
  readonly query?: Query;
  readonly body?: unknown;
}

const ANSWER_WITHIN = 15_000;

/** Requests to the server. They reject with `Refused` or `Unreachable`, and with nothing else. */
export class Http {
  readonly #world: World;
  readonly #onSignedOut: () => void;

  /** `onSignedOut`: called when a request is refused because nobody is signed in. */
  constructor(world: World, onSignedOut: () => void) {
    this.#world = world;
    this.#onSignedOut = onSignedOut;
  }

  async ask<V extends Verb, P extends PathOf<V>>(
    verb: V,
    path: P,
    asked: AskedOf<V, P>,
    { within = ANSWER_WITHIN, signal: over }: Patience = {},
  ): Promise<AnswerOf<V, P>> {
    const late = new AbortController();
    const signal = over ? AbortSignal.any([over, late.signal]) : late.signal;
    const callOff = this.#world.after(within, () => {
      late.abort();
    });
    try {
      return (await this.#exchange(verb, path, asked as Asked, signal)) as AnswerOf<V, P>;
    } catch (error) {
      throw this.#understand(error);
    } finally {
      callOff();
    }
  }

  async #exchange(verb: Verb, path: string, asked: Asked, signal: AbortSignal): Promise<unknown> {
    const init: RequestInit = {
      method: verb.toUpperCase(),
      signal,
      credentials: "same-origin",
      cache: "no-store",
    };
    if (asked.body !== undefined) {
      init.body = JSON.stringify(asked.body);
      init.headers = { "Content-Type": "application/json" };
    }
    const response = await this.#world.fetch(`${this.#world.origin}/api/v1${locate(path, asked)}`, init);
    if (!response.ok) throw await refusal(response);
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  #understand(error: unknown): Refused | Unreachable {
    if (!(error instanceof Refused)) return new Unreachable("No answer from the server", { cause: error });
    if (error.code === "not-signed-in") this.#onSignedOut();
    return error;
  }
}

/** Where the browser itself fetches something: a file to be kept. */
export function addressOf(path: string, query: Query): string {
  return `/api/v1${locate(path, { query })}`;
}

function locate(path: string, { path: places = {}, query = {} }: Asked): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of [value].flat()) parameters.append(name, String(one));
  }
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(places[name])));
  return parameters.size === 0 ? place : `${place}?${parameters.toString()}`;
}

/** Only a `Problem` is the server's answer; anything else was said by something in between. */
async function refusal(response: Response): Promise<Refused | Unreachable> {
  if (!response.headers.get("Content-Type")?.startsWith("application/problem+json")) {
    return new Unreachable(`Status ${response.status}`);
  }
  const problem = (await response.json()) as ProblemBody;
  const retryAfter = response.headers.get("Retry-After");
  return new Refused(
    problem.status,
    problem.code,
    problem.detail,
    retryAfter === null ? null : Number(retryAfter),
    problem.request,
  );
}
