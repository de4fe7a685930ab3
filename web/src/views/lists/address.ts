import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

// prettier-ignore
const NAMES = [
  "name", "kind", "member", "unread",
  "text", "author", "room", "since", "until",
  "sort", "order", "page", "after", "before", "size",
] as const;
type Name = (typeof NAMES)[number];

/** What the address asks of a list, by name. */
export type Asked = Readonly<Partial<Record<Name, string>>>;
/** `null` takes something out of it. */
export type Change = Readonly<Partial<Record<Name, string | null>>>;

export interface Address {
  readonly asked: ComputedRef<Asked>;
  /** Another view of the list: its first page. Back leads to the one before, unless it is only `typing`. */
  readonly ask: (change: Change, typing?: boolean) => void;
  /** Another page of the same view. */
  readonly turn: (change: Change) => void;
}

const FIRST_PAGE: Change = { page: null, after: null, before: null };

/** The state of a list is its address: a reload and Back show the same again. */
export function useAddress(): Address {
  const route = useRoute();
  const router = useRouter();
  const { path } = route;
  let last: Asked = {};

  // On the way to another page the address is that page's already.
  const asked = computed(() => {
    if (route.path === path) last = read(route.query);
    return last;
  });

  function turn(change: Change, typing = false): void {
    const query = apply(asked.value, change);
    void (typing ? router.replace({ query }) : router.push({ query }));
  }

  return {
    asked,
    turn,
    ask: (change, typing) => {
      turn({ ...FIRST_PAGE, ...change }, typing);
    },
  };
}

export function read(query: Readonly<Record<string, unknown>>): Asked {
  const said: Partial<Record<Name, string>> = {};
  for (const name of NAMES) {
    const value = query[name];
    if (typeof value === "string" && value) said[name] = value;
  }
  return said;
}

export function apply(asked: Asked, change: Change): Asked {
  return read({ ...asked, ...change });
}
