import { expect, test } from "vitest";
import { Cell, Derived, together, type Observable } from "@/state/observable";

/** How often somebody who listens was told. */
function listening(observable: Observable<unknown>): { times: number } {
  const heard = { times: 0 };
  observable.subscribe(() => {
    heard.times += 1;
  });
  return heard;
}

test("a cell tells of every change, and of nothing else", () => {
  const cell = new Cell(1);
  const heard = listening(cell);
  cell.set(2);
  cell.set(2);
  expect([cell.value, heard.times]).toEqual([2, 1]);
});

test("who has ended listening is told nothing any more, even if others end in the middle", () => {
  const cell = new Cell(1);
  const later = { times: 0 };
  let end = (): void => undefined;
  cell.subscribe(() => {
    end();
  });
  end = cell.subscribe(() => {
    later.times += 1;
  });
  cell.set(2);
  expect(later.times).toBe(0);
});

test("what is derived is computed when it is read, and only after something changed", () => {
  let computed = 0;
  const derived = new Derived(() => (computed += 1));
  derived.invalidate();
  expect(computed).toBe(0);
  expect([derived.value, derived.value]).toEqual([1, 1]);
  derived.invalidate();
  expect(derived.value).toBe(2);
});

test("of changes that happen together each listener is told once, afterwards", () => {
  const [one, other] = [new Cell(0), new Cell(0)];
  const [heardOne, heardOther] = [listening(one), listening(other)];
  together(() => {
    one.set(1);
    together(() => {
      one.set(2);
    });
    other.set(1);
    expect(heardOne.times).toBe(0);
  });
  expect([heardOne.times, heardOther.times]).toEqual([1, 1]);
  one.set(3);
  expect(heardOne.times).toBe(2);
});

test("listeners hear of what happened together even if it ended in an error", () => {
  const cell = new Cell(0);
  const heard = listening(cell);
  expect(() => {
    together(() => {
      cell.set(1);
      throw new Error("Half way");
    });
  }).toThrow("Half way");
  expect(heard.times).toBe(1);
});
