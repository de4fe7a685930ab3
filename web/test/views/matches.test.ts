import { expect, it } from "vitest";
import { markMatches, startAtMatch } from "@/text/matches";

const marked = (text: string, typed: string): string =>
  markMatches(text, typed)
    .map(({ text: stretch, matched }) => (matched ? `[${stretch}]` : stretch))
    .join("");

it("marks the beginnings of words that were typed", () => {
  expect(marked("Dana Lindqvist", "da li")).toBe("[Da]na [Li]ndqvist");
  expect(marked("Dana Lindqvist", "ana")).toBe("Dana Lindqvist");
});

it("finds what was typed without accents, and marks the whole letters", () => {
  expect(marked("Bela Kovács", "kova")).toBe("Bela [Ková]cs");
});

it("marks nothing for nothing typed", () => {
  expect(marked("Emre Yıldız", " ")).toBe("Emre Yıldız");
});

it("begins a long text shortly before what was found", () => {
  const text = `${"word ".repeat(20)}bearing is dry`;
  expect(startAtMatch(text, "bear")).toMatch(/^… (word )+bearing is dry$/u);
  expect(startAtMatch("The bearing is dry", "bear")).toBe("The bearing is dry");
});
