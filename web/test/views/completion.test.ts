import { describe, expect, it } from "vitest";
import { findTrigger, findWholeEmoji } from "@/text/completion";
import { findEmoji, loadEmoji } from "@/text/emoji";
import { findNames } from "@/text/mentions";

function triggerOf(text: string, isEmojiAsked = false): string | null {
  const found = findTrigger(text, text.length, isEmojiAsked);
  return found && `${found.sign}${found.typed}`;
}

describe("what is being typed", () => {
  it("is a name after the sign, its spaces included", () => {
    expect(triggerOf("@")).toBe("@");
    expect(triggerOf("Look, @Bela K")).toBe("@Bela K");
    expect(triggerOf("bela@example")).toBeNull();
    expect(triggerOf("@ Bela")).toBeNull();
    expect(triggerOf("@Bela\nand")).toBeNull();
  });
  it("is an emoji after a colon and two letters, or as soon as it is asked for", () => {
    expect(triggerOf("Well :sm")).toBe(":sm");
    expect(triggerOf("Well :s")).toBeNull();
    expect(triggerOf("Well :", true)).toBe(":");
    expect(triggerOf("https://example")).toBeNull();
    expect(triggerOf("at 10:30")).toBeNull();
  });
  it("is a whole emoji with its second colon", () => {
    expect(findWholeEmoji("Done :Tada:", 11)).toEqual({ name: "tada", start: 5 });
    expect(findWholeEmoji("10:30:", 6)).toBeNull();
  });
});

describe("emoji", () => {
  it("are found by name, the exact one first", async () => {
    const all = await loadEmoji();
    expect(all.get("tada")?.sign).toBe("🎉");
    expect(all.get("heart")?.sign).toBe("❤️");
    expect(findEmoji(all, "smile", 3)[0]).toEqual({ name: "smile", sign: "😄" });
    expect(findEmoji(all, "", 8)).toHaveLength(8);
    expect(findEmoji(all, "nothing of the kind", 8)).toEqual([]);
  });
});

describe("names in a text", () => {
  const people = [
    { name: "Bela Kovács", who: 2 },
    { name: "Bela Kovács Junior", who: 3 },
  ];
  it("are found whole, the longer one where two fit", () => {
    expect(findNames("Hi @bela kovács, and @Bela Kovács Junior!", people)).toEqual([
      { text: "Hi ", who: null },
      { text: "@bela kovács", who: 2 },
      { text: ", and ", who: null },
      { text: "@Bela Kovács Junior", who: 3 },
      { text: "!", who: null },
    ]);
  });
  it("are not found in addresses or in longer words", () => {
    expect(findNames("x@Bela Kovács @Bela Kovácsné", people)).toEqual([
      { text: "x@Bela Kovács @Bela Kovácsné", who: null },
    ]);
  });
});
