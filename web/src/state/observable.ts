/** Something that views show. Its value is immutable: a change puts a new one in its place, and what did not change in it stays the same object. */
export interface Observable<T> {
  readonly value: T;
  /** Calls `listener` after every change; the returned function ends that. */
  subscribe(listener: () => void): () => void;
}

/** An observable that is told its value. */
export class Cell<T> implements Observable<T> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    notify(this.#listeners);
  }

  subscribe(listener: () => void): () => void {
    return listen(this.#listeners, listener);
  }
}

/** An observable that is computed when it is read, and again after `invalidate`. */
export class Derived<T> implements Observable<T> {
  readonly #listeners = new Set<() => void>();
  readonly #compute: () => T;
  #computed: { value: T } | null = null;

  constructor(compute: () => T) {
    this.#compute = compute;
  }

  get value(): T {
    this.#computed ??= { value: this.#compute() };
    return this.#computed.value;
  }

  invalidate(): void {
    this.#computed = null;
    notify(this.#listeners);
  }

  subscribe(listener: () => void): () => void {
    return listen(this.#listeners, listener);
  }
}

/** Listeners that are told when the outermost `together` ends. */
let postponed: Set<() => void> | null = null;

/** However much changes meanwhile, each listener is told once, afterwards. */
export function together(work: () => void): void {
  if (postponed) {
    work();
    return;
  }
  const listeners = new Set<() => void>();
  postponed = listeners;
  try {
    work();
  } finally {
    postponed = null;
    for (const listener of listeners) listener();
  }
}

function listen(listeners: Set<() => void>, listener: () => void): () => void {
  // Its own function each time: the same listener may listen twice, and one that has ended is told nothing any more.
  const own = (): void => {
    if (listeners.has(own)) listener();
  };
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

function notify(listeners: Set<() => void>): void {
  for (const listener of [...listeners]) {
    if (postponed) postponed.add(listener);
    else listener();
  }
}
