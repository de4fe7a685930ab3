import { computed, shallowRef, type ComputedRef } from "vue";
import type { Memory } from "@/state/shapes";

/** Pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

export interface Limits {
  readonly least: Extent;
  readonly most: Extent;
}

/** How large the chatbox is, as its user has made it on this device. */
export interface BoxSize {
  readonly size: ComputedRef<Extent>;
  readonly limits: () => Limits;
  readonly resize: (wanted: Extent) => void;
}

const FIRST: Extent = { width: 380, height: 600 };
const LEAST: Extent = { width: 320, height: 420 };
const WIDEST = 560;
/** What stays free of the window: the toolbar above, an edge below. */
const FREE = 80;
const NAME = "chatbox-size";

export function createBoxSize(memory: Memory): BoxSize {
  const kept = shallowRef(recall(memory));

  function limits(): Limits {
    return {
      least: LEAST,
      most: { width: WIDEST, height: Math.max(LEAST.height, innerHeight - FREE) },
    };
  }

  return {
    size: computed(() => kept.value),
    limits,
    resize({ width, height }) {
      const { least, most } = limits();
      kept.value = {
        width: between(least.width, width, most.width),
        height: between(least.height, height, most.height),
      };
      memory.remember(NAME, { ...kept.value });
    },
  };
}

function recall(memory: Memory): Extent {
  const kept = memory.recall(NAME);
  if (typeof kept !== "object" || kept === null || !("width" in kept) || !("height" in kept)) return FIRST;
  const { width, height } = kept;
  if (typeof width !== "number" || typeof height !== "number") return FIRST;
  // A smaller window cuts the height by itself, and only for as long.
  return { width: between(LEAST.width, width, WIDEST), height: Math.max(LEAST.height, height) };
}

function between(least: number, wanted: number, most: number): number {
  return Math.round(Math.min(Math.max(wanted, least), most));
}
