import type { Component } from "vue";

/** A line of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly icon: Component;
  readonly danger?: boolean;
  /** One of several, or on or off: shown by a tick when `checked`. */
  readonly choice?: "radio" | "checkbox";
  readonly checked?: boolean;
  /** A line stands above it. */
  readonly startsGroup?: boolean;
  readonly act: () => void;
}

/** What a menu lets its parent do with it. */
export interface MenuHandle {
  readonly toggle: (beside: HTMLElement) => Promise<void>;
}

/** Where a floating thing of this size stands beside its anchor: below it if there is room, else above; inside the window. */
export function placeBeside(
  anchor: DOMRect,
  size: DOMRect,
  align: "start" | "end",
): { left: number; top: number } {
  const gap = 4;
  const left = align === "end" ? anchor.right - size.width : anchor.left;
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - size.height;
  return {
    left: Math.max(gap, Math.min(left, innerWidth - size.width - gap)),
    top: below + size.height > innerHeight && above > 0 ? above : below,
  };
}
