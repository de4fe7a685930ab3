import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { troubleOf, type Trouble } from "@/views/parts/task";
import { useChat, useValue } from "@/views/reactive";

/** A page of a list, following what is asked for. What was there stays until the next one has come. */
export interface ListedPage<Wanted, Page> {
  readonly page: ShallowRef<Page | null>;
  /** What the page answers. */
  readonly shown: Readonly<ShallowRef<Wanted | null>>;
  readonly trouble: Readonly<ShallowRef<Trouble | null>>;
  readonly busy: Readonly<Ref<boolean>>;
  readonly load: () => void;
}

export function useListedPage<Wanted, Page>(
  wanted: () => Wanted,
  fetch: (wanted: Wanted) => Promise<Page>,
): ListedPage<Wanted, Page> {
  const page: ShallowRef<Page | null> = shallowRef(null);
  const shown: ShallowRef<Wanted | null> = shallowRef(null);
  const trouble = shallowRef<Trouble | null>(null);
  const busy = ref(false);
  /** Counts up: the answer to an earlier question is stale. */
  let asked = 0;

  async function load(): Promise<void> {
    asked += 1;
    const [mine, question] = [asked, wanted()];
    busy.value = true;
    try {
      const answer = await fetch(question);
      if (mine !== asked) return;
      page.value = answer;
      shown.value = question;
      trouble.value = null;
    } catch (error) {
      const found = troubleOf(error);
      if (mine === asked) trouble.value = found;
    }
    if (mine === asked) busy.value = false;
  }

  watch(
    () => JSON.stringify(wanted()),
    () => void load(),
    { immediate: true },
  );

  // What did not load is loaded by itself when the connection is back.
  const connection = useValue(useChat().connection);
  watch(
    () => connection.value.state,
    (state) => {
      if (state === "live" && trouble.value) void load();
    },
  );
  onScopeDispose(() => {
    asked += 1;
  });

  return { page, shown, trouble, busy, load: () => void load() };
}
