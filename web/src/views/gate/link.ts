import { ref, watch, type Ref, type ShallowRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { LinkPurpose } from "@/state/shapes";
import { useLoading, type Trouble } from "@/views/parts/task";
import { useClient } from "@/views/reactive";

/** The one-time link by which a page was opened, and what it is for once that is known. */
export interface Link {
  /** "" if the address has none. */
  readonly token: Readonly<Ref<string>>;
  readonly purpose: Readonly<ShallowRef<LinkPurpose | null>>;
  readonly trouble: Readonly<ShallowRef<Trouble | null>>;
  readonly look: () => void;
}

/** Takes the token out of the address, so that nobody reads it off the screen or finds it in the history. */
export function useLink(): Link {
  const { session } = useClient();
  const route = useRoute();
  const router = useRouter();
  const token = ref("");
  const { value: purpose, trouble, load } = useLoading(() => session.lookAt(token.value));

  function look(): void {
    if (token.value) void load();
  }

  watch(
    () => route.hash,
    (hash) => {
      if (!hash) return;
      token.value = hash.slice(1);
      purpose.value = null;
      void router.replace({ path: route.path });
      look();
    },
    { immediate: true },
  );
  return { token, purpose, trouble, look };
}
