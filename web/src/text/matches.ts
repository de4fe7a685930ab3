/** A stretch of a text, and whether somebody typed it. */
export interface Match {
  readonly text: string;
  readonly matched: boolean;
}

/** The text in stretches that together are the text: the beginnings of its words that were typed are marked. */
export function markMatches(text: string, typed: string): Match[] {
  const wanted = wordsOf(typed);
  const stretches: Match[] = [];
  for (const word of text.split(/(?<=[^\p{L}\p{N}\p{M}])/u)) {
    const length = Math.max(0, ...wanted.map((start) => matchLength(word, start)));
    add(stretches, word.slice(0, length), true);
    add(stretches, word.slice(length), false);
  }
  return stretches;
}

const BEFORE = 24;

/** The text from a little before its first match on, so that a single line shows it. */
export function startAtMatch(text: string, typed: string): string {
  const [before, match] = markMatches(text, typed);
  if (!before || before.matched || !match || before.text.length <= BEFORE) return text;
  const start = text.lastIndexOf(" ", before.text.length - BEFORE) + 1;
  return start > 0 ? `… ${text.slice(start)}` : text;
}

function wordsOf(typed: string): string[] {
  return fold(typed)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** How many characters of the word are the wanted start: folding may make them more or fewer. */
function matchLength(word: string, start: string): number {
  for (let length = 1; length <= word.length; length += 1) {
    const folded = fold(word.slice(0, length));
    if (folded === start) return length;
    if (!start.startsWith(folded)) return 0;
  }
  return 0;
}

function add(stretches: Match[], text: string, matched: boolean): void {
  const last = stretches.at(-1);
  if (!text) return;
  if (last?.matched === matched) stretches[stretches.length - 1] = { text: last.text + text, matched };
  else stretches.push({ text, matched });
}

function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
