import { nextTick, readonly, ref, watch, type Ref } from "vue";

/** The options below a box that is typed into: the focus stays in the box, one option is the active one. */
export interface Options {
  readonly active: Readonly<Ref<number | null>>;
  readonly activate: (index: number | null) => void;
  /** Arrows move, Enter chooses the active one. Whether the key was one of these. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** `idOf` gives the elements of the options their ids, so that the active one is kept in view. */
export function useOptions(
  count: () => number,
  idOf: (index: number) => string,
  choose: (index: number) => void,
): Options {
  const active = ref<number | null>(null);

  watch(active, async (index) => {
    if (index === null) return;
    await nextTick();
    document.getElementById(idOf(index))?.scrollIntoView({ block: "nearest" });
  });

  function move(step: 1 | -1): void {
    const size = count();
    if (!size) return;
    const from = active.value ?? (step === 1 ? -1 : size);
    active.value = (from + step + size) % size;
  }

  function onKey(event: KeyboardEvent): boolean {
    // Enter in the middle of composing a character belongs to the composing.
    if (event.isComposing) return false;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && active.value !== null) choose(active.value);
    else return false;
    event.preventDefault();
    return true;
  }

  return {
    active: readonly(active),
    activate: (index) => {
      active.value = index;
    },
    onKey,
  };
}
