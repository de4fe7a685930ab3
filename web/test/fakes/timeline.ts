import type { MessageView, Timeline } from "@/state/shapes";

export const ASHA = 1;
export const BELA = 2;

const NINE = new Date(2026, 10, 20, 9, 0).getTime();
const MINUTE = 60_000;

/** Minutes after nine. */
export function timeAt(minutes: number): number {
  return NINE + minutes * MINUTE;
}

/** As Asha sees it. */
export function said(number: number, author: number, minutes: number): MessageView {
  return {
    id: `m${number}`,
    number,
    author,
    own: author === ASHA,
    text: "Two have wet wrapping.",
    created: timeAt(minutes),
    edited: null,
    deleted: null,
    mentions: [],
    mentionsMe: false,
    status: "sent",
    problem: null,
  };
}

export function timelineOf(rows: MessageView[], more: Partial<Timeline> = {}): Timeline {
  return { state: "ready", rows, lines: [], earlier: "none", later: "none", firstUnread: null, ...more };
}
