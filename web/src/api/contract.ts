/** What may be asked of the server and what it answers, as its OpenAPI document says: a wrong request does not compile. */
import type { paths } from "./wire";

export type Verb = "get" | "post" | "put" | "patch" | "delete";

type Address = keyof paths;
type Path = Address extends infer A ? (A extends `/api/v1${infer P}` ? P : never) : never;
type Operation<V extends Verb, P extends string> = `/api/v1${P}` extends Address
  ? paths[`/api/v1${P}`][V]
  : never;

/** The paths that take this verb. */
export type PathOf<V extends Verb> = {
  [P in Path]: Operation<V, P> extends { responses: unknown } ? P : never;
}[Path];

type PlacesOf<O> = O extends { parameters: { path: infer T } } ? { readonly path: T } : unknown;
type QueryOf<O> = O extends { parameters: { query: infer T } }
  ? { readonly query: T }
  : O extends { parameters: { query?: infer T } }
    ? [T] extends [never]
      ? unknown
      : { readonly query?: T }
    : unknown;
type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer T } } }
  ? { readonly body: T }
  : unknown;

/** What has to be said with it. */
export type AskedOf<V extends Verb, P extends string> = PlacesOf<Operation<V, P>> &
  QueryOf<Operation<V, P>> &
  BodyOf<Operation<V, P>>;

type ContentOf<R> = R extends { content: { "application/json": infer T } } ? T : undefined;
type SuccessOf<R> =
  R extends Record<200, infer S>
    ? S
    : R extends Record<201, infer S>
      ? S
      : R extends Record<202, infer S>
        ? S
        : R extends Record<204, infer S>
          ? S
          : never;

/** What it answers if it is done. */
export type AnswerOf<V extends Verb, P extends string> =
  Operation<V, P> extends { responses: infer R } ? ContentOf<SuccessOf<R>> : never;
