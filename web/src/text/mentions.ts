/** A stretch of a text: plain, or the name of somebody whom it mentions. */
export interface Naming<T> {
  readonly text: string;
  readonly who: T | null;
}

/** The text in stretches that together are the text; the longer of two names that fit is meant. */
export function findNames<T>(text: string, people: readonly { name: string; who: T }[]): Naming<T>[] {
  const longestFirst = people.toSorted((one, other) => other.name.length - one.name.length);
  const stretches: Naming<T>[] = [];
  let end = 0;
  for (const { index } of text.matchAll(/(?<![\p{L}\p{N}_])@/gu)) {
    const named = longestFirst.find(({ name }) => standsAt(text, index + 1, name));
    if (!named || index < end) continue;
    if (index > end) stretches.push({ text: text.slice(end, index), who: null });
    end = index + 1 + named.name.length;
    stretches.push({ text: text.slice(index, end), who: named.who });
  }
  if (end < text.length) stretches.push({ text: text.slice(end), who: null });
  return stretches;
}

function standsAt(text: string, place: number, name: string): boolean {
  const end = place + name.length;
  const isSame = text.slice(place, end).toLowerCase() === name.toLowerCase();
  return isSame && !/^[\p{L}\p{N}_]/u.test(text.slice(end));
}
