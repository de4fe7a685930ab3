/** A stretch of a text: plain, or one that leads somewhere. */
export interface Stretch {
  readonly text: string;
  /** An http or https address, or null for plain text. */
  readonly href: string | null;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"“”]+/giu;
const ENDS_A_SENTENCE = new Set(".,;:!?'’*_~");
const BRACKETS = [
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
] as const;

/** The text in stretches that together are the text; web addresses in it have an `href`. */
export function findLinks(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = withoutPunctuation(found[0]);
    if (!isSafe(address)) continue;
    if (found.index > end) stretches.push({ text: text.slice(end, found.index), href: null });
    stretches.push({ text: address, href: address });
    end = found.index + address.length;
  }
  if (end < text.length) stretches.push({ text: text.slice(end), href: null });
  return stretches;
}

/** What ends a sentence, or closes a bracket that was opened before the address, is not part of it. */
function withoutPunctuation(address: string): string {
  const unopened = new Map(
    BRACKETS.map(([open, close]) => [close as string, count(address, close) - count(address, open)]),
  );
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    const excess = unopened.get(last) ?? 0;
    if (excess > 0) unopened.set(last, excess - 1);
    else if (!ENDS_A_SENTENCE.has(last)) break;
  }
  return address.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function isSafe(address: string): boolean {
  return URL.canParse(address) && ["http:", "https:"].includes(new URL(address).protocol);
}
