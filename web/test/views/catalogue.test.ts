import { expect, it } from "vitest";
import { words } from "@/text/messages";

const SOURCES: Record<string, string> = import.meta.glob("../../src/**/*.{vue,ts,css}", {
  query: "?raw",
  import: "default",
  eager: true,
});

function readAll(pattern: RegExp): string {
  return Object.entries(SOURCES)
    .filter(([file]) => pattern.test(file) && !/text\/(messages|german|pseudo)\.ts$/u.test(file))
    .map(([, text]) => text)
    .join("\n");
}

function find(pattern: RegExp, text: string): Set<string> {
  return new Set(Array.from(text.matchAll(pattern), ([, name = ""]) => name));
}

it("every word of the catalogue is used", () => {
  const code = readAll(/\.(vue|ts)$/u);
  const paths = Object.entries(words).flatMap(([group, value]) =>
    typeof value === "object" ? Object.keys(value).map((name) => `${group}.${name}`) : [group],
  );
  const used = find(/\bwords\.(\w+(?:\.\w+)?)/gu, code);
  const groups = new Set([...used].map((path) => path.split(".", 1)[0]));
  expect(paths.filter((path) => !used.has(path) && !(groups.has(path) && !path.includes(".")))).toEqual([]);
});

it("every token is defined, and used but for the tints, which are chosen by number", () => {
  const styles = readAll(/\.(vue|css)$/u);
  const defined = find(/(?<![\w-])(--[\w-]+):/gu, styles);
  const used = find(/var\((--[\w-]+)\)/gu, styles);
  const tokens = find(/^\s*(--[\w-]+):/gmu, readAll(/tokens\.css$/u));
  expect([...used].filter((name) => !defined.has(name))).toEqual([]);
  expect(
    [...tokens].filter((name) => !used.has(name) && !/^--(avatar|room)-\d(-text)?$/u.test(name)),
  ).toEqual([]);
});
