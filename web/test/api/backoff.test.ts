import { expect, test } from "vitest";
import { Backoff } from "@/api/backoff";

test("pauses are anything up to a bound that doubles from one second to thirty", () => {
  const longest = new Backoff(() => 1);
  expect(Array.from({ length: 8 }, () => longest.next())).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
  const shortest = new Backoff(() => 0);
  expect(Array.from({ length: 3 }, () => shortest.next())).toEqual([0, 0, 0]);
});

test("after a success pauses are short again", () => {
  const backoff = new Backoff(() => 0.5);
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(500);
});
