import { describe, expect, it } from "vitest";
import { findLinks } from "@/text/links";

const hrefs = (text: string): (string | null)[] => findLinks(text).flatMap(({ href }) => href ?? []);

describe("a web address in a text", () => {
  it("becomes a link, and the rest stays as it was written", () => {
    const text = "See  https://brenner.example/88213\nand call me";
    expect(hrefs(text)).toEqual(["https://brenner.example/88213"]);
    expect(
      findLinks(text)
        .map((stretch) => stretch.text)
        .join(""),
    ).toBe(text);
  });
  it("ends before what ends the sentence", () => {
    expect(hrefs("Is it https://a.example/b?")).toEqual(["https://a.example/b"]);
    expect(hrefs("https://a.example/b, https://c.example.")).toEqual([
      "https://a.example/b",
      "https://c.example",
    ]);
  });
  it("keeps its own brackets and leaves those around it", () => {
    expect(hrefs("(https://a.example/b_(c))")).toEqual(["https://a.example/b_(c)"]);
  });
});

describe("what is not a web address", () => {
  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "vbscript:x",
    "https://",
    "a.example/b",
  ])("stays text: %s", (text) => {
    expect(findLinks(text)).toEqual([{ text, href: null }]);
  });
});

it("every stretch together is the text, for whatever is written", () => {
  for (const text of [
    "",
    " ",
    "<b>x</b>",
    "https://a.example…)",
    `https://a.example/${")".repeat(10_000)}`,
  ]) {
    expect(
      findLinks(text)
        .map((stretch) => stretch.text)
        .join(""),
    ).toBe(text);
  }
});
