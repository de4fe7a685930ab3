import type { VirtualizerHandle } from "virtua/vue";
import { computed, nextTick, readonly, ref, type Ref } from "vue";
import type { Row } from "./rows";

/** The focus in a log: one tab stop, arrows between the messages. */
export interface Walking {
  /** The message that has, or last had, the focus. */
  readonly activeId: Readonly<Ref<string | null>>;
  /** It and its neighbours stay there however far they are scrolled away. */
  readonly kept: Readonly<Ref<readonly number[]>>;
  /** The log has the focus because one has come to it, not by a key: a ring round all of it would say nothing. */
  readonly isArrivedAt: Readonly<Ref<boolean>>;
  readonly arrive: () => void;
  readonly onBlur: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly focusMessage: (id: string) => Promise<void>;
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowUp: (at, count) => (at < 0 ? count : at) - 1,
  ArrowDown: (at, count) => (at < 0 ? count - 1 : at + 1),
  Home: () => 0,
  End: (_, count) => count - 1,
};

export function useWalking(
  log: Readonly<Ref<HTMLElement | null>>,
  list: Readonly<Ref<VirtualizerHandle | null>>,
  rows: Readonly<Ref<readonly Row[]>>,
): Walking {
  const activeId = ref<string | null>(null);
  const active = computed(() => indexOf(activeId.value));
  const kept = computed(() =>
    active.value < 0 ? [] : [active.value - 1, active.value, active.value + 1].filter((i) => i >= 0),
  );
  const isArrivedAt = ref(false);

  function indexOf(id: string | null): number {
    return rows.value.findIndex(({ message }) => message.id === id);
  }

  function arrive(): void {
    isArrivedAt.value = true;
    log.value?.focus();
  }

  function onBlur(): void {
    isArrivedAt.value = false;
  }

  function onKey(event: KeyboardEvent): void {
    isArrivedAt.value = false;
    const step = STEPS[event.key];
    if (!step || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    const inArticle = event.target !== log.value;
    void focusRow(step(inArticle ? active.value : -1, rows.value.length));
  }

  /** Here for all rows: each would be drawn anew for a listener of its own whenever one is added. */
  function onFocus({ target }: FocusEvent): void {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
    if (row) activeId.value = row.dataset["row"] ?? null;
  }

  async function focusRow(index: number): Promise<void> {
    const row = rows.value[index];
    if (!row) return;
    activeId.value = row.message.id;
    list.value?.scrollToIndex(index, { align: "nearest" });
    await nextTick();
    focusWhenShown(`[data-row="${CSS.escape(row.message.id)}"] article`);
  }

  /** A row may be hidden until it is measured, a frame later, and cannot have the focus before. */
  function focusWhenShown(selector: string, frames = 5): void {
    const article = log.value?.querySelector<HTMLElement>(selector);
    article?.focus();
    if (frames && article !== document.activeElement)
      requestAnimationFrame(() => {
        focusWhenShown(selector, frames - 1);
      });
  }

  return {
    activeId: readonly(activeId),
    kept,
    isArrivedAt: readonly(isArrivedAt),
    arrive,
    onBlur,
    onFocus,
    onKey,
    focusMessage: (id) => focusRow(indexOf(id)),
  };
}
