/** How views see the state: its observables as refs of Vue, for as long as a component lives. */
import {
  inject,
  onScopeDispose,
  readonly,
  ref,
  shallowRef,
  toValue,
  watch,
  type InjectionKey,
  type MaybeRefOrGetter,
  type Ref,
  type ShallowRef,
} from "vue";
import type { Chat, Client, Conversation, Id, Observable, Presence, Profile } from "@/state/shapes";

export const clientKey: InjectionKey<Client> = Symbol("client");
export const chatKey: InjectionKey<Chat> = Symbol("chat");

export function useClient(): Client {
  return injected(clientKey);
}

/** Everything of the user who is signed in: inside the desk only. */
export function useChat(): Chat {
  return injected(chatKey);
}

export function injected<T>(key: InjectionKey<T>): T {
  const found = inject(key);
  if (found === undefined) throw new Error(`Nothing provides ${String(key)} here.`);
  return found;
}

/** The value of an observable; of another one as soon as a getter names another one. */
export function useValue<T>(source: MaybeRefOrGetter<Observable<T>>): Readonly<ShallowRef<T>> {
  const value: ShallowRef<T> = shallowRef(toValue(source).value);
  watch(
    () => toValue(source),
    (observable, _, onCleanup) => {
      const follow = (): void => {
        value.value = observable.value;
      };
      follow();
      onCleanup(observable.subscribe(follow));
    },
    { immediate: true, flush: "sync" },
  );
  return value;
}

/** There is nothing to see. */
export const NOTHING: Observable<null> = { value: null, subscribe: () => () => undefined };

/** A person by id; null until known, and for nobody. */
export function useProfile(user: () => Id | null): Readonly<ShallowRef<Profile | null>> {
  const { people } = useChat();
  return useValue<Profile | null>(() => {
    const id = user();
    return id === null ? NOTHING : people.profile(id);
  });
}

/** People as they are called now; as they are given, until more is known. */
export function useProfiles(people: () => readonly Profile[]): Readonly<ShallowRef<readonly Profile[]>> {
  const known = useChat().people;
  const profiles: ShallowRef<readonly Profile[]> = shallowRef([]);
  watch(
    people,
    (given, _, onCleanup) => {
      const cells = given.map(({ id }) => known.profile(id));
      const follow = (): void => {
        profiles.value = given.map((person, index) => cells[index]?.value ?? person);
      };
      follow();
      const unsubscribe = cells.map((cell) => cell.subscribe(follow));
      onCleanup(() => {
        for (const end of unsubscribe) end();
      });
    },
    { immediate: true },
  );
  return profiles;
}

/** People by their ids; null for who is not known yet. */
export function useProfilesById(
  users: () => readonly Id[],
): Readonly<ShallowRef<readonly (Profile | null)[]>> {
  const { people } = useChat();
  const profiles = shallowRef<readonly (Profile | null)[]>([]);
  watch(
    users,
    (ids, _, onCleanup) => {
      const cells = ids.map((id) => people.profile(id));
      const follow = (): void => {
        profiles.value = cells.map(({ value }) => value);
      };
      follow();
      const ends = cells.map((cell) => cell.subscribe(follow));
      onCleanup(() => {
        for (const end of ends) end();
      });
    },
    { immediate: true },
  );
  return profiles;
}

/** Whether a person is here; null where that is not known, and for nobody. */
export function usePresence(user: () => Id | null): Readonly<ShallowRef<Presence | null>> {
  const chat = useChat();
  return useValue<Presence | null>(() => {
    const id = user();
    return id === null ? NOTHING : chat.presence(id);
  });
}

/** A room of the list by id; null if it is not (or no longer) there. */
export function useConversation(room: () => Id | null): Readonly<ShallowRef<Conversation | null>> {
  const chat = useChat();
  return useValue<Conversation | null>(() => {
    const id = room();
    return id === null ? NOTHING : chat.conversation(id);
  });
}

/** Whether something has been so for a while: what passes quickly is never shown. */
export function useLasting(condition: () => boolean, milliseconds: number): Readonly<Ref<boolean>> {
  const lasting = ref(false);
  watch(
    condition,
    (so, _, onCleanup) => {
      lasting.value = false;
      if (!so) return;
      const timer = setTimeout(() => {
        lasting.value = true;
      }, milliseconds);
      onCleanup(() => {
        clearTimeout(timer);
      });
    },
    { immediate: true },
  );
  return readonly(lasting);
}

const MINUTE = 60_000;

/** The time, once a minute: "Today" becomes "Yesterday" on a screen that nobody touches. */
export function useNow(): Readonly<Ref<number>> {
  watchers += 1;
  if (watchers === 1) tick();
  onScopeDispose(() => {
    watchers -= 1;
    if (watchers === 0) clearTimeout(ticking);
  });
  return readonly(now);
}

/** One clock for the rows of all lists: each with its own would wake the page hundreds of times a minute. */
const now = ref(0);
let watchers = 0;
let ticking: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  now.value = Date.now();
  ticking = setTimeout(tick, MINUTE);
}
