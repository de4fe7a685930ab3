// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { DeviceMemory } from "@/state/memory";

describe("What a device remembers", () => {
  beforeEach(() => {
    localStorage.clear();
  });

  test("is there after a reload, for the same user alone", () => {
    new DeviceMemory(localStorage, 1).remember("size", { width: 400 });
    expect(new DeviceMemory(localStorage, 1).recall("size")).toEqual({ width: 400 });
    expect(new DeviceMemory(localStorage, 2).recall("size")).toBeNull();
  });

  test("is there until the page is left where the browser keeps nothing", () => {
    const memory = new DeviceMemory(null, 1);
    memory.remember("open", true);
    expect(memory.recall("open")).toBe(true);
  });

  test("is nothing where somebody wrote nonsense", () => {
    localStorage.setItem("deskchat-memory-1-size", "{nonsense");
    expect(new DeviceMemory(localStorage, 1).recall("size")).toBeNull();
  });
});
