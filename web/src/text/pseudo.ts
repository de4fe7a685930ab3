import { english, type Words } from "./messages";

const PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const MARKED = "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž";

/** Letters that read as they did and are none of ASCII's. */
export function mark(text: string): string {
  return Array.from(text, (letter) => {
    const index = PLAIN.indexOf(letter);
    return index < 0 ? letter : (MARKED[index] ?? letter);
  }).join("");
}

function markAll(said: unknown): unknown {
  if (typeof said === "string") return mark(said);
  if (typeof said === "function") return (...given: unknown[]) => markAll(Reflect.apply(said, null, given));
  if (Array.isArray(said)) return said.map(markAll);
  if (typeof said === "object" && said !== null)
    return Object.fromEntries(Object.entries(said).map(([name, value]) => [name, markAll(value)]));
  return said;
}

/** Every sentence of the catalogue in marked letters. Dates are said in Greek: no letter of theirs is ASCII's either. */
export const pseudo: Words = { ...(markAll(english) as Words), locale: "el-GR" };
