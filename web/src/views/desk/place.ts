import { computed, shallowRef, type ComputedRef } from "vue";
import type { Memory } from "@/state/shapes";

/** Pixels between the chatbox and the right and lower edges of the window. */
export interface Place {
  readonly right: number;
  readonly bottom: number;
}

/** Where the chatbox stands, as its user has put it on this device. What would lie outside is kept inside when drawn. */
export interface BoxPlace {
  readonly place: ComputedRef<Place>;
  readonly move: (wanted: Place) => void;
  /** Back to the corner where it was at first. */
  readonly reset: () => void;
}

const CORNER: Place = { right: 20, bottom: 20 };
const NAME = "chatbox-place";

export function createBoxPlace(memory: Memory): BoxPlace {
  const kept = shallowRef(recall(memory));

  function move({ right, bottom }: Place): void {
    kept.value = { right: Math.max(0, Math.round(right)), bottom: Math.max(0, Math.round(bottom)) };
    memory.remember(NAME, { ...kept.value });
  }

  return {
    place: computed(() => kept.value),
    move,
    reset: () => {
      move(CORNER);
    },
  };
}

function recall(memory: Memory): Place {
  const kept = memory.recall(NAME);
  if (typeof kept !== "object" || kept === null || !("right" in kept) || !("bottom" in kept)) return CORNER;
  const { right, bottom } = kept;
  return typeof right === "number" && typeof bottom === "number" ? { right, bottom } : CORNER;
}
