import type { VirtualizerHandle } from "virtua/vue";
import { effectScope, shallowRef, watch, type EffectScope } from "vue";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OpenRoom, Timeline } from "@/state/shapes";
import { useScrolling, type Scrolling } from "@/views/room/scrolling";
import { turn } from "../fakes/clock";
import { ASHA, said, timelineOf } from "../fakes/timeline";

function holding(...numbers: number[]): Timeline {
  return timelineOf(numbers.map((number) => said(number, ASHA, number)));
}

/** A list as high as the log that shows it says; 0: it was made just now, and nobody has measured it. */
function listOf(viewportSize: number, scrollSize: number, scrollOffset = 0): VirtualizerHandle {
  const list: Partial<VirtualizerHandle> = {
    viewportSize,
    scrollSize,
    scrollOffset,
    scrollToIndex: () => undefined,
    getItemOffset: () => 0,
  };
  return list as VirtualizerHandle;
}

let scope: EffectScope;
const loadEarlier = vi.fn();
const timeline = shallowRef(holding());
const list = shallowRef<VirtualizerHandle | null>(null);

let frames: FrameRequestCallback[];

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (then: FrameRequestCallback) => frames.push(then));
  scope = effectScope();
  loadEarlier.mockReset();
});

afterEach(() => {
  scope.stop();
});

async function show(first: Timeline, shown: VirtualizerHandle): Promise<Scrolling> {
  timeline.value = first;
  list.value = shown;
  const open: Partial<OpenRoom> = { setNewestInView: () => undefined, loadEarlier };
  const scrolling = scope.run(() => useScrolling(open as OpenRoom, timeline, list));
  if (!scrolling) throw new Error("The scope has ended");
  await turn();
  return scrolling;
}

async function become(next: Timeline): Promise<void> {
  timeline.value = next;
  await turn();
}

async function nextFrame(): Promise<void> {
  for (const then of frames.splice(0)) then(0);
  await turn();
}

describe("Messages that come before the others", () => {
  test("leave in their place those that are read", async () => {
    const scrolling = await show(holding(2, 3), listOf(400, 1_000));
    await become(holding(1, 2, 3));
    await nextFrame();
    expect(scrolling.rows.value).toHaveLength(3);
    expect(scrolling.generation.value).toBe(1);
  });

  test("come in a frame, and by themselves: one that was written meanwhile comes after them", async () => {
    const scrolling = await show(holding(2, 3), listOf(400, 1_000));
    const steps: (readonly (number | null)[])[] = [];
    scope.run(() => {
      watch(
        scrolling.rows,
        (rows) => {
          steps.push(rows.map(({ message }) => message.number));
        },
        { flush: "sync" },
      );
    });
    await become(holding(1, 2, 3));
    await become(holding(1, 2, 3, 4));
    expect(steps).toEqual([]);
    await nextFrame();
    expect(steps).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
    expect(scrolling.fresh.value).toBe(1);
  });

  test("are not waited for when one goes elsewhere", async () => {
    const scrolling = await show(holding(20, 21), listOf(400, 1_000));
    await become(holding(19, 20, 21));
    await become(holding(1, 2));
    await nextFrame();
    expect(scrolling.rows.value).toHaveLength(2);
    expect(scrolling.generation.value).toBe(2);
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

test("Rows are in place before they are measured, but not while the list is on its way to the newest", async () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(1_000);
  const scrolling = await show(holding(1, 2), listOf(400, 1_000));
  expect(scrolling.areInPlace()).toBe(false);
  now.mockReturnValue(2_000);
  expect(scrolling.areInPlace()).toBe(true);
  await become(holding(1, 2, 3));
  expect(scrolling.areInPlace()).toBe(false);
});

describe("Earlier messages are loaded", () => {
  const newest: Timeline = { ...holding(51, 52, 53), earlier: "more" };

  async function walkUp(): Promise<Scrolling> {
    const scrolling = await show(newest, listOf(400, 4_000, 3_600));
    expect(loadEarlier).not.toHaveBeenCalled();
    list.value = listOf(400, 4_000, 3_000);
    scrolling.onScroll();
    return scrolling;
  }

  test("before somebody who walks up through the messages comes to the first of them", async () => {
    await walkUp();
    expect(loadEarlier).toHaveBeenCalledOnce();
  });

  test("not again before those that came stand before the others", async () => {
    const scrolling = await walkUp();
    loadEarlier.mockReset();
    await become({ ...holding(49, 50, 51, 52, 53), earlier: "more" });
    scrolling.onScroll();
    expect(loadEarlier).not.toHaveBeenCalled();
    await nextFrame();
    expect(loadEarlier).toHaveBeenCalledOnce();
  });

  test("at once where those at hand hardly fill the log", async () => {
    await show(newest, listOf(400, 1_800, 1_400));
    expect(loadEarlier).toHaveBeenCalledOnce();
  });
});
