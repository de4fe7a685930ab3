import type { VirtualizerHandle } from "virtua/vue";
import { nextTick, onScopeDispose, readonly, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import type { OpenRoom, Timeline } from "@/state/shapes";
import type { Focusable } from "@/views/parts/focus";
import { countBefore, KnownRows, layOut, type Row } from "./rows";

/** The rows of a log and where it is scrolled to. A reader is never moved; who is at the newest message stays there. */
export interface Scrolling {
  readonly rows: Readonly<ShallowRef<readonly Row[]>>;
  /** Another number: other rows in the place of these, none of their measures holds. */
  readonly generation: Readonly<Ref<number>>;
  /** Whether the rows that were just added stand before the others. */
  readonly shift: Readonly<Ref<boolean>>;
  /** How many of the last rows arrived while the log was shown. */
  readonly fresh: Readonly<Ref<number>>;
  /** Whether the newest message can be seen. */
  readonly isAtNewest: Readonly<Ref<boolean>>;
  /** Whether what was unread when the room was opened begins above what was in view since. */
  readonly isUnreadAbove: Readonly<Ref<boolean>>;
  /** The number of the message that was jumped to, for a moment. */
  readonly highlighted: Readonly<Ref<number | null>>;
  readonly onScroll: () => void;
  readonly onResize: () => void;
  readonly goToNewest: () => void;
  /** What is added at the end from now on is gone to. */
  readonly follow: () => void;
  readonly goToFirstUnread: () => void;
  /** Brings the message with this number into view, once it is among the rows. */
  readonly goTo: (number: number) => void;
  /** Whether rows stand where they will be seen before they are measured: not while the list is on its way somewhere. */
  readonly areInPlace: () => boolean;
}

/** What a log lets its parent do with it. */
export interface LogHandle extends Focusable, Pick<Scrolling, "follow" | "goTo"> {
  readonly focusMessage: (id: string) => Promise<void>;
}

/** This near to the end is at the end: a fraction of a pixel is lost to zooming. */
const NEAR_END = 16;
/** Pixels of rows that are at hand beyond what is in view; of more for who walks through them, so that nobody waits. */
const AT_HAND = 1_500;
const AT_HAND_WALKING = 4_500;
const HIGHLIGHT = 2_000;
/** Rows that a log may come to hold by following what arrives. */
const MOST_FOLLOWED = 1_000;
/** Milliseconds after which a list that was sent somewhere stands there, and all rows in view are measured. */
const SETTLED = 500;
/** Milliseconds after which a message that has just arrived is painted. */
const PAINTED = 1_000;

export function useScrolling(
  open: OpenRoom,
  timeline: Readonly<Ref<Timeline>>,
  list: Readonly<Ref<VirtualizerHandle | null>>,
): Scrolling {
  const rows = shallowRef<readonly Row[]>([]);
  const generation = ref(0);
  const shift = ref(false);
  const fresh = ref(0);
  const isAtNewest = ref(false);
  const isUnreadAbove = ref(false);
  const highlighted = ref<number | null>(null);
  /** The first unread message was in view. */
  let wasUnreadSeen = false;
  /** Whether what is added at the end is to be followed. */
  let follows = true;
  let latest: readonly Row[] = [];
  let isPrepending = false;
  let lastOffset = 0;
  let target: number | null = null;
  let wasShown = false;
  let sentAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forgetting: ReturnType<typeof setTimeout> | undefined;

  async function take(next: readonly Row[]): Promise<void> {
    latest = next;
    if (isPrepending) return;
    if (countBefore(latest, rows.value) && isOverflowing()) await prepend();
    if (countBefore(latest, rows.value) === 0) append();
    else replace();
    await nextTick();
    settle();
  }

  /**
   * Rows that all fit have no place to keep, and a list that shifts what cannot be scrolled would hide the first of them.
   * A list that was made anew does not know its own height for a frame, and shows nothing yet that could move.
   */
  function isOverflowing(): boolean {
    if (!list.value?.viewportSize) return false;
    return list.value.scrollSize > list.value.viewportSize;
  }

  function replace(): void {
    if (rows.value.length || latest.length) generation.value += 1;
    lastOffset = 0;
    shift.value = false;
    fresh.value = 0;
    rows.value = latest;
  }

  /**
   * Earlier rows by themselves: the list keeps its place from the end for everything that is added with them.
   * In a frame, when it has been told how far it was scrolled: until then it would take other rows for those in view,
   * and make all of them anew, twice.
   */
  async function prepend(): Promise<void> {
    isPrepending = true;
    await new Promise(requestAnimationFrame);
    const before = countBefore(latest, rows.value);
    if (before) {
      shift.value = true;
      rows.value = latest.slice(0, before + rows.value.length);
      await nextTick();
    }
    isPrepending = false;
  }

  function append(): void {
    fresh.value = Math.max(0, latest.length - rows.value.length);
    shift.value = false;
    rows.value = latest;
  }

  /** After the rows changed: to what is to be seen, or where the reader was. */
  function settle(): void {
    if (isTargetBeyond()) target = null;
    const index = findTarget();
    if (index >= 0) show(index);
    else if (!wasShown && rows.value.length) showFirst();
    else if (follows) toEnd();
    look();
    if (follows && rows.value.length > MOST_FOLLOWED) forgetting ??= setTimeout(forgetEarlier, PAINTED);
  }

  /** The rows that stay are laid out anew, which nobody sees who is at the newest and in none of the others. */
  function forgetEarlier(): void {
    forgetting = undefined;
    const isWalking = document.activeElement?.closest("article");
    if (follows && !isWalking) open.forgetEarlier();
  }

  function findTarget(): number {
    return target === null ? -1 : rows.value.findIndex(({ message }) => message.number === target);
  }

  /** An address may name a message that was never written. */
  function isTargetBeyond(): boolean {
    const last = rows.value.findLast(({ message }) => message.number !== null)?.message.number ?? null;
    return target !== null && last !== null && target > last && timeline.value.later === "none";
  }

  function show(index: number): void {
    wasShown = true;
    follows = false;
    highlighted.value = target;
    target = null;
    send(index, "center");
    clearTimeout(timer);
    timer = setTimeout(() => {
      highlighted.value = null;
    }, HIGHLIGHT);
  }

  /** When the room is opened: what was not read yet, or the newest. */
  function showFirst(): void {
    if (target !== null) return;
    wasShown = true;
    const firstNew = rows.value.findIndex(({ startsNew }) => startsNew);
    if (firstNew < 0) toEnd();
    else send(firstNew, "start");
    follows = firstNew < 0;
  }

  function toEnd(): void {
    send(rows.value.length - 1, "end");
  }

  function send(index: number, align: "start" | "center" | "end"): void {
    sentAt = performance.now();
    list.value?.scrollToIndex(index, { align });
  }

  function follow(): void {
    follows = true;
  }

  function goToNewest(): void {
    follow();
    open.showNewest();
    toEnd();
  }

  function goToFirstUnread(): void {
    wasUnreadSeen = true;
    isUnreadAbove.value = false;
    if (timeline.value.firstUnread !== null) goTo(timeline.value.firstUnread);
  }

  function lookForUnread(offset: number, list: VirtualizerHandle): void {
    const { firstUnread } = timeline.value;
    const first = rows.value[0]?.message.number;
    if (firstUnread === null || !first || wasUnreadSeen) return;
    const index = rows.value.findIndex(({ startsNew }) => startsNew);
    const isAbove = index < 0 ? first > firstUnread : list.getItemOffset(index) < offset;
    wasUnreadSeen = !isAbove && index >= 0 && list.getItemOffset(index) < offset + list.viewportSize;
    isUnreadAbove.value = isAbove;
  }

  function goTo(number: number): void {
    target = number;
    open.showAround(number);
    settle();
  }

  /** What is in view, and what has to be loaded soon. */
  function look(): void {
    if (!list.value?.viewportSize) return;
    const { scrollOffset, scrollSize, viewportSize } = list.value;
    const left = scrollSize - scrollOffset - viewportSize;
    // The end of what is loaded is not the newest: who reads on there would be carried away by what comes.
    const isAtEnd = left <= NEAR_END && timeline.value.later === "none";
    if (isAtEnd) follows = true;
    else if (scrollOffset < lastOffset - 1) follows = false;
    lastOffset = scrollOffset;
    isAtNewest.value = isAtEnd && timeline.value.state === "ready";
    if (!wasShown) return;
    lookForUnread(scrollOffset, list.value);
    if (!isPrepending) loadNear(scrollOffset, left);
  }

  function loadNear(above: number, below: number): void {
    const { earlier, later } = timeline.value;
    const enough = follows ? AT_HAND : AT_HAND_WALKING;
    if (earlier === "more" && above < enough) open.loadEarlier();
    if (later === "more" && below < enough) open.loadLater();
  }

  function onResize(): void {
    if (follows) toEnd();
    look();
  }

  const known = new KnownRows();
  watch(timeline, (value) => void take(layOut(value, known)), { immediate: true });
  watch(isAtNewest, (inView) => {
    open.setNewestInView(inView);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    clearTimeout(forgetting);
  });

  return {
    rows,
    generation: readonly(generation),
    shift: readonly(shift),
    fresh: readonly(fresh),
    isAtNewest: readonly(isAtNewest),
    isUnreadAbove: readonly(isUnreadAbove),
    highlighted: readonly(highlighted),
    onScroll: look,
    onResize,
    goToNewest,
    follow,
    goToFirstUnread,
    goTo,
    areInPlace: () => performance.now() - sentAt > SETTLED,
  };
}
