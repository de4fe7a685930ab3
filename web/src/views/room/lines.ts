import type { Line, Milliseconds } from "@/state/shapes";

/** A line of the log: what one person did at once, in one sentence. */
export interface LogLine {
  /** Of its first event: good as a key. */
  readonly id: number;
  readonly at: Milliseconds;
  /** Whether the day's name stands above it. */
  readonly startsDay: boolean;
  readonly lines: readonly [Line, ...Line[]];
}

/** Lines in one sentence where one person added several people, one after the other. */
export function gather(lines: readonly Line[]): (readonly [Line, ...Line[]])[] {
  const gathered: [Line, ...Line[]][] = [];
  for (const line of lines) {
    const last = gathered.at(-1);
    if (last && isOneAct(last[0], line)) last.push(line);
    else gathered.push([line]);
  }
  return gathered;
}

function isOneAct(first: Line, next: Line): boolean {
  return (
    first.type === "member.joined" &&
    next.type === "member.joined" &&
    first.by.id === next.by.id &&
    !creates(first)
  );
}

/** Only who creates a group joins it by themselves. */
function creates(line: Line): boolean {
  return line.type === "member.joined" && line.user.id === line.by.id;
}
