import { readonly, ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { Refused, Unreachable } from "@/state/shapes";
import { words } from "@/text/messages";

/** Why something did not work, for people; `reference` finds it in the server's log. */
export interface Trouble {
  readonly sentence: string;
  /** The server did not answer: trying again may help. */
  readonly isUnreachable: boolean;
  readonly reference: string | null;
}

/** Something that a person sets off and that may fail. */
export interface Task<Arguments extends unknown[]> {
  readonly busy: Readonly<Ref<boolean>>;
  readonly trouble: Readonly<ShallowRef<Trouble | null>>;
  /** Whether it worked. Asked again while it runs, it does nothing. */
  readonly run: (...args: Arguments) => Promise<boolean>;
  /** As if it had not been tried. */
  readonly forget: () => void;
}

export function useTask<Arguments extends unknown[]>(
  work: (...args: Arguments) => Promise<unknown>,
): Task<Arguments> {
  const busy = ref(false);
  const trouble = shallowRef<Trouble | null>(null);

  async function run(...args: Arguments): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    trouble.value = null;
    try {
      await work(...args);
    } catch (error) {
      trouble.value = troubleOf(error);
    } finally {
      busy.value = false;
    }
    return trouble.value === null;
  }

  function forget(): void {
    trouble.value = null;
  }

  return { busy: readonly(busy), trouble, run, forget };
}

/** Something that a view shows once `load` has fetched it: null until then. */
export interface Loading<T> {
  readonly value: ShallowRef<T | null>;
  readonly trouble: Readonly<ShallowRef<Trouble | null>>;
  /** Fetches it, also once more; what was there stays until then. */
  readonly load: () => Promise<boolean>;
}

export function useLoading<T>(fetch: () => Promise<T>): Loading<T> {
  const value: ShallowRef<T | null> = shallowRef(null);
  const { trouble, run } = useTask(async () => {
    value.value = await fetch();
  });
  return { value, trouble, load: run };
}

/** Throws what is not an answer, or the lack of one, of the server. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Unreachable)
    return { sentence: words.problems.unreachable, isUnreachable: true, reference: null };
  if (error instanceof Refused)
    return { sentence: sentenceFor(error), isUnreachable: false, reference: error.request };
  throw error;
}

/** The catalogue's words for a problem, or else the server's own. */
export function sentenceFor(problem: { readonly code: string; readonly detail: string }): string {
  return words.problems.byDetail[problem.detail] ?? words.problems.byCode[problem.code] ?? problem.detail;
}
