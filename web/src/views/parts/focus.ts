import { nextTick, onBeforeUpdate, onUpdated, type Ref } from "vue";

/** What a component lets its parent do with it. */
export interface Focusable {
  readonly focus: () => void;
}

/** The focus stays in a list whose rows come, go and change places: on its row while there is one, else on the list. */
export function useKeptFocus(list: Readonly<Ref<HTMLElement | null>>): void {
  let had: Element | null = null;
  onBeforeUpdate(() => {
    had = list.value?.contains(document.activeElement) ? document.activeElement : null;
  });
  onUpdated(() => {
    if (!(had instanceof HTMLElement) || !isLost()) return;
    if (had.isConnected) had.focus();
    else list.value?.focus();
  });
}

/** After what had the focus may have gone. */
export async function rescueFocus(rescuer: Focusable | null): Promise<void> {
  await nextTick();
  if (isLost()) rescuer?.focus();
}

function isLost(): boolean {
  return !document.activeElement || document.activeElement === document.body;
}
