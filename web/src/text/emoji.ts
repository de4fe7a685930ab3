/** An emoji and the name by which it is typed between colons. */
export interface Emoji {
  readonly name: string;
  readonly sign: string;
}

const COMMON = ["+1", "smile", "tada", "heart", "eyes", "pray", "ok_hand", "joy"];
/** Below, a character is text unless it is said to be an emoji. */
const FIRST_PICTURE = 0x1f000;
const AS_EMOJI = "\ufe0f";

let loading: Promise<ReadonlyMap<string, Emoji>> | null = null;

/** All of them by name; fetched from this server when they are first wanted. */
export function loadEmoji(): Promise<ReadonlyMap<string, Emoji>> {
  loading ??= fetchEmoji().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Those whose name begins like this, then those that hold it; the common ones for nothing. */
export function findEmoji(all: ReadonlyMap<string, Emoji>, typed: string, most: number): Emoji[] {
  const wanted = typed.toLowerCase();
  if (!wanted) return COMMON.flatMap((name) => all.get(name) ?? []).slice(0, most);
  const found = [...all.values()].filter(({ name }) => name.includes(wanted));
  const rank = ({ name }: Emoji): number => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2);
  return found
    .sort((one, other) => rank(one) - rank(other) || one.name.length - other.name.length)
    .slice(0, most);
}

async function fetchEmoji(): Promise<ReadonlyMap<string, Emoji>> {
  const { default: names } = await import("emojibase-data/en/shortcodes/github.json");
  const all = Object.entries(names).flatMap(([code, named]) =>
    [named].flat().map((name): [string, Emoji] => [name, { name, sign: signOf(code) }]),
  );
  return new Map(all);
}

/** "1F44D", "1F469-200D-1F680" */
function signOf(code: string): string {
  const points = code.split("-").map((point) => Number.parseInt(point, 16));
  const sign = String.fromCodePoint(...points);
  return points.length === 1 && (points[0] ?? 0) < FIRST_PICTURE ? sign + AS_EMOJI : sign;
}
