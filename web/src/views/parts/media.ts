import { onScopeDispose, readonly, ref, type Ref } from "vue";

/** Whether this media query holds, now and after every change. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const list = matchMedia(query);
  const holds = ref(list.matches);
  const follow = (): void => {
    holds.value = list.matches;
  };
  list.addEventListener("change", follow);
  onScopeDispose(() => {
    list.removeEventListener("change", follow);
  });
  return readonly(holds);
}
