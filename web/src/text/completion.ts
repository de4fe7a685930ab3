/** What is being typed at the caret and can be completed: a member's name after `@`, an emoji's after `:`. */
export interface Trigger {
  readonly sign: "@" | ":";
  /** Where the sign stands. */
  readonly start: number;
  readonly end: number;
  /** After the sign. */
  readonly typed: string;
}

const MENTION = /(?<![\p{L}\p{N}_])@([^\s@](?:[^\n@]{0,60})?)?$/u;
const EMOJI = /(?<=^|[\s(])(:)([\p{L}\p{N}_+-]*)$/u;
const WHOLE_EMOJI = /(?<=^|[\s(]):([a-z0-9_+-]+):$/iu;
/** So many letters after a colon mean an emoji; fewer only if it was asked for. */
const FEWEST = 2;

export function findTrigger(text: string, caret: number, isEmojiAsked: boolean): Trigger | null {
  const before = text.slice(0, caret);
  const emoji = EMOJI.exec(before);
  const typed = emoji?.[2] ?? "";
  if (emoji && (isEmojiAsked || typed.length >= FEWEST))
    return { sign: ":", start: emoji.index, end: caret, typed };
  const mention = MENTION.exec(before);
  return mention ? { sign: "@", start: mention.index, end: caret, typed: mention[1] ?? "" } : null;
}

/** The name of an emoji whose second colon was just typed, and where it begins. */
export function findWholeEmoji(text: string, caret: number): { name: string; start: number } | null {
  const found = WHOLE_EMOJI.exec(text.slice(0, caret));
  return found?.[1] === undefined ? null : { name: found[1].toLowerCase(), start: found.index };
}
