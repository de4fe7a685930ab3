import type { VirtualizerHandle } from "virtua/vue";
import { effectScope, nextTick, shallowRef, type EffectScope } from "vue";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MessageView, OpenRoom, Timeline } from "@/state/shapes";
import { useScrolling, type Scrolling } from "@/views/room/scrolling";

function said(number: number): MessageView {
  return {
    id: `m${number}`,
    number,
    author: 1,
    own: true,
    text: "Two have wet wrapping.",
    created: number,
    edited: null,
    deleted: null,
    mentions: [],
    mentionsMe: false,
    status: "sent",
    problem: null,
  };
}

function holding(...numbers: number[]): Timeline {
  return {
    state: "ready",
    rows: numbers.map(said),
    lines: [],
    earlier: "none",
    later: "none",
    firstUnread: null,
  };
}

/** A list as high as the log that shows it says; 0: it was made just now, and nobody has measured it. */
function listOf(viewportSize: number, scrollSize: number): VirtualizerHandle {
  const list: Partial<VirtualizerHandle> = {
    viewportSize,
    scrollSize,
    scrollOffset: 0,
    scrollToIndex: () => undefined,
    getItemOffset: () => 0,
  };
  return list as VirtualizerHandle;
}

let scope: EffectScope;
const timeline = shallowRef(holding());
const list = shallowRef<VirtualizerHandle | null>(null);

beforeEach(() => {
  scope = effectScope();
});

afterEach(() => {
  scope.stop();
});

async function show(first: Timeline, shown: VirtualizerHandle): Promise<Scrolling> {
  timeline.value = first;
  list.value = shown;
  const open: Partial<OpenRoom> = { setNewestInView: () => undefined };
  const scrolling = scope.run(() => useScrolling(open as OpenRoom, timeline, list));
  if (!scrolling) throw new Error("The scope has ended");
  await nextTick();
  return scrolling;
}

async function become(next: Timeline): Promise<void> {
  timeline.value = next;
  await nextTick();
  await nextTick();
}

describe("Messages that come before the others", () => {
  test("leave in their place those that are read", async () => {
    const scrolling = await show(holding(2, 3), listOf(400, 1_000));
    await become(holding(1, 2, 3));
    expect(scrolling.rows.value).toHaveLength(3);
    expect(scrolling.generation.value).toBe(1);
  });

  test.each([
    ["where all fit", 400, 80],
    ["in a list that was made just now", 0, 80],
  ])("are laid out with them anew %s, for else the first would be hidden", async (_, viewport, size) => {
    const scrolling = await show(holding(2, 3), listOf(viewport, size));
    await become(holding(1, 2, 3));
    expect(scrolling.rows.value).toHaveLength(3);
    expect(scrolling.generation.value).toBe(2);
  });
});
