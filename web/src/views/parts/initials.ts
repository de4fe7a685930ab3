const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** One or two characters that stand for a person: "AR" for Asha Rao, or "A" where there is room for one. */
export function initialsOf(name: string, most: 1 | 2 = 2): string {
  return once(`${most} ${name}`, () => initials(name, most));
}

/** Two characters that stand for a room: "Pu" for Purchasing, "P2" for Plant 2 maintenance. */
export function abbreviationOf(name: string): string {
  return once(`room ${name}`, () => abbreviation(name));
}

// Finding a character takes far longer than drawing it, and the same names are drawn in every list and log.
const found = new Map<string, string>();

function once(key: string, find: () => string): string {
  const letters = found.get(key) ?? find();
  found.set(key, letters);
  return letters;
}

function initials(name: string, most: 1 | 2): string {
  const words = wordsOf(name);
  const last = words.length > 1 && most > 1 ? words.at(-1) : undefined;
  return (firstOf(words[0]) + firstOf(last)).toLocaleUpperCase();
}

function abbreviation(name: string): string {
  const [first, second] = wordsOf(name);
  if (second) return (firstOf(first) + firstOf(second)).toLocaleUpperCase();
  const [one = "", two = ""] = charactersOf(first);
  return one.toLocaleUpperCase() + two.toLocaleLowerCase();
}

function wordsOf(name: string): string[] {
  return name.split(/[\s.]+/u).filter((word) => /[\p{L}\p{N}\p{S}]/u.test(word));
}

function firstOf(word: string | undefined): string {
  return charactersOf(word)[0] ?? "";
}

function charactersOf(word = ""): string[] {
  return Array.from(graphemes.segment(word), ({ segment }) => segment);
}
