const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** Arrows move the focus through the buttons of a list; above the first is the box that the list belongs to. */
export function moveThroughList(
  event: KeyboardEvent,
  list: HTMLElement | null,
  box: HTMLElement | null,
): void {
  const step = STEPS[event.key];
  if (!step || !list || event.isComposing) return;
  const buttons = [...list.querySelectorAll<HTMLElement>("button")];
  const to = buttons.indexOf(event.target as HTMLElement) + step;
  const target = to < 0 ? box : buttons[to];
  if (!target) return;
  event.preventDefault();
  target.focus();
}
